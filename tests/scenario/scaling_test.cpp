// What the control plane does to hubs and devices: both carriers tell the same story, moves keep their pace,
// a moved device sees what MQTT shows it, and more units end a quota's cliff.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "tests/support/life.hpp"
#include "tests/support/run.hpp"

namespace {

// Everything at once: hubs grow, come and go, one fails and is replaced, devices are moved to and fro.
const std::string busy_day = R"(
duration: 8h
application: {hubs: {count: 4, edition: S1, units: 1}}
provisioning: {registrations_per_minute: 300}
fleet:
  - {name: old, devices: 200, client: guide-reconnect,
     telemetry: {every: 20s, surges: [{at: 1h, for: 1h, factor: 4}]}}
  - {name: default, devices: 100, client: sdk-c}
  - {name: node, devices: 50, client: sdk-node, telemetry: {every: 1m}}
  - {name: new, devices: 450, client: sdk-python, return_to_dps: after 15m, joins: at 3h over 1h}
scaling:
  policy: threshold
  scale_in: true
  threshold: {basis: projected}
  hubs: {devices_per_hub: 150}
  replace_failed_after: 20m
  rebalance: {when: both, pace: 60/min}
faults:
  - {name: gone, at: 2h, hub: 1, for: 90m, mode: silent}
  - {name: brief, at: 6h, hub: 2, for: 10m}
)";

measures::Report run(const std::string& yaml, application::CarrierKind carrier, bool parking) {
  support::Options options;
  options.carrier = carrier;
  options.parking = parking;
  options.trace_group = "default";
  return support::run(yaml, options);
}

}  // namespace

TEST_CASE("both carriers scale alike, with parking and without", "[scaling][long]") {
  using application::CarrierKind;
  const measures::Report fleet = run(busy_day, CarrierKind::fleet, true);
  for (const char* metric : {"scaling.up", "scaling.out", "scaling.in", "recovery.rebalance.affected",
                             "recovery.scale-in.affected", "devices.stuck"}) {
    INFO(metric);
    CHECK(support::value(fleet, metric) > 0);
  }
  const std::string bytes = support::bytes(fleet);
  CHECK((support::bytes(run(busy_day, CarrierKind::fleet, false)) == bytes));
  CHECK((support::bytes(run(busy_day, CarrierKind::actor, true)) == bytes));
#ifndef HUBSTORM_SANITIZE  // it takes minutes there
  CHECK((support::bytes(run(busy_day, CarrierKind::actor, false)) == bytes));
#endif
}

TEST_CASE("devices are moved no faster than the pace", "[scaling]") {
  const std::string yaml = R"(
duration: 3h
application: {hubs: {count: 2, edition: S3, units: 1}}
provisioning: {registrations_per_minute: 100000, allocation: least-devices}
fleet: [{name: one, devices: 2000, client: guide-reconnect, credentials: x509, return_to_dps: at once}]
scaling: {rebalance: {when: hub-return, pace: 30/min, batch: 1m}}
faults: [{name: away, at: 10m, hub: 2, for: 20m}]
)";
  const measures::Report report = support::run(yaml);
  // All were on hub-1; its surplus of 1,000 goes back, 30 a minute: 34 lots, 33 minutes between the first and
  // the last.
  CHECK(support::value(report, "recovery.rebalance.affected") == 1000);
  CHECK(support::value(report, "allocation.provisioned.max_to_mean") == Approx(1).margin(0.002));
  const double last = support::value(report, "recovery.rebalance.max");
  CHECK(last - support::value(report, "recovery.rebalance.first") == Approx(33 * 60).margin(60));
  CHECK(support::value(report, "recovery.rebalance.p50") == Approx(17 * 60).margin(90));
  CHECK(support::value(report, "recovery.away.relapses") == 0);
}

// Of 400 devices three quarters belong to the hub of weight 3; it fails, and all that it lacks goes back.
TEST_CASE("a hub that is back is given its share by its weight", "[scaling]") {
  for (const bool second : {true, false}) {
    const measures::Report report = support::run(fmt::format(
        R"(
duration: 4h
application: {{hubs: [{{units: 2, weight: {}}}, {{units: 2, weight: {}}}]}}
provisioning: {{registrations_per_minute: 100000, allocation: least-devices}}
fleet: [{{name: one, devices: 400, client: guide-reconnect, credentials: x509, return_to_dps: at once}}]
scaling: {{rebalance: {{when: hub-return, pace: 1000/min}}}}
faults: [{{name: away, at: 10m, for: 1h, hub: {}}}]
)",
        second ? 1 : 3, second ? 3 : 1, second ? 2 : 1));
    CHECK(support::value(report, "recovery.away.affected") == 300);
    CHECK(support::value(report, "recovery.rebalance.affected") == 300);
    const std::string heavy = second ? "hub-2" : "hub-1";
    CHECK(support::value(report, "allocation.hub." + heavy + ".provisioned") == 300);
  }
}

