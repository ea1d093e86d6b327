// The policies on the same days with the same random draws: what they cost and what they save. Two hubs of
// six units, where the day needs 7.2 and eight all day would do; the load is lowest in the morning and
// highest at 18:00.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "tests/support/run.hpp"

namespace {

constexpr double unit_day = 25 * 24 / 730.0;  // USD of an S1 unit

// A slow client, so that a hub without quota does not fill the run with attempts.
std::string days(const std::string& policy, int n, int devices, int hubs) {
  const bool schedule = policy == "schedule";
  return fmt::format(
      R"(
start: 2023-06-01T00:00Z
duration: {}h
application: {{era: 2021, region: westeurope, hubs: {{count: {}, edition: S1, units: 6}}}}
fleet:
  - {{name: meters, devices: {}, region: germany, client: {{retry: {{kind: fixed, first: 15m, min: 15m}},
     return_to_dps: never}}, credentials: x509, buffer: 10 messages,
     telemetry: {{every: 5m, profile: {{kind: diurnal, peak_to_mean: 1.5, peak_at: 18:00}}}}}}
scaling: {{policy: {}{}}}
)",
      24 * n, hubs, devices, policy,
      schedule ? ", schedule: [{at: '00:00', units: 6}, {at: '12:00', units: 9}]" : "");
}

const std::string policies[] = {"none", "threshold", "target-tracking", "schedule", "predictive"};

using Reports = std::map<std::string, measures::Report>;

void check_limits(const measures::Report& report, int hubs, int units_most) {
  const auto value = [&](const char* metric) { return support::value(report, metric); };
  CHECK(value("hubs.count") == hubs);
  CHECK(value("hubs.peak") == hubs);
  CHECK(value("scaling.out") + value("scaling.in") == 0);
  CHECK(value("units.count") >= hubs);
  CHECK(value("units.peak") <= units_most * hubs);
  CHECK(value("units.count") <= value("units.peak"));
  CHECK(value("telemetry.generated") == value("telemetry.delivered") + value("telemetry.lost") +
                                            value("telemetry.buffered") + value("telemetry.in_flight"));
}

}  // namespace

