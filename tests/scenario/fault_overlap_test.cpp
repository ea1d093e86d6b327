// Two faults at a time: which decides, whose episode it is and who is prolonged. And what a fault shows that
// is followed by something else than a quick return: the registry throttle of the hub that is left, devices
// that never return.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/life.hpp"
#include "tests/support/run.hpp"

using support::first;
using support::times;
using support::value;

namespace {

// 500 devices on one hub that try each 10 s, and two faults.
measures::Report one_hub(const std::string& first_fault, const std::string& second_fault) {
  return support::run(fmt::format(R"(
duration: 40m
application: {{era: legacy, hubs: {{count: 1, edition: S1, units: 1}}}}
fleet: [{{devices: 500, client: sdk-python, access: {{rtt: 0ms}}, credentials: x509}}]
faults:
  - {{name: a, hub: 1, {}}}
  - {{name: b, hub: 1, {}}}
)",
                                  first_fault, second_fault));
}

void all_back(const measures::Report& report) {
  CHECK(value(report, "devices.connected") == value(report, "devices.total"));
  CHECK(value(report, "recovery.a.unrecovered") == 0);
  CHECK(value(report, "recovery.b.unrecovered") == 0);
}

}  // namespace

TEST_CASE("two faults overlap on one hub", "[fault-modes]") {
  SECTION("a graver one takes over: the episode stays the first one's, prolonged by the second") {
    const auto report = one_hub("at: 10m, for: 4m, mode: refuse", "at: 12m, for: 4m, mode: silent");
    CHECK(value(report, "recovery.a.affected") == 500);
    CHECK(value(report, "recovery.b.affected") == 0);
    CHECK(value(report, "recovery.a.prolonged") == 0);
    CHECK(value(report, "recovery.b.prolonged") == 500);
    CHECK(value(report, "recovery.a.first") >= 360);  // not at 14m, when the first ends
    all_back(report);
  }
  SECTION("a lesser one inside it does nothing") {
    const auto report = one_hub("at: 10m, for: 6m, mode: silent", "at: 12m, for: 2m, mode: refuse");
    CHECK(value(report, "recovery.a.affected") == 500);
    CHECK(value(report, "recovery.b.affected") == 0);
    CHECK(value(report, "recovery.b.prolonged") == 0);
    CHECK(value(report, "recovery.a.first") >= 360);
    all_back(report);
  }
  SECTION("a lesser one that outlasts it goes on") {
    const auto report = one_hub("at: 10m, for: 2m, mode: refuse", "at: 11m, for: 5m, mode: busy");
    CHECK(value(report, "recovery.a.affected") == 500);
    CHECK(value(report, "recovery.b.prolonged") == 500);
    CHECK(value(report, "recovery.a.first") >= 360);
    all_back(report);
  }
  SECTION("degraded loses nobody, the one inside it owns the episodes") {
    const auto report =
        one_hub("at: 10m, for: 10m, mode: {degraded: {capacity: 50%}}", "at: 12m, for: 2m, mode: refuse");
    CHECK(value(report, "recovery.a.affected") == 0);
    CHECK(value(report, "recovery.a.prolonged") == 0);
    CHECK(value(report, "recovery.b.affected") == 500);
    CHECK(value(report, "recovery.b.first") >= 120);
    CHECK(value(report, "recovery.b.first") < 121);
    all_back(report);
  }
  SECTION("of two degrees the lower capacity counts, and comes back when the other ends") {
    const auto rate = [](const std::string& a, const std::string& b) {
      const auto report = support::run(fmt::format(R"(
duration: 30m
application: {{era: legacy, hubs: {{count: 1, edition: S1, units: 1, connects: {{burst: 0s, queue: 24h,
     expiry: 0s}}}}}}
fleet: [{{devices: 3000, client: {{base: sdk-python, connect_timeout: 1h}}, access: {{rtt: 0ms}},
     credentials: x509}}]
faults:
  - {{name: cut, at: 10m, hub: 1, for: 1ms, mode: refuse}}
  - {{name: a, at: 10m, hub: 1, for: 10m, mode: {{degraded: {{capacity: {}}}}}}}
  - {{name: b, at: 10m, hub: 1, for: 10m, mode: {{degraded: {{capacity: {}}}}}}}
)",
                                                   a, b));
      return value(report, "recovery.cut.max");
    };
    // 3,000 at 10 a second are 300 s
    CHECK(rate("10%", "50%") == Approx(300).margin(1));
    CHECK(rate("50%", "10%") == Approx(300).margin(1));
  }
  SECTION("one follows at the instant at which the other ends: nobody slips through") {
    const auto report = one_hub("at: 10m, for: 2m, mode: refuse", "at: 12m, for: 2m, mode: refuse");
    CHECK(value(report, "recovery.a.affected") == 500);
    CHECK(value(report, "recovery.b.affected") == 0);
    CHECK(value(report, "recovery.b.prolonged") == 500);
    CHECK(value(report, "recovery.a.first") >= 240);
    all_back(report);
  }
}

