// The loss of an availability zone, where services span zones and where they do not; a planned upgrade of a
// hub; the loss of a region while nothing recovers it (facts, platform 3.5 and 3.8).
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>

#include "tests/analytic/known.hpp"
#include "tests/support/life.hpp"

using support::first;
using support::times;
using support::value;

namespace {

measures::Report zone(const std::string& region, const std::string& fault, const std::string& hubs,
                      const std::string& more = "") {
  return known::run_both(fmt::format(R"(
duration: 2h
application: {{region: {}, hubs: {}}}
provisioning: {{exclude_failed_hubs: false}}
fleet:
  - {{name: old, devices: 1500, client: sdk-python, credentials: x509}}
{}
faults: [{{name: zonal, at: 30m, for: 20m, {}}}]
)",
                                     region, hubs, more, fault));
}

const std::string joining = "  - {name: new, devices: 60, client: sdk-python, joins: at 20m over 1h}";

double at_hub(const measures::Report& report, const std::string& name, const char* what) {
  return value(report, "hub." + name + "." + what);
}

}  // namespace

TEST_CASE("where services span zones a third of the connections open again at once", "[faults]") {
  for (int number = 1; number <= 3; ++number) {
    const auto report =
        zone("northeurope", fmt::format("zone: northeurope/{}", number), "{count: 3}", joining);
    // 500 of 1,500, give or take four times 18.3.
    CHECK(value(report, "recovery.zonal.affected") == Approx(500).margin(75));
    CHECK(value(report, "recovery.zonal.max") < 5);
    CHECK(value(report, "recovery.zonal.unrecovered") == 0);
    CHECK(value(report, "dps.refused") == 0);
    CHECK(value(report, "hub.refused") == 0);
    CHECK(value(report, "recovery.zonal.group.new.affected") < 10);
    CHECK(value(report, "devices.connected") == 1560);
  }
}

TEST_CASE("the zones of a hub are three thirds of its connections", "[faults]") {
  const auto report = known::run_both(R"(
duration: 2h
application: {region: northeurope, hubs: {count: 2}}
fleet: [{name: old, devices: 900, client: sdk-python, credentials: x509}]
faults:
  - {name: one, at: 20m, for: 1m, zone: northeurope/1}
  - {name: two, at: 40m, for: 1m, zone: northeurope/2}
  - {name: three, at: 60m, for: 1m, zone: northeurope/3}
)");
  double all = 0;
  for (const char* fault : {"one", "two", "three"})
    all += value(report, fmt::format("recovery.{}.affected", fault));
  CHECK(all == 900);
}

TEST_CASE("a region whose zones are all lost serves nobody until one is back", "[faults][long]") {
  const auto lost = [](const std::string& faults) {
    return known::run_both(fmt::format(R"(
duration: 4h
application: {{region: northeurope, hubs: {{count: 2}}}}
fleet: [{{name: old, devices: 3000, client: sdk-c, credentials: x509}}]
faults: [{}]
)",
                                       faults));
  };
  // All at once: each loses its own third, for 20 minutes.
  const auto once = lost(
      "{name: a, at: 1h, for: 20m, zone: northeurope/1}, {name: b, at: 1h, for: 20m, zone: northeurope/2}, "
      "{name: c, at: 1h, for: 20m, zone: northeurope/3}");
  double all = 0;
  for (const char* fault : {"a", "b", "c"}) {
    all += value(once, fmt::format("recovery.{}.affected", fault));
    CHECK(value(once, fmt::format("recovery.{}.affected", fault)) == Approx(1000).margin(110));
    CHECK(value(once, fmt::format("recovery.{}.first", fault)) > 1200);
  }
  CHECK(all == 3000);
  CHECK(value(once, "hubs.availability") == Approx(1 - 20.0 / 240));
  // One after the other: a third, half of them, and all; the last is the first to be back.
  const auto turns = lost(
      "{name: a, at: 60m, for: 2h, zone: northeurope/1}, {name: b, at: 70m, for: 2h, zone: northeurope/2}, "
      "{name: c, at: 80m, for: 10m, zone: northeurope/3}");
  CHECK(value(turns, "recovery.a.affected") == Approx(1000).margin(110));
  CHECK(value(turns, "recovery.b.affected") == Approx(1500).margin(120));
  CHECK(value(turns, "recovery.b.max") < 5);
  CHECK(value(turns, "recovery.c.affected") == 3000);
  // Of 240 min 110 with all of its capacity, 20 with two thirds, 100 with a third and 10 without.
  CHECK(value(turns, "hubs.availability") == Approx((110 + 20 * 2 / 3.0 + 100 / 3.0) / 240));
}

