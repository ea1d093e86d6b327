#include "models/control/tables.hpp"

#include <cmath>

#include "models/catalog.hpp"

namespace control {
namespace {

using namespace std::chrono_literals;
using namespace sim::settings;

constexpr auto longest = 24h * 30;
constexpr std::uint32_t most_units = 10'000;
using hub::most_hubs;

Value<Triangular> triangular(const std::string& example) {
  Table<Triangular> table("a triangular time such as " + example, example);
  const Value<Duration> time = duration(0s, longest, "1m");
  table.field("least", &Triangular::least, time, "The shortest.");
  table.field("mode", &Triangular::mode, time, "The most frequent.");
  table.field("most", &Triangular::most, time, "The longest.");
  Value<Triangular> value = nested(table);
  value.read = [read = value.read](Reader& reader, const Node& node, Triangular& out) {
    if (!read(reader, node, out)) return false;
    if (out.least <= out.mode && out.mode <= out.most) return true;
    return reader.fail(node, "is not in order", "least, mode and most grow");
  };
  return value;
}

Table<Settings> hold_table() {
  Table<Settings> table("hold times such as {up: 10m, down: 60m}", "{up: 10m, down: 60m}");
  table.field("up", &Settings::hold_up, duration(0s, longest, "10m"),
              "A hub that was made larger is not made larger again before.");
  table.field("down", &Settings::hold_down, duration(0s, longest, "60m"),
              "A hub, or the number of hubs, must have been too large for so long to be made smaller.");
  return table;
}

Table<Settings> delay_table() {
  Table<Settings> table("a map such as {command: 5s}", "{command: 5s}");
  table.field("units", &Settings::resize, triangular("{least: 30s, mode: 1m, most: 5m}"),
              "Until a change of units or edition acts.");
  table.field("hub", &Settings::create, triangular("{least: 2m, mode: 4m, most: 10m}"),
              "Until a new hub is there and linked.");
  table.field("command", &Settings::command_timeout, duration(1ms, 1min, "5s"),
              "A hub that does not answer for so long is left as it is.");
  return table;
}

Table<Settings> threshold_table() {
  Table<Settings> table("a map such as {quota: 90%, throttled: 1%}", "{quota: 90%, throttled: 1%}");
  table.field("quota", &Settings::quota, share(0.01, 1, "90%"),
              "Share of the daily quota in use from which a hub is given a unit more.");
  table.field(
      "basis", &Settings::quota_use,
      choice<QuotaUse>({{"projected", QuotaUse::projected}, {"used", QuotaUse::used}}),
      "What counts as used: what will be by midnight UTC if the present rate goes on, or what has been so "
      "far today, whereupon no unit is taken away.");
  table.field("throttled", &Settings::throttled, share(0, 1, "1%"),
              "Share of the messages of a period that were delayed or refused.");
  return table;
}

Table<Shift> shift_table() {
  Table<Shift> table("a shift such as {at: '06:00', units: 4}", "{at: '06:00', units: 4}");
  table.field("at", &Shift::at, time_of_day("06:00"), "Time of the day, UTC.").required();
  table.field("units", &Shift::units, optional(whole<std::uint32_t>(1, most_units)), "Units of each hub.");
  table.field("hubs", &Shift::hubs, optional(whole<std::uint32_t>(1, most_hubs)),
              "Number of hubs, unless the era wants more.");
  return table;
}

Table<Bounds> units_table() {
  Table<Bounds> table("bounds such as {least: 1, most: 20}", "{least: 1, most: 20}");
  table.field("least", &Bounds::least, whole<std::uint32_t>(1, most_units), "No hub has fewer units.");
  table.field("most", &Bounds::most, optional(whole<std::uint32_t>(1, most_units)),
              "No hub has more units; as the edition admits unless given.");
  return table;
}

Table<Settings> hubs_table() {
  Table<Settings> table("bounds such as {least: 2, most: 10}", "{least: 2, most: 10}");
  table.field("least", &Settings::hubs_least, optional(whole<std::uint32_t>(1, most_hubs)),
              "There are never fewer hubs; the era's minimum unless given.");
  table.field("most", &Settings::hubs_most, optional(whole<std::uint32_t>(1, most_hubs)),
              "There are never more hubs; as many as a provisioning service links unless given.");
  table.field("devices_per_hub", &Settings::devices_per_hub, optional(whole<std::uint32_t>(1)),
              "One hub for each so many connected devices; the era's rule unless given.");
  return table;
}

Table<Rebalance> rebalance_table() {
  Table<Rebalance> table("a map such as {when: both, pace: 100/min}", "{when: both, pace: 100/min}");
  const Value<std::pair<bool, bool>> when = choice<std::pair<bool, bool>>({{"hub-return", {true, false}},
                                                                           {"scale-out", {false, true}},
                                                                           {"both", {true, true}},
                                                                           {"never", {false, false}}});
  table.field("when", std::identity{},
              Value<Rebalance>{[when](Reader& reader, const Node& node, Rebalance& out) {
                                 std::pair<bool, bool> both{};
                                 if (!when.read(reader, node, both)) return false;
                                 std::tie(out.hub_return, out.scale_out) = both;
                                 return true;
                               },
                               [when](const Rebalance& r) {
                                 return when.write({r.hub_return, r.scale_out});
                               },
                               when.shape},
              "After what devices are moved to where allocation would put them.");
  table.field("pace", &Rebalance::pace, optional(per_second({"0.0001/min", "1000000000/min"}, "100/min")),
              "How fast they are moved, also away from a hub that is to go; half the registration limit "
              "unless given.");
  table.field("batch", &Rebalance::batch, duration(1ms, 1h, "10s"),
              "They are moved in lots, one each so long.");
  return table;
}

Value<std::optional<Duration>> duration_or_never(const std::string& example) {
  const Value<Duration> time = duration(1s, longest, example);
  Value<std::optional<Duration>> value;
  value.shape = time.shape;
  value.shape.says = "a duration such as " + example + ", or never";
  value.shape.pattern += "|never";
  value.shape.words = {"never"};
  value.read = [time](Reader& reader, const Node& node, std::optional<Duration>& out) {
    out.reset();
    if (node.kind == Node::Kind::scalar && node.text == "never") return true;
    Duration given{0};
    if (!time.read(reader, node, given)) return false;
    out = given;
    return true;
  };
  value.write = [time](const std::optional<Duration>& given) {
    return given ? time.write(*given) : Node::scalar("never");
  };
  return value;
}

struct Row {
  std::string name;
  Settings settings;
};

}  // namespace

Duration Triangular::at(double uniform) const {
  const double a = sim::seconds(least), b = sim::seconds(most), c = sim::seconds(mode);
  if (b <= a) return least;
  const double s = uniform < (c - a) / (b - a) ? a + std::sqrt(uniform * (b - a) * (c - a))
                                               : b - std::sqrt((1 - uniform) * (b - a) * (b - c));
  return sim::from_seconds(s);
}

Table<Settings> settings_table() {
  Table<Settings> table("a map such as {policy: threshold}", "{policy: threshold}");
  table.field("policy", &Settings::policy,
              choice<PolicyKind>({{"none", PolicyKind::none},
                                  {"threshold", PolicyKind::threshold},
                                  {"target-tracking", PolicyKind::target_tracking},
                                  {"schedule", PolicyKind::schedule},
                                  {"predictive", PolicyKind::predictive}}),
              "How hubs and units follow the load.");
  table.field("every", &Settings::every, duration(10s, 24h, "5m"),
              "Between two looks at the metrics, which are as old as that.");
  table.field("hold", std::identity{}, nested(hold_table()), "How long a change is held back.");
  table.field("delay", std::identity{}, nested(delay_table()), "How long a change takes.");
  table.field("threshold", std::identity{}, nested(threshold_table()), "When policy: threshold adds a unit.");
  table.field("target", &Settings::target, share(0.01, 1, "70%"),
              "Share of quota and rate that target-tracking and predictive keep in use.");
  table.field("ahead", &Settings::ahead, duration(0s, 24h, "30m"), "How far policy: predictive looks ahead.");
  Value<std::vector<Shift>> shifts = list(nested(shift_table()), "a list of shifts");
  shifts.write = [write = shifts.write](const std::vector<Shift>& all) {
    return all.empty() ? Node{} : write(all);
  };
  table.field("schedule", &Settings::schedule, shifts, "The sizes of policy: schedule, every day.");
  table.field("units", &Settings::units, nested(units_table()), "Bounds of the units of a hub.");
  table.field("hubs", std::identity{}, nested(hubs_table()), "Bounds of the number of hubs.");
  table.field(
      "scale_in", &Settings::scale_in, boolean(),
      "Whether hubs are taken away when fewer would do; devices that never ask DPS again are cut off by "
      "that. A schedule that gives fewer hubs does it anyway.");
  table.field("editions", &Settings::change_edition, choice<bool>({{"keep", false}, {"cheapest", true}}),
              "Whether a hub keeps its edition, or gets the cheapest of its tier that carries the load.");
  table.field("drain", &Settings::drain, duration(0s, longest, "10m"),
              "From the last device moved away to the end of a hub.");
  table.field("rebalance", &Settings::rebalance, nested(rebalance_table()),
              "Whether devices are moved when hubs come.");
  table.field("replace_failed_after", &Settings::replace_failed_after, duration_or_never("1h"),
              "A hub that stays failed for so long is replaced; or never.");
  table.field("oscillation", &Settings::oscillation, duration(1s, longest, "2h"),
              "A change that is undone within this time counts as an oscillation.");
  return table;
}

const std::vector<Condition>& conditions() {
  constexpr const char *policy = "a policy such as policy: threshold",
                       *adds = "a policy such as policy: threshold, or to replace_failed_after";
  const auto scales = [](const Settings& s) { return s.policy != PolicyKind::none; };
  const auto adds_hubs = [](const Settings& s) { return s.adds_hubs(); };
  const auto makes = [](const Settings& s) { return s.adds_hubs() || s.makes_for_others; };
  const auto moves = [](const Settings& s) { return s.moves_devices() || s.moves_for_others; };
  static const std::vector<Condition> all{
      {{"threshold"},
       [](const Settings& s) { return s.policy == PolicyKind::threshold; },
       "policy: threshold"},
      {{"target"},
       [](const Settings& s) {
         return s.policy == PolicyKind::target_tracking || s.policy == PolicyKind::predictive;
       },
       "policy: target-tracking or predictive"},
      {{"ahead"}, [](const Settings& s) { return s.policy == PolicyKind::predictive; }, "policy: predictive"},
      {{"schedule"}, [](const Settings& s) { return s.policy == PolicyKind::schedule; }, "policy: schedule"},
      {{"hold"}, scales, policy},
      {{"units"}, scales, policy},
      {{"hubs"}, scales, policy},
      {{"editions"}, scales, policy},
      {{"scale_in"}, scales, policy},
      {{"drain"}, takes_hubs_away, "scale_in: true, or a schedule with numbers of hubs"},
      {{"oscillation"}, scales, policy},
      {{"delay", "units"}, scales, policy},
      {{"delay", "hub"}, makes, adds},
      {{"every"}, adds_hubs, adds},
      {{"delay", "command"}, moves, "a policy, or when: hub-return"},
      {{"rebalance", "pace"}, moves, "a policy, or when: hub-return"},
      {{"rebalance", "batch"}, moves, "a policy, or when: hub-return"},
  };
  return all;
}

Value<Settings> settings_value() {
  Value<Settings> value = nested(settings_table());
  value.write = [write = value.write](const Settings& settings) {
    Node node = write(settings);
    for (const Condition& c : conditions()) {
      Node* within = c.path.size() > 1 ? node.find(c.path[0]) : &node;
      if (within && !c.applies(settings))
        std::erase_if(within->entries, [&](const Entry& e) { return e.key == c.path.back(); });
    }
    std::erase_if(node.entries,
                  [](const Entry& e) { return e.value.kind == Node::Kind::map && e.value.entries.empty(); });
    return node;
  };
  return value;
}

Settings default_settings() {
  static const Settings settings = [] {
    Table<Row> table("the control plane");
    table.field("name", &Row::name, name("default"), "Name of the row.").required();
    table.include(settings_table(), &Row::settings);
    return catalog::read("models/control/scaling.yaml", table).at(0).settings;
  }();
  return settings;
}

}  // namespace control