TEST_CASE("a moved device sees CONNACK 3 and finds its new hub only by its own rule", "[scaling]") {
  const auto yaml = [](const std::string& client) {
    return R"(
duration: 4h
application: {hubs: {count: 3, edition: S1, units: 1}}
fleet: [{name: one, devices: 90, credentials: x509, client: )" +
           client + R"(}]
scaling: {policy: threshold, scale_in: true, hold: {down: 10m}, hubs: {least: 2}, drain: 30m}
)";
  };
  const measures::Report stranded = support::run(yaml("sdk-c"));
  const double moved = support::value(stranded, "recovery.scale-in.affected");
  CHECK(moved > 10);
  CHECK(support::value(stranded, "recovery.scale-in.unrecovered") == moved);
  CHECK(support::value(stranded, "devices.stuck") == moved);
  CHECK(support::value(stranded, "devices.connected") == 90 - moved);
  CHECK(support::value(stranded, "allocation.hub.hub-3.provisioned") == moved);
  // It notices at once, and is stuck from then on.
  CHECK(support::value(stranded, "recovery.scale-in.wait.detection") < 1);
  CHECK(support::value(stranded, "recovery.scale-in.wait.stuck") ==
        Approx(support::value(stranded, "recovery.scale-in.outage.mean")).epsilon(1e-3));

  const measures::Report rule = support::run(yaml("guide-reconnect"));
  CHECK(support::value(rule, "recovery.scale-in.affected") == moved);
  CHECK(support::value(rule, "recovery.scale-in.unrecovered") == 0);
  CHECK(support::value(rule, "devices.stuck") == 0);
  CHECK(support::value(rule, "hubs.count") == 2);
  // Ten failures of the published guide take about six minutes.
  CHECK(support::value(rule, "recovery.scale-in.outage.p50") == Approx(360).margin(60));
}

TEST_CASE("more units end the time without quota", "[scaling][long]") {
  // A unit for each of two hubs, and 200 devices that send four blocks each 30 s: 1,152,000 a day and hub, of
  // which 400,000 are there. Without a controller they are gone after eight hours and 20 minutes.
  const std::string yaml = R"(
start: 2023-06-01T00:00Z
duration: 24h
application: {hubs: {count: 2, edition: S1, units: 1}}
provisioning: {allocation: round-robin}
fleet: [{name: one, devices: 200, credentials: x509, buffer: 2000 messages,
     client: {retry: {kind: fixed, first: 5m, min: 5m}, return_to_dps: never},
     telemetry: {every: 30s, size: 16 KiB}}]
)";
  const measures::Report none = support::run(yaml);
  CHECK(support::value(none, "telemetry.quota_blocked") ==
        Approx(2 * (86'400 - 400'000 / (400 / 30.0))).margin(10));
  // The schedule adds units at ten: the cliff lasts from 08:20 until then and the time the change takes.
  const measures::Report late = support::run(
      yaml + "scaling: {policy: schedule, schedule: [{at: '10:00', units: 3}, {at: '00:00', units: 1}]}\n");
  const double blocked = support::value(late, "telemetry.quota_blocked") / 2;
  CHECK(blocked > 36'000 - 30'000);
  CHECK(blocked < 36'000 - 30'000 + 5 + 600);
  const measures::Report scaled = support::run(yaml + "scaling: {policy: threshold}\n");
  CHECK(support::value(scaled, "telemetry.quota_blocked") == 0);
  CHECK(support::value(scaled, "telemetry.delivered") == support::value(scaled, "telemetry.generated"));
  CHECK(support::value(scaled, "cost.hubs") > support::value(none, "cost.hubs"));
}

TEST_CASE("a hub that stays failed is replaced, so that two are there", "[scaling]") {
  const std::string yaml = R"(
duration: 6h
application: {hubs: {count: 2, edition: S1, units: 1}}
fleet:
  - {name: rule, devices: 100, client: guide-reconnect, credentials: x509}
  - {name: default, devices: 100, client: sdk-c, credentials: x509}
scaling: {replace_failed_after: 30m, rebalance: {when: both}}
faults: [{name: dead, at: 1h, hub: 2}]
)";
  const measures::Report report = support::run(yaml);
  CHECK(support::value(report, "hubs.count") == 2);
  CHECK(support::value(report, "allocation.hub.hub-3.connected") > 10);
  CHECK(support::value(report, "recovery.dead.group.rule.unrecovered") == 0);
  CHECK(support::value(report, "recovery.dead.group.default.unrecovered") ==
        support::value(report, "recovery.dead.group.default.affected"));
  // Those that were moved to the new hub and ask nobody for it are stuck as well.
  CHECK(support::value(report, "devices.stuck") ==
        support::value(report, "recovery.dead.group.default.affected") +
            support::value(report, "recovery.rebalance.unrecovered"));
}