// Its third is cut off by the zone, whatever has befallen the hub before; what it meets then is the graver of
// the two.
TEST_CASE("a zone closes its connections on a hub that is degraded or busy", "[faults][long]") {
  const auto on = [](const std::string& mode) {
    return known::run_both(fmt::format(R"(
duration: 2h
application: {{era: legacy, region: northeurope, hubs: {{count: 1, edition: S1, units: 1}}}}
fleet: [{{name: all, devices: 3000, credentials: x509, client: {{base: sdk-c, connect_timeout: 10m}}}}]
faults:
  - {{name: before, at: 50m, for: 30m, hub: 1, mode: {}}}
  - {{name: zonal, at: 1h, for: 20m, zone: northeurope/1}}
)",
                                       mode));
  };
  for (const std::string mode : {"{degraded: {capacity: 10%}}", "busy"}) {
    INFO(mode);
    const auto report = on(mode);
    CHECK(value(report, "recovery.before.affected") == 0);
    CHECK(value(report, "recovery.zonal.affected") == Approx(1000).margin(110));
    CHECK(value(report, "recovery.zonal.first") < (mode == "busy" ? 1300 : 1));
    CHECK((value(report, "recovery.zonal.first") > 1200) == (mode == "busy"));
  }
}

TEST_CASE("a hub that spans zones has two thirds of its limits without one", "[faults]") {
  // All connect anew: 1,500 at 100 a second and unit without credit are 15 s, at two thirds 22.5 s.
  const auto time = [](const std::string& more) {
    const auto report = known::run_both(fmt::format(R"(
duration: 1h
application: {{era: legacy, region: northeurope, hubs: [{{units: 1,
     connects: {{burst: 0s, queue: 24h, expiry: 0s}}}}]}}
fleet: [{{name: old, devices: 1500, client: {{base: sdk-python, connect_timeout: 1h}}, credentials: x509,
     access: {{rtt: 0ms, loss: 0%}}}}]
faults: [{{name: cut, at: 10m, for: 1ms, hub: 1}}{}]
)",
                                                    more));
    return value(report, "recovery.cut.max");
  };
  CHECK(time("") == Approx(15).margin(0.1));
  CHECK(time(", {name: zonal, at: 5m, for: 30m, zone: northeurope/3}") == Approx(22.5).margin(0.1));
}

TEST_CASE("where services do not span zones the hubs of a zone are down", "[faults]") {
  const std::string placed = "[{name: a, zone: 2}, {name: b, zone: 3}, {name: c, zone: 2}]";
  const auto second = zone("westus", "zone: westus/2", placed, joining);
  const double down = value(second, "recovery.zonal.group.old.affected");
  CHECK(down == Approx(1000).margin(75));
  CHECK(value(second, "recovery.zonal.first") >= 1200);
  CHECK(at_hub(second, "a", "refused") > 0);
  CHECK(at_hub(second, "b", "refused") == 0);
  CHECK(at_hub(second, "c", "refused") > 0);
  CHECK(value(second, "dps.refused") == 0);
  // DPS is in the first zone: nobody joins, and who is connected does not notice.
  const auto first_zone = zone("westus", "zone: westus/1", placed, joining);
  CHECK(value(first_zone, "recovery.zonal.group.old.affected") == 0);
  CHECK(value(first_zone, "recovery.zonal.group.new.affected") == Approx(20).margin(1));
  CHECK(value(first_zone, "dps.refused") > 0);
  // Unless it is said which, hubs are in the zones in turn.
  const auto turns = zone("westus", "zone: westus/3", "{count: 4}");
  CHECK(at_hub(turns, "hub-3", "refused") > 0);
  for (const char* other : {"hub-1", "hub-2", "hub-4"}) CHECK(at_hub(turns, other, "refused") == 0);
}

