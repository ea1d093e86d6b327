// Known answer 21 where more than one thing happens: the failover of an application goes by where its hubs
// are when it happens. Answers by hand; tolerance: none for times that are given, otherwise as stated.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"

using support::value;

namespace {

// Two hubs, a thousand devices whose telemetry is one message in five minutes; registrations are plenty.
std::string application(const std::string& rest, const std::string& keys = "") {
  return fmt::format(R"(
duration: 12h
application: {{hubs: {{count: 2, units: 2}}{}}}
provisioning: {{registrations_per_minute: 100000}}
fleet: [{{name: meters, devices: 1000, client: guide-reconnect, credentials: x509}}]
{})",
                     keys, rest);
}

measures::Report run(const std::string& rest, const std::string& keys = "") {
  return known::run_both(application(rest, keys));
}

// One hub becomes three, by an order given at one time; the region is lost at another.
measures::Report migrating(const char* ordered, const char* lost) {
  return known::run_both(fmt::format(R"(
duration: 8h
application: {{era: legacy, hubs: {{count: 1, units: 2}}}}
provisioning: {{registrations_per_minute: 100000}}
fleet: [{{name: meters, devices: 1000, client: guide-reconnect, credentials: x509}}]
actions: [{{name: mig, at: {}, migrate: {{hubs: 3}}}}]
faults: [{{name: gone, at: {}, region: westeurope}}]
failover: {{service_rto: 2h, detection: 10m}}
)",
                                     ordered, lost));
}

const std::string two_hours = "failover: {service_rto: 2h, detection: 10m}\n";

std::size_t events(const measures::Report& report, const std::string& outcome) {
  std::size_t n = 0;
  for (const measures::Event& e : report.timeline) n += e.kind == "failover" && e.outcome == outcome;
  return n;
}

}  // namespace

TEST_CASE("a hub goes to the other region and home again, and is found there", "[known-21][failover]") {
  const auto report =
      run("actions: [{name: away, at: 1h, fail_over: hub-1}, {name: home, at: 4h, fail_back: hub-1}]\n");
  CHECK(events(report, "done") == 2);
  CHECK(value(report, "devices.connected") == 1000);
  CHECK(value(report, "recovery.home.unrecovered") == 0);
  // Probes found it failed and back, both times, and what belongs on it was moved there.
  CHECK(value(report, "allocation.provisioned.max_to_mean") < 1.1);
}

TEST_CASE("a hub that has failed over by itself is not lost with its region", "[known-21][failover]") {
  const std::string actions =
      "actions: [{name: away, at: 1h, fail_over: hub-1}]\nscaling: {rebalance: {when: never}}\n"
      "faults: [{name: gone, at: 4h, region: westeurope}]\n";
  for (const std::string moves : {"", ", moves: hubs"}) {
    INFO(moves);
    const auto report =
        run(actions + fmt::format("failover: {{service_rto: 2h, detection: 10m{}}}\n", moves));
    const double lost = value(report, "recovery.gone.affected");
    CHECK(lost < 1000);
    CHECK(value(report, "recovery.gone.collateral") == 0);
    // Ten seconds of the messages of those that were lost.
    CHECK(value(report, "region.gone.unread_lost") == Approx(lost * 10 / 300).margin(0.5));
    CHECK(value(report, "region.gone.service_rto") == 7200);
    CHECK(value(report, "hubs.count") == 2);
    CHECK(value(report, "devices.connected") == 1000);
  }
}

TEST_CASE("hubs that were added in the run have their like in the other region", "[known-21][failover]") {
  const auto report = migrating("1h", "4h");
  CHECK(value(report, "hubs.count") == 3);
  CHECK(value(report, "region.gone.unread_lost") == 33);
  CHECK(value(report, "dps.twins_lost") == 0);
  CHECK(value(report, "devices.connected") == 1000);
  CHECK(value(report, "allocation.provisioned.max_to_mean") < 1.2);
}

TEST_CASE("nothing moves to a recovery region that is lost as well", "[known-21][failover]") {
  const std::string second = "{name: second, at: 2h, for: 10h, region: northeurope}";
  // Home is back first: the failover is called off.
  const auto off = run(
      two_hours + fmt::format("faults: [{{name: gone, at: 1h, for: 5h, region: westeurope}}, {}]\n", second));
  CHECK(value(off, "region.gone.service_rto") == 18000);
  CHECK(off.values.at("region.gone.dps_back").value == std::nullopt);
  CHECK(value(off, "devices.connected") == 1000);
  // The other one is back first: what had to wait is done then.
  const auto late = run(two_hours +
                        "faults: [{name: gone, at: 1h, region: westeurope}, "
                        "{name: second, at: 2h, for: 3h, region: northeurope}]\n");
  CHECK(value(late, "region.gone.dps_back") == Approx(14400).margin(0.001));
  CHECK(value(late, "region.gone.service_rto") == Approx(14400).margin(0.001));
  CHECK(value(late, "devices.connected") == 1000);
}

