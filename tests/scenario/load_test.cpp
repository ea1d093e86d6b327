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

void check_carriers(const std::string& text) {
  const std::string expected = support::bytes(support::run(text));
  support::Options options;
  options.parking = false;
  CHECK(support::bytes(support::run(text, options)) == expected);
  options.carrier = application::CarrierKind::actor;
  CHECK(support::bytes(support::run(text, options)) == expected);
}

}  // namespace

TEST_CASE("what a profile generates is what its factors add up to", "[load][long]") {
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

TEST_CASE("a load profile gives the same bytes whoever carries the clients", "[load][long]") {
  const std::string text = scenario("every: 100s, profile: {kind: diurnal, peak_to_mean: 2}",
                                    "faults: [{name: away, at: 4h, hub: 1, for: 40m, mode: silent}, "
                                    "{name: again, at: 9h, hub: 1, for: 30m}]");
  check_carriers(text);
}

// 400 messages a second on 100: the throttle refuses, which disconnects, and who comes back sends what it
// kept.
const std::string flood = R"(
duration: 12m
start: 2023-06-01T00:00Z
application: {era: legacy, hubs: [{units: 1}]}
fleet: [{name: meters, devices: 400, client: {base: sdk-python, retry: {first: 5s}}, buffer: 50 messages,
  telemetry: {every: 1s, size: 512 B}}]
faults: [{name: weak, at: 6m, hub: 1, for: 2m, mode: {degraded: {capacity: 50%}}}]
)";

// The same fleet runs out of quota after an hour or so.
const std::string cliff = R"(
duration: 3h
start: 2023-06-01T22:00Z
warmup: 10m
application: {hubs: [{units: 3}, {units: 3, connects: {burst: 1s, queue: 5s}}]}
fleet: [{name: a, devices: 40, client: {base: sdk-c, retry: {first: 20s}},
   telemetry: {every: 4s, size: 80 KiB}, properties: {every: 1m, size: 1 KiB}},
  {name: b, devices: 30, client: {base: sdk-node, retry: {first: 30s}},
   telemetry: {every: 10s, size: 1 KiB, phase: synchronised, jitter: 2s}},
  {name: c, devices: 30, client: ha-sample-c, joins: at 20m over 30m, telemetry: {every: 30s, size: 1 KiB},
   commands: {every: 20s, size: 256 B, response: 5 KiB}}]
faults: [{name: gone, at: 30m, hub: 2, for: 10m}]
)";

TEST_CASE("a hub that is sent too much takes what it can, and disconnects the others", "[load][long]") {
  const measures::Report report = support::run(flood);
  const double taken = 9'000 + 100 * (10 * 60) + 50 * (2 * 60);
  CHECK(support::value(report, "telemetry.delivered") <= 1.005 * taken);
  CHECK(support::value(report, "telemetry.delivered") > 0.9 * taken);
  CHECK(support::value(report, "telemetry.refused") > 1'000);
  CHECK(support::value(report, "telemetry.lost") > 0.4 * 400 * 12 * 60);
  CHECK(support::value(report, "telemetry.throttled_share") > 0.3);
  CHECK(support::value(report, "hub.connects") > 1'000);
  CHECK(support::value(report, "availability") < 1);
  check_carriers(flood);
}

TEST_CASE("a day without quota gives the same bytes whoever carries the clients", "[load][long]") {
  const measures::Report report = support::run(cliff);
  CHECK(support::value(report, "telemetry.quota_blocked") > 3'600);
  CHECK(support::value(report, "hub.connects") > 2'000);
  check_carriers(cliff);
}

// 6,000 messages at one instant for a queue of 1,000: those who sent them are disconnected, and no other.
TEST_CASE("a lump that does not fit disconnects those who sent it", "[load]") {
  const measures::Report report = support::run(R"(
duration: 9m
start: 2023-06-01T00:00Z
application: {era: legacy, hubs: [{units: 4, sends: {burst: 0s, queue: 10s, expiry: 0s}}]}
fleet: [{name: few, devices: 10, client: sdk-python, credentials: x509, telemetry: {every: 10s}},
  {name: many, devices: 6000, client: {base: sdk-python, retry: {first: 2m}}, credentials: x509,
   telemetry: {every: 8m, phase: synchronised}}]
)");
  CHECK(support::value(report, "telemetry.refused") >= 5'000);
  CHECK(support::value(report, "devices.connected") == Approx(1'010).margin(60));
  CHECK(support::value(report, "telemetry.generated") == 6'000 + 10 * 54);
  CHECK(support::value(report, "telemetry.buffered") == Approx(5'000).margin(60));
  CHECK(support::value(report, "telemetry.lost") == 0);
}

TEST_CASE("a round that is spread over a jitter sends all the same", "[load]") {
  const measures::Report report = support::run(R"(
duration: 630s
application: {era: legacy, hubs: {count: 1, units: 2}}
fleet: [{name: meters, devices: 300, client: sdk-node, 
  telemetry: {every: 1m, phase: synchronised, jitter: 20s}}]
)");
  CHECK(support::value(report, "telemetry.generated") == Approx(3300).margin(300));
  CHECK(support::value(report, "telemetry.delivered") == Approx(3300).margin(300));
}
