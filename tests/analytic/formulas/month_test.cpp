// What a month costs, by hand: 730 hours at the sizes and rates of the time before the first fault.
#include <catch2/catch.hpp>

#include "tests/analytic/formulas/formula.hpp"
#include "tests/support/run.hpp"

namespace {

// Two units of S1 at 25; a throughput unit at 0.03 an hour, and 60 messages a minute at 0.03 a million: 2.628
// million. 600 devices of which two are free: 598 at 0.08, and 2.388 million messages beyond 400 a device;
// with Standard 1 they would be 239.20.
const formula::History month{[] {
                               return support::run(R"(
start: 2023-06-01T00:00Z
duration: 3h
warmup: 10m
application: {era: legacy, hubs: {count: 1, edition: S1, units: 2}, quota_used: 0 messages}
fleet: [{name: m, devices: 600, client: sdk-python, credentials: x509,
  telemetry: {every: 10m, size: 300 B}}]
destinations: [{name: hot, kind: event-hubs}]
exports: [{name: e, to: [hot]}]
faults: [{name: away, at: 2h, hub: 1, for: 10m}]
)");
                             },
                             {{"cost.month", 50 + 21.9 + 0.07884, 0.01},
                              {"cost.month.hubs", 50},
                              {"cost.month.dps", 0},
                              {"cost.month.exports", 21.9 + 0.07884, 1e-3},
                              {"cost.month.plan", 598 * 0.08 + (2.628e6 - 240'000) / 1000 * 0.07, 0.01}}};

// A fault a minute after the start leaves no steady time, so that the hour counts: 500 devices ask DPS once
// each, and the hub is back before they have their answer. 730 times 500 at 0.10 a thousand.
const formula::History registered{[] {
                                    return support::run(R"(
duration: 1h
application: {era: legacy, hubs: {count: 1, edition: S3, units: 1}}
provisioning: {registrations_per_minute: 20000}
fleet: [{name: m, devices: 500, client: {base: guide-reconnect, return_to_dps: at once}, credentials: x509,
  access: {rtt: 10ms, loss: 0%}, telemetry: {every: 10m}}]
faults: [{name: away, at: 1m, hub: 1, for: 1s, mode: refuse}]
)");
                                  },
                                  {{"cost.month.dps", 36.5, 1e-6}}};

}  // namespace

TEST_CASE("formulas of a month", "[formula]") {
  month.check();
  registered.check();
}

// Those who join are registered once; and where there is no quiet time all of it counts.
TEST_CASE("a month has the registrations of a steady time", "[formula]") {
  const measures::Report grows = support::run(R"(
duration: 2h
application: {hubs: {count: 2, edition: S1}}
provisioning: {registrations_per_minute: 2000}
fleet: [{name: m, devices: 500, client: guide-reconnect, joins: over 30m, telemetry: {every: 10m}}]
faults: [{name: away, at: 1h, hub: 1, for: 10m}]
)");
  CHECK(support::value(grows, "cost.month.dps") == 0);
  CHECK(support::value(grows, "cost.dps") >= 0.05);
  const measures::Report at_once = support::run(R"(
duration: 2h
application: {hubs: {count: 2, edition: S1}}
provisioning: {registrations_per_minute: 2000}
fleet: [{name: m, devices: 500, client: guide-reconnect, telemetry: {every: 10m}}]
faults: [{name: away, at: 1m, hub: 1, for: 10m}]
)");
  CHECK(support::value(at_once, "cost.dps") > 0);
  CHECK(support::value(at_once, "cost.month.dps") ==
        Approx(365 * support::value(at_once, "cost.dps")).epsilon(1e-9));
  CHECK(support::value(at_once, "cost.month.hubs") ==
        Approx(365 * support::value(at_once, "cost.hubs")).epsilon(1e-9));
}
