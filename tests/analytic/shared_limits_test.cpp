// The limits of the provisioning service when they change in mid-run, and when other tenants use them too.
// Answers on paper: a bucket of R a minute lets R through at once and R a minute then; one that other tenants
// draw n a minute from, evenly, has R - n of them left for a crowd that comes once a minute. Tolerance: none,
// but for the poll after the last registration.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "tests/analytic/known.hpp"

using known::at;
using support::value;

namespace {

// A crowd at `joins`; whom DPS turns away comes again after `retry_after`. The assignment is read at the
// first poll, two seconds after the 202.
std::string crowd(int devices, const std::string& joins, const std::string& provisioning,
                  const std::string& faults) {
  return fmt::format(R"(
duration: 20m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
provisioning: {{polls_per_minute: 1000000, processing: 100ms, {}}}
fleet: [{{name: all, devices: {}, client: sdk-python, access: {{rtt: 0ms, loss: 0%}}, credentials: x509,
     joins: at {}}}]
faults: [{}]
)",
                     provisioning, devices, joins, faults);
}

double admitted(const measures::Report& report) {
  return value(report, "dps.registrations") - value(report, "dps.throttled");
}

// Devices that are there since long and renew their tokens, or have none.
std::string established(const std::string& faults) {
  return fmt::format(R"(
duration: 3h
application: {{hubs: {{count: 2, edition: S1, units: 1}}}}
fleet:
  - {{name: old, devices: 3000, client: sdk-c, telemetry: {{every: 1m}}}}
  - {{name: certified, devices: 300, client: sdk-node, credentials: x509, telemetry: {{every: 2m}}}}
{}
)",
                     faults);
}

}  // namespace

TEST_CASE("a registration quota that is raised or lowered in mid-run", "[faults]") {
  SECTION("raised: 200 at once, 200 a minute for two minutes, then 1,000 a minute") {
    const auto report =
        known::run_both(crowd(1200, "1m", "registrations_per_minute: 200, retry_after: 1s",
                              "{name: more, at: 3m, quota: {registrations_per_minute: 1000}}"));
    CHECK(at(report, "connected", 120) == Approx(200 + 200 * 57.0 / 60).margin(5));
    CHECK(at(report, "connected", 180) == Approx(200 + 200 * 117.0 / 60).margin(5));
    CHECK(at(report, "connected", 210) == Approx(600 + 1000 * 27.5 / 60).margin(20));
    CHECK(at(report, "connected", 220) == 1200);  // at 216 s, the retry and the poll
    CHECK(admitted(report) == 1200);
  }
  SECTION("lowered for two minutes: the credit does not come back with the limit") {
    const auto report =
        known::run_both(crowd(3000, "1m", "registrations_per_minute: 1000, retry_after: 1s",
                              "{name: less, at: 90s, for: 2m, quota: {registrations_per_minute: 100}}"));
    CHECK(at(report, "connected", 90) == Approx(1000 + 1000 * 27.5 / 60).margin(20));
    CHECK(at(report, "connected", 210) == Approx(1500 + 200).margin(20));
    CHECK(at(report, "connected", 280) < 3000);
    CHECK(at(report, "connected", 300) == 3000);  // 1,300 at 1,000 a minute are 78 s
  }
  SECTION("to none but one in 1,000 minutes") {
    const auto report =
        known::run_both(crowd(400, "1m", "registrations_per_minute: 200, burst: 0s, retry_after: 1s",
                              "{name: none, at: 2m, for: 5m, quota: {registrations_per_minute: 0.001}}"));
    CHECK(at(report, "connected", 130) == at(report, "connected", 420));
    CHECK(value(report, "devices.connected") == 400);
  }
}

TEST_CASE("a fixed window that is changed", "[faults]") {
  const std::string window = "registrations_per_minute: 200, limiter: fixed-window, retry_after: 1s";
  SECTION("raised within a minute: what has been used counts") {
    const auto report = known::run_both(
        crowd(1000, "1m", window, "{name: more, at: 150s, quota: {registrations_per_minute: 300}}"));
    CHECK(at(report, "connected", 110) == 200);
    CHECK(at(report, "connected", 140) == 400);
    CHECK(at(report, "connected", 170) == 500);  // 100 more in this minute
    CHECK(at(report, "connected", 190) == 800);
    CHECK(at(report, "connected", 250) == 1000);
  }
  SECTION("lowered within a minute: nobody more in it") {
    const auto report = known::run_both(
        crowd(700, "1m", window, "{name: less, at: 3m, for: 2m, quota: {registrations_per_minute: 50}}"));
    for (const auto& [t, connected] : {std::pair{110, 200}, {140, 400}, {230, 450}, {290, 500}, {310, 700}}) {
      INFO(t << " s");
      CHECK(at(report, "connected", t) == connected);
    }
  }
  SECTION("a share of it is whole requests") {
    const auto report = known::run_both(
        crowd(200, "1m", "registrations_per_minute: 100, limiter: fixed-window, retry_after: 1s",
              "{name: weak, at: 30s, dps: outage, mode: {degraded: {capacity: 29%}}}"));
    CHECK(at(report, "connected", 110) == 29);
  }
}

