// Load profiles in a whole run: every message is counted, on both carriers, parked or not.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "models/device/profile.hpp"
#include "tests/support/run.hpp"

using namespace std::chrono_literals;

namespace {

std::string scenario(const std::string& telemetry, const std::string& more = "") {
  return fmt::format(R"(
duration: 30h
start: 2023-06-02T18:10Z
application: {{hubs: [{{units: 1}}, {{units: 1}}]}}
fleet: [{{name: meters, devices: 300, client: sdk-node, buffer: 20 messages, telemetry: {{{}}}}}]
{}
)",
                     telemetry, more);
}

}  // namespace

TEST_CASE("what a profile generates is what its factors add up to", "[load]") {
  const double messages = 300 * 30 * 60;  // at a constant load
  const auto generated = [](const std::string& telemetry) {
    return support::value(support::run(scenario("every: 1m, " + telemetry)), "telemetry.generated");
  };
  CHECK(generated("profile: constant") == Approx(messages).margin(300));
  // Friday 18:10 to Sunday 00:10, the mean of the cosine over that time.
  double diurnal = 0;
  for (int minute = 0; minute < 30 * 60; ++minute)
    diurnal += 1 + 0.5 * std::cos(2 * M_PI * (18 * 60 + 10 + minute + 0.5 - 13 * 60) / 1440);
  CHECK(generated("profile: diurnal") == Approx(300 * diurnal).margin(300));
  // On Friday 7 / (5 + 2 * 0.6), from midnight on 60 % of it.
  double weekly = 0;
  for (int minute = 0; minute < 30 * 60; ++minute) {
    const double day = 1 + 0.5 * std::cos(2 * M_PI * (18 * 60 + 10 + minute + 0.5 - 13 * 60) / 1440);
    weekly += day * 7 / 6.2 * (minute < 350 ? 1 : 0.6);
  }
  CHECK(generated("profile: weekly") == Approx(300 * weekly).margin(300));
  CHECK(generated("surges: [{at: 1h, for: 30m, factor: 5}]") == Approx(messages + 300 * 30 * 4).margin(300));
  // Synchronised devices all send at the same instants: each counts the same.
  const double together = generated("phase: synchronised, profile: diurnal");
  CHECK(std::fmod(together, 300) == 0);
  CHECK(together == Approx(300 * diurnal).margin(300));
}

TEST_CASE("a load profile gives the same bytes whoever carries the clients", "[load]") {
  const std::string text = scenario("every: 100s, profile: {kind: diurnal, peak_to_mean: 2}",
                                    "faults: [{name: away, at: 4h, hub: 1, for: 40m, mode: silent}, "
                                    "{name: again, at: 9h, hub: 1, for: 30m}]");
  const std::string expected = support::bytes(support::run(text));
  support::Options options;
  options.parking = false;
  CHECK(support::bytes(support::run(text, options)) == expected);
  options.carrier = application::CarrierKind::actor;
  CHECK(support::bytes(support::run(text, options)) == expected);
}
