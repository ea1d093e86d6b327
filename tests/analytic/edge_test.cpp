// IoT Edge devices never move between hubs, and are reported apart.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"
#include "tests/support/run.hpp"

using support::value;

namespace {

std::string mixed(const std::string& more) {
  return fmt::format(R"(
duration: 2h
application: {{hubs: {{count: 3}}}}
fleet:
  - {{name: meters, devices: 90, client: guide-reconnect, return_to_dps: at once}}
  - {{name: gateways, devices: 30, client: guide-reconnect, return_to_dps: at once, edge: true}}
{}
)",
                     more);
}

}  // namespace

TEST_CASE("balance is about the devices that can move", "[edge]") {
  const measures::Report report = support::run(R"(
duration: 10m
application: {era: legacy}
fleet: [{name: meters, devices: 90}, {name: gateways, devices: 30, edge: true}]
)");
  CHECK(value(report, "allocation.provisioned.max") == 90);
  CHECK(value(report, "allocation.connected.max") == 90);
  CHECK(value(report, "allocation.hub.hub-1.provisioned") == 120);
  CHECK(value(report, "allocation.hub.hub-1.connected") == 120);
  CHECK(value(report, "devices.edge_total") == 30);
  CHECK(value(report, "devices.edge_connected") == 30);
}

TEST_CASE("edge devices wait for their own hub", "[edge]") {
  const std::string away =
      "faults: [{name: away, at: 20m, hub: 1, for: 30m}]\nscaling: {rebalance: {when: never}}";
  const measures::Report report = known::run_both(mixed(away));
  // All devices that can have moved away by then; the others were out for as long as their hub.
  const double stay = value(report, "allocation.hub.hub-1.provisioned");
  CHECK(stay > 0);
  CHECK(value(report, "recovery.away.group.gateways.affected") == stay);
  CHECK(value(report, "recovery.away.group.gateways.first") >= 1800);
  CHECK(value(report, "recovery.away.group.meters.max") < 600);
  CHECK(value(report, "recovery.away.group.gateways.unrecovered") == 0);
  CHECK(value(report, "devices.edge_connected") == 30);
}

TEST_CASE("edge devices of a dead hub are not stuck", "[edge]") {
  std::string yaml = mixed("faults: [{name: away, at: 20m, hub: 1}]");
  for (std::size_t at = yaml.find("at once"); at != std::string::npos; at = yaml.find("at once"))
    yaml.replace(at, 7, "never");
  const measures::Report report = known::run_both(yaml);
  const double there = value(report, "recovery.away.group.gateways.affected");
  CHECK(there > 0);
  CHECK(value(report, "devices.edge_connected") == 30 - there);
  CHECK(value(report, "devices.stuck") == value(report, "recovery.away.group.meters.affected"));
  CHECK(value(report, "recovery.away.wait.service_down") > 0);
}

TEST_CASE("edge devices are moved by nobody", "[edge]") {
  const measures::Report report = support::run(
      mixed("faults: [{name: away, at: 20m, hub: 1, for: 30m}]\nscaling: {rebalance: {when: hub-return}}\n"
            "actions: [{name: drill, at: 80m, manual_failover: {group: gateways}}]"));
  CHECK(value(report, "recovery.rebalance.affected") > 0);
  CHECK(value(report, "recovery.rebalance.group.gateways.affected") == 0);
  CHECK(value(report, "recovery.drill.affected") == 0);
  REQUIRE(report.timeline.back().outcome == "refused");
  CHECK(report.timeline.back().reason ==
        "manual failover of all gateways for 5m, 30 of 30 devices: IoT Edge devices stay on their hub");
}

TEST_CASE("a hub with edge devices is not given up", "[edge]") {
  const auto hubs = [](const std::string& edge) {
    return value(support::run(fmt::format(R"(
duration: 4h
application: {{hubs: {{count: 4, edition: S1, units: 2}}}}
fleet: [{{name: meters, devices: 200, client: guide-reconnect, credentials: x509, edge: {}}}]
scaling: {{policy: threshold, scale_in: true}}
)",
                                          edge)),
                 "hubs.count");
  };
  CHECK(hubs("true") == 4);
  CHECK(hubs("false") == 2);
}
