// What each mode of a hub fault does to a device that is connected, queued, registering or backing off when
// it begins: the life of one device in a situation made for it.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/life.hpp"
#include "tests/support/run.hpp"

using support::first;
using support::lines;
using support::times;
using support::traced;
using support::value;

namespace {

constexpr double grain = 0.2;
const std::string half = "{degraded: {capacity: 50%}}";

bool says(const measures::Report& report, const std::string& start, const std::string& part) {
  for (const measures::TraceLine& line : lines(report, start))
    if (line.text.find(part) != std::string::npos) return true;
  return false;
}

// Connected since long: tries each 10 s, notices silence after 60 to 120 s, waits 60 s for a CONNACK.
measures::Report connected(const std::string& mode) {
  return traced(fmt::format(R"(
duration: 40m
application: {{era: legacy, hubs: {{count: 1, edition: S1, units: 1}}}}
fleet: [{{name: one, devices: 1, client: {{base: sdk-python, retry: {{connects_to_send: false}}}},
  access: {{rtt: 0ms}}, credentials: x509}}]
faults: [{{name: away, at: 10m, hub: 1, for: 5m, mode: {}}}]
)",
                            mode));
}

// 3,000 devices join at once and connect after about 2 s, 100 a second; the traced one is 5 s later behind
// 2,500. The fault begins at 10 s, when 2,200 are before it, so that its turn would be at 32 s.
measures::Report queued(const std::string& mode) {
  return traced(fmt::format(R"(
duration: 20m
application: {{era: legacy, hubs: [{{units: 1, connects: {{burst: 0s, queue: 60s}},
     registry: {{burst: 10h}}}}]}}
provisioning: {{registrations_per_minute: 1000000, processing: 1ms}}
fleet:
  - {{name: others, devices: 3000, client: sdk-python, access: {{rtt: 0ms}}, credentials: x509,
       joins: at once}}
  - {{name: one, devices: 1, client: sdk-python, access: {{rtt: 0ms}}, credentials: x509, joins: at 5s}}
faults: [{{name: away, at: 10s, hub: 1, for: 3m, mode: {}}}]
)",
                            mode));
}

// Registers at 60 s; its identity is written to the hub at 80 s, the fault begins at 70 s.
measures::Report registering(const std::string& mode, const std::string& length) {
  return traced(fmt::format(R"(
duration: 20m
application: {{era: legacy, hubs: {{count: 1, edition: S1, units: 1}}}}
provisioning: {{processing: 20s, write_retry: {{every: 10s, for: 60s}}}}
fleet: [{{name: one, devices: 1, client: sdk-python, access: {{rtt: 0ms}}, credentials: x509, joins: at 1m}}]
faults: [{{name: away, at: 70s, hub: 1, for: {}, mode: {}}}]
)",
                            length, mode));
}

// A fault of 5 s at 10m; the device, turned away once, waits a minute. The second fault lasts from 10m30s to
// 11m30s.
measures::Report backing_off(const std::string& mode) {
  return traced(fmt::format(R"(
duration: 40m
application: {{era: legacy, hubs: {{count: 1, edition: S1, units: 1}}}}
fleet: [{{name: one, devices: 1, client: {{base: sdk-python, retry: {{kind: fixed, first: 0s, min: 60s,
         connects_to_send: false}}}},
         access: {{rtt: 0ms}}, credentials: x509}}]
faults:
  - {{name: before, at: 10m, hub: 1, for: 5s, mode: refuse}}
  - {{name: away, at: 10m30s, hub: 1, for: 1m, mode: {}}}
)",
                            mode));
}

double back(const measures::Report& report, double after) {
  return first(report, "is connected to hub-1", after);
}

}  // namespace

TEST_CASE("a connected device when its hub fails", "[fault-modes]") {
  SECTION("refuse closes the connection at once and turns every attempt away") {
    const auto report = connected("refuse");
    CHECK(first(report, "loses hub-1 to fault away") == 600);
    CHECK(says(report, "connect to hub-1 fails", "TCP reset) (fault away)"));
    CHECK(times(report, "connect to hub-1 fails").size() == 30);  // each 10 s
    CHECK(back(report, 600) == Approx(900.3).margin(0.3));
    CHECK(value(report, "recovery.away.wait.detection") < grain);
  }
  SECTION("silent is noticed late, and attempts end with their time-out") {
    const auto report = connected("silent");
    CHECK(first(report, "loses hub-1 to fault away") == 600);
    const double noticed = first(report, "asks hub-1", 600) - 600;
    CHECK(noticed >= 60);
    CHECK(noticed <= 120.1);
    CHECK(value(report, "recovery.away.wait.detection") == Approx(noticed - 0.01).margin(1e-3));
    // SYNs for 5 s, and 10 s of waiting
    CHECK(says(report, "connect to hub-1 fails after 5.000 s", "no CONNACK in time (fault away)"));
    CHECK(back(report, 601) >= 900);
    CHECK(back(report, 601) < 911);
  }
  SECTION("busy leaves it alone") {
    const auto report = connected("busy");
    CHECK(times(report, "loses hub-1").empty());
    CHECK(value(report, "recovery.away.affected") == 0);
  }
  SECTION("degraded leaves it alone") {
    const auto report = connected(half);
    CHECK(times(report, "loses hub-1").empty());
    CHECK(value(report, "recovery.away.affected") == 0);
  }
}

