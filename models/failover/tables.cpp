#include "models/failover/tables.hpp"

#include <algorithm>
#include <stdexcept>

#include "models/catalog.hpp"
#include "sim/settings/quantity.hpp"

namespace failover {
namespace {

using namespace std::chrono_literals;
using namespace sim::settings;

constexpr auto longest = 24h * 365;

Table<control::Triangular> triangular_table() {
  Table<control::Triangular> table("a triangular time such as {least: 2h, mode: 8h, most: 26h}",
                                   "{least: 2h, mode: 8h, most: 26h}");
  const Value<Duration> time = duration(0s, longest, "2h");
  table.field("least", &control::Triangular::least, time, "The shortest.").required();
  table.field("mode", &control::Triangular::mode, time, "The most frequent.").required();
  table.field("most", &control::Triangular::most, time, "The longest.").required();
  return table;
}

// "2h", or "2h..26h".
Parsed<Delay> parse_range(std::string_view text) {
  const Parsed<DurationRange> parsed = parse_duration_range(text, longest);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
  const auto& [from, to] = std::get<DurationRange>(parsed);
  return Delay{{from, from, to}, from != to};
}

std::string format_range(const Delay& delay) {
  return format_duration_range({delay.range.least, delay.uniform ? delay.range.most : delay.range.least});
}

// A fixed time, a range (uniform), or a triangular distribution.
Value<Delay> delay(const std::string& example) {
  Shape shape = duration_range_shape(longest, example);
  shape.says += ", or 2h..26h";
  const Value<Delay> range = from_text<Delay>(shape, parse_range, format_range);
  const Value<control::Triangular> triangle = nested(triangular_table());
  const Value<Delay> as_map{[triangle](Reader& reader, const Node& node, Delay& out) {
                              control::Triangular& t = out.range;
                              if (!triangle.read(reader, node, t)) return false;
                              out.uniform = false;
                              return (t.least <= t.mode && t.mode <= t.most) ||
                                     reader.fail(node, "is not in order", "least, mode and most grow");
                            },
                            [triangle](const Delay& d) { return triangle.write(d.range); }, triangle.shape};
  return either<Delay>(range, as_map,
                       [](const Delay& d) { return d.uniform || d.range.least == d.range.most; });
}

// automatic, after 30m, or operator.
Parsed<std::optional<Duration>> parse_decision(std::string_view text) {
  constexpr std::string_view after = "after ";
  if (text == "operator") return std::optional<Duration>{};
  if (text == "automatic") return std::optional<Duration>{Duration{0}};
  if (text.substr(0, after.size()) != after)
    return Problem{"is no way to decide", "write automatic, after 30m, or operator"};
  const Parsed<Duration> time =
      within<Duration>(parse_duration(text.substr(after.size())), 0s, longest, format_duration);
  if (const auto* problem = std::get_if<Problem>(&time)) return *problem;
  return std::optional<Duration>{std::get<Duration>(time)};
}

Value<Settings> decision() {
  const Shape shape =
      quantity_shape("automatic, after 30m, or operator", "after 30m", "automatic|operator|after [0-9].*",
                     {{"after 0s", "after " + format_duration(longest)}}, {"automatic", "operator"});
  const Value<std::optional<Duration>> value =
      from_text<std::optional<Duration>>(shape, parse_decision, [](const std::optional<Duration>& d) {
        if (!d) return std::string("operator");
        return d->count() == 0 ? std::string("automatic") : "after " + format_duration(*d);
      });
  return {[value](Reader& reader, const Node& node, Settings& settings) {
            std::optional<Duration> given;
            if (!value.read(reader, node, given)) return false;
            settings.automatic = given.has_value();
            settings.decision = given.value_or(Duration{0});
            return true;
          },
          [value](const Settings& settings) {
            return value.write(settings.automatic ? std::optional{settings.decision} : std::nullopt);
          },
          value.shape};
}

Table<HubFailover> line_table() {
  Table<HubFailover> table("a line such as {base: 463s, per_device: 772us}",
                           "{base: 463s, per_device: 772us}");
  table.field("base", &HubFailover::base, duration(0s, longest, "463s"), "Of a hub without devices.")
      .required();
  table
      .field("per_device", &HubFailover::per_device, duration(0s, 1h, "772us"), "For each registered device.")
      .required();
  table.field("least", &HubFailover::least, duration(0s, longest, "10m"), "It never takes less.");
  table.field("most", &HubFailover::most, optional(duration(1s, longest, "2h")), "It never takes more.");
  return table;
}

struct Row {
  std::string name;
  Settings settings;
};

const Row& row(const std::string& name);

// One of the lines of the catalog, or a line of one's own.
Value<HubFailover> line() {
  const Value<HubFailover> any = nested(line_table());
  const Value<HubFailover> map{[any](Reader& reader, const Node& node, HubFailover& out) {
                                 if (!any.read(reader, node, out)) return false;
                                 return !out.most || out.least <= *out.most ||
                                        reader.fail(node, "is not in order", "least is no more than most");
                               },
                               any.write, any.shape};
  const Value<std::string> word =
      choice<std::string>({{"measured", "measured"}, {"documented", "documented"}});
  const auto name_of = [](const HubFailover& line) -> std::string {
    for (const char* name : {"measured", "documented"})
      if (row(name).settings.hub == line) return name;
    return "";
  };
  const Value<HubFailover> as_word{[word](Reader& reader, const Node& node, HubFailover& out) {
                                     std::string name;
                                     if (!word.read(reader, node, name)) return false;
                                     out = row(name).settings.hub;
                                     return true;
                                   },
                                   [name_of](const HubFailover& line) { return Node::scalar(name_of(line)); },
                                   word.shape};
  return either<HubFailover>(as_word, map,
                             [name_of](const HubFailover& line) { return name_of(line) != ""; });
}

const Row& row(const std::string& name) {
  static const std::vector<Row> rows = [] {
    Table<Row> table("failover");
    table.field("name", &Row::name, sim::settings::name("measured"), "Name of the row.").required();
    table.include(settings_table(), &Row::settings);
    return catalog::read("models/failover/failover.yaml", table);
  }();
  for (const Row& r : rows)
    if (r.name == name) return r;
  throw std::logic_error("failover.yaml lacks a row " + name);
}

}  // namespace

Duration HubFailover::of(std::uint64_t devices) const {
  const Duration line = base + per_device * static_cast<std::int64_t>(devices);
  return std::max(least, std::min(line, most.value_or(line)));
}

Table<Settings> settings_table() {
  Table<Settings> table("a map such as {service_rto: 2h..26h, rpo: 5m}", "{service_rto: 2h..26h, rpo: 5m}");
  table.field(
      "standby", &Settings::standby,
      choice<Standby>({{"none", Standby::none},
                       {"cold", Standby::cold},
                       {"warm", Standby::warm},
                       {"active", Standby::active}}),
      "What waits in the recovery region: nothing, a script that makes hubs, hubs without devices, or "
      "hubs that take their share all the time.");
  table.field(
      "moves", &Settings::moves,
      choice<Moves>({{"none", Moves::none}, {"application", Moves::application}, {"hubs", Moves::hubs}}),
      "Whether the application gets new hubs in the recovery region, its hubs keep their names, or "
      "nothing is recovered. Unless given: application; none with one hub (era: legacy) and no migration.");
  table.field("detection", &Settings::detection, delay("5m"), "From the loss of the region to the alarm.");
  table.field("decision", std::identity{}, decision(),
              "From the alarm to the order: automatic, after a time, or an operator's action fail_over.");
  table.field("service_rto", &Settings::service_rto, delay("2h"),
              "Standby none: from the loss of the region to services in the recovery region.");
  table.field("switch", &Settings::switch_over, duration(0s, longest, "1m"),
              "Standby warm or active: until DPS serves from the recovery region.");
  table.field("rpo", &Settings::rpo, duration(0s, longest, "5m"),
              "How old the copy of registry and twins is when the region is lost.");
  table.field("unread", &Settings::unread, duration(0s, longest, "10s"),
              "Messages of this time before the loss that nobody has read from the hubs are lost.");
  table.field(
      "hub_failover", &Settings::hub, line(),
      "How long the manual failover of a hub takes: as measured, as documented, or base + per_device x "
      "its devices within least and most.");
  table.field("errors_after", &Settings::errors_after, duration(0s, longest, "123s"),
              "From the start of a hub's manual failover until its devices get errors.");
  table.field(
      "dns_ttl", [](auto& s) -> auto& { return s.dns.ttl; }, duration(0s, longest, "60s"),
      "How long a resolver keeps the address of a hub.");
  table.field(
      "dns_stale", [](auto& s) -> auto& { return s.dns.stale; }, duration(0s, longest, "300s"),
      "How much longer some resolvers go on giving the old one, at most.");
  table.field(
      "dns_stale_share", [](auto& s) -> auto& { return s.dns.stale_share; }, share(0, 1, "10%"),
      "Share of the devices behind such resolvers.");
  return table;
}

bool applies(const Settings& settings, const std::string& key) {
  const Standby standby = settings.standby;
  const bool recovers = settings.recovers();
  if (key == "service_rto") return standby == Standby::none && recovers;
  if (key == "moves") return standby == Standby::none;
  if (key == "switch") return settings.stands_by();
  if (key == "decision") return standby != Standby::active && recovers;
  if (key == "detection" || key == "rpo" || key == "unread") return recovers;
  return true;
}

Value<Settings> settings_value() {
  Value<Settings> value = nested(settings_table());
  value.write = [write = value.write](const Settings& settings) {
    Node node = write(settings);
    std::erase_if(node.entries, [&](const Entry& e) { return !applies(settings, e.key); });
    return node;
  };
  return value;
}

Settings default_settings() { return row("measured").settings; }

HubFailover documented_line() { return row("documented").settings.hub; }

}  // namespace failover