TEST_CASE("a planned upgrade closes every connection and turns new ones away", "[faults]") {
  const auto report = support::traced(R"(
duration: 40m
application: {era: legacy, hubs: {count: 1, edition: S1, units: 1}}
fleet: [{name: one, devices: 1, client: {base: sdk-python, retry: {connects_to_send: false}},
  access: {rtt: 0ms}, credentials: x509}]
faults: [{name: upgrade, at: 10m, for: 5m, hub: 1, mode: upgrade}]
)");
  CHECK(first(report, "loses hub-1 to fault upgrade") == 600);
  CHECK(times(report, "connect to hub-1 fails").size() == 30);  // each 10 s: a 503
  CHECK(value(report, "hub.refused") == 30);
  CHECK(value(report, "hub.connects") == 31);
  CHECK(first(report, "is connected to hub-1", 600) == Approx(901).margin(1));
  // Hubs that are upgraded one after the other cut each device off once.
  const auto wave = known::run_both(R"(
duration: 2h
application: {hubs: {count: 3}}
provisioning: {exclude_failed_hubs: false}
fleet: [{name: all, devices: 900, client: sdk-c, credentials: x509}]
faults:
  - {name: one, at: 20m, for: 2m, hub: 1, mode: upgrade}
  - {name: two, at: 22m, for: 2m, hub: 2, mode: upgrade}
  - {name: three, at: 24m, for: 2m, hub: 3, mode: upgrade}
)");
  double all = 0;
  for (const char* fault : {"one", "two", "three"}) {
    all += value(wave, fmt::format("recovery.{}.affected", fault));
    CHECK(value(wave, fmt::format("recovery.{}.first", fault)) >= 120);
    CHECK(value(wave, fmt::format("recovery.{}.max", fault)) < 120 + 35);
  }
  CHECK(all == 900);
}

TEST_CASE("a region that is lost takes its hubs and DPS along", "[faults]") {
  const auto lost = [](const std::string& region) {
    return known::run_both(fmt::format(R"(
duration: 2h
application: {{region: westeurope, hubs: [{{name: west}}, {{name: north, region: northeurope}}]}}
fleet:
  - {{name: old, devices: 400, client: sdk-python, return_to_dps: after 3 failures}}
  - {{name: new, devices: 60, client: sdk-python, return_to_dps: after 3 failures, joins: at 20m over 1h}}
faults: [{{name: away, at: 30m, for: 20m, region: {}}}]
)",
                                       region));
  };
  // The other region's hub is half of the application: its devices move over to the hub that is left.
  const auto other = lost("northeurope");
  CHECK(value(other, "dps.refused") == 0);
  CHECK(value(other, "hub.west.refused") == 0);
  CHECK(value(other, "recovery.away.group.old.affected") == Approx(200).margin(40));
  CHECK(value(other, "recovery.away.p50") < 1200);
  // With the application's own region nobody can move: those of the other hub are not concerned.
  const auto own = lost("westeurope");
  CHECK(value(own, "hub.north.refused") == 0);
  CHECK(value(own, "dps.refused") > 0);
  CHECK(value(own, "recovery.away.group.old.affected") == Approx(200).margin(40));
  CHECK(value(own, "recovery.away.first") >= 1200);
  CHECK(value(own, "recovery.away.wait.stuck") == 0);
  CHECK(value(own, "recovery.away.wait.service_down") > 900);
  for (const auto* report : {&other, &own}) CHECK(value(*report, "devices.connected") == 460);
}
