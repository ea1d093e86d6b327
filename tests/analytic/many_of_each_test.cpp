// However many incidents and hubs a run has, what happens to a device is put down to what it happened for,
// and each hub is one of its own.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "tests/support/life.hpp"
#include "tests/support/run.hpp"

using support::value;

namespace {

// Incidents that concern no device, about four days by the time between two of them; and a device that is
// blocked for two days.
std::string blocked_among_incidents(int every_s) {
  return fmt::format(R"(
duration: 4d
application: {{hubs: {{count: 2}}}}
fleet: [{{name: one, devices: 5}}]
faults: [{{name: noise, quota: {{registrations_per_minute: 900}}, mtbf: {}s, mttr: 1s}}]
actions: [{{name: lockout, at: 2d, block: {{device: one/3}}}}]
)",
                     every_s);
}

}  // namespace

TEST_CASE("a cause is told as it is after 32,767 and after 65,536 incidents", "[ids][long]") {
  for (const auto& [every_s, incidents] : {std::pair{8, 32'767}, {4, 65'536}}) {
    support::Options options;
    options.trace_group = "one";
    options.trace_index = 3;
    const measures::Report report = support::run(blocked_among_incidents(every_s), options);
    INFO(every_s);
    CHECK(value(report, "recovery.noise.incidents") > incidents);
    CHECK(value(report, "recovery.lockout.affected") == 1);
    CHECK(value(report, "recovery.lockout.unrecovered") == 1);
    CHECK(value(report, "recovery.noise.affected") == 0);
    CHECK(value(report, "recovery.noise.prolonged") == 0);
    const auto lines = support::lines(report, "connect to hub-");
    REQUIRE(!lines.empty());
    CHECK(std::all_of(lines.begin(), lines.end(), [](const measures::TraceLine& line) {
      return line.text.find("(lockout)") != std::string::npos;
    }));
  }
}

// Without a prober it is the failover coordinator that finds hubs that are back, and devices move to them.
TEST_CASE("a rebalance after the loss of a region that nobody probes has a number of its own", "[ids]") {
  const measures::Report report = support::run(R"(
duration: 8h
application: {region: westeurope, hubs: {count: 2}}
provisioning: {exclude_failed_hubs: false}
failover: {standby: active}
scaling: {rebalance: {when: hub-return}}
fleet: [{name: one, devices: 200}]
faults: [{name: gone, region: westeurope, at: 1h, for: 2h}]
actions: [{name: home, at: 5h, fail_back: westeurope}]
)");
  CHECK(value(report, "recovery.gone.affected") > 0);
  CHECK(value(report, "recovery.rebalance.affected") > 0);
  CHECK(value(report, "recovery.rebalance.unrecovered") == 0);
}

// A hub that is made takes its own time, also where there are more than 64.
TEST_CASE("each of 66 hubs of a recovery region is made in a time of its own", "[ids][long]") {
  support::Options options;
  options.trace_group = "one";
  const measures::Report report = support::run(R"(
limits: off
duration: 90m
application: {region: westeurope, hubs: {count: 66}}
failover: {standby: cold}
fleet: [{name: one, devices: 5}]
faults: [{name: gone, region: westeurope, at: 10m}]
)",
                                               options);
  std::set<double> made;
  for (const measures::TraceLine& line : support::lines(report, "-- recovery-")) made.insert(line.time_s);
  CHECK(made.size() == 66);
}
