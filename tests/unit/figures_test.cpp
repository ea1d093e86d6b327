// The judge of finished reports finds each figure that cannot be true, and lets true ones pass.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "models/checks/figures.hpp"

namespace {

using namespace std::chrono_literals;
using measures::Report;
using measures::Value;

// A run of an hour, ten minutes of it warm-up.
std::string judge(const Report& report) { return checks::impossible_figure(report, 1h, 50min).value_or(""); }

void put(Report& report, const char* unit, const std::map<std::string, double>& values) {
  for (const auto& [metric, value] : values) report.values[metric] = {unit, value, {}, {}};
}

// Figures that go together.
Report right() {
  Report report;
  put(report, "devices",
      {{"devices.total", 10},
       {"devices.connected", 6},
       {"devices.lost", 1},
       {"devices.left", 1},
       {"devices.stuck", 2},
       {"devices.blocked", 1},
       {"devices.waiting_for_approval", 0},
       {"devices.edge_total", 2},
       {"devices.edge_connected", 1},
       {"recovery.f.affected", 4},
       {"recovery.f.episodes", 6},
       {"recovery.f.unrecovered", 1},
       {"recovery.f.relapses", 0},
       {"allocation.connected.min", 1.5},
       {"allocation.connected.max", 4.5}});
  put(report, "s",
      {{"recovery.f.first", 1},
       {"recovery.f.p50", 2},
       {"recovery.f.mean", 900},
       {"recovery.f.outage.mean", 800},
       {"recovery.f.wait.stuck", 500},
       {"recovery.f.wait.backoff", 300},
       {"recovery.f.downtime", 7200},
       {"telemetry.delay.p50", 0},
       {"telemetry.delay.p99", 5},
       {"telemetry.delay.max", 6},
       {"hub.a.quota_blocked", 60},
       {"hub.b.quota_blocked", 3600},
       {"telemetry.quota_blocked", 3660},
       {"hub.half_open_time", 3}});
  for (const char* unknown : {"recovery.f.p90", "recovery.f.p95", "recovery.f.p99", "recovery.f.max"})
    report.values[unknown] = {"s", {}, 600.0, 1};
  put(report, "messages",
      {{"telemetry.generated", 90},
       {"telemetry.carried_in", 10},
       {"telemetry.delivered", 70},
       {"telemetry.lost", 10},
       {"telemetry.buffered", 15},
       {"telemetry.in_flight", 5},
       {"export.e.d.received", 9},
       {"export.e.d.carried_in", 1},
       {"export.e.d.filtered", 2},
       {"export.e.d.exported", 5},
       {"export.e.d.dropped", 1},
       {"export.e.d.backlog", 2}});
  put(report, "operations",
      {{"hub.connects", 7},
       {"hub.a.connects", 3},
       {"hub.b.connects", 4},
       {"hub.accepted", 7},
       {"hub.a.accepted", 3},
       {"hub.b.accepted", 4},
       {"dps.registrations", 5},
       {"dps.throttled", 3},
       {"dps.unauthorized", 2},
       {"dps.polls", 3},
       {"dps.polls_throttled", 3}});
  put(report, "connections", {{"hub.half_open", 2}, {"hub.half_open_closed", 1}});
  put(report, "USD", {{"cost.hubs", 1}, {"cost.dps", 2}, {"cost.exports", 0}, {"cost.total", 3}});
  put(report, "1",
      {{"availability", 1},
       {"allocation.connected.jain", 0.5},
       {"allocation.connected.max_to_mean", 3},
       {"recovery.f.within.15m", 0.75}});
  put(report, "hubs", {{"hubs.count", 2}, {"hubs.peak", 3}});
  return report;
}

// The same with one figure changed.
std::string judge_with(const std::string& metric, std::optional<double> value) {
  Report report = right();
  REQUIRE(report.values.count(metric) == 1);
  report.values[metric].value = value;
  return judge(report);
}

}  // namespace

TEST_CASE("figures that can be true pass", "[figures]") { CHECK(judge(right()) == ""); }

TEST_CASE("no figure is negative, infinite or no number", "[figures]") {
  for (const auto& [metric, value] : right().values) {
    if (!value.value) continue;
    INFO(metric);
    for (const double bad : {-1.0, -1e-9, -0.0, HUGE_VAL, std::numeric_limits<double>::quiet_NaN()})
      CHECK_THAT(judge_with(metric, bad), Catch::Contains(" is "));
  }
  Report report = right();
  report.values["recovery.f.p90"].at_least = -44.2;
  CHECK_THAT(judge(report), Catch::Contains("recovery.f.p90 is -44.2"));
}

