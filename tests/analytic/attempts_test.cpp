// Known answer 1. Goal: each SDK's client tries a hub that refuses at once as often, and when, as its code
// says. Answer (facts, export-and-devices 5.1, computed from the coded formulas; zero latency, no telemetry,
// the first attempt at the loss counted), in 10 / 60 / 600 s: C 4/6/24, .NET 7/12/66, Java 6/11/29 (ends at
// 240 s), Node 10.1/15.6/33.6 in the mean (ends at 240 s), Python 1/6/60. Tolerance: none but for Node, whose
// mean may miss by the rounding of the table and 4 standard errors (a device's count has a standard deviation
// of 0.65).
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"

namespace {

std::string scenario(const std::string& client, int devices, int seconds) {
  return fmt::format(R"(
duration: 20m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
fleet:
  - {{name: one, devices: {}, client: {}, credentials: x509, access: {{rtt: 0ms, loss: 0%}},
     telemetry: {{every: 48h, size: 512 B}}}}
faults:
  - {{name: away, at: 10s, for: {}s, hub: 1, mode: refuse}}
)",
                     devices, client, seconds);
}

double attempts(const std::string& client, int devices, int seconds) {
  const auto report = known::run_both(scenario(client, devices, seconds));
  return support::value(report, "hub.refused") / devices;
}

// When device 0 opens connections, in seconds after the loss.
std::vector<double> dials(const std::string& client) {
  support::Options options;
  options.trace_group = "one";
  std::vector<double> times =
      known::instants(known::run_both(scenario(client, 3, 60), options), "asks hub-1");
  for (double& t : times) t -= 10;
  return times;
}

}  // namespace

TEST_CASE("attempts of each SDK against a hub that refuses", "[known-1]") {
  struct Row {
    const char* client;
    double in_10_s, in_60_s, in_600_s;
  };
  for (const Row& row : {Row{"sdk-c", 4, 6, 24}, Row{"sdk-dotnet", 7, 12, 66}, Row{"sdk-java", 6, 11, 29},
                         Row{"sdk-python", 1, 6, 60}}) {
    INFO(row.client);
    CHECK(attempts(row.client, 200, 10) == row.in_10_s);
    CHECK(attempts(row.client, 200, 60) == row.in_60_s);
    CHECK(attempts(row.client, 200, 600) == row.in_600_s);
  }
}

TEST_CASE("attempts of Node against a hub that refuses, in the mean", "[known-1]") {
  constexpr int devices = 2000;
  const double tolerance = 0.05 + 4 * 0.65 / std::sqrt(devices);
  CHECK(attempts("sdk-node", devices, 10) == Approx(10.1).margin(tolerance));
  CHECK(attempts("sdk-node", devices, 60) == Approx(15.6).margin(tolerance));
  CHECK(attempts("sdk-node", devices, 600) == Approx(33.6).margin(tolerance));
}

TEST_CASE("instants of the attempts where the code has no randomness", "[known-1]") {
  const auto approx = [](std::vector<double> times) {
    return Catch::Matchers::Approx(std::move(times)).margin(5e-6);
  };
  // The first of C above 30 s is the first that finds the hub again: floor(30 (1 + 0.05 U)) is 30 s or 31 s.
  std::vector<double> c = dials("sdk-c");
  REQUIRE(c.size() == 7);
  CHECK((c.back() == Approx(61).margin(5e-6) || c.back() == Approx(62).margin(5e-6)));
  c.pop_back();
  CHECK_THAT(c, approx({0, 1, 3, 7, 15, 31}));
  CHECK_THAT(dials("sdk-python"), approx({0.01, 10.01, 20.01, 30.01, 40.01, 50.01, 60.01}));
}
