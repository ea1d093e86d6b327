// What operators do to devices and to the application: each action with its effect in numbers.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"
#include "tests/support/life.hpp"
#include "tests/support/run.hpp"

using support::value;

namespace {

// Devices beside the services that ask DPS at once: registered within a second, told so by the first poll 3 s
// after the registration. A command to a hub takes 5 s.
std::string fleet(const std::string& actions, const std::string& group = "", int devices = 30, int hubs = 3) {
  return fmt::format(R"(
duration: 2h
application: {{era: {}, hubs: {{count: {}}}}}
provisioning: {{processing: 1s}}
fleet: [{{name: one, devices: {}, client: guide-reconnect, return_to_dps: at once, credentials: x509,
     access: {{rtt: 0ms, loss: 0%}} {}}}]
actions: [{}]
)",
                     hubs == 1 ? "legacy" : "2021", hubs, devices, group, actions);
}

support::Options traced(std::uint32_t index = 0) {
  support::Options options;
  options.trace_group = "one";
  options.trace_index = index;
  return options;
}

// Without the measures of an action of this name.
// A month is that of the time before the first action.
measures::Report without(measures::Report report, const std::string& action) {
  std::erase_if(report.values, [&](const auto& v) {
    return v.first.starts_with("recovery." + action + ".") || v.first.starts_with("cost.month");
  });
  report.pools.erase(action);
  report.timeline.clear();
  return report;
}

std::vector<std::string> timeline(const measures::Report& report, const std::string& kind = "action") {
  std::vector<std::string> lines;
  for (const measures::Event& e : report.timeline)
    if (e.kind == kind) lines.push_back(fmt::format("{} {} {}: {}", e.time_s, e.to, e.outcome, e.reason));
  return lines;
}

const std::string drill = "{name: drill, at: 10m, manual_failover: {device: one/4, ttl: 5m}}";

}  // namespace

TEST_CASE("a manual failover is two re-provisionings and ends where it began", "[actions]") {
  const measures::Report before = known::run_both(fleet(""));
  const measures::Report report = known::run_both(fleet(drill), traced(4));
  CHECK(value(report, "dps.assigned") == 2);
  CHECK(value(report, "recovery.drill.affected") == 1);
  CHECK(value(report, "recovery.drill.episodes") == 2);
  CHECK(value(report, "recovery.drill.unrecovered") == 0);
  CHECK(value(report, "recovery.drill.relapses") == 0);
  // 5 s for the command, then registration and poll.
  CHECK(value(report, "recovery.drill.max") == Approx(8).margin(0.01));
  CHECK(value(report, "recovery.drill.outage.max") == Approx(3).margin(0.01));
  // Each time: disabled, made elsewhere, its twin read and the old identity deleted.
  CHECK(value(report, "hub.identity_writes") == 8);
  for (const std::string hub : {"hub-1", "hub-2", "hub-3"})
    CHECK(value(report, "allocation.hub." + hub + ".connected") ==
          value(before, "allocation.hub." + hub + ".connected"));
  const std::vector<double> disabled = known::instants(report, "its identity on");
  CHECK(disabled == std::vector<double>{605, 910});
  CHECK(timeline(report) ==
        std::vector<std::string>{"600 drill begun: manual failover of one/4 for 5m",
                                 "910 drill done: manual failover of one/4 for 5m is over"});
  const std::vector<measures::TraceLine> moves = support::lines(report, "is moved from ");
  REQUIRE(moves.size() == 2);
  std::string there = moves[0].text.substr(14), back = moves[1].text.substr(14);  // "hub-1 to hub-2"
  CHECK(there == back.substr(9) + " to " + back.substr(0, 5));
}

TEST_CASE("an application of one hub refuses a manual failover and nothing else changes", "[actions]") {
  const measures::Report report = support::run(fleet(drill, "", 30, 1));
  CHECK(timeline(report) ==
        std::vector<std::string>{
            "600 drill refused: manual failover of one/4 for 5m: the application has only one hub"});
  CHECK(value(report, "recovery.drill.affected") == 0);
  CHECK(support::bytes(without(report, "drill")) ==
        support::bytes(without(support::run(fleet("", "", 30, 1)), "drill")));
}

TEST_CASE("a share of a group is failed over as devices of it", "[actions]") {
  const std::string some = "{name: drill, at: 10m, manual_failover: {group: one, share: 20%}}";
  const measures::Report report = known::run_both(fleet(some));
  CHECK(value(report, "dps.assigned") == 12);
  CHECK(value(report, "recovery.drill.episodes") == 12);
  CHECK(value(report, "recovery.drill.unrecovered") == 0);
  CHECK(timeline(report).back().find("910 drill done") == 0);  // unless it says otherwise, 5 min
}

