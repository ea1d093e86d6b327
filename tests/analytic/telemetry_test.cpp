// Known answers 16 and 17: the daily quota, and the flow of messages against a reference that takes them one
// by one.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "models/purpose.hpp"
#include "sim/random.hpp"
#include "tests/analytic/known.hpp"

namespace {

// 10 devices send 64 blocks of 4 KiB each every 10 s: 64 blocks a second of 400,000 a day.
std::string quota(const std::string& start, const std::string& duration) {
  return fmt::format(R"(
start: {}
duration: {}
application: {{era: legacy, hubs: {{count: 1, edition: S1, units: 1}}}}
fleet: [{{name: meters, devices: 10, credentials: x509,
  client: {{base: sdk-python, retry: {{first: 10s, connects_to_send: false}}}},
  buffer: 100 messages,
  telemetry: {{every: 10s, size: 256 KiB}}}}]
)",
                     start, duration);
}

constexpr double used_up_s = 400'000.0 / 64;  // 6,250 s

// Message by message: each in order of arrival takes a token, or waits for one.
struct Reference {
  double delivered = 0, waiting = 0;
  std::vector<double> delays;  // seconds, sorted

  Reference(std::vector<double> arrivals, double rate, double credit, double end) {
    std::sort(arrivals.begin(), arrivals.end());
    double tokens = credit, at = 0;
    for (const double arrival : arrivals) {
      const double from = std::max(at, arrival);
      tokens = std::min(credit, tokens + (from - at) * rate);
      const double served = tokens >= 1 ? from : from + (1 - tokens) / rate;
      tokens = std::max(tokens - 1, 0.0);
      at = served;
      if (arrival > end) break;
      (served <= end ? delivered : waiting) += 1;
      if (served <= end) delays.push_back(served - arrival);
    }
    std::sort(delays.begin(), delays.end());
  }
  double quantile(double p) const {
    return delays[static_cast<std::size_t>(std::ceil(p * static_cast<double>(delays.size()))) - 1];
  }
};

// Of 1,000 devices named meters/0 to meters/999: one message a period from their phase on, and twice as many
// between 5 and 15 minutes.
std::vector<double> arrivals(double period_s, double spread_s, double until_s) {
  const sim::Streams streams(1, 0);
  const std::string name = "meters";
  std::vector<double> all;
  for (std::uint32_t d = 0; d < 1'000; ++d) {
    const std::uint64_t key = sim::mix(sim::hash_text(name.data(), name.size()), d);
    const double u = streams.draw(key, purpose::telemetry_phase, 0).uniform(0);
    const double phase = spread_s > 0 ? u * spread_s : period_s;
    for (double shown = phase;; shown += period_s) {
      const double t = shown < 300 ? shown : shown < 1'500 ? 300 + (shown - 300) / 2 : shown - 600;
      if (t > until_s) break;
      all.push_back(t);
    }
  }
  return all;
}

