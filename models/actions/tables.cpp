#include "models/actions/tables.hpp"

#include "models/catalog.hpp"

namespace actions {
namespace {

using namespace std::chrono_literals;
using namespace sim::settings;

struct Figures {
  std::string name;
  Duration ttl{0}, least{0}, most{0};
};

const Figures& figures() {
  static const Figures figures = [] {
    Table<Figures> table("actions");
    table.field("name", &Figures::name, name("default"), "Name of the row.").required();
    table.field("ttl", &Figures::ttl, duration(1s, 24h, "5m"), "Of a manual failover.").required();
    table.field("ttl_least", &Figures::least, duration(1s, 24h, "1m"), "The shortest.").required();
    table.field("ttl_most", &Figures::most, duration(1s, 24h, "30m"), "The longest.").required();
    return catalog::read("models/actions/actions.yaml", table).at(0);
  }();
  return figures;
}

Table<TargetGiven> target_table(const std::string& says, const std::string& example) {
  Table<TargetGiven> table(says + " such as " + example, example);
  table.field("device", &TargetGiven::device,
              optional(text("a device such as thermostats/17", "thermostats/17")),
              "A device, by group and number from 0.");
  table.field("group", &TargetGiven::group, optional(name("thermostats")), "A group of devices.");
  table.field(
      "share", &TargetGiven::share, optional(share(0.000001, 1, "10%")),
      "The share of the group, all of it unless given: always the same devices, in an order drawn from "
      "the seed, at least one.");
  return table;
}

Table<TargetGiven> failover_table() {
  Table<TargetGiven> table = target_table("a manual failover", "{device: thermostats/17, ttl: 5m}");
  Value<Duration> ttl = duration(figures().least, figures().most, "5m");
  table.field("ttl", &TargetGiven::ttl, optional(ttl), "After so long the devices are moved back.");
  return table;
}

Table<Migrate> migrate_table() {
  Table<Migrate> table("a migration such as {hubs: 3}", "{hubs: 3}");
  table.field("hubs", &Migrate::hubs, whole<std::uint32_t>(2, 1000), "How many hubs there are afterwards.")
      .required();
  return table;
}

// analytics, or {name: analytics, off: 1m}.
Value<RestartGiven> restart() {
  Table<RestartGiven> table("a restart such as {name: analytics, off: 1m}", "{name: analytics, off: 1m}");
  table.field("name", &RestartGiven::name, name("analytics"), "The export.").required();
  table.field("off", &RestartGiven::off, duration(0s, 24h, "1m"), "How long it is disabled.");
  const Value<std::string> word = name("analytics");
  const Value<RestartGiven> as_word{[word](Reader& reader, const Node& node, RestartGiven& given) {
                                      return word.read(reader, node, given.name);
                                    },
                                    [word](const RestartGiven& given) { return word.write(given.name); },
                                    word.shape};
  return either<RestartGiven>(as_word, nested(table),
                              [](const RestartGiven& given) { return given.off == Duration{0}; });
}

}  // namespace

Duration default_ttl() { return figures().ttl; }

const std::vector<std::string>& kind_keys() {
  static const std::vector<std::string> keys{"manual_failover", "manual_failback", "block",
                                             "unblock",         "approve",         "migrate",
                                             "fail_over",       "fail_back",       "restart_export"};
  return keys;
}

Table<ActionGiven> action_table() {
  const std::string example = "{name: drill, at: 3h, manual_failover: {device: thermostats/17}}";
  Table<ActionGiven> table("an action such as " + example, example);
  table
      .field(
          "name", [](auto& given) -> auto& { return given.action.name; }, name("drill"),
          "Name of the action, for its metrics.")
      .required();
  table
      .field(
          "at", [](auto& given) -> auto& { return given.action.at; }, time_of_run("3h"),
          "When it is done, since the start of the run.")
      .required();
  const auto about = [&](const char* key, auto member, const char* says, const char* doc) {
    table.field(key, member, optional(nested(target_table(says, "{device: thermostats/17}"))), doc);
  };
  table.field("manual_failover", &ActionGiven::manual_failover, optional(nested(failover_table())),
              "Devices are to use another hub for a time, which proves that their firmware follows DPS.");
  about("manual_failback", &ActionGiven::manual_failback, "a manual failback",
        "Devices return to their own hub before that time has passed.");
  about("block", &ActionGiven::block, "whom to block", "No hub and no DPS serves these devices any more.");
  about("unblock", &ActionGiven::unblock, "whom to unblock", "They are as they were before.");
  about("approve", &ActionGiven::approve, "whom to approve", "DPS serves devices that wait for approval.");
  table.field(
      "migrate", &ActionGiven::migrate, optional(nested(migrate_table())),
      "An application of one hub (era: legacy) gets further hubs, and its devices are spread over them.");
  const Value<std::string> what = text("the region of the application or a hub", "westeurope");
  table.field(
      "fail_over", &ActionGiven::fail_over, optional(what),
      "The region of the application, which is lost: the order to go to the recovery region. Or a hub: its "
      "manual failover to that region, under its name.");
  table.field(
      "fail_back", &ActionGiven::fail_back, optional(what),
      "The region of the application, which is back: it returns, and its devices follow at the pace of a "
      "rebalance. Or a hub.");
  table.field(
      "restart_export", &ActionGiven::restart_export, optional(restart()),
      "An export is disabled and enabled again: it starts anew, without what it had not delivered and "
      "what arrives in between.");
  return table;
}

}  // namespace actions
