// Known answer 8. Goal: status polls are throttled apart from registrations, so that more registrations may
// mean fewer assignments. Answer: where a registration needs k polls that pass, and a throttled poll abandons
// it and registers again, G = R p^k a minute get through with R (p + ... + p^k) = P. For k = 2 and P = 200 a
// minute: R = 100 gives G = 100, 200 gives 76, 400 gives 54, 1,000 gives 29. Tolerance: 4 %:
// buckets hand tokens out evenly, so that polls which pass are not quite independent of each other. The
// answer takes them for independent: round trips of half a second, spread as they are, keep requests and
// waits of whole seconds out of step; at 50 ms they lock in step, and fewer get through (29 instead of 76).
// And the incident that shows it (facts, export-and-devices 7.1), day by day, from the example scenario.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/analytic/known.hpp"

namespace {

// More devices than get through in the time, which ask each 3 s; an assignment takes 5 s, so that the poll at
// 3 s is too early and the one at 6 s is the last.
std::string crowd(double registrations, double polls) {
  return fmt::format(R"(
duration: 30m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
provisioning: {{registrations_per_minute: {}, polls_per_minute: {}, processing: 5s,
     retry_after: 3s, poll_after: 3s}}
fleet:
  - {{name: all, devices: 4000, credentials: x509, joins: at once, access: {{rtt: 500ms, loss: 0%}},
     client: {{base: sdk-python, on_dps_failure: keep asking,
     retry: {{kind: exponential, min: 1s, max: 3s, jitter: full}},
       dps: {{first_poll: 3s, wait_at_429_poll: false, tcp_timeout: 0s, connect_timeout: 0s}}}}}}
)",
                     registrations, polls);
}

// Devices that come through a minute, once the credit of the beginning is gone.
double through(const measures::Report& report) {
  return (known::at(report, "connected", 1500) - known::at(report, "connected", 300)) / 20;
}

// The answer on paper, by bisection.
double answer(double registrations, double polls, int k) {
  const auto passed = [&](double p) {
    double sum = 0, power = 1;
    for (int i = 0; i < k; ++i) sum += power *= p;
    return registrations * sum;
  };
  if (passed(1) <= polls) return registrations;
  double low = 0, high = 1;
  for (int i = 0; i < 60; ++i) (passed((low + high) / 2) < polls ? low : high) = (low + high) / 2;
  return registrations * std::pow(low, k);
}

