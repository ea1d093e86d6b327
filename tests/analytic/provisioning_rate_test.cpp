// Known answers 7 and 12. Goal: how fast the provisioning service lets a crowd through, and which fleet is
// too large for it without any fault. Answer 7: N devices ask at once, g registrations a minute with a burst
// of g, nothing else in the way: the last 202 between (N - g) / g minutes and that plus one Retry-After.
// Answer 12: firmware like the high-availability samples registers at each token renewal: at 200 a minute
// 9,600 devices that renew every 48 min, or 14,000 that renew every 70 min, are the most; a fleet of N above
// that needs N / 200 minutes for a round, and .NET, which takes a 429 as the end, loses devices. Tolerance:
// 7, none; 12, fleets a tenth below and a fifth above the bound, the round within 2 %.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"

namespace {

// All devices of the old hub lose it at 10 s and ask DPS at once; the identity writes follow 10 s later, when
// that hub is out of the allocation. The assignment is read by one poll.
constexpr double poll_s = 11;

std::string crowd(int devices, int per_minute, int retry_after_s) {
  return fmt::format(R"(
duration: 15m
application:
  hubs:
    - {{name: old, edition: S3, units: 10, weight: 1000}}
    - {{name: new, edition: S3, units: 10}}
provisioning: {{registrations_per_minute: {}, polls_per_minute: 1000000, processing: 10s, poll_after: 11s,
  retry_after: {}s, probe: {{every: 5s, timeout: 1s, failures: 1}}}}
fleet:
  - {{name: all, devices: {}, credentials: x509, access: {{rtt: 0ms, loss: 0%}},
     client: {{reactions: {{closed: dps}}, dps: {{poll_default: 1s, hint_min: 0s, hint_max: 24h}}}}}}
faults:
  - {{name: gone, at: 10s, hub: old, mode: refuse}}
)",
                     per_minute, retry_after_s, devices);
}

std::string samples(const std::string& client, int devices) {
  return fmt::format(R"(
duration: 16h
warmup: 8h
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
provisioning: {{registrations_per_minute: 200}}
fleet:
  - {{name: all, devices: {}, client: {}, telemetry: {{every: 1m, size: 512 B}}}}
)",
                     devices, client);
}

}  // namespace

TEST_CASE("a crowd at DPS is through at (N - g) / g minutes", "[known-7][long]") {
  for (const int per_minute : {200, 1000})
    for (const int retry_after : {3, 30, 60})
      for (const int devices : {1000, 2500}) {
        INFO(devices << " devices, " << per_minute << "/min, Retry-After " << retry_after << " s");
        const auto report = known::run_both(crowd(devices, per_minute, retry_after));
        const double n = support::value(report, "recovery.gone.affected");
        CHECK(n > 0.99 * devices);
        CHECK(support::value(report, "recovery.gone.unrecovered") == 0);
        // A poll after the last 202; ticks of a microsecond at each step.
        const double last = support::value(report, "recovery.gone.max") - poll_s;
        const double least = std::max(0.0, 60 * (n - per_minute) / per_minute);
        CHECK(last >= least - 1e-3);
        CHECK(last <= least + retry_after + 1e-3);
        CHECK(support::value(report, "dps.registrations") - support::value(report, "dps.throttled") == n);
      }
}

TEST_CASE("firmware like the samples keeps DPS busy without a fault", "[known-12][long]") {
  const auto below_c = known::run_nearby(samples("ha-sample-c", 8640));
  CHECK(support::value(below_c, "dps.throttled") == 0);
  CHECK(support::value(below_c, "dps.registrations") == Approx(8640 * 10).epsilon(0.02));
  const auto below_net = known::run_nearby(samples("ha-sample-dotnet", 12600));
  CHECK(support::value(below_net, "dps.throttled") == 0);
  CHECK(support::value(below_net, "devices.lost") == 0);

  const auto above_c = known::run_nearby(samples("ha-sample-c", 11520));
  CHECK(support::value(above_c, "dps.throttled") > 10'000);
  // 200 a minute are admitted, so that a round takes 57.6 min, 9.6 of them without a connection.
  CHECK(support::value(above_c, "dps.assigned") == Approx(200.0 * 480).epsilon(0.02));
  CHECK(1 - support::value(above_c, "availability") == Approx(9.6 / 57.6).epsilon(0.02));
  const auto above_net = known::run_nearby(samples("ha-sample-dotnet", 16800));
  CHECK(support::value(above_net, "devices.lost") > 0);
  // It loses devices until the rest is what DPS can carry.
  CHECK(support::value(above_net, "devices.connected") == Approx(200.0 * 65).epsilon(0.02));
}
