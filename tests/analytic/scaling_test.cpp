// Known answers 10 and 19, with the controller, and 29. Answer 10: a hub that the controller adds moves
// nobody and stays empty until devices register again. Answer 19: with 1,000 registrations a minute, one
// surviving hub and no credit, ten S1 units admit 1,000 new identities a minute and one S2 unit 100. Answer
// 29: times and rates scaled together change nothing but the time axis; devices and quotas scaled together
// leave the shares; without fault and throttle nothing is lost; a higher quota never slows recovery under the
// same draws, if polls are not the bottleneck (answer 8). Tolerance: as said at each.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "tests/analytic/known.hpp"

namespace {

double value(const measures::Report& report, const std::string& metric) {
  return support::value(report, metric);
}

std::string growing(const std::string& client, const std::string& credentials) {
  return fmt::format(R"(
duration: 3h
application: {{era: 2021, hubs: {{count: 2, edition: S3, units: 1}}}}
provisioning: {{registrations_per_minute: 100000}}
fleet: [{{devices: 2500, client: {}, credentials: {}}}]
scaling: {{policy: threshold, hubs: {{devices_per_hub: 1000, most: 3}}}}
)",
                     client, credentials);
}

// Hub-2 goes for good at a minute; its devices ask at once, and the registry of hub-1 has no credit.
double writes_until(const std::string& hub, int minutes) {
  const auto report = support::run(fmt::format(R"(
duration: {}m
application: {{hubs: [{{{}, registry: {{burst: 0s}}}}, {{edition: S3, units: 10, weight: 100}}]}}
provisioning: {{registrations_per_minute: 1000, polls_per_minute: 1000000,
  probe: {{every: 5s, timeout: 1s, failures: 1}}}}
fleet: [{{devices: 20000, client: sdk-python, return_to_dps: at once, credentials: x509,
  telemetry: {{every: 1h}}}}]
faults: [{{name: gone, at: 1m, hub: 2}}]
)",
                                               minutes, hub));
  CHECK(value(report, "recovery.gone.unrecovered") > 0);
  return value(report, "hub.hub-1.identity_writes");
}