TEST_CASE("the policies on two equal days", "[policies][long]") {
  Reports reports;
  for (const std::string& policy : policies) reports[policy] = support::run(days(policy, 2, 20'000, 2));
  const auto of = [&](const std::string& policy, const char* metric) {
    return support::value(reports.at(policy), metric);
  };
  for (const std::string& policy : policies) {
    INFO(policy << ": " << of(policy, "cost.hubs") << " USD, " << of(policy, "units.peak") << " units, "
                << of(policy, "scaling.up") << " up, " << of(policy, "scaling.down") << " down, blocked "
                << of(policy, "telemetry.quota_blocked") << " s");
    // The same load whatever comes of it.
    CHECK(of(policy, "telemetry.generated") == 2 * 20'000 * 288);
    check_limits(reports.at(policy), 2, 200);
    if (policy == "none") continue;
    CHECK(of(policy, "telemetry.quota_blocked") == 0);
    CHECK(of(policy, "telemetry.lost") == 0);
    CHECK(of(policy, "devices.connected") == 20'000);
    CHECK(of(policy, "cost.hubs") > of("none", "cost.hubs"));
    // The new day begins without a jump: a hub is never sized for more than a day's messages at the peak
    // rate.
    CHECK(of(policy, "units.peak") >= 2 * 8);
    CHECK(of(policy, "units.peak") <= 2 * 1.5 * 7.2 / 0.7 + 2);
  }
  // Two hubs run out at 6 / 7.2 of the messages of each of two days; the buffers are too small for that.
  CHECK(of("none", "cost.hubs") == Approx(2 * 12 * unit_day));
  CHECK(of("none", "telemetry.quota_blocked") > 4 * 2 * 3600);
  CHECK(of("none", "telemetry.lost") > 0);
  CHECK(of("none", "telemetry.delivered") <= 2 * 12 * 400'000 + 20'000);
  // 90 % of the quota is cheaper than 70 %, and cheaper than eight units all day.
  CHECK(of("threshold", "cost.hubs") < 2 * 16 * unit_day);
  CHECK(of("threshold", "cost.hubs") < of("target-tracking", "cost.hubs"));
  CHECK(of("target-tracking", "cost.hubs") < 2 * 22 * unit_day);
  CHECK(of("schedule", "cost.hubs") == Approx(2 * 15 * unit_day).epsilon(0.01));
  // On the second day the load is known: there is nothing to follow.
  const auto changes = [&](const std::string& p) { return of(p, "scaling.up") + of(p, "scaling.down"); };
  CHECK(changes("predictive") < changes("target-tracking"));
  CHECK(of("predictive", "cost.hubs") < 2 * 22 * unit_day);
  for (const measures::Event& event : reports.at("predictive").timeline) CHECK(event.time_s < 25 * 3600);
}

TEST_CASE("each policy keeps within the bounds of units, and takes what it may", "[policies][long]") {
  for (const std::string& policy : policies) {
    if (policy == "none") continue;
    INFO(policy);
    support::Options options;
    options.set = {"scaling.units.most=7", "scaling.units.least=6"};
    const auto report = support::run(days(policy, 1, 20'000, 2), options);
    check_limits(report, 2, 7);
    CHECK(support::value(report, "units.count") >= 12);
    CHECK(support::value(report, "units.peak") == 14);
    // Seven units are a little too few.
    CHECK(support::value(report, "telemetry.quota_blocked") > 0);
    const std::vector<measures::Event>& all = report.timeline;
    CHECK(std::any_of(all.begin(), all.end(), [](const auto& e) { return e.outcome == "refused"; }));
  }
}

TEST_CASE("the policies do with 200,000 devices what they do with 20,000", "[policies][long]") {
  for (const std::string policy : {"threshold", "target-tracking"}) {
    INFO(policy);
    const auto few = support::run(days(policy, 1, 20'000, 2));
    const auto many = support::run(days(policy, 1, 200'000, 20));
    check_limits(many, 20, 200);
    CHECK(support::value(many, "telemetry.generated") == 200'000 * 288);
    CHECK(support::value(many, "telemetry.quota_blocked") == 0);
    // As much a hub, give or take what a hub has more or fewer devices than another.
    CHECK(support::value(many, "cost.hubs") == Approx(10 * support::value(few, "cost.hubs")).epsilon(0.02));
  }
}

TEST_CASE("what recurs daily is met ahead by the predictive policy alone", "[policies][long]") {
  // An hour a day with six times the load: 300 messages a second and hub, of which a unit takes 120.
  const auto second_day = [](const std::string& policy) {
    return support::run(fmt::format(R"(
start: 2023-06-01T00:00Z
duration: 48h
warmup: 24h
application: {{hubs: {{count: 2, edition: S2, units: 2}}}}
provisioning: {{allocation: round-robin}}
fleet:
  - {{name: meters, devices: 600, client: guide-reconnect, credentials: x509, buffer: 2000 messages,
     telemetry: {{every: 6s, profile: {{every: 1h, factors: [1, 1, 1, 1, 1, 1, 1, 1, 6, 1, 1, 1, 1, 1, 1, 1,
       1, 1, 1, 1, 1, 1, 1, 1]}}}}}}
scaling: {{policy: {}, hold: {{down: 30m}}}}
)",
                                    policy));
  };
  const measures::Report predictive = second_day("predictive"), tracking = second_day("target-tracking");
  CHECK(support::value(predictive, "telemetry.throttled_share") == 0);
  CHECK(support::value(tracking, "telemetry.throttled_share") > 0.01);
  // Four units carry 300 a second with 30 % in hand; before and after the hour there are fewer.
  CHECK(support::value(predictive, "units.peak") == 8);
  CHECK(support::value(predictive, "units.count") < 8);
  double up = 0;
  for (const measures::Event& e : predictive.timeline)
    if (e.time_s > 86'400 && e.kind == "up" && e.outcome == "done" && up == 0) up = e.time_s - 86'400;
  CHECK(up > 7 * 3600);
  CHECK(up < 8 * 3600);
}

TEST_CASE("a hub changes to the edition that carries its load at the least price", "[policies]") {
  // 4.8 million messages a day and hub: twelve S1 units at 70 % would be 18, 450 USD a month; two S2 units
  // 500, one does 6 million of which 70 % are 4.2.
  const auto run = [](const std::string& rest) {
    return support::run(R"(
duration: 4h
application: {hubs: {count: 2, edition: S1, units: 4}}
provisioning: {allocation: round-robin}
fleet: [{name: meters, devices: 2000, client: guide-reconnect, credentials: x509, telemetry: {every: 18s}}]
scaling: {policy: target-tracking, editions: )" +
                        rest);
  };
  const measures::Report keep = run("keep}\n"), cheapest = run("cheapest}\n");
  const measures::Report dear = run("cheapest}\nprices: {S1: 30 USD}\n");
  const auto to = [](const measures::Report& report) { return report.timeline.back().to; };
  CHECK(to(keep) == "18 x S1");
  CHECK(to(cheapest) == "18 x S1");
  CHECK(to(dear) == "2 x S2");
}
