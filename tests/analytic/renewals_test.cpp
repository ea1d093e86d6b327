// Known answer 3. Goal: token renewals as a steady load, and as an echo of a mass reconnection.
// Answer: an established fleet of N renews at N / period: 45 min (Node), 48 (C), 58 (Python), 65 (.NET,
// Java). After a mass reconnection everybody who made a token then (Node, C, Java) renews again that much
// later, and once more after each further period. Python's tokens go by a timer of the process, so that
// nothing changes; of .NET the part whose tokens were older than 51 min at the reconnection. Tolerance: in
// whole periods the count is exact, in a part of one it is binomial (5 standard deviations); all of a wave
// falls into the time that the reconnection itself took, less than 60 s.
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
  int period_min;
  bool wave;  // whether those that reconnect together renew together
};
const std::vector<Row> rows{
    {"sdk-node", 45, true},
    {"{base: sdk-c, renewal: 48m}", 48, true},  // not 2,881 s: whole minutes are sampled
    {"sdk-python", 58, false},
    {"sdk-dotnet", 65, false},
    {"sdk-java", 65, true}};

double renewed(const measures::Report& report, double from_min, double to_min) {
  const auto connects = [&](double t_min) { return known::at(report, "hub.hub-1.connects", 60 * t_min); };
  return connects(to_min) - connects(from_min);
}

}  // namespace

TEST_CASE("a steady fleet renews at N / period", "[known-3][long]") {
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

namespace {

measures::Report after_a_blink(const char* client) {
  return known::run_both(scenario(client, 360, "[{name: blink, at: 10m, for: 1m, hub: 1, mode: refuse}]"));
}

}  // namespace

TEST_CASE("devices that reconnected together renew together", "[known-3][long]") {
  for (const Row& row : rows) {
    if (!row.wave) continue;
    INFO(row.client);
    const auto report = after_a_blink(row.client);
    CHECK(support::value(report, "recovery.blink.max") < 120);
    CHECK(renewed(report, 11, 12) == devices);
    // Nobody renews between the waves.
    CHECK(renewed(report, 12, 11 + row.period_min) == 0);
    const double echo = 11 + row.period_min, second = echo + row.period_min;
    CHECK(renewed(report, echo, echo + 1) == devices);
    CHECK(renewed(report, echo + 1, second) == 0);
    CHECK(renewed(report, second, second + 1) == devices);
  }
}

TEST_CASE("tokens that outlive a reconnection go on being renewed one by one", "[known-3][long]") {
  const auto python = after_a_blink("sdk-python");
  for (int t = 12; t < 60; t += 6) {
    const double part = devices * 6.0 / 58;
    CHECK(std::abs(renewed(python, t, t + 6) - part) < 5 * std::sqrt(part));
  }
  // Ages of .NET's tokens were uniform in 0 to 65 min at 10 min; those of 51 min and more at 11 min are made
  // anew.
  const auto dotnet = after_a_blink("sdk-dotnet");
  const double p = (65 + 1 - 51) / 65.0, deviation = std::sqrt(devices * p * (1 - p));
  CHECK(std::abs(renewed(dotnet, 11 + 65, 12 + 65) - devices * p) < 5 * deviation);
  CHECK(renewed(dotnet, 12, 11 + 65) == Approx(devices * (1 - p)).margin(5 * deviation));
  CHECK(renewed(dotnet, 12, 12 + 13) == 0);  // the oldest that is used again has 14 min left
}

// The SDK of .NET makes its token when the TCP connect of an attempt is done, and keeps it whatever becomes
// of the CONNECT: the age counts from the first attempt that the busy hub answered, and not from the connect.
TEST_CASE("a token is as old as the first attempt that was made with it", "[known-3]") {
  support::Options options;
  options.trace_group = "one";
  const auto report = known::run_nearby(R"(
duration: 4h
application: {era: legacy, hubs: {count: 1, edition: S3, units: 2}}
fleet: [{name: one, devices: 1, client: sdk-dotnet, access: {rtt: 0ms, loss: 0%}, joins: at 1s}]
faults: [{name: away, hub: 1, at: 1h, for: 20m, mode: busy}]
)",
                                        options);
  const std::vector<double> ends = known::instants(report, "its connection to hub-1 ends");
  const std::vector<double> fails = known::instants(report, "connect to hub-1 fails");
  REQUIRE(ends.size() >= 2);
  REQUIRE(fails.size() > 10);
  CHECK(known::instants(report, "is connected to hub-1")[1] > 80 * 60);
  CHECK(ends[1] - fails[0] == Approx(65 * 60).margin(0.1));
}