TEST_CASE("a device in the connect queue when its hub fails", "[fault-modes]") {
  const auto in_queue = [](const measures::Report& report) {
    CHECK(first(report, "waits in the connect queue of hub-1") == Approx(7).margin(grain));
  };
  SECTION("refuse resets it") {
    const auto report = queued("refuse");
    in_queue(report);
    CHECK(first(report, "connect to hub-1 fails") == Approx(10).margin(grain));
    CHECK(says(report, "connect to hub-1 fails", "TCP reset) (fault away)"));
    CHECK(back(report, 10) >= 190);
    CHECK(value(report, "recovery.away.affected") == 3001);  // who was connected and who was waiting
    CHECK(value(report, "recovery.away.unrecovered") == 0);
  }
  SECTION("silent forgets it: it waits for its CONNACK in vain") {
    const auto report = queued("silent");
    in_queue(report);
    const double asked = first(report, "asks hub-1");
    CHECK(first(report, "connect to hub-1 fails") == Approx(asked + 60).margin(1e-6));
    CHECK(says(report, "connect to hub-1 fails", "no CONNACK in time (fault away)"));
    CHECK(back(report, 10) >= 190);
    CHECK(value(report, "recovery.away.affected") == 3001);
  }
  SECTION("busy turns away what is new and serves who waits") {
    const auto report = queued("busy");
    in_queue(report);
    CHECK(back(report, 10) == Approx(32).margin(1));
    CHECK(value(report, "recovery.away.affected") == 0);
  }
  SECTION("degraded serves who waits more slowly") {
    const auto report = queued(half);
    in_queue(report);
    CHECK(back(report, 10) == Approx(54).margin(1));
    CHECK(value(report, "recovery.away.affected") == 0);
  }
}

TEST_CASE("a device whose registration is under way when its hub fails", "[fault-modes]") {
  for (const std::string mode : {"refuse", "silent", "busy"}) {
    INFO(mode);
    // Written again each 10 s: at 90 s in vain, at 100 s just after the end of the fault.
    const auto brief = registering(mode, "30s");
    CHECK(first(brief, "is assigned to hub-1") == Approx(100).margin(grain));
    CHECK(value(brief, "dps.failed") == 0);
    CHECK(back(brief, 100) - 100 < 4);
    // After 60 s of it the operation fails, and the device begins anew.
    const auto longer = registering(mode, "5m");
    CHECK(first(longer, "request to DPS fails") - 140 < 4);
    CHECK(says(longer, "request to DPS fails", "DPS could not assign a hub"));
    CHECK(value(longer, "dps.failed") >= 1);
    CHECK(back(longer, 300) > 370);
    // It never had service and never asked the hub: no episode.
    CHECK(value(longer, "recovery.away.affected") == 0);
  }
  const auto degraded = registering(half, "5m");
  CHECK(first(degraded, "is assigned to hub-1") == Approx(80).margin(grain));
  CHECK(back(degraded, 80) - 80 < 4);
}

TEST_CASE("a device that is backing off when its hub fails again", "[fault-modes]") {
  SECTION("refuse") {
    const auto report = backing_off("refuse");
    CHECK(first(report, "connect to hub-1 fails", 601) == Approx(660).margin(grain));
    CHECK(says(report, "connect to hub-1 fails", "TCP reset) (fault away)"));
    CHECK(back(report, 601) == Approx(720).margin(grain));
    CHECK(value(report, "recovery.away.prolonged") == 1);
    // down from 600 to 605 s and from 630 to 690 s, else a wait of its own
    CHECK(value(report, "recovery.before.wait.service_down") == Approx(65).margin(grain));
    CHECK(value(report, "recovery.before.wait.backoff") == Approx(55).margin(grain));
  }
  SECTION("silent") {
    const auto report = backing_off("silent");
    // SYNs from 660 to 665 s, and again a minute later
    CHECK(first(report, "connect to hub-1 fails", 601) == Approx(665).margin(grain));
    CHECK(says(report, "connect to hub-1 fails", "no CONNACK in time (fault away)"));
    CHECK(back(report, 601) == Approx(725).margin(grain));
    CHECK(value(report, "recovery.away.prolonged") == 1);
  }
  SECTION("busy") {
    const auto report = backing_off("busy");
    CHECK(first(report, "connect to hub-1 fails", 601) == Approx(660).margin(grain));
    CHECK(says(report, "connect to hub-1 fails", "CONNACK 3, server unavailable (fault away)"));
    CHECK(back(report, 601) == Approx(720).margin(grain));
    CHECK(value(report, "recovery.away.prolonged") == 1);
  }
  SECTION("degraded") {
    const auto report = backing_off(half);
    CHECK(times(report, "connect to hub-1 fails", 601).empty());
    CHECK(back(report, 601) == Approx(660).margin(grain));
    CHECK(value(report, "recovery.away.prolonged") == 0);
  }
}
