// Known answer 21. Goal: bounds of recovery that need no simulation.
// Answer: no device is back before F0 plus the delay that its own policy prescribes; the last is not back
// before F0 + max over the stages of (N - B) / rate, where N requests were really admitted at that stage
// (registrations at DPS, identity writes and connects per hub) and B is its burst. Tolerance: none. So that
// no bound holds idly: each stage is the bottleneck of one case, in which the last device is back within one
// Retry-After or back-off of the bound.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"

namespace {

// Hub-1 is gone for good; its devices go over DPS to hub-2.
std::string scenario(const std::string& client, int devices, int per_minute, const std::string& hub) {
  return fmt::format(R"(
duration: 2h
application: {{hubs: [{{edition: S3, units: 10, weight: 1000}}, {{{}, weight: 1}}]}}
provisioning: {{registrations_per_minute: {}, polls_per_minute: 1000000,
  probe: {{every: 5s, timeout: 1s, failures: 1}}}}
fleet:
  - {{name: all, devices: {}, region: germany, credentials: x509, client: {}, telemetry: {{every: 48h}}}}
faults:
  - {{name: gone, at: 10m, hub: 1}}
)",
                     hub, per_minute, devices, client);
}

struct Stage {
  const char* name;
  double admitted, burst, per_second;
  double bound() const { return std::max(0.0, (admitted - burst) / per_second); }
};

struct Case {
  const char* bottleneck;
  int devices, registrations_per_minute;
  const char* hub;  // the surviving one, and its limits
  double connects_per_second, writes_per_minute, writes_burst;
  double close_s;  // the last is back so soon after the bound
};

std::vector<Stage> stages(const measures::Report& report, const Case& c) {
  const auto n = [&](const char* metric) { return support::value(report, metric); };
  const double g = c.registrations_per_minute;
  return {{"registrations", n("dps.registrations") - n("dps.throttled"), g, g / 60},
          {"identity writes", n("hub.hub-2.identity_writes"), c.writes_burst, c.writes_per_minute / 60},
          {"connects", n("hub.hub-2.accepted"), 90 * c.connects_per_second, c.connects_per_second}};
}

void check_last(const Case& c) {
  INFO(c.bottleneck);
  const std::string client =
      "{reactions: {closed: dps}, return_to_dps: never, retry: {kind: fixed, min: 5s}}";
  const auto report = support::run(scenario(client, c.devices, c.registrations_per_minute, c.hub));
  CHECK(support::value(report, "recovery.gone.unrecovered") == 0);
  const auto all = stages(report, c);
  const Stage& slowest = *std::max_element(
      all.begin(), all.end(), [](const Stage& x, const Stage& y) { return x.bound() < y.bound(); });
  for (const Stage& stage : all)
    UNSCOPED_INFO(stage.name << ": " << stage.admitted << ", bound " << stage.bound());
  CHECK(std::string(slowest.name) == c.bottleneck);
  CHECK(slowest.bound() > 100);
  const double last = support::value(report, "recovery.gone.max");
  CHECK(last >= slowest.bound());
  CHECK(last <= slowest.bound() + c.close_s);
}

double first_back(const std::string& client) {
  const auto report = support::run(scenario(client, 1000, 1'000'000, "edition: S3, units: 10"));
  CHECK(support::value(report, "recovery.gone.unrecovered") == 0);
  return support::value(report, "recovery.gone.first");
}

double first_at_returning_hub(const std::string& client, int away_ms) {
  const auto report = support::run(fmt::format(R"(
duration: 1h
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
fleet: [{{devices: 1000, region: germany, credentials: x509, client: {}}}]
faults: [{{name: gone, at: 10m, for: {}ms, hub: 1}}]
)",
                                               client, away_ms));
  return support::value(report, "recovery.gone.first");
}

}  // namespace

TEST_CASE("nobody is back before its policy lets it", "[known-21][long]") {
  // Through DPS, hub-1 being gone for good: 10 failures, each 10 s after the one before and the first at 10
  // ms ...
  CHECK(first_back("{base: sdk-python, return_to_dps: after 10 failures}") >= 90.01);
  // ... 1, 2, 4, ... 64, 100, 100 s apart without the jitter ...
  CHECK(first_back("guide-reconnect") >= 1 + 2 + 4 + 8 + 16 + 32 + 64 + 100 + 100);
  CHECK(first_back("{return_to_dps: after 4 failures, retry: {kind: linear, min: 7s, max: 1m}}") >=
        7 + 14 + 21);
  CHECK(first_back("guide-scale") >= 900);
  CHECK(first_back("{return_to_dps: after 15m..30m}") >= 900);
  // At a hub that returns after a moment: the first attempt that can find it.
  CHECK(first_at_returning_hub("sdk-dotnet", 1) >= 0.1);
  CHECK(first_at_returning_hub("guide-scale", 1) >= 5);
  CHECK(first_at_returning_hub("{base: sdk-python, retry: {connects_to_send: false}}", 1000) >= 10.01);
  CHECK(first_at_returning_hub("sdk-python", 1000) >= 1);  // whoever has something to send then
  CHECK(first_at_returning_hub("sdk-c", 8000) >=
        15 - 1);  // a second of its ticks may have begun before the loss
}

TEST_CASE("the last is not back before the slowest stage has let everybody through", "[known-21][long]") {
  constexpr double day = 24 * 60;
  check_last({"registrations", 2000, 200, "edition: S3, units: 10", 60'000, 50'000, 75'000, 40});
  // Registrations that the registry keeps waiting fail after a while, and the device asks again.
  check_last({"identity writes", 1000, 1'000'000, "edition: S2, units: 1", 120, 100, 150, 120});
  check_last({"connects", 30'000, 1'000'000, "edition: S1, units: 1, registry: {burst: 24h}", 100, 100,
              100 * day, 120});
}
