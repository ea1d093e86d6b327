// Two schedules: a client that retries its hub for five minutes and then asks DPS, again and again with waits
// of 5, 10, 15, 20, 25 and then 30 minutes (Azure/iot-central-bidirectional-device-bridge, pull 17). Answers
// by hand; nothing takes any time on the network. Tolerance: the microseconds by which one thing follows
// another.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"

namespace {

// Its hub and, as `faults` say, DPS are away from 10 s on. 31 attempts 10 s apart are the five minutes.
std::string scenario(const std::string& client, const std::string& faults, int devices = 1) {
  return fmt::format(R"(
duration: 4h
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
provisioning: {{exclude_failed_hubs: false, processing: 1s}}
fleet:
  - {{name: one, devices: {}, client: {}, credentials: x509, access: {{rtt: 0ms, loss: 0%}},
     telemetry: {{every: 366d, size: 512 B}}}}
faults: [{{name: away, at: 10s, hub: 1, mode: refuse}}{}]
)",
                     devices, client, faults);
}

const std::string no_dps = ", {name: nobody, at: 5s, dps: outage}";

// `rest`: of the client; `retry`: between DPS phases.
std::string bridge(const std::string& rest, const std::string& retry = "{kind: linear, min: 5m, max: 30m}") {
  return fmt::format(
      "{{base: guide-reconnect, retry: {{kind: fixed, min: 10s}}, return_to_dps: after 31 failures, {}, "
      "dps: {{retry: {}}}}}",
      rest, retry);
}

struct Asked {
  std::vector<double> dps, hub;
};

// Whom device 0 asks, and when, in seconds after the loss.
Asked asked_in(const std::string& yaml) {
  support::Options options;
  options.trace_group = "one";
  const measures::Report report = known::run_both(yaml, options);
  Asked all{known::instants(report, "asks DPS"), known::instants(report, "asks hub-1")};
  for (std::vector<double>* times : {&all.dps, &all.hub})
    for (double& t : *times) t -= 10;
  return all;
}

Asked asked(const std::string& client, const std::string& faults) {
  return asked_in(scenario(client, faults));
}

auto approx(std::vector<double> times) { return Catch::Matchers::Approx(std::move(times)).margin(1e-3); }

}  // namespace

TEST_CASE("a hub is retried by its own policy between DPS phases that wait by theirs", "[dps-retry]") {
  const Asked all = asked(bridge("on_dps_failure: retry hub"), no_dps);
  // 5 min for the hub, then a wait of 5 k min, at most 30, and so on.
  CHECK_THAT(all.dps, approx({300, 900, 1800, 3000, 4500, 6300, 8400, 10500, 12600}));
  std::vector<double> hub;
  for (const double begin : {0.0, 600.0, 1500.0, 2700.0, 4200.0, 6000.0, 8100.0, 10200.0, 12300.0})
    for (int i = 0; i <= 30; ++i) hub.push_back(begin + 10 * i);
  CHECK_THAT(all.hub, approx(hub));
}

TEST_CASE("waits between DPS phases without the hub, and with one try of it", "[dps-retry]") {
  const std::vector<double> phases{300, 600, 1200, 2100, 3300, 4800, 6600, 8400, 10200, 12000, 13800};
  std::vector<double> hub;
  for (int i = 0; i <= 30; ++i) hub.push_back(10 * i);
  const Asked dps_alone = asked(bridge("on_dps_failure: keep asking"), no_dps);
  CHECK_THAT(dps_alone.dps, approx(phases));
  CHECK_THAT(dps_alone.hub, approx(hub));
  const Asked tries = asked(bridge("on_dps_failure: cached hub"), no_dps);
  hub.insert(hub.end(), phases.begin(), phases.end());
  CHECK_THAT(tries.dps, approx(phases));
  CHECK_THAT(tries.hub, approx(hub));
}

TEST_CASE("other waits between DPS phases", "[dps-retry]") {
  const std::string then = "on_dps_failure: keep asking";
  CHECK_THAT(asked(bridge(then, "{kind: fixed, min: 1h}"), no_dps).dps, approx({300, 3900, 7500, 11100}));
  CHECK_THAT(asked(bridge(then, "{kind: exponential, min: 15m, max: 1h}"), no_dps).dps,
             approx({300, 1200, 3000, 6600, 10200, 13800}));
}

