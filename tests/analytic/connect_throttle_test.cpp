// Known answers 13 and 15. Goal: how long a crowd needs at the connect throttle of one S1 unit, 100
// connects/s, and what requests do there whose clients have given up. Answer 13: N at once, each with an
// attempt waiting all the time: done at (N - B) / c, B the burst credit: 100,000 devices 910 s with the
// default credit, 1,000 s with `burst: 0s`. Answer 15: 20,000 C clients (CONNACK limit 31 s) with `queue:
// 60s` are back in about 110 s = (N - B) / c when abandoned requests leave the queue without a token; more
// than half are not back within the hour when they are still served. Tolerance: 13, one service (10 ms) where
// everybody waits in the queue, the wait before a retry where a client has to ask again; 15, not before 110
// s, and not after one longest back-off of the client (31 s) more.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"

namespace {

// The hub resets everybody for a millisecond.
std::string crowd(int devices, const std::string& connects, const std::string& client) {
  return fmt::format(R"(
duration: 1h1m
application: {{era: legacy, hubs: {{count: 1, edition: S1, units: 1, connects: {{{}}}}}}}
limits: off
fleet:
  - {{name: all, devices: {}, credentials: x509, access: {{rtt: 0ms, loss: 0%}}, client: {},
     telemetry: {{every: 48h}}}}
faults:
  - {{name: blink, at: 1m, for: 1ms, hub: 1, mode: refuse}}
)",
                     connects, devices, client);
}

constexpr double first_attempt_s = 1;  // of the patient and the stubborn client, after the loss

const char* const patient =
    "{retry: {kind: fixed, first: 1s, min: 1s, max: 1s}, connect_timeout: 2h, return_to_dps: never}";
const char* const stubborn =
    "{retry: {kind: fixed, first: 1s, min: 500ms, max: 500ms}, connect_timeout: 2h, return_to_dps: never}";

double all_back(const measures::Report& report) {
  CHECK(support::value(report, "recovery.blink.unrecovered") == 0);
  return support::value(report, "recovery.blink.max") - first_attempt_s;
}

}  // namespace

TEST_CASE("a crowd that waits in the queue is through at (N - B) / c", "[known-13]") {
#ifdef HUBSTORM_SANITIZE
  constexpr int many = 20'000;
#else
  constexpr int many = 100'000;
#endif
  const double least = (many - 9000) / 100.0;
  // The order-statistics of the recovery times are told with a relative error, their maximum is exact.
  const auto credit = known::run_both(crowd(many, "queue: 2h, expiry: 0s", patient));
  CHECK(all_back(credit) == Approx(least).margin(0.0101));
  CHECK(support::value(credit, "hub.connects") == many);
  const auto none = known::run_both(crowd(many, "burst: 0s, queue: 2h, expiry: 0s", patient));
  CHECK(all_back(none) == Approx(many / 100.0).margin(0.0101));
}

TEST_CASE("a crowd that asks again whenever it is turned away is through at the same time", "[known-13]") {
  // 9,000 pass at once, 9,000 wait, 2,000 are refused and ask again each half second, as does who waited 60
  // s.
  const auto credit = known::run_both(crowd(20'000, "burst: 90s", stubborn));
  CHECK(support::value(credit, "hub.throttled") > 10'000);
  CHECK(all_back(credit) >= 110 - 0.0101);
  CHECK(all_back(credit) <= 110 + 0.5);
  const auto none = known::run_both(crowd(11'000, "burst: 0s", stubborn));
  CHECK(all_back(none) >= 110 - 0.0101);
  CHECK(all_back(none) <= 110 + 0.5);
}

TEST_CASE("abandoned requests decide whether a crowd of C clients comes back", "[long][known-15]") {
  const auto skipped = known::run_both(crowd(20'000, "queue: 60s, abandoned: skipped", "sdk-c"));
  // Their first retries are spread over a second, that of their ticks.
  CHECK(all_back(skipped) >= 110 - 1.0101);
  CHECK(all_back(skipped) <= 110 + 31);
  // 9,000 pass by the credit. What waits at the head has waited longer than its client from 31 s on, so that
  // every token is wasted: after B + 31 s x c = 12,100 nobody comes back, and of those who had to wait more
  // than a half does not.
  const auto served = known::run_both(crowd(20'000, "queue: 60s, abandoned: served", "sdk-c"));
  const double never_back = support::value(served, "recovery.blink.unrecovered");
  CHECK(never_back > (20'000 - 9000) / 2);
  // In the second over which they come the bucket may fill by 100 once more.
  CHECK(never_back <= 20'000 - 12'100 + 2);
  CHECK(never_back >= 20'000 - 12'100 - 102);
#ifndef HUBSTORM_SANITIZE
  // With 50,000, more than half of all.
  const auto more = known::run_nearby(crowd(50'000, "queue: 60s, abandoned: served", "sdk-c"));
  CHECK(support::value(more, "recovery.blink.unrecovered") > 25'000);
  const auto fine = known::run_nearby(crowd(50'000, "queue: 60s, abandoned: skipped", "sdk-c"));
  CHECK(all_back(fine) >= 410 - 1.0101);
  CHECK(all_back(fine) <= 410 + 31);
#endif
}
