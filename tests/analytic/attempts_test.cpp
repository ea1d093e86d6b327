// Known answer 1. Goal: each SDK's client tries a hub that refuses at once as often, and when, as its code
// says. Answer (computed from the coded formulas; zero latency, no telemetry, the first attempt at the loss
// counted), in 10 / 60 / 600 s: C 4/6/24, .NET 7/12/66, Java 6/11/30, Node 10.13/15.55/34.56 in the mean for
// each listener, of which there are two, Python 1/6/60. Java and Node test their 240 s when an attempt fails,
// so that the last begins up to 10 s later. Tolerance: none but for Node, whose mean may miss by 4 standard
// errors (the count of a sequence has a standard deviation of 0.65).
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
     telemetry: {{every: 366d, size: 512 B}}}}
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
  for (const Row& row : {Row{"sdk-c", 4, 6, 24}, Row{"sdk-dotnet", 7, 12, 66}, Row{"sdk-java", 6, 11, 30},
                         Row{"sdk-python", 1, 6, 60}}) {
    INFO(row.client);
    CHECK(attempts(row.client, 200, 10) == row.in_10_s);
    CHECK(attempts(row.client, 200, 60) == row.in_60_s);
    CHECK(attempts(row.client, 200, 600) == row.in_600_s);
  }
}

TEST_CASE("attempts of Node against a hub that refuses, in the mean", "[known-1]") {
  constexpr int devices = 2000;
  const double tolerance = 2 * 0.01 + 4 * std::sqrt(2) * 0.65 / std::sqrt(devices);
  CHECK(attempts("sdk-node", devices, 10) == Approx(2 * 10.13).margin(tolerance));
  CHECK(attempts("sdk-node", devices, 60) == Approx(2 * 15.55).margin(tolerance));
  CHECK(attempts("sdk-node", devices, 600) == Approx(2 * 34.56).margin(tolerance));
}

TEST_CASE("instants of the attempts where the code has no randomness", "[known-1]") {
  const auto approx = [](std::vector<double> times) {
    return Catch::Matchers::Approx(std::move(times)).margin(5e-6);
  };
  // C waits whole seconds of a tick that began with the process, which is up to a second before the loss. The
  // first of its waits above 30 s is the first that finds the hub again: floor(30 (1 + 0.05 U)) is 30 s or 31
  // s.
  std::vector<double> c = dials("sdk-c");
  REQUIRE(c.size() == 7);
  CHECK(c.at(0) == Approx(0).margin(5e-6));
  const double tick = c.at(1) - 1;
  CHECK(tick > -1);
  CHECK(tick < 0);
  for (double& t : c) t -= tick;
  CHECK((c.back() == Approx(61).margin(5e-6) || c.back() == Approx(62).margin(5e-6)));
  c.erase(c.begin());
  c.pop_back();
  CHECK_THAT(c, approx({1, 3, 7, 15, 31}));
  CHECK_THAT(dials("sdk-python"), approx({0.01, 10.01, 20.01, 30.01, 40.01, 50.01, 60.01}));
}