// spread_s: over how long a round of messages is spread; the period for a group that is not synchronised.
void check_against_messages(double period_s, double spread_s, int minutes) {
  const auto report = known::run_both(fmt::format(
      R"(
start: 2023-06-01T00:00Z
duration: {}m
application: {{era: legacy, hubs: {{count: 1, edition: S1, units: 1, sends: {{queue: 24h, expiry: 0s}}}}}}
fleet: [{{name: meters, devices: 1000, client: sdk-python, credentials: x509,
  telemetry: {{every: {}s, {}, surges: [{{at: 5m, for: 10m, factor: 2}}]}}}}]
)",
      minutes, period_s,
      spread_s == period_s ? "phase: spread" : fmt::format("phase: synchronised, jitter: {}s", spread_s)));
  const double end = minutes * 60;
  const Reference reference(arrivals(period_s, spread_s, end), 100, 9'000, end);
  INFO(period_s << " s over " << spread_s << " s, " << minutes << " min");
  CHECK(support::value(report, "telemetry.delivered") == Approx(reference.delivered).margin(1'000));
  CHECK(support::value(report, "telemetry.in_flight") == Approx(reference.waiting).margin(1'000));
  for (const auto& [name, p] : {std::pair{"p50", 0.5}, {"p99", 0.99}, {"max", 1.0}}) {
    const double expected = reference.quantile(p);
    CHECK(support::value(report, std::string("telemetry.delay.") + name) ==
          Approx(expected).margin(std::max(0.01 * expected, 0.25)));
  }
}

}  // namespace

TEST_CASE("the daily quota is used up at Q / rate", "[known-16][long]") {
  const auto blocked = [](const std::string& start, const std::string& duration) {
    return support::value(known::run_both(quota(start, duration)), "telemetry.quota_blocked");
  };
  CHECK(blocked("2023-06-01T00:00Z", "6240s") == 0);
  CHECK(blocked("2023-06-01T00:00Z", "3h") == Approx(3 * 3'600 - used_up_s).margin(1e-3));
  // What was sent since midnight counts: after an hour 3,600 s of it are gone.
  CHECK(blocked("2023-06-01T01:00Z", "2h") == Approx(3 * 3'600 - used_up_s).margin(1e-3));
  CHECK(blocked("2023-06-01T12:00Z", "1h") == 3'600);
}

TEST_CASE("what is used before the start may be given, for all hubs together", "[known-16][long]") {
  const auto blocked = [](const std::string& start, const std::string& used) {
    support::Options options;
    options.set = {"application.quota_used=" + used};
    return support::value(known::run_both(quota(start, "2h"), options), "telemetry.quota_blocked");
  };
  CHECK(blocked("2023-06-01T12:00Z", "0 messages") == Approx(2 * 3'600 - used_up_s).margin(1e-3));
  CHECK(blocked("2023-06-01T12:00Z", "64000 messages") == Approx(1'000 + 2 * 3'600 - used_up_s).margin(1e-3));
  CHECK(blocked("2023-06-01T12:00Z", "400000 messages") == 2 * 3'600);
  // By devices: a hub with a third of them has used 250,000 messages, the other 500,000 of its 400,000.
  const auto report = known::run_both(R"(
duration: 1h
application: {quota_used: 750000 messages, hubs: [{name: a, units: 1}, {name: b, units: 1}]}
provisioning:
  enrollments: [{name: on-a, allocation: static, static_hub: a}, {name: on-b, allocation: static,
    static_hub: b}]
fleet: [{name: few, devices: 10, enrollment: on-a, telemetry: {every: 10s}},
  {name: many, devices: 20, enrollment: on-b, telemetry: {every: 10s}}]
)");
  CHECK(support::value(report, "hub.a.quota_blocked") == 0);
  CHECK(support::value(report, "hub.b.quota_blocked") == 3'600);
}

TEST_CASE("without quota each publish closes and each reconnect succeeds, until midnight", "[known-16]") {
  const auto report = known::run_both(quota("2023-06-01T20:00Z", "5h"));  // 16 h without, then 1 h with
  CHECK(support::value(report, "telemetry.quota_blocked") == Approx(4 * 3'600).margin(1e-3));
  CHECK(support::value(report, "hub.accepted") == support::value(report, "hub.connects"));
  // A loop takes the 10 s that the client waits, and a few round trips.
  const double loops = support::value(report, "hub.connects") / 10;
  CHECK(loops > 4 * 3'600 / 11.0);
  CHECK(loops < 4 * 3'600 / 10.0);
  // After midnight what the buffers held, 100 messages each, and an hour of new ones.
  CHECK(support::value(report, "telemetry.delivered") == Approx(10 * (100 + 360)).margin(20));
  CHECK(support::value(report, "telemetry.lost") == Approx(10 * (4 * 360 - 100)).margin(20));
  CHECK(support::value(report, "hub.hub-1.metered") == Approx(64 * 10 * (100 + 360)).epsilon(0.01));
  CHECK(support::value(report, "devices.connected") == 10);
}

TEST_CASE("the flow of messages is that of message by message", "[known-17][long]") {
  for (const int minutes : {6, 9, 15, 25, 60}) {
    check_against_messages(12, 12, minutes);
    check_against_messages(15, 0, minutes);
    check_against_messages(14, 3, minutes);
  }
}