TEST_CASE("faults on two hubs: who has moved over and is hit again has two episodes", "[fault-modes]") {
  const auto report = support::run(R"(
duration: 1h
application: {hubs: {count: 2, edition: S3, units: 1}}
provisioning: {registrations_per_minute: 100000, processing: 100ms, probe: {every: 2s, timeout: 1s,
     failures: 1}}
fleet: [{devices: 1000, client: guide-reconnect, return_to_dps: at once, access: {rtt: 0ms},
     credentials: x509}]
faults:
  - {name: a, at: 10m, hub: 1, for: 30m, mode: refuse}
  - {name: b, at: 12m, hub: 2, for: 4m, mode: refuse}
)");
  const double moved = value(report, "recovery.a.affected");
  CHECK(moved > 400);
  CHECK(moved < 600);
  CHECK(value(report, "recovery.a.max") < 120);
  CHECK(value(report, "recovery.a.prolonged") == 0);
  CHECK(value(report, "recovery.b.affected") == 1000);  // those that were there and those that had come
  CHECK(value(report, "recovery.b.prolonged") == 0);
  CHECK(value(report, "recovery.b.first") >= 240);  // there is no third hub
  all_back(report);
}

// The device is on its way to the second hub when that fails too.
TEST_CASE("faults on two hubs: who is on the way is prolonged", "[fault-modes]") {
  support::Options options;
  options.trace_group = "one";
  const auto report = support::run(R"(
duration: 1h
application: {hubs: {count: 2, edition: S1, units: 1}}
provisioning: {allocation: round-robin, processing: 30s, poll_after: 20s, exclude_failed_hubs: false}
fleet: [{name: one, devices: 1, client: guide-reconnect, return_to_dps: at once, access: {rtt: 0ms},
     credentials: x509}]
faults:
  - {name: a, at: 10m, hub: 1, for: 20m, mode: refuse}
  - {name: b, at: 10m35s, hub: 2, for: 1m, mode: refuse}
)",
                                   options);
  INFO(support::whole(report));
  CHECK(first(report, "is moved from hub-1 to hub-2") == Approx(630).margin(1));
  CHECK(first(report, "connect to hub-2 fails") == Approx(640).margin(1));
  CHECK(value(report, "recovery.a.affected") == 1);
  CHECK(value(report, "recovery.a.prolonged") == 0);
  CHECK(value(report, "recovery.b.affected") == 0);
  CHECK(value(report, "recovery.b.prolonged") == 1);
  CHECK(value(report, "recovery.a.max") > 95);
  all_back(report);
}