TEST_CASE("an operator who orders before it would have been decided decides", "[known-21][failover]") {
  const auto report =
      run("failover: {service_rto: 2h, detection: 10m, decision: after 1h}\n"
          "faults: [{name: gone, at: 1h, region: westeurope}]\n"
          "actions: [{name: order, at: 80m, fail_over: westeurope}]\n");
  CHECK(value(report, "region.gone.decided") == 1200);
  CHECK(value(report, "region.gone.hubs_back") == 7200);
  CHECK(events(report, "begun") == 1);
  CHECK(events(report, "done") == 1);
}

TEST_CASE("a way home that another loss overtakes is given up", "[known-21][failover][long]") {
  const std::string lost_again =
      "failover: {service_rto: 1h, detection: 10m}\nscaling: {rebalance: {pace: 10/min}}\n"
      "faults: [{name: gone, at: 1h, for: 2h, region: westeurope}, "
      "{name: again, at: 330m, for: %, region: westeurope}]\n"
      "actions: [{name: home, at: 5h, fail_back: westeurope}]\n";
  const auto with = [&](const std::string& length) {
    std::string text = lost_again;
    return text.replace(text.find('%'), 1, length);
  };
  // Longer than the failover takes: the application is in northeurope, with everybody.
  const auto moved = run(with("6h"));
  CHECK(value(moved, "region.again.service_rto") == 3600);
  CHECK(value(moved, "devices.connected") == 1000);
  CHECK(value(moved, "hubs.count") == 2);
  CHECK(events(moved, "refused") == 1);
  // Shorter: it goes on with its way home, at 10 a minute, and arrives.
  const auto went_on = run(with("5m"));
  CHECK(value(went_on, "devices.connected") == 1000);
  CHECK(value(went_on, "allocation.hub.hub-1.connected") + value(went_on, "allocation.hub.hub-2.connected") ==
        1000);
  CHECK(value(went_on, "hubs.count") == 2);
}

TEST_CASE("a hub with devices that no assignment moves stays when the application goes home",
          "[known-21][failover]") {
  const auto report = known::run_both(R"(
duration: 12h
application: {hubs: {count: 2, units: 2}}
provisioning: {registrations_per_minute: 100000}
fleet:
  - {name: meters, devices: 1000, client: guide-reconnect, credentials: x509}
  - {name: gateways, devices: 50, edge: true, joins: at 150m over 10m, client: guide-reconnect,
     credentials: x509}
faults: [{name: gone, at: 1h, for: 2h, region: westeurope}]
failover: {service_rto: 1h, detection: 10m}
actions: [{name: home, at: 5h, fail_back: westeurope}]
)");
  CHECK(value(report, "devices.connected") == 1050);
  CHECK(value(report, "devices.edge_connected") == 50);
  CHECK(value(report, "hubs.count") == 4);
  const measures::Event& last = report.timeline.back();
  CHECK(last.outcome == "done");
  CHECK(last.reason.find("recovery-1 stays, ") != std::string::npos);
}

TEST_CASE("a region that is lost by chance, or one of each, takes the application along",
          "[known-21][failover]") {
  const auto report =
      run("failover: {service_rto: 1h, detection: 10m}\n"
          "faults: [{name: gone, each: region, mtbf: 5h, mttr: 3h}]\nseed: 1\n");
  CHECK(report.values.contains("region.gone.service_rto"));
  const auto never =
      run("failover: {service_rto: 1h, detection: 10m}\n"
          "faults: [{name: gone, region: westeurope, mtbf: 3650d, mttr: 3h}]\n");
  CHECK(never.values.at("region.gone.service_rto").value == std::nullopt);
}

TEST_CASE("hubs of a recovery region without zone support are in its zones", "[known-21][failover][long]") {
  double hit = 0;
  for (const int zone : {1, 2}) {
    const auto report = run(fmt::format("failover: {{standby: active}}\n"
                                        "faults: [{{name: z, at: 2h, for: 1h, zone: ukwest/{}}}]\n",
                                        zone),
                            ", region: uksouth, recovery_region: ukwest");
    hit += value(report, "recovery.z.affected");
    CHECK(value(report, "recovery.z.affected") > 100);
  }
  CHECK(hit == Approx(500).margin(100));
}