// A world in which every time is a multiple of `scale` and every rate a fraction of it: an outage, renewals,
// throttles of all kinds, telemetry that is kept and flushed.
std::string stretched(int scale, bool overloaded) {
  const auto t = [&](int ms) { return fmt::format("{}ms", ms * scale); };
  const auto rate = [&](double a_minute) { return fmt::format("{:.10g}", a_minute / scale); };
  return fmt::format(
      R"(
start: 2023-06-01T00:00Z
duration: {d}
application:
  hubs:
    - {{edition: S2, units: 1, connects: {{burst: {s20}, queue: {s40}, expiry: {s30}}},
       registry: {{burst: {s20}, queue: {s40}, expiry: {s30}}},
       sends: {{burst: {s20}, queue: {s40}, expiry: {s30}}}}}
    - {{edition: S2, units: 1, connects: {{burst: {s20}, queue: {s40}, expiry: {s30}}},
       registry: {{burst: {s20}, queue: {s40}, expiry: {s30}}},
       sends: {{burst: {s20}, queue: {s40}, expiry: {s30}}}}}
provisioning: {{registrations_per_minute: {r}, polls_per_minute: {p}, burst: {s20}, retry_after: {s10},
  poll_after: {s2}, processing: {{median: {s1}, p95: {s2}}}, write_retry: {{every: {s2}, for: {s20}}},
  probe: {{every: {s10}, timeout: {s1}, failures: 2}}}}
scaling: {{rebalance: {{when: never}}}}
fleet:
  - {{name: all, devices: 3000, region: westeurope, access: {{rtt: {t20}, loss: 0%}}, buffer: {kept} messages,
     client: {{retry: {{kind: exponential, first: {s1}, min: {s2}, max: {s30}, jitter: full}},
       detection: {{ping_every: {s60}, ping_wait: {s30}}}, keep_alive: {s120}, connect_timeout: {s30},
       renewal: {s600}, return_to_dps: {back},
       dps: {{poll_default: {s2}, hint_min: 0s, hint_max: 1h, answer_timeout: {s30}}}}},
     telemetry: {{every: {s60}, flush: {f}}}}}
faults:
  - {{name: gone, at: {s900}, hub: 1, for: {s300}}}
)",
      fmt::arg("d", t(3'600'000)), fmt::arg("r", rate(600)), fmt::arg("p", rate(6000)),
      fmt::arg("s1", t(1'000)), fmt::arg("s2", t(2'000)), fmt::arg("s10", t(10'000)),
      fmt::arg("s20", t(20'000)), fmt::arg("s30", t(30'000)), fmt::arg("s40", t(40'000)),
      fmt::arg("s60", t(60'000)), fmt::arg("s120", t(120'000)), fmt::arg("s300", t(300'000)),
      fmt::arg("s600", t(600'000)), fmt::arg("s900", t(900'000)), fmt::arg("t20", t(20)),
      fmt::arg("f", rate(overloaded ? 120 : 12) + "/min"),
      fmt::arg("back", overloaded ? "after 4 failures" : "never"), fmt::arg("kept", overloaded ? 20 : 2));
}

measures::Report run_stretched(int scale, bool overloaded) {
  support::Options options;
  options.change = [scale](application::Scenario& scenario) {
    known::no_distance(scenario);
    hub::EditionLimits& limits = scenario.editions.at(hub::Edition::S2);
    limits.messages_a_day *= 1000;
    limits.connects.per_unit *= 0.2 / scale;
    limits.sends.per_unit *= 0.4 / scale;
    limits.registry.per_unit *= 2.0 / scale;
  };
  return support::run(stretched(scale, overloaded), options);
}

// Hub-1 of two fails for good.
std::string failed_hub(int devices, double registrations, int units, const std::string& seed = "1") {
  return fmt::format(R"(
seed: {}
duration: 3h
application: {{hubs: {{count: 2, edition: S2, units: {}}}}}
provisioning: {{registrations_per_minute: {}, polls_per_minute: 10000000}}
fleet: [{{devices: {}, client: guide-reconnect, return_to_dps: after 4 failures, credentials: x509,
  telemetry: {{every: 10m}}}}]
faults: [{{name: gone, at: 10m, hub: 1}}]
)",
                     seed, units, registrations, devices);
}

}  // namespace

TEST_CASE("a hub that the controller adds stays empty until devices register again", "[known-10][long]") {
  const auto idle = support::run(growing("sdk-c", "x509"));
  CHECK(value(idle, "scaling.out") == 1);
  CHECK(value(idle, "hubs.count") == 3);
  CHECK(value(idle, "allocation.hub.hub-3.provisioned") == 0);
  CHECK(value(idle, "allocation.hub.hub-3.connected") == 0);
  CHECK(value(idle, "devices.connected") == 2500);

  const auto renewing = support::run(growing("{renewal_through_dps: true}", "sas"));
  CHECK(value(renewing, "scaling.out") == 1);
  // Before anybody has renewed, nobody is there; two renewals later it has its share.
  const double share = value(renewing, "allocation.hub.hub-3.provisioned");
  CHECK(std::abs(share - 2500 / 3.0) < 4 * std::sqrt(2500 * 2.0 / 9));
  CHECK(value(renewing, "devices.connected") > 2450);  // a few are on their way
}

TEST_CASE("a hub that the controller adds gets the devices that prefer it, and no others",
          "[known-10][long]") {
  support::Options options;
  options.set = {"scaling.rebalance.when=scale-out"};
  const auto before = support::run(growing("central-rules", "x509"));
  const auto report = support::run(growing("central-rules", "x509"), options);
  const auto of = [](const measures::Report& r, int hub) {
    return value(r, fmt::format("allocation.hub.hub-{}.connected", hub));
  };
  const double moved = value(report, "recovery.rebalance.affected");
  CHECK(std::abs(moved - 2500 / 3.0) < 4 * std::sqrt(2500 * 2.0 / 9));
  CHECK(value(report, "recovery.rebalance.unrecovered") == 0);
  CHECK(value(report, "dps.assigned") == moved);
  CHECK(of(report, 3) == moved);
  CHECK(of(before, 1) - of(report, 1) + of(before, 2) - of(report, 2) == moved);
  // A third of what each had.
  CHECK(std::abs(of(before, 1) - of(report, 1) - of(before, 1) / 3) < 4 * std::sqrt(1250 * 2.0 / 9));
}

TEST_CASE("hubs that fail and return together keep their devices", "[rebalance][long]") {
  for (const int seed : {1, 2, 3}) {
    support::Options options;
    options.set = {fmt::format("seed={}", seed)};
    const auto report = support::run(R"(
duration: 1h
application: {era: 2021, hubs: {count: 3, edition: S2, units: 2}}
scaling: {rebalance: {when: hub-return, pace: 1000/min}}
fleet: [{devices: 3000, region: germany, client: sdk-python, credentials: x509}]
faults: [{name: a, at: 10m, for: 10m, hub: 1}, {name: b, at: 10m, for: 10m, hub: 2}]
)",
                                     options);
    CHECK(value(report, "recovery.rebalance.affected") == 0);
    CHECK(value(report, "devices.connected") == 3000);
    CHECK(value(report, "allocation.hub.hub-1.connected") == value(report, "recovery.a.affected"));
  }
}

TEST_CASE("ten S1 units admit 1,000 new identities a minute, one S2 unit 100", "[known-19][long]") {
  const auto a_minute = [](const std::string& hub) {
    return (writes_until(hub, 8) - writes_until(hub, 4)) / 4;
  };
  CHECK(a_minute("edition: S1, units: 10") == Approx(1000).epsilon(0.01));
  CHECK(a_minute("edition: S2, units: 1") == Approx(100).epsilon(0.01));
}

TEST_CASE("times and rates scaled together change nothing but the time axis", "[known-29]") {
  const auto one = run_stretched(1, false);
  CHECK(value(one, "recovery.gone.wait.hub_queue") > 1);
  CHECK(value(one, "telemetry.throttled_share") > 0);
  CHECK(value(one, "telemetry.lost") > 0);
  for (const int scale : {2, 4}) {
    const auto other = run_stretched(scale, false);
    for (const auto& [name, v] : one.values) {
      // What counts by seconds or minutes of its own, or costs money by the hour.
      const auto has = [&, &metric = name](const char* text) {
        return metric.find(text) != std::string::npos;
      };
      if (!v.value || v.unit == "USD" || has("peak_connect_rate") || has("within") || has("relapses") ||
          has("storm."))
        continue;
      INFO(name << " at " << scale);
      CHECK(value(other, name) == Approx(v.unit == "s" ? *v.value * scale : *v.value).epsilon(1e-4));
    }
  }
}

TEST_CASE("times and rates scaled together where requests race for tokens", "[known-29][long]") {
  // A microsecond of rounding decides who of two gets the last token, so that single devices differ.
  const auto one = run_stretched(1, true), two = run_stretched(2, true);
  CHECK(value(one, "dps.throttled") > 1000);
  CHECK(value(one, "hub.identity_throttled") > 1000);
  for (const std::string metric :
       {"dps.registrations", "dps.assigned", "hub.connects", "telemetry.delivered", "availability",
        "recovery.gone.p50", "recovery.gone.p90", "recovery.gone.mean", "telemetry.lost"}) {
    INFO(metric);
    const bool time = one.values.at(metric).unit == "s";
    CHECK(value(two, metric) == Approx(value(one, metric) * (time ? 2 : 1)).epsilon(0.03));
  }
}

TEST_CASE("devices and quotas scaled together leave the shares", "[known-29]") {
  const auto few = support::run(failed_hub(2000, 100, 1)), many = support::run(failed_hub(16'000, 800, 8));
  for (const std::string metric : {"within.5m", "within.15m"}) {
    const double p = value(many, "recovery.gone." + metric);
    INFO(metric << ": " << value(few, "recovery.gone." + metric) << " and " << p);
    CHECK(std::abs(value(few, "recovery.gone." + metric) - p) <= 4 * std::sqrt(p * (1 - p) / 1000) + 1e-3);
  }
  CHECK(value(few, "recovery.gone.p50") == Approx(value(many, "recovery.gone.p50")).epsilon(0.1));
  CHECK(value(few, "availability") == Approx(value(many, "availability")).margin(0.005));
}

TEST_CASE("no fault and no throttle, no loss", "[known-29][long]") {
  for (const std::string client : {"sdk-c", "sdk-dotnet", "sdk-java", "sdk-node", "sdk-python",
                                   "guide-reconnect", "guide-scale", "central-rules"})
    for (const std::string policy : {"none", "threshold"}) {
      const auto report = support::run(fmt::format(R"(
duration: 26h
application: {{hubs: {{count: 2, edition: S2, units: 1}}}}
fleet: [{{devices: 1000, client: {}, buffer: 1 message}}]
scaling: {{policy: {}}}
)",
                                                   client, policy));
      INFO(client << ", " << policy);
      CHECK(value(report, "telemetry.throttled_share") + value(report, "hub.throttled") == 0);
      CHECK(value(report, "telemetry.quota_blocked") == 0);
      CHECK(value(report, "telemetry.lost") == 0);
      CHECK(value(report, "devices.lost") == 0);
      CHECK(value(report, "availability") > 0.999);
    }
}

TEST_CASE("a higher quota never slows recovery under the same random draws", "[known-29][long]") {
  const auto check = [](const std::vector<std::string>& scenarios) {
    std::vector<double> before(5, 1e18);
    for (const std::string& scenario : scenarios) {
      const auto report = support::run(scenario);
      std::vector<double> now;
      for (const char* metric : {"p50", "p90", "p99", "max", "mean"})
        now.push_back(value(report, std::string("recovery.gone.") + metric));
      INFO(fmt::format("{}", fmt::join(before, " ")) << ", then " << fmt::format("{}", fmt::join(now, " ")));
      for (std::size_t i = 0; i < now.size(); ++i) CHECK(now[i] <= before[i]);
      before = now;
    }
  };
  for (const std::string seed : {"1", "2"}) {
    std::vector<std::string> registrations, units;
    for (const int r : {50, 100, 200, 400, 1000, 5000})
      registrations.push_back(failed_hub(4000, r, 10, seed));
    for (const int u : {1, 2, 4, 8, 16}) units.push_back(failed_hub(4000, 100'000, u, seed));
    check(registrations);
    check(units);
  }
}
