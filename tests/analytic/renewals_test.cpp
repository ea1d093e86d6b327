// Known answer 3. Goal: token renewals as a steady load, and as an echo of a mass reconnection.
// Answer: an established fleet of N renews at N / period; after a mass reconnection everybody renews again 45
// min (Node), 48 (C), 58-60 (Python) and 70 min (.NET, Java) later, and once more after each further period.
// Tolerance: in whole periods the count is exact, in a tenth of one it is binomial (5 standard deviations);
// all of a wave falls into the time that the reconnection itself took, less than 60 s.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"

namespace {

constexpr int devices = 5000;

std::string scenario(const std::string& client, int minutes, const std::string& faults) {
  return fmt::format(R"(
duration: {}m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
fleet:
  - {{name: all, devices: {}, client: {}, access: {{rtt: 0ms, loss: 0%}},
     telemetry: {{every: 1m, size: 512 B}}}}
faults: {}
)",
                     minutes, devices, client, faults);
}

struct Row {
  const char* client;
  int period_min;      // of the model's renewals
  int wave_min, last;  // when the wave is said to come
};
const std::vector<Row> rows{
    {"sdk-node", 45, 45, 45},   {"sdk-c", 48, 48, 48},    {"sdk-python", 58, 58, 60},
    {"sdk-dotnet", 70, 70, 70}, {"sdk-java", 70, 70, 70},
};

double renewed(const measures::Report& report, double from_min, double to_min) {
  const auto connects = [&](double t_min) { return known::at(report, "hub.hub-1.connects", 60 * t_min); };
  return connects(to_min) - connects(from_min);
}

}  // namespace

TEST_CASE("a steady fleet renews at N / period", "[known-3]") {
  for (const Row& row : rows) {
    INFO(row.client);
    // Sampled each whole minute, since the run lasts six hours.
    const auto report = known::run_both(scenario(row.client, 360, "[]"));
    CHECK(renewed(report, 0, row.period_min) == devices);
    CHECK(renewed(report, 0, 5 * row.period_min) == 5 * devices);
    const double tenth = devices * 6.0 / row.period_min;
    for (int t = 0; t < 42; t += 6)
      CHECK(std::abs(renewed(report, t, t + 6) - tenth) < 5 * std::sqrt(tenth * (1 - 6.0 / row.period_min)));
  }
}

TEST_CASE("devices that reconnected together renew together", "[known-3]") {
  for (const Row& row : rows) {
    INFO(row.client);
    const auto report =
        known::run_both(scenario(row.client, 360, "[{name: blink, at: 10m, for: 1m, hub: 1, mode: refuse}]"));
    CHECK(support::value(report, "recovery.blink.max") < 120);
    CHECK(renewed(report, 11, 12) == devices);
    // Nobody renews between the waves.
    CHECK(renewed(report, 12, 11 + row.wave_min) == 0);
    CHECK(renewed(report, 11 + row.wave_min, 12 + row.last) == devices);
    const double echo = 11 + row.period_min, second = echo + row.period_min;
    CHECK(renewed(report, echo + 1, second) == 0);
    CHECK(renewed(report, second, second + 1) == devices);
  }
}
