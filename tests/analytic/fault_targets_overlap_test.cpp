// Faults of several targets at a time: which of them owns an episode, which prolongs it, where the time goes;
// and two applications that share DPS and nothing else.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>

#include "tests/analytic/known.hpp"

using support::value;

namespace {

measures::Report one_hub(const std::string& faults, const std::string& client = "sdk-python") {
  return known::run_both(fmt::format(R"(
duration: 1h
application: {{era: legacy, hubs: {{count: 1, edition: S2, units: 1}}}}
fleet: [{{name: all, devices: 300, client: {}, access: {{rtt: 0ms, loss: 0%}}, credentials: x509}}]
faults: [{}]
)",
                                     client, faults));
}

double of(const measures::Report& report, const std::string& fault, const char* what) {
  return value(report, "recovery." + fault + "." + what);
}

// Two applications of two hubs each, as enrollment groups of one DPS.
measures::Report side_by_side(const std::string& faults) {
  return known::run_both(fmt::format(R"(
duration: 1h
application: {{hubs: [{{name: a-1}}, {{name: a-2}}, {{name: b-1}}, {{name: b-2}}]}}
scaling: {{rebalance: {{when: never}}}}
provisioning:
  registrations_per_minute: 200
  enrollments:
    - {{name: a, hubs: [{{hub: a-1}}, {{hub: a-2}}]}}
    - {{name: b, hubs: [{{hub: b-1}}, {{hub: b-2}}]}}
fleet:
  - {{name: a-old, devices: 6000, client: sdk-dotnet, return_to_dps: at once, enrollment: a,
     credentials: x509}}
  - {{name: b-old, devices: 500, client: sdk-python, return_to_dps: at once, enrollment: b}}
  - {{name: b-new, devices: 300, client: sdk-python, joins: at 20m over 5m, enrollment: b}}
{}
)",
                                     faults));
}

}  // namespace

TEST_CASE("link, hub and DPS at once: the loss is the first one's", "[faults]") {
  SECTION("the network first: who is cut off by it is prolonged by the hub") {
    const auto report = one_hub(
        "{name: net, at: 10m, for: 5m, link: {}, mode: refuse}, {name: gone, at: 12m, for: 8m, hub: 1}, "
        "{name: away, at: 11m, for: 20m, dps: outage}");
    CHECK(of(report, "net", "affected") == 300);
    CHECK(of(report, "gone", "affected") == 0);
    CHECK(of(report, "gone", "prolonged") == 300);
    CHECK(of(report, "away", "affected") + of(report, "away", "prolonged") == 0);  // nobody asks it
    CHECK(of(report, "net", "first") >= 600);
    CHECK(of(report, "net", "max") < 611);
    CHECK(of(report, "net", "wait.service_down") > 590);
    CHECK(of(report, "net", "wait.stuck") == 0);
  }
  SECTION("the hub first: what ends last brings them back") {
    const auto report = one_hub(
        "{name: gone, at: 10m, for: 5m, hub: 1}, {name: net, at: 12m, for: 8m, link: {}, mode: refuse}");
    CHECK(of(report, "gone", "affected") == 300);
    CHECK(of(report, "net", "affected") == 0);
    CHECK(of(report, "net", "prolonged") == 300);
    CHECK(of(report, "gone", "first") >= 600);
    CHECK(of(report, "gone", "max") < 611);
  }
  SECTION("the graver of the two is what the devices see") {
    // While packets vanish a device does not hear the hub's reset: 60 s a try.
    const auto report = one_hub(
        "{name: gone, at: 10m, for: 10m, hub: 1}, {name: net, at: 10m, for: 10m, link: {}, mode: silent}");
    CHECK(of(report, "net", "affected") + of(report, "gone", "affected") == 300);
    CHECK(of(report, "net", "affected") == 300);
    CHECK(of(report, "net", "wait.detection") > 59);
    CHECK(value(report, "hub.refused") == 0);
  }
  SECTION("who goes to DPS is held up by its outage, and counts there once") {
    const auto report =
        one_hub("{name: gone, at: 10m, for: 2m, hub: 1}, {name: away, at: 10m, for: 10m, dps: outage}",
                "{base: sdk-python, return_to_dps: at once}");
    CHECK(of(report, "gone", "affected") == 300);
    CHECK(of(report, "away", "affected") == 0);
    CHECK(of(report, "away", "prolonged") == 300);
    // The cached hub is tried after each refused registration: nobody waits for DPS once the hub is back.
    CHECK(of(report, "gone", "max") < 120 + 25);
  }
  SECTION("who does not try the cached hub waits for DPS") {
    const auto report =
        one_hub("{name: gone, at: 10m, for: 2m, hub: 1}, {name: away, at: 10m, for: 10m, dps: outage}",
                "{base: sdk-python, return_to_dps: at once, on_dps_failure: keep asking}");
    CHECK(of(report, "gone", "affected") == 300);
    CHECK(of(report, "away", "prolonged") == 300);
    CHECK(of(report, "gone", "first") >= 600);
    CHECK(of(report, "gone", "wait.service_down") > 580);
  }
}

