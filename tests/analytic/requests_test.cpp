// Twin updates and direct methods: what they take of the daily quota, and their own throttles, by hand.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"

namespace {

std::string scenario(const std::string& hub, const std::string& duration, const std::string& group) {
  return fmt::format(R"(
start: 2023-06-01T00:00Z
duration: {}
application: {{era: legacy, hubs: {{count: 1, {}}}}}
fleet: [{{name: meters, client: {{base: sdk-python, retry: {{first: 10s}}}}, credentials: x509, {}}}]
)",
                     duration, hub, group);
}

}  // namespace

TEST_CASE("messages, properties and commands use up the quota together", "[requests]") {
  // 32 blocks each 10 s, 2 each 5 s, and of a command 2 for it and 1 for its answer, each 2 s; 10 devices.
  const double blocks = 10 * (32 / 10.0 + 2 / 5.0 + 3 / 2.0), used_up_s = 400'000 / blocks;
  const std::string load =
      "devices: 10, telemetry: {every: 10s, size: 128 KiB}, properties: {every: 5s, size: 8 KiB}, "
      "commands: {every: 2s, size: 5 KiB, response: 256 B}";
  const auto report = known::run_both(scenario("edition: S1, units: 1", "3h", load));
  CHECK(support::value(report, "telemetry.quota_blocked") == Approx(3 * 3'600 - used_up_s).margin(1e-3));
  CHECK(support::value(report, "hub.hub-1.metered") == Approx(400'000).margin(1));
  // Who is disconnected reports and is asked nothing.
  CHECK(support::value(report, "properties.sent") == Approx(10 * used_up_s / 5).margin(1));
  CHECK(support::value(report, "commands.sent") == Approx(10 * used_up_s / 2).margin(1));
  CHECK(support::value(report, "commands.refused") == 0);
  // An hour later an hour's use of all three is gone.
  support::Options later;
  later.set = {"start=2023-06-01T01:00Z", "duration=2h"};
  const auto after = known::run_both(scenario("edition: S1, units: 1", "3h", load), later);
  CHECK(support::value(after, "telemetry.quota_blocked") == Approx(3 * 3'600 - used_up_s).margin(1e-3));
}

TEST_CASE("an empty answer costs a block since the text of 2023", "[requests]") {
  const auto metered = [](const char* response, int text) {
    support::Options options;
    options.set = {fmt::format("application.metering={}", text)};
    return support::value(
        known::run_both(scenario("edition: S1, units: 1", "1h",
                                 fmt::format("devices: 10, telemetry: {{every: 1h, size: 1 B}}, commands: "
                                             "{{every: 10s, size: 1 B, response: {}}}",
                                             response)),
                        options),
        "hub.hub-1.metered");
  };
  CHECK(metered("1 B", 2018) == Approx(10 + 2 * 3'600).margin(1));
  CHECK(metered("0 B", 2018) == Approx(10 + 3'600).margin(1));
  CHECK(metered("0 B", 2023) == Approx(10 + 2 * 3'600).margin(1));
}

// 60 a second on 50: the credit of 90 s lasts for 450 s; then the wait grows by a fifth of a second each
// second, so that who arrives 300 s later waits for 60 s, until which they expire; from then on 10 a second.
TEST_CASE("twin updates above their limit wait and are refused, and disconnect nobody", "[requests]") {
  const std::string load = "devices: 600, telemetry: {every: 1h}, properties: {every: 10s, size: 1 KiB}";
  const auto report = known::run_both(scenario("edition: S1, units: 20", "20m", load));
  CHECK(support::value(report, "properties.sent") == Approx(60 * 1'200).margin(1));
  CHECK(support::value(report, "properties.refused") == Approx(10 * (1'200 - 450 - 300 - 60)).margin(2));
  CHECK(support::value(report, "properties.throttled_share") ==
        Approx((1'200 - 450) / 1'200.0).epsilon(1e-3));
  CHECK(support::value(report, "telemetry.throttled_share") == 0);
  CHECK(support::value(report, "availability") == 1);
  // S2: the larger of 50/s and 5/s for each unit.
  const auto larger = known::run_both(scenario("edition: S2, units: 20", "20m", load));
  CHECK(support::value(larger, "properties.throttled_share") == 0);
}

// Calls of 10 KiB and 50 KiB, 60 KiB together, count as 60 KiB; 160 KiB a second and unit.
TEST_CASE("direct methods are limited by their bytes", "[requests]") {
  const std::string load =
      "devices: 60, telemetry: {every: 1h}, commands: {every: 20s, size: 10 KiB, response: 50 KiB}";
  const auto report = known::run_both(scenario("edition: S1, units: 1", "20m", load));
  // 180 KiB a second on 160: 720 s of credit, then waits of an eighth of a second more each second.
  CHECK(support::value(report, "commands.sent") == Approx(3 * 1'200).margin(1));
  CHECK(support::value(report, "commands.refused") == 0);
  CHECK(support::value(report, "commands.throttled_share") == Approx(480 / 1'200.0).epsilon(1e-3));
  const auto small = known::run_both(scenario("edition: S1, units: 1", "20m",
                                              "devices: 41, telemetry: {every: 1h}, commands: {every: 1s, "
                                              "size: 1 B, response: 1 B}"));
  CHECK(support::value(small, "commands.throttled_share") == 0);  // 40 a second, and 3,600 of credit
  const auto more = known::run_both(
      scenario("edition: S1, units: 1", "20m",
               "devices: 80, telemetry: {every: 1h}, commands: {every: 1s, size: 1 B, response: 1 B}"));
  CHECK(support::value(more, "commands.throttled_share") == Approx((1'200 - 90) / 1'200.0).epsilon(1e-3));
}
