// The keys of `actions`.
#include "tests/scenario/key_rows.hpp"

namespace keys {

namespace {

// Two groups on three hubs, of devices that ask DPS at once.
const std::string quiet = R"(
duration: 2h
application: {hubs: {count: 3}}
fleet:
  - {name: meters, devices: 100, client: guide-reconnect, return_to_dps: at once}
  - {name: pumps, devices: 50, client: guide-reconnect, return_to_dps: at once}
)";

const std::string waiting = R"(
duration: 2h
fleet:
  - {name: meters, devices: 100, client: guide-reconnect, joins: at once, approval: manual}
  - {name: pumps, devices: 50, client: guide-reconnect, joins: at once, approval: manual}
)";

const std::string single = R"(
duration: 2h
application: {era: legacy}
fleet: [{name: meters, devices: 200, client: guide-reconnect, return_to_dps: at once}]
)";

// The three keys of a target, in an action of this kind that follows on others.
std::vector<Row> target_rows(const std::string& kind, const std::string& base, const std::string& first,
                             const std::string& shows) {
  const std::string key = "actions." + kind + ".", path = "actions[1]." + kind;
  const auto actions = [&](const std::string& whom) {
    return std::vector<std::string>{"actions=[" + first + ", {name: second, at: 1h, " + kind + ": " + whom +
                                    "}]"};
  };
  return {
      {key + "device", base, actions("{device: meters/5}"), path + ".device=meters/500", "no device",
       Effect::refused},
      {key + "group", base, actions("{group: meters}"), path + ".group=pumps", shows},
      {key + "share", base, actions("{group: meters}"), path + ".share=20%", shows},
  };
}

}  // namespace

std::vector<Row> action_rows() {
  const std::string drill = "actions=[{name: drill, at: 30m, manual_failover: {group: meters, ttl: 5m}}]";
  const std::string none = "{name: none, at: 30m, block: {device: pumps/1}}";
  std::vector<Row> rows{
      {"actions.name", quiet, {drill}, "actions[0].name=other", "recovery.other.affected"},
      {"actions.at", quiet, {drill}, "actions[0].at=119m", "dps.assigned"},
      {"actions.manual_failover.ttl",
       quiet,
       {"actions=[{name: drill, at: 110m, manual_failover: {group: meters, ttl: 5m}}]"},
       "actions[0].manual_failover.ttl=20m",
       "dps.assigned"},
      {"actions.migrate.hubs",
       single,
       {"actions=[{name: growth, at: 30m, migrate: {hubs: 2}}]"},
       "actions[0].migrate.hubs=3",
       "hubs.count"},
  };
  const auto add = [&](const std::vector<Row>& more) { rows.insert(rows.end(), more.begin(), more.end()); };
  add(target_rows("manual_failover", quiet, none, "recovery.second.affected"));
  add(target_rows("manual_failback", quiet, "{name: a, at: 50m, manual_failover: {group: meters, ttl: 30m}}",
                  "recovery.second.affected"));
  add(target_rows("block", quiet, none, "devices.blocked"));
  add(target_rows("unblock", quiet, "{name: a, at: 50m, block: {group: meters}}", "devices.blocked"));
  add(target_rows("approve", waiting, none, "devices.waiting_for_approval"));
  return rows;
}

}  // namespace keys