TEST_CASE("a registry without credit takes a share in lots", "[actions]") {
  // An S1 unit has a credit of 150 identity operations and 100 a minute.
  const std::string all = "{name: drill, at: 10m, manual_failover: {group: one, ttl: 30m}}";
  const measures::Report report = known::run_both(fleet(all, "", 1200, 2));
  CHECK(value(report, "recovery.drill.episodes") == 2400);
  CHECK(value(report, "recovery.drill.unrecovered") == 0);
  CHECK(value(report, "allocation.hub.hub-1.connected") + value(report, "allocation.hub.hub-2.connected") ==
        1200);
  const std::vector<std::string> told = timeline(report);
  REQUIRE(told.size() == 2);  // one end, when the last is back
  CHECK(support::value(report, "devices.connected") == 1200);
}

TEST_CASE("a failback comes before the time is over", "[actions]") {
  const std::string home = "{name: home, at: 12m, manual_failback: {device: one/4}}";
  const measures::Report report = known::run_both(fleet(drill + ", " + home), traced(4));
  CHECK(value(report, "dps.assigned") == 2);
  CHECK(value(report, "recovery.drill.affected") == 1);
  CHECK(value(report, "recovery.home.affected") == 1);
  CHECK(known::instants(report, "its identity on") == std::vector<double>{605, 725});
  const measures::Report in_vain = support::run(fleet(home));
  CHECK(timeline(in_vain) ==
        std::vector<std::string>{"720 home refused: manual failback of one/4: not failed over"});
  CHECK(support::bytes(without(in_vain, "home")) == support::bytes(without(support::run(fleet("")), "home")));
}

TEST_CASE("who never asks DPS is let in again at the end of a manual failover", "[actions]") {
  std::string yaml = fleet(drill);
  yaml.replace(yaml.find("at once"), 7, "never");
  const measures::Report report = known::run_both(yaml, traced(4));
  CHECK(value(report, "dps.registrations") == 0);
  CHECK(value(report, "recovery.drill.affected") == 1);
  CHECK(value(report, "recovery.drill.unrecovered") == 0);
  CHECK(known::instants(report, "is assigned to") == std::vector<double>{0, 910});
  CHECK(value(report, "recovery.drill.wait.stuck") > 304);  // from 605 s to 910 s
  CHECK(value(report, "recovery.drill.wait.stuck") < 305.1);
}

TEST_CASE("a hub that does not answer moves nobody", "[actions]") {
  const std::string yaml = fleet("{name: drill, at: 10m, manual_failover: {group: one}}") +
                           "faults: [{name: quiet, at: 9m, hub: 1, for: 5m, mode: busy}]\n";
  const measures::Report report = support::run(yaml);
  const std::vector<std::string> told = timeline(report);
  REQUIRE(told.size() == 3);
  const double there = value(report, "allocation.hub.hub-1.provisioned");
  CHECK(there > 0);
  CHECK(told[1] ==
        fmt::format("605 drill refused: manual failover of all one for 5m, {} devices: hub-1 does not answer",
                    there));
  CHECK(value(report, "recovery.drill.affected") >= 30 - there);
}

TEST_CASE("a blocked device is served by nobody until it is unblocked", "[actions]") {
  const std::string lockout = "{name: lockout, at: 10m, block: {group: one, share: 10%}}",
                    pardon = "{name: pardon, at: 30m, unblock: {group: one, share: 10%}}";
  const measures::Report blocked = known::run_both(fleet(lockout));
  CHECK(value(blocked, "devices.blocked") == 3);
  CHECK(value(blocked, "devices.connected") == 27);
  CHECK(value(blocked, "devices.stuck") == 0);
  CHECK(value(blocked, "recovery.lockout.affected") == 3);
  CHECK(value(blocked, "recovery.lockout.unrecovered") == 3);
  CHECK(value(blocked, "dps.unauthorized") == value(blocked, "dps.registrations"));
  CHECK(value(blocked, "dps.unauthorized") > 3);
  // 6600 s from the end of the command to the end of the run; nothing is on the wire here.
  CHECK(value(blocked, "recovery.lockout.wait.service_down") == Approx(6595).margin(0.01));

  const measures::Report report = known::run_both(fleet(lockout + ", " + pardon));
  CHECK(value(report, "devices.blocked") == 0);
  CHECK(value(report, "devices.connected") == 30);
  CHECK(value(report, "recovery.lockout.unrecovered") == 0);
  CHECK(value(report, "recovery.lockout.wait.service_down") > 1199);
  CHECK(value(report, "recovery.lockout.wait.service_down") < 1201);
  CHECK(timeline(report) == std::vector<std::string>{"600 lockout begun: block of 10% of one",
                                                     "605 lockout done: 3 devices blocked",
                                                     "1800 pardon begun: unblock of 10% of one",
                                                     "1805 pardon done: 3 devices unblocked"});
}

TEST_CASE("who waits at its hub is let in by it when it is unblocked", "[actions]") {
  std::string yaml = fleet(
      "{name: lockout, at: 10m, block: {device: one/0}}, {name: pardon, at: 30m, unblock: {device: one/0}}");
  yaml.replace(yaml.find("at once"), 7, "never");
  const measures::Report report = known::run_both(yaml, traced());
  CHECK(report.parked_attempts > 0);
  CHECK(value(report, "dps.registrations") == 0);
  CHECK(value(report, "devices.connected") == 30);
  CHECK(known::instants(report, "is blocked by lockout") == std::vector<double>{605});
  CHECK(known::instants(report, "is unblocked by pardon") == std::vector<double>{1805});
}