TEST_CASE("a poll quota that is changed", "[faults]") {
  // Each device needs one poll, at the hint of 17 s after a 429.
  const auto report = known::run_both(
      crowd(600, "1m", "registrations_per_minute: 1000, limiter: fixed-window, retry_after: 17s",
            "{name: few, at: 30s, for: 150s, quota: {polls_per_minute: 100}}"));
  CHECK(at(report, "connected", 110) == 100);
  CHECK(at(report, "connected", 170) == 200);
  CHECK(at(report, "connected", 200) == 600);
  CHECK(value(report, "dps.throttled") == 0);
  CHECK(value(report, "dps.polls_throttled") > 400);
}

TEST_CASE("a neighbour leaves the application its share of a bucket", "[faults]") {
  // The crowd comes when the bucket is full again. The neighbour has 150 a minute, one more or less, for
  // where its requests lie in their slots of 0.4 s is drawn. Alone 200 of 400 are in at once and the others a
  // minute later; beside it 50 at a time.
  const std::string dps = "registrations_per_minute: 200, retry_after: 60s";
  const auto alone = known::run_both(crowd(400, "600350ms", dps, ""));
  CHECK(at(alone, "connected", 610) == 200);
  CHECK(at(alone, "connected", 670) == 400);
  const auto beside = known::run_both(
      crowd(400, "600350ms", dps, "{name: tenants, at: 2m, neighbour: {registrations_per_minute: 150}}"));
  for (int minute = 0; minute <= 4; ++minute) {
    INFO("minute " << minute);
    CHECK(at(beside, "connected", 610 + 60 * minute) ==
          Approx(std::min(400, 200 + 50 * minute)).margin(1 + minute));
  }
  CHECK(value(beside, "devices.connected") == 400);
  CHECK(value(beside, "recovery.tenants.affected") == 0);
  // Two of them add up, and leave nothing while they are both there.
  const auto two =
      known::run_both(crowd(400, "600350ms", dps,
                            "{name: a, at: 2m, neighbour: {registrations_per_minute: 150}}, "
                            "{name: b, at: 605s, for: 150s, neighbour: {registrations_per_minute: 250}}"));
  CHECK(at(two, "connected", 610) == Approx(200).margin(1));
  CHECK(at(two, "connected", 750) <= 203);  // a token that is there in the instant of the crowd
  CHECK(at(two, "connected", 870) > 200);
  // Polls are limits of their own.
  const auto polls = known::run_both(
      crowd(400, "600350ms", dps, "{name: tenants, at: 2m, neighbour: {polls_per_minute: 150}}"));
  CHECK(at(polls, "connected", 670) == 400);
}

TEST_CASE("a neighbour leaves the application its share of a fixed window", "[faults]") {
  // At 10m45s the neighbour has asked once in each of 112 slots of this minute, and perhaps in the next one.
  const auto report = known::run_both(
      crowd(250, "10m45s", "registrations_per_minute: 200, limiter: fixed-window, retry_after: 60s",
            "{name: tenants, at: 2m, neighbour: {registrations_per_minute: 150}}"));
  CHECK(at(report, "connected", 650) == Approx(200 - 112.5).margin(0.5));
  CHECK(at(report, "connected", 710) == Approx(2 * (200 - 112.5)).margin(1));
}

TEST_CASE("a neighbour at DPS leaves single-tenant hubs alone", "[faults][long]") {
  const auto with =
      known::run_both(established("faults: [{name: tenants, at: 30m, for: 2h, neighbour: "
                                  "{registrations_per_minute: 5000, polls_per_minute: 50000}}]"));
  const auto without = known::run_nearby(established(""));
  int compared = 0;
  for (const auto& [name, metric] : without.values) {
    INFO(name);
    REQUIRE(with.values.contains(name));
    CHECK(with.values.at(name) == metric);
    ++compared;
  }
  CHECK(compared > 60);
  CHECK(with.series == without.series);
  CHECK(value(with, "hub.accepted") > 6000);
}
