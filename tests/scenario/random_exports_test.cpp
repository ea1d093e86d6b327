// Data export under random outages and rates: accounts balance, a destination is failed exactly when its
// window is over, and no message overtakes another of its partition. The three are judged by the runs
// themselves (checks and exports::Delivery stop the program); what comes of simple outages is reckoned here
// as well.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/draws.hpp"
#include "tests/support/run.hpp"

namespace {

const std::uint32_t seeds = support::scenarios(250, 5);

constexpr double window = 900, probe = 300;  // seconds

struct Outage {
  double from, to;
};

// At least a minute apart; no end within 2 s of the window or of a probe.
std::vector<Outage> outages(support::Draws& draws, double end) {
  std::vector<Outage> all;
  for (double at = 600 + static_cast<double>(draws.below(1800)); at < end - 600;) {
    double length = 5 + static_cast<double>(draws.below(2400));
    const double after_probe = length - probe * std::floor(length / probe);
    if (after_probe < 2 || after_probe > probe - 2) length += 4;
    all.push_back({at, at + length});
    at += length + 60 + static_cast<double>(draws.below(2400));
  }
  return all;
}

struct Reckoned {
  double failures = 0, failed_for = 0, away = 0;  // away: time whose messages are dropped
};

Reckoned reckon(const std::vector<Outage>& all, double end) {
  Reckoned sum;
  const auto out = [&](double t) {
    return std::any_of(all.begin(), all.end(), [t](const Outage& o) { return o.from <= t && t < o.to; });
  };
  double well_from = 0;
  for (const Outage& outage : all) {
    if (outage.from < well_from || outage.to - outage.from <= window || outage.from + window >= end) continue;
    double found = outage.from + window + probe;
    while (found < end && out(found)) found += probe;
    found = std::min(found, end);
    sum.failures += 1;
    sum.failed_for += found - outage.from - window;
    sum.away += found - outage.from;
    well_from = found;
  }
  return sum;
}

std::string random_export(support::Draws& draws, const std::string& name, const std::string& to) {
  const char* const data[] = {"[telemetry]", "[telemetry, properties]", "[connectivity, lifecycle]",
                              "[telemetry, properties, connectivity, lifecycle]"};
  const char* const clocks[] = {"oldest", "last-success"};
  const char* const kept[] = {"dropped", "kept"};
  std::string text = fmt::format(
      "  - {{name: {}, to: [{}], data: {}, filter: {}%, batch: {}s, retry: {{clock: {}, window: {}m, cap: "
      "{}s}}, "
      "while_failed: {}, probe: {}s",
      name, to, draws.one_of(data), 1 + draws.below(100), 1 + draws.below(30), draws.one_of(clocks),
      2 + draws.below(20), 1 + draws.below(90), draws.one_of(kept), 20 + draws.below(600));
  if (draws.below(3) == 0) text += fmt::format(", created: {}m", 1 + draws.below(100));
  if (draws.below(4) == 0) text += fmt::format(", backpressure: {} messages", 1 + draws.below(5000));
  return text + "}\n";
}

std::string random_faults(support::Draws& draws) {
  const char* const targets[] = {"destination: hot",
                                 "destination: hot",
                                 "destination: cold",
                                 "destination: bus",
                                 "destination: topic",
                                 "partition: hot/1",
                                 "partition: hot/3",
                                 "region: francecentral",
                                 "region: westeurope",
                                 "hub: 1",
                                 "hub: 2",
                                 "backbone: {from: westeurope, to: francecentral}",
                                 "zone: westeurope/1"};
  const char* const modes[] = {"refuse", "silent", "busy", "{degraded: {capacity: 10%}}"};
  std::string text = "faults:\n";
  for (std::uint64_t f = 0, n = 2 + draws.below(5); f < n; ++f) {
    const std::string target = draws.one_of(targets);
    const bool has_modes = target.starts_with("destination") || target.starts_with("hub");
    text +=
        fmt::format("  - {{name: f{}, at: {}s, {}, for: {}s{}}}\n", f, 60 + draws.below(6000), target,
                    1 + draws.below(2400), has_modes ? fmt::format(", mode: {}", draws.one_of(modes)) : "");
  }
  return text;
}

std::string random_application(std::uint32_t seed) {
  support::Draws draws(26, seed);
  const char* const partitioning[] = {"keyed", "round-robin"};
  const char* const redundancy[] = {"LRS", "ZRS"};
  std::string text =
      fmt::format(R"(
duration: 2h
warmup: {}m
seed: {}
application: {{hubs: {{count: 2, edition: S2, units: 1}}}}
failover: {{service_rto: 30m}}
fleet:
  - {{name: old, devices: {}, client: sdk-c, telemetry: {{every: {}s, size: {} B}},
     properties: {{every: 5m, size: 1 KiB}}}}
  - {{name: new, devices: {}, joins: at 10m over 1h, telemetry: {{every: {}s, phase: synchronised}}}}
destinations:
  - {{name: hot, kind: event-hubs, throughput_units: 1, auto_inflate: {}, partitioning: {},
     consumer: {{reads: {}/s}}}}
  - {{name: cold, kind: blob-storage, redundancy: {}, requests: {}/s}}
  - {{name: bus, kind: service-bus-queue, region: francecentral, tier: premium, auto_scale: 4, size: {} MB,
     consumer: {{reads: {}/s}}, failover: {{after: {}m}}}}
  - {{name: topic, kind: service-bus-topic, filters: {}}}
exports:
)",
                  draws.below(2), seed, 20 + draws.below(200), 1 + draws.below(60), 100 + draws.below(8000),
                  5 + draws.below(100), 5 + draws.below(60), 2 + draws.below(5), draws.one_of(partitioning),
                  1 + draws.below(300), draws.one_of(redundancy), 1 + draws.below(20), 1 + draws.below(20),
                  1 + draws.below(300), draws.below(30), draws.below(20));
  text += random_export(draws, "analytics", "hot, cold");
  text += random_export(draws, "orders", "bus, topic, hot");
  text += random_export(draws, "archive", "cold");
  text += random_faults(draws);
  text += fmt::format("actions: [{{name: again, at: {}s, restart_export: {{name: orders, off: {}s}}}}]\n",
                      6100 + draws.below(1000), draws.below(200));
  return text;
}

}  // namespace