TEST_CASE("a hub that is away while DPS is too leaves nobody an alternative", "[faults]") {
  const auto run = [](const std::string& more) {
    return known::run_both(fmt::format(R"(
duration: 2h
application: {{hubs: {{count: 2, edition: S2, units: 2}}}}
fleet: [{{name: all, devices: 400, client: sdk-python, credentials: x509}}]
faults: [{{name: gone, at: 20m, for: 30m, hub: 1}}{}]
)",
                                       more));
  };
  // Devices that ask their hub for ever: with DPS there they are stuck, but for the minutes until the hub is
  // found to be away.
  const auto stuck = run("");
  CHECK(of(stuck, "gone", "wait.stuck") > 1700);
  const auto down = run(", {name: away, at: 25m, for: 20m, dps: outage}");
  CHECK(of(down, "gone", "wait.service_down") ==
        Approx(of(stuck, "gone", "wait.service_down") + 1200).margin(1));
  CHECK(of(down, "gone", "outage.mean") == of(stuck, "gone", "outage.mean"));
  // A group whose way to DPS is cut has none either, whatever the other one sees.
  const auto apart = known::run_both(R"(
duration: 2h
application: {region: westeurope, hubs: [{name: a, region: northeurope}, {name: b, region: northeurope}]}
fleet:
  - {name: german, devices: 200, region: germany, client: sdk-python, credentials: x509}
  - {name: french, devices: 200, region: france, client: sdk-python, credentials: x509}
faults:
  - {name: gone, at: 20m, for: 30m, hub: 1}
  - {name: cut, at: 25m, for: 20m, link: {devices: france, cloud: westeurope}}
)");
  CHECK(of(apart, "cut", "affected") == 0);
  const double half_stuck = of(stuck, "gone", "wait.stuck") - 600;
  CHECK(of(apart, "gone", "wait.stuck") == Approx(half_stuck).margin(150));
  CHECK(of(apart, "gone", "wait.service_down") > 500);
}

TEST_CASE("a relapse by another target is a second episode", "[faults]") {
  const auto report = one_hub(
      "{name: gone, at: 10m, for: 1m, hub: 1}, {name: net, at: 11m20s, for: 1m, link: {}, mode: refuse}");
  CHECK(of(report, "gone", "affected") == 300);
  CHECK(of(report, "net", "affected") == 300);
  CHECK(of(report, "gone", "relapses") == 300);
  CHECK(of(report, "net", "relapses") == 0);
}

TEST_CASE("applications side by side share DPS and nothing else", "[faults]") {
  const auto quiet = side_by_side("");
  const auto outage = side_by_side("faults: [{name: away, at: 19m, for: 30m, hub: a-1}]");
  // 3,000 devices of the one ask DPS, 200 at once and 200 a minute: who joins the other waits with them.
  CHECK(value(outage, "dps.throttled") > 1000);
  CHECK(value(quiet, "dps.throttled") == 0);
  const auto there = [](const measures::Report& report) {
    return known::at(report, "hub.b-1.connected", 1510) + known::at(report, "hub.b-2.connected", 1510);
  };
  CHECK(there(quiet) > 790);
  CHECK(there(outage) < 750);
  // That is all: it loses nobody, its hubs have the same devices in the end, and took the same CONNECTs.
  CHECK(value(outage, "recovery.away.group.b-old.affected") == 0);
  CHECK(value(outage, "recovery.away.group.b-new.affected") == 0);
  for (const char* b : {"b-1", "b-2"}) {
    INFO(b);
    CHECK(value(outage, fmt::format("allocation.hub.{}.connected", b)) ==
          value(quiet, fmt::format("allocation.hub.{}.connected", b)));
    for (const char* same : {"accepted", "refused", "throttled", "identity_writes"})
      CHECK(value(outage, fmt::format("hub.{}.{}", b, same)) ==
            value(quiet, fmt::format("hub.{}.{}", b, same)));
  }
}