TEST_CASE("a hub that DPS gives and that cannot be reached is a failure of the same kind", "[dps-retry]") {
  // DPS serves, and gives the hub again, which nobody reaches: it is tried for 5 min, and after the wait once
  // more. Each attempt takes the way to another region, some hundredths of a second.
  const std::string apart = R"(
duration: 4h
application: {era: legacy, region: westeurope, hubs: [{edition: S3, units: 10, region: northeurope}]}
fleet:
  - {name: one, devices: 1, client: CLIENT, credentials: x509, access: {rtt: 0ms, loss: 0%},
     telemetry: {every: 366d, size: 512 B}}
faults: [{name: away, at: 10s, link: {cloud: northeurope}, mode: refuse}]
)";
  const std::string waits = bridge("on_dps_failure: retry hub");
  const Asked all = asked_in(std::string(apart).replace(apart.find("CLIENT"), 6, waits));
  REQUIRE(all.dps.size() >= 4);
  std::vector<double> assigned;  // the first attempt after each phase
  for (const double phase : all.dps)
    assigned.push_back(*std::upper_bound(all.hub.begin(), all.hub.end(), phase + 0.1) - phase);
  for (std::size_t k = 1; k < 4; ++k) {
    CHECK(assigned[k - 1] < 30);
    CHECK(all.dps[k] - all.dps[k - 1] ==
          Approx(assigned[k - 1] + 300 + 300 * static_cast<double>(k) + 300).margin(5));
  }
  // Without the policy DPS is asked again as soon as the hub's failures are counted.
  const std::string none =
      "{base: guide-reconnect, retry: {kind: fixed, min: 10s}, return_to_dps: after 31 failures}";
  const Asked at_once = asked_in(std::string(apart).replace(apart.find("CLIENT"), 6, none));
  REQUIRE(at_once.dps.size() > 20);
  CHECK(at_once.dps[1] - at_once.dps[0] == Approx(assigned[0] + 300).margin(5));
}

TEST_CASE("a wait may count from the start of the failed phase", "[dps-retry]") {
  // Each phase takes a minute: nobody answers.
  const std::string silent = ", {name: nobody, at: 5s, dps: outage, mode: silent}";
  const std::string then = "on_dps_failure: keep asking";
  CHECK_THAT(asked(bridge(then, "{kind: fixed, min: 1h}"), silent).dps, approx({300, 3960, 7620, 11280}));
  CHECK_THAT(asked(bridge(then, "{kind: fixed, min: 1h, from_attempt: true}"), silent).dps,
             approx({300, 3900, 7500, 11100}));
}

TEST_CASE("the SDK's retries of the bridge take five minutes, and its waits are random",
          "[long][dps-retry]") {
  const std::string client =
      "{base: sdk-dotnet, return_to_dps: after 37 failures, on_dps_failure: retry hub, "
      "dps: {retry: {kind: linear, min: 5m, max: 30m, jitter: full}}}";
  const Asked all = asked(client, no_dps);
  REQUIRE(all.dps.size() > 3);
  // 36 retries: 100 ms, then 100 ms + (2^n - 1) 80..119 ms, at most 10 s: 29 of these.
  CHECK(all.dps.front() > 295);
  CHECK(all.dps.front() < 312);
  CHECK(std::count_if(all.hub.begin(), all.hub.end(), [&](double t) { return t <= all.dps.front(); }) == 37);
  // The first waits of many devices are uniform below 5 min.
  support::Options options;
  double sum = 0;
  constexpr int devices = 40;
  for (int i = 0; i < devices; ++i) {
    options.trace_group = "one";
    options.trace_index = static_cast<std::uint32_t>(i);
    const measures::Report report = known::run_nearby(scenario(client, no_dps, devices), options);
    const double phase = known::instants(report, "asks DPS").at(0);
    const std::vector<double> hub = known::instants(report, "asks hub-1");
    const double wait = *std::upper_bound(hub.begin(), hub.end(), phase + 1e-3) - phase;
    CHECK(wait < 300.01);
    sum += wait;
  }
  CHECK(sum / devices == Approx(150).margin(4 * 86.6 / std::sqrt(devices)));
}