// The registry of one S2 unit creates 100 identities a minute after a credit of 150 and lets 150 wait for 40
// s.
TEST_CASE("a thousand devices register on one S2 unit", "[fault-modes]") {
  support::Options options;
  options.trace_group = "many";
  const auto report = support::run(R"(
duration: 1h
application: {era: legacy, hubs: {count: 1, edition: S2, units: 1}}
provisioning: {registrations_per_minute: 100000}
fleet:
  - {name: many, devices: 1000, client: sdk-python, credentials: x509, joins: at once}
)",
                                   options);
  INFO(support::whole(report));
  CHECK(value(report, "dps.throttled") == 0);  // it is not DPS that says no
  CHECK(value(report, "hub.identity_throttled") > 500);
  CHECK(value(report, "dps.failed") > 500);
  CHECK(value(report, "hub.identity_writes") == 1000);
  CHECK(value(report, "devices.connected") == 1000);
  // the operation stays assigning, fails after a minute of retries, and the device begins anew
  const double held = first(report, "is held up: DPS or the hub's registry");
  CHECK(held < 10);
  CHECK(first(report, "request to DPS fails", held) - held > 50);
  CHECK(first(report, "asks DPS", held + 50) > held + 50);
  // nobody can have been quicker than credit and rate
  const auto& rows = report.series.rows;
  for (const auto& row : rows) CHECK(row[1] <= 151 + 100 * row[0] / 60);
  CHECK(rows.back()[1] == 1000);
}

TEST_CASE("a lost hub and one S2 unit that is left: the registry throttle is where the time goes",
          "[fault-modes]") {
  const auto report = support::run(R"(
duration: 2h
application: {hubs: {count: 2, edition: S2, units: 1}}
provisioning: {registrations_per_minute: 100000, allocation: round-robin}
fleet: [{devices: 2000, client: sdk-python, return_to_dps: at once, credentials: x509}]
faults: [{name: gone, at: 10m, hub: 1, mode: refuse}]
)");
  CHECK(value(report, "recovery.gone.affected") == 1000);
  CHECK(value(report, "dps.throttled") == 0);
  CHECK(value(report, "hub.hub-2.identity_throttled") > 500);
  CHECK(value(report, "hub.hub-2.identity_writes") == 1000);
  CHECK(value(report, "dps.failed") > 100);
  CHECK(value(report, "recovery.gone.unrecovered") == 0);
  CHECK(value(report, "recovery.gone.max") >= 60 * (1000 - 150) / 100.0);
  double largest = 0, sum = 0;
  for (const std::string part : {"detection", "stuck", "service_down", "network", "hub_queue", "dps_throttle",
                                 "dps_processing", "backoff"}) {
    const double seconds = value(report, "recovery.gone.wait." + part);
    largest = std::max(largest, seconds);
    sum += seconds;
  }
  CHECK(value(report, "recovery.gone.wait.dps_throttle") == largest);
  CHECK(largest > 60);
  CHECK(sum == Approx(value(report, "recovery.gone.outage.mean")));
}

TEST_CASE("three in ten never return: a quantile beyond them has no value, but a bound", "[fault-modes]") {
  const auto report = support::run(R"(
duration: 2h
application: {era: legacy, hubs: {count: 1, edition: S3, units: 1}}
fleet: [{devices: 2000, client: sdk-python, credentials: x509, never_recovers: 30%}]
faults: [{name: away, at: 30m, hub: 1, for: 10m, mode: refuse}]
)");
  const auto metric = [&](const std::string& name) { return report.values.at("recovery.away." + name); };
  const double never = value(report, "recovery.away.unrecovered");
  CHECK(value(report, "recovery.away.affected") == 2000);
  CHECK(never == Approx(600).margin(4 * 20.5));  // four standard deviations
  CHECK(value(report, "devices.lost") == never);
  CHECK(metric("p50").value.has_value());
  CHECK_FALSE(metric("p50").at_least.has_value());
  for (const std::string name : {"p90", "p95", "p99", "max"}) {
    INFO(name);
    CHECK_FALSE(metric(name).value.has_value());
    CHECK(metric(name).at_least == 90 * 60.0);  // the end of the run, counted from the fault
    CHECK(metric(name).censored == static_cast<std::uint64_t>(never));
    CHECK_FALSE(metric("outage." + name).value.has_value());
  }
  // the mean is over all, those who are away counted to the end
  CHECK(metric("mean").at_least == metric("mean").value);
  CHECK(*metric("mean").value >= (never * 5400 + (2000 - never) * 600) / 2000);
  CHECK(*metric("mean").value <= (never * 5400 + (2000 - never) * 611) / 2000);
  CHECK(value(report, "recovery.away.within.15m") == Approx(1 - never / 2000));
}