TEST_CASE("exports keep their accounts, windows and orders whatever fails") {
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    INFO("seed " << seed << ":" << random_application(seed));
    const measures::Report report = support::run(random_application(seed));
    for (const char* pair :
         {"analytics.hot", "analytics.cold", "orders.bus", "orders.topic", "orders.hot", "archive.cold"}) {
      const auto of = [&](const char* what) {
        return support::value(report, std::string("export.") + pair + "." + what);
      };
      INFO(pair);
      CHECK(of("received") + of("carried_in") ==
            of("filtered") + of("exported") + of("dropped") + of("backlog"));

      CHECK((of("failed_for") == 0 || of("failures") > 0));
    }
    if (seed % 50 != 0) continue;
    support::Options other;
    other.carrier = application::CarrierKind::actor;
    other.parking = false;
    CHECK(support::bytes(report) == support::bytes(support::run(random_application(seed), other)));
  }
}

TEST_CASE("a destination is failed in the outages that outlast its window, and found by the next probe",
          "[long]") {
  constexpr double end = 4 * 3600;
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    support::Draws draws(27, seed);
    const double every = 1 + static_cast<double>(draws.below(10));
    const std::vector<Outage> all = outages(draws, end);
    std::string text = fmt::format(R"(
duration: 4h
seed: {}
application: {{era: legacy, hubs: {{count: 1, edition: S3}}}}
fleet: [{{devices: 100, client: sdk-python, credentials: x509, telemetry: {{every: {}s}}}}]
destinations: [{{name: hot, kind: event-hubs, throughput_units: 40}}]
exports: [{{name: analytics, to: [hot], batch: {}s, retry: {{first: 5s, cap: 5s}}}}]
faults:
)",
                                   seed, every, 10 + draws.below(50));
    for (std::size_t i = 0; i < all.size(); ++i)
      text += fmt::format("  - {{name: f{}, at: {}s, destination: hot, for: {}s}}\n", i, all[i].from,
                          all[i].to - all[i].from);
    INFO("seed " << seed << ":" << text);
    const measures::Report report = support::run(text);
    const auto of = [&](const char* what) {
      return support::value(report, std::string("export.analytics.hot.") + what);
    };
    const Reckoned reckoned = reckon(all, end);
    CHECK(of("failures") == reckoned.failures);
    CHECK(of("failed_for") == Approx(reckoned.failed_for).margin(0.3 * (1 + reckoned.failures)));
    const double rate = 100 / every;
    CHECK(of("dropped") == Approx(rate * reckoned.away).margin(rate * 0.3 * (1 + reckoned.failures)));
    CHECK(of("exported") + of("dropped") + of("backlog") == of("received"));
  }
}