TEST_CASE("no hub goes that an enrollment group cannot do without", "[scaling]") {
  const std::string yaml = R"(
duration: 5h
application: {hubs: {count: 4, edition: S1, units: 1}}
provisioning:
  enrollments:
    - {name: line, allocation: static, static_hub: hub-4}
    - {name: pair, hubs: [{hub: hub-3}, {hub: hub-4}]}
    - {name: fixed, reprovisioning: never, hubs: [{hub: hub-2}]}
fleet:
  - {name: a, devices: 50, client: guide-reconnect, enrollment: line}
  - {name: b, devices: 50, client: guide-reconnect, enrollment: pair}
  - {name: c, devices: 50, client: guide-reconnect}
  - {name: d, devices: 20, client: guide-reconnect, enrollment: fixed}
scaling: {policy: threshold, scale_in: true}
)";
  const measures::Report report = support::run(yaml);
  CHECK(support::value(report, "devices.connected") == 170);
  CHECK(support::value(report, "hubs.count") == 2);  // hub-3 goes first, then hub-1
  CHECK(support::value(report, "allocation.hub.hub-4.connected") > 100);
  CHECK(support::value(report, "allocation.hub.hub-2.connected") >= 20);
}

TEST_CASE("a hub that is leaving still counts, and nothing is done to its successor", "[scaling][long]") {
  const std::string head = R"(
duration: 8h
application: {hubs: {count: 3, edition: S2, units: 1}}
fleet: [{name: one, devices: 90, client: guide-reconnect, credentials: x509}]
scaling: {policy: schedule, hold: {down: 10m}, )";
  const measures::Report draining = support::run(head + R"(drain: 6h, hubs: {most: 3},
  schedule: [{at: '05:00', hubs: 3}, {at: '07:00', hubs: 2}, {at: '09:00', hubs: 3}]}
)");
  CHECK(support::value(draining, "hubs.peak") == 3);
  CHECK(support::value(draining, "scaling.out") == 1);  // after the last one has gone
  const measures::Report late = support::run(head + R"(drain: 0s,
  delay: {units: {least: 3h, mode: 3h, most: 3h}, hub: {least: 0s, mode: 0s, most: 0s}},
  schedule: [{at: '05:00', hubs: 3}, {at: '07:00', hubs: 2, units: 3}, {at: '08:30', hubs: 3}]}
)");
  bool gone = false;
  for (const measures::Event& e : late.timeline)
    if (e.hub == "hub-3" && e.kind == "up") gone = e.outcome == "refused";
  CHECK(gone);
}

TEST_CASE("who cannot go to a hub is not moved there, and who must stay keeps a failed hub", "[scaling]") {
  const measures::Report listed = support::run(R"(
duration: 4h
application: {hubs: {count: 2, edition: S2, units: 1}}
provisioning: {enrollments: [{name: line, allocation: least-devices, hubs: [{hub: hub-1}, {hub: hub-2}]}]}
fleet: [{name: one, devices: 90, enrollment: line, client: guide-reconnect}]
scaling: {policy: schedule, rebalance: {when: scale-out}, schedule: [{at: '07:00', hubs: 3}]}
)");
  CHECK(support::value(listed, "hubs.count") == 3);
  CHECK(support::value(listed, "recovery.rebalance.affected") == 0);
  const measures::Report failing = support::run(R"(
duration: 6h
application: {hubs: {count: 3, edition: S2, units: 1}}
provisioning: {allocation: least-devices}
fleet: [{name: one, devices: 600, client: guide-reconnect}]
faults: [{name: early, hub: 3, at: 30m, for: 60m}, {name: again, hub: 3, at: 95m}]
scaling: {rebalance: {when: hub-return, pace: 2/min}}
)");
  CHECK(support::value(failing, "recovery.rebalance.affected") < 20);
  const measures::Report fixed = support::run(R"(
duration: 6h
application: {hubs: {count: 2, edition: S2, units: 1}}
provisioning: {reprovisioning: never}
fleet: [{name: one, devices: 60, client: guide-reconnect}]
faults: [{name: away, hub: 1, at: 30m, for: 2h}]
scaling: {replace_failed_after: 30m}
)");
  CHECK(support::value(fixed, "scaling.out") == 1);
  CHECK(support::value(fixed, "scaling.in") == 0);
  CHECK(support::value(fixed, "devices.connected") == 60);
}

TEST_CASE("a new hub is not born with the fault of an old one", "[scaling]") {
  const measures::Report report = support::run(R"(
duration: 10h
application: {hubs: {count: 2, edition: S2, units: 1}}
fleet: [{name: one, devices: 60, client: guide-reconnect}]
faults: [{name: dead, hub: 1, at: 30m}]
scaling: {policy: schedule, replace_failed_after: 30m, rebalance: {when: scale-out},
  schedule: [{at: '05:00', hubs: 2}, {at: '12:00', hubs: 3}]}
)");
  CHECK(support::value(report, "hubs.count") == 3);
  CHECK(support::value(report, "scaling.out") == 2);
  CHECK(support::value(report, "devices.connected") == 60);
}
