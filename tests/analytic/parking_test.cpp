// Known answer 25. Goal: parking, which fast-forwards attempts whose outcome is certain, changes nothing.
// Answer: with parking and without, the same bytes in the result, `meta` aside; all attempts are counted.
// Tolerance: none. (The tests of the other answers run both ways as well.)
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"

namespace {

// Overlapping faults of two of three hubs, small limits, an access network that loses packets.
std::string scenario(const std::string& client, const std::string& mode) {
  return fmt::format(R"(
duration: 3h
application: {{hubs: {{count: 3, edition: S1, units: 1, connects: {{burst: 1s, queue: 5s}}}}}}
provisioning: {{registrations_per_minute: 100, retry_after: 7s}}
fleet:
  - {{name: all, devices: 700, region: brazil, access: nb-iot, client: {}, buffer: 20 messages,
     telemetry: {{every: 90s, size: 512 B}}}}
faults:
  - {{name: one-hub, at: 20m, for: 35m, hub: 1, mode: {}}}
  - {{name: another, at: 30m, for: 50m, hub: 1, mode: busy}}
  - {{name: short, at: 40m, for: 9m, hub: 2, mode: refuse}}
  - {{name: for-good, at: 2h, hub: 3, mode: {}}}
)",
                     client, mode, mode);
}

// parks: that the client retries a hub by the clock, rather than go to DPS at the first failure or after a
// number of them, which are few.
void check_both(const std::string& client, const std::string& mode, bool parks = true) {
  INFO(client << ", " << mode);
  support::Options unparked;
  unparked.parking = false;
  const auto parked = support::run(scenario(client, mode));
  const auto plain = support::run(scenario(client, mode), unparked);
  CHECK((parked.parked_attempts > 0) == parks);
  CHECK((parked.device_events < plain.device_events) == parks);
  CHECK(plain.parked_attempts == 0);
  CHECK(known::difference(parked, plain) == "");
}

}  // namespace

TEST_CASE("parked or not, each client gives the same bytes", "[known-25][long]") {
  const std::vector<std::string> clients{"sdk-c",
                                         "sdk-dotnet",
                                         "sdk-java",
                                         "sdk-node",
                                         "sdk-python",
                                         "guide-scale",
                                         "sdk-embedded-c",
                                         "{base: sdk-node, return_to_dps: after 5m..20m}",
                                         "{base: sdk-python, return_to_dps: after 15m}"};
  const std::string counts =
      "{return_to_dps: after 3 failures, retry: {kind: exponential, min: 2s, max: 5m, jitter: decorrelated}}";
  for (const char* mode : {"refuse", "silent", "busy"}) {
    for (const std::string& client : clients) check_both(client, mode);
    for (const std::string& client : {counts, std::string("guide-reconnect"), std::string("ha-sample-c")})
      check_both(client, mode, false);
  }
}

TEST_CASE("a parked device tells the same life", "[known-25][long]") {
  for (std::uint32_t device = 0; device < 10; ++device) {
    support::Options parked, plain;
    parked.trace_group = plain.trace_group = "all";
    parked.trace_index = plain.trace_index = device;
    plain.parking = false;
    const std::string yaml = scenario("guide-scale", "refuse");
    CHECK(support::run(yaml, parked).trace == support::run(yaml, plain).trace);
  }
}