TEST_CASE("shares, times and counts stay within what they are of", "[figures]") {
  CHECK_THAT(judge_with("availability", 1.1), Catch::Contains("share"));
  CHECK_THAT(judge_with("recovery.f.within.15m", 1.1), Catch::Contains("share"));
  CHECK_THAT(judge_with("hub.half_open_time", 3601), Catch::Contains("in a run of"));
  CHECK_THAT(judge_with("devices.connected", 5.5), Catch::Contains("no whole number"));
  for (const char* metric : {"devices.connected", "devices.blocked", "devices.edge_total"})
    CHECK_THAT(judge_with(metric, 11), Catch::Contains("devices."));
  CHECK_THAT(judge_with("devices.edge_connected", 3), Catch::Contains("devices.edge_total"));
  CHECK_THAT(judge_with("devices.stuck", 3), Catch::Contains("devices.total"));
  CHECK_THAT(judge_with("recovery.f.unrecovered", 5), Catch::Contains("recovery.f.affected"));
  CHECK_THAT(judge_with("recovery.f.relapses", 7), Catch::Contains("recovery.f.episodes"));
  CHECK_THAT(judge_with("recovery.f.affected", 7), Catch::Contains("recovery.f.episodes"));
  CHECK_THAT(judge_with("hub.half_open_closed", 3), Catch::Contains("hub.half_open"));
  CHECK_THAT(judge_with("dps.throttled", 4), Catch::Contains("dps.registrations"));
  CHECK_THAT(judge_with("dps.polls", 2), Catch::Contains("dps.polls"));
  CHECK_THAT(judge_with("hubs.count", 4), Catch::Contains("hubs.peak"));
  CHECK_THAT(judge_with("allocation.connected.min", 5), Catch::Contains("allocation.connected.max"));
}

TEST_CASE("quantiles are in order", "[figures]") {
  CHECK_THAT(judge_with("recovery.f.first", 3), Catch::Contains("recovery.f.p50"));
  CHECK_THAT(judge_with("telemetry.delay.p50", 5.5), Catch::Contains("telemetry.delay.p99"));
  CHECK_THAT(judge_with("telemetry.delay.max", 4), Catch::Contains("telemetry.delay.max"));
  // What is unknown is beyond what was observed, and so is all behind it.
  CHECK_THAT(judge_with("recovery.f.p50", std::nullopt) + judge_with("recovery.f.p99", 700),
             Catch::Contains("recovery.f.p99 is known, but recovery.f.p95 is not"));
  CHECK_THAT(judge_with("recovery.f.outage.mean", 901), Catch::Contains("recovery.f."));
}

TEST_CASE("a mean is between the shortest and the longest where all are back", "[figures]") {
  Report report = right();
  for (const char* metric : {"p90", "p95", "p99", "max"})
    report.values[std::string("recovery.f.") + metric] = {"s", 1000.0, {}, {}};
  CHECK(judge(report) == "");
  report.values["recovery.f.mean"].value = report.values["recovery.f.outage.mean"].value = 1001;
  CHECK_THAT(judge(report), Catch::Contains("more than the 1000 of recovery.f.max"));
}

TEST_CASE("parts add up to their whole", "[figures]") {
  CHECK_THAT(judge_with("recovery.f.wait.stuck", 501), Catch::Contains("recovery.f.outage.mean"));
  CHECK_THAT(judge_with("telemetry.delivered", 71), Catch::Contains("telemetry.generated"));
  CHECK_THAT(judge_with("export.e.d.dropped", 2), Catch::Contains("export.e.d.received"));
  CHECK_THAT(judge_with("hub.a.accepted", 4), Catch::Contains("hub.accepted"));
  CHECK_THAT(judge_with("hub.a.quota_blocked", 61), Catch::Contains("telemetry.quota_blocked"));
  CHECK_THAT(judge_with("cost.dps", 3), Catch::Contains("cost.total"));
}

TEST_CASE("without a warm-up no more CONNECTs are answered than come in", "[figures]") {
  Report report = right();
  report.values["hub.a.accepted"].value = 4;
  report.values["hub.accepted"].value = 8;
  CHECK(judge(report) == "");  // it came in before the warm-up ended
  CHECK_THAT(checks::impossible_figure(report, 1h, 1h).value_or(""), Catch::Contains("hub.a.connects"));
}

TEST_CASE("what is not counted is none", "[figures]") {
  Report report;
  put(report, "operations",
      {{"hub.connects", 3}, {"hub.accepted", 3}, {"hub.a.connects", 3}, {"hub.a.accepted", 3}});
  put(report, "messages", {{"export.e.d.received", 3}, {"export.e.d.exported", 3}});
  CHECK(checks::impossible_figure(report, 1h, 1h).value_or("") == "");
}
