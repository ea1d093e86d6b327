// Known answers 25 and 30 for devices whose power is cut and programs that restart: with parking and without,
// and on both carriers, the same bytes.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"

namespace {

// Power cuts that overlap each other and outages of hubs, DPS and the network; queues at the hubs; joining
// and leaving; watchdogs.
std::string scenario(const std::string& client) {
  return fmt::format(R"(
duration: 4h
warmup: 10m
application: {{hubs: {{count: 3, edition: S1, units: 1, connects: {{burst: 1s, queue: 20s}}}}}}
provisioning: {{registrations_per_minute: 100, retry_after: 7s}}
fleet:
  - {{name: all, devices: 500, region: brazil, access: nb-iot, client: {0}, buffer: 20 messages,
     storage: flash, boot: 5s..40s, telemetry: {{every: 90s, size: 512 B}}}}
  - {{name: others, devices: 300, region: germany, client: {0}, buffer: 5 messages, never_recovers: 3%,
     joins: at 50m over 20m, leaves: at 100m over 2h, boot: 1ms, telemetry: {{every: 90s, size: 512 B}}}}
faults:
  - {{name: one-hub, at: 20m, for: 35m, hub: 1}}
  - {{name: cut, at: 25m, for: 10m, power_cut: {{group: all}}}}
  - {{name: again, at: 35m10s, for: 3m, power_cut: {{region: brazil}}}}
  - {{name: nobody, at: 38m, for: 20m, dps: outage}}
  - {{name: dark, at: 55m, for: 11m, power_cut: {{region: germany}}}}
  - {{name: hole, at: 80m, for: 30m, link: {{devices: germany}}}}
  - {{name: inside, at: 85m, for: 2m, power_cut: {{group: others}}}}
  - {{name: quiet, at: 2h, for: 40m, hub: 2, mode: silent}}
  - {{name: often, at: 2h1s, for: 1s, power_cut: {{group: all}}}}
  - {{name: oftener, at: 2h40m, for: 10s, power_cut: {{group: all}}}}
  - {{name: for-good, at: 3h30m, hub: 3}}
  - {{name: dark-for-good, at: 3h50m, power_cut: {{region: germany}}}}
)",
                     client);
}

void check(const std::string& client) {
  INFO(client);
  support::Options other;
  const auto parked = support::run(scenario(client));
  CHECK(support::value(parked, "recovery.cut.affected") > 200);
  other.parking = false;
  const auto plain = support::run(scenario(client), other);
  CHECK(plain.parked_attempts == 0);
  CHECK(known::difference(parked, plain) == "");
  other.carrier = application::CarrierKind::actor;
  CHECK(known::difference(parked, support::run(scenario(client), other)) == "");
  other.parking = true;
  CHECK(known::difference(parked, support::run(scenario(client), other)) == "");
}

}  // namespace

TEST_CASE("power cuts and restarts: parked or not, on both carriers, the same bytes", "[power][long]") {
  check("sdk-c");
  check("{base: sdk-c, watchdog: 7m, starts_at: cached hub, return_to_dps: after 15m}");
  check("{base: sdk-node, watchdog: 5m}");
  check("{base: sdk-python, return_to_dps: after 5m..20m, watchdog: 20m}");
}

TEST_CASE("waits between DPS phases: parked or not, on both carriers, the same bytes", "[dps-retry][long]") {
  const std::string retry = "dps: {retry: {kind: linear, min: 1m, max: 5m, jitter: full}}";
  check("{base: sdk-dotnet, return_to_dps: after 2m, on_dps_failure: retry hub, " + retry + "}");
  check("{base: sdk-dotnet, return_to_dps: after 5 failures, on_dps_failure: retry hub, watchdog: 9m, " +
        retry + "}");
  check("{base: sdk-node, return_to_dps: after 2m..9m, on_dps_failure: retry hub, " + retry + "}");
  check("{base: guide-reconnect, on_dps_failure: cached hub, " + retry + "}");
  check("{base: sdk-java, return_to_dps: at once, on_dps_failure: keep asking, cycle_limit: 9, " + retry +
        "}");
}