// The hub of the other region stands for the one that a group lists or names.
TEST_CASE("devices of a group with hubs of its own find their like in the other region",
          "[known-21][failover]") {
  const auto report = known::run_both(R"(
duration: 8h
application: {hubs: {count: 3, units: 2}}
provisioning:
  registrations_per_minute: 100000
  enrollments:
    - {name: listed, hubs: [{hub: hub-1}, {hub: hub-2}]}
    - {name: fixed, allocation: static, static_hub: hub-3}
fleet:
  - {name: a, devices: 400, enrollment: listed, client: guide-reconnect, credentials: x509}
  - {name: b, devices: 100, enrollment: fixed, client: guide-reconnect, credentials: x509}
faults: [{name: gone, at: 2h, region: westeurope}]
failover: {service_rto: 2h, detection: 10m}
)");
  CHECK(value(report, "recovery.gone.unrecovered") == 0);
  CHECK(value(report, "allocation.hub.recovery-3.connected") == 100);
  CHECK(value(report, "allocation.hub.recovery-1.connected") +
            value(report, "allocation.hub.recovery-2.connected") ==
        400);
}

TEST_CASE("hubs go home together, an hour after they moved at the earliest", "[known-21][failover]") {
  const auto report =
      run("failover: {service_rto: 1h, detection: 1m, moves: hubs}\nscaling: {rebalance: {when: never}}\n"
          "faults: [{name: gone, at: 2h, for: 65m, region: westeurope}]\n"
          "actions: [{name: soon, at: 210m, fail_back: westeurope}, {name: later, at: 6h, fail_back: "
          "westeurope}]\n");
  CHECK(events(report, "refused") == 1);
  CHECK(events(report, "done") == 4);  // the region's, each hub's way home, and the way home
  CHECK(report.timeline.back().hub.empty());
  CHECK(value(report, "recovery.soon.affected") == 0);
  CHECK(value(report, "recovery.later.affected") == 1000);
  CHECK(value(report, "devices.connected") == 1000);
}

TEST_CASE("a hub that moves with its region does not move again by itself", "[known-21][failover]") {
  const std::string lost =
      "failover: {service_rto: 10m, detection: 1m, moves: hubs, hub_failover: documented}\n"
      "scaling: {rebalance: {when: never}}\n"
      "faults: [{name: gone, at: 2h, region: westeurope}]\n";
  const auto alone = run(lost);
  const auto ordered = run(lost + "actions: [{name: away, at: 129m, fail_over: hub-1}]\n");
  CHECK(value(ordered, "recovery.away.affected") == 0);
  CHECK(value(ordered, "recovery.gone.p99") == value(alone, "recovery.gone.p99"));
  CHECK(events(ordered, "refused") == 1);
  CHECK(events(alone, "refused") == 0);
}

// Ordered 10 min after the loss, hubs take some minutes to be made; the region is back after an hour, before
// the provisioning service is.
TEST_CASE("hubs of a failover that is called off are closed", "[known-21][failover][long]") {
  const auto called_off = [](const char* length) {
    return run(
        fmt::format("failover: {{standby: cold, detection: 10m}}\n"
                    "faults: [{{name: gone, at: 1h, for: {}, region: westeurope}}]\n"
                    "scaling: {{delay: {{hub: {{least: 20m, mode: 20m, most: 20m}}}}}}\n",
                    length));
  };
  const auto early = called_off("25m"), late = called_off("29m59s"), done = called_off("31m");
  CHECK(value(early, "hubs.peak") == 2);
  for (const auto& report : {early, late}) {
    CHECK(value(report, "hubs.count") == 2);
    CHECK(events(report, "refused") == 1);
    CHECK(value(report, "devices.connected") == 1000);
  }
  CHECK(events(done, "done") == 1);
  CHECK(value(done, "devices.connected") == 1000);
}

TEST_CASE("no hub is made while the control plane is lost", "[known-21][failover]") {
  const auto report = migrating("90m", "1h");
  CHECK(value(report, "hubs.count") == 3);
  CHECK(value(report, "devices.connected") == 1000);
  CHECK(value(report, "allocation.connected.max_to_mean") < 1.2);
  for (const measures::Event& e : report.timeline)
    if (e.kind == "out" && e.outcome == "done") CHECK(e.time_s >= 3 * 3600);
}