TEST_CASE("who is blocked while a hub is down is disabled there when it is back", "[actions]") {
  const std::string yaml =
      fleet("{name: lockout, at: 10m, block: {group: one}}", ", on_dps_failure: cached hub") +
      "faults: [{name: away, at: 9m, hub: 1, for: 20m}]\n";
  const measures::Report report = known::run_both(yaml);
  CHECK(value(report, "devices.blocked") == 30);
  CHECK(value(report, "devices.connected") == 0);
}

TEST_CASE("an unknown device waits for its approval", "[actions]") {
  const std::string joins = ", joins: at once, approval: manual";
  const std::string welcome = "{name: welcome, at: 30m, approve: {group: one, share: 50%}}";
  const measures::Report nobody = known::run_both(fleet("", joins));
  CHECK(value(nobody, "devices.waiting_for_approval") == 30);
  CHECK(value(nobody, "dps.unauthorized") == value(nobody, "dps.registrations"));
  CHECK(value(nobody, "dps.assigned") == 0);
  const measures::Report half = known::run_both(fleet(welcome, joins));
  CHECK(value(half, "devices.waiting_for_approval") == 15);
  CHECK(value(half, "devices.connected") == 15);
  CHECK(value(half, "dps.assigned") == 15);
  CHECK(timeline(half) == std::vector<std::string>{"1800 welcome done: 15 devices approved"});
  const measures::Report twice =
      support::run(fleet(welcome + ", {name: again, at: 40m, approve: {group: one, share: 50%}}", joins));
  CHECK(timeline(twice).back() ==
        "2400 again refused: approval of 50% of one, 15 of 15 devices: not waiting for approval");
}

TEST_CASE("an operator who takes two hours approves after two hours", "[actions]") {
  const std::string joins = ", joins: at once, approval: after 1h";
  const measures::Report report = known::run_both(fleet("", joins), traced());
  CHECK(value(report, "devices.waiting_for_approval") == 0);
  CHECK(value(report, "devices.connected") == 30);
  const std::vector<double> assigned = known::instants(report, "is assigned to");
  REQUIRE(assigned.size() == 1);
  CHECK(assigned[0] >= 3600);
  const measures::Report late = support::run(fleet("", ", joins: at once, approval: after 3h"));
  CHECK(value(late, "devices.waiting_for_approval") == 30);
}

TEST_CASE("who is blocked before it joins never does", "[actions]") {
  const measures::Report report = known::run_both(
      fleet("{name: lockout, at: 10m, block: {device: one/0}}", ", joins: at 20m over 0"), traced());
  CHECK(value(report, "dps.assigned") == 29);
  CHECK(value(report, "devices.blocked") == 1);
  CHECK(value(report, "recovery.lockout.affected") == 0);  // it had nothing to lose
  CHECK(known::instants(report, "is connected").empty());
}

TEST_CASE("a client without patience for a 401 is lost", "[actions]") {
  const measures::Report report =
      known::run_both(fleet("", ", on_dps_failure: stop, joins: at once, approval: manual"));
  CHECK(value(report, "devices.lost") == 30);
  CHECK(value(report, "dps.unauthorized") == 30);
}

TEST_CASE("a migration spreads the devices of one hub over three", "[actions]") {
  const measures::Report report =
      known::run_both(fleet("{name: growth, at: 10m, migrate: {hubs: 3}}", "", 300, 1));
  CHECK(value(report, "hubs.count") == 3);
  CHECK(value(report, "scaling.out") == 2);
  const double moved =
      value(report, "allocation.hub.hub-2.provisioned") + value(report, "allocation.hub.hub-3.provisioned");
  CHECK(value(report, "allocation.hub.hub-1.connected") + moved == 300);
  CHECK(moved > 150);
  CHECK(value(report, "dps.assigned") == moved);  // nobody is moved twice
  CHECK(value(report, "recovery.growth.affected") == moved);
  CHECK(value(report, "recovery.growth.unrecovered") == 0);
  CHECK(value(report, "allocation.connected.max_to_mean") < 1.2);
  // Hubs take 2 to 10 min; at 100 a minute the devices take two.
  const std::vector<std::string> told = timeline(report);
  CHECK(told.front() == "600 growth begun: migration to 3 hubs");
  CHECK(value(report, "recovery.growth.max") < 300);
}

TEST_CASE("a migration and a controller that makes hubs do not take the same place", "[actions]") {
  const std::string yaml = fleet("{name: growth, at: 4m59s, migrate: {hubs: 3}}", "", 300, 1) +
                           "scaling: {policy: threshold, hubs: {devices_per_hub: 100, most: 5}}\n";
  const measures::Report report = support::run(yaml);
  CHECK(value(report, "hubs.peak") >= 3);
  CHECK(value(report, "devices.connected") == 300);
}