std::string example() {
  std::ifstream file(std::string(TREE) + "/scenarios/poly-lens.yaml", std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Devices connected between two hours, in the mean of the series.
double connected(const measures::Report& report, double from_h, double to_h) {
  double sum = 0;
  int n = 0;
  for (const auto& row : report.series.rows)
    if (row[0] >= from_h * 3600 && row[0] < to_h * 3600) sum += row[1], ++n;
  REQUIRE(n > 0);
  return sum / n;
}

// CONNECTs that hubs accepted a minute: each is a registration that led somewhere.
double accepted(const measures::Report& earlier, const measures::Report& later, double minutes) {
  return (support::value(later, "hub.accepted") - support::value(earlier, "hub.accepted")) / minutes;
}

// The first so many minutes of the example.
measures::Report first_minutes(int minutes) {
  support::Options options;
  options.change = [minutes](application::Scenario& scenario) {
    scenario.duration = std::chrono::minutes{minutes};
    std::erase_if(scenario.faults,
                  [&](const faults::Fault& f) { return f.at >= sim::Time{scenario.duration}; });
    scenario.expect.clear();
  };
  return support::run(example(), options);
}

}  // namespace

TEST_CASE("the table of known answer 8 follows from its formula", "[known-8]") {
  for (const auto& [r, g] : {std::pair{100, 100}, {200, 76}, {400, 54}, {1000, 29}})
    CHECK(std::round(answer(r, 200, 2)) == g);
}

TEST_CASE("more registrations, fewer assignments, where polls are what is scarce", "[known-8][long]") {
  for (const auto& [r, tolerance] :
       {std::pair{50, 0.01}, {100, 0.01}, {200, 0.04}, {400, 0.04}, {1000, 0.04}}) {
    INFO(r << " registrations a minute");
    const auto report = known::run_both(crowd(r, 200));
    const double admitted =
        support::value(report, "dps.registrations") - support::value(report, "dps.throttled");
    CHECK(admitted == Approx(r * 31).epsilon(0.01));  // the limit is used up throughout, its credit too
    CHECK(through(report) == Approx(answer(r, 200, 2)).epsilon(tolerance));
  }
  // With polls enough, all come through.
  CHECK(through(known::run_nearby(crowd(100, 1000))) == Approx(100).epsilon(0.02));
}

TEST_CASE("four days of December 2022", "[known-8][long]") {
  const auto whole = support::run(example());
  // Day 1: a node behind a hub fails, and nobody sees it.
  CHECK(connected(whole, 1, 10) > 3980);
  CHECK(connected(whole, 10, 24) > 3980);
  // Day 2: the reset cuts its half off, DPS throttles, and does not come out of it.
  CHECK(known::at(whole, "connected", 24 * 3600 + 960) < 3000);
  const double day_2 = connected(whole, 26, 48);
  CHECK(day_2 < 3650);
  CHECK(day_2 > 3400);
  // Day 3: more registrations; better for the first hour, then worse than before.
  CHECK(connected(whole, 48.1, 48.6) > day_2 + 15);
  const double day_3 = connected(whole, 54, 72);
  CHECK(day_3 < day_2 - 1000);
  // Day 4: fewer registrations and more polls; all there within the hour, to the end.
  CHECK(connected(whole, 73, 96) > 3980);
  for (const auto& row : whole.series.rows)
    if (row[0] >= 73 * 3600) CHECK(row[1] > 3950);

  // What gets through a minute: 83 are needed.
  const auto reports = [] {
    std::vector<measures::Report> all;
    for (const int minutes : {24 * 60, 40 * 60, 48 * 60, 48 * 60 + 2, 60 * 60, 72 * 60})
      all.push_back(first_minutes(minutes));
    return all;
  }();
  CHECK(support::value(reports[0], "dps.throttled") == 0);
  CHECK(support::value(reports[0], "hub.accepted") / (24 * 60) == Approx(4000.0 / 48).epsilon(0.01));
  const double throttled = accepted(reports[1], reports[2], 8 * 60);
  // Of 90 admitted nine in eleven come to a client with time for two polls before its 30 s are over.
  CHECK(throttled == Approx(90 * 9.0 / 11).epsilon(0.03));
  CHECK(support::value(reports[2], "dps.polls_throttled") < 1000);
  CHECK(accepted(reports[2], reports[3], 2) > 1.3 * throttled);
  CHECK(accepted(reports[4], reports[5], 12 * 60) < 0.7 * throttled);
  CHECK(support::value(reports[5], "dps.polls_throttled") > 100'000);
  CHECK(accepted(reports[5], whole, 24 * 60) == Approx(4000.0 / 48).epsilon(0.02));
}

// A device whose registration is throttled, and whose wait would end beyond the limit of the phase of 30 s,
// gives the phase up at the limit, waits 10 s and begins anew: 15 times in ten minutes, where one in a
// thousand gets through.
TEST_CASE("who waits beyond the limit of a phase gives it up at the limit", "[known-8]") {
  const auto report = known::run_both(R"(
duration: 10m
application: {era: legacy, hubs: {count: 1, edition: S3, units: 1}}
provisioning: {registrations_per_minute: 1, retry_after: 60s}
fleet:
  - {name: all, devices: 1000, credentials: x509, joins: at once, access: {rtt: 50ms, loss: 0%},
     client: {base: sdk-python, on_dps_failure: keep asking,
     retry: {kind: exponential, min: 10s, max: 10s, jitter: none},
     dps: {phase_limit: 30s, wait_at_429_register: true}}}
)");
  CHECK(support::value(report, "dps.throttled") == Approx(15'000).epsilon(0.04));
}
