// Deliveries of exports and what destinations count: told by hand, and in small scenarios.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "models/measures/deliveries.hpp"
#include "tests/analytic/formulas/formula.hpp"
#include "tests/analytic/known.hpp"

using formula::at;
using formula::cause_no;
using signals::Delivering;

namespace {

// After a warm-up of 100 s. A fault of the destination from 1,000 to 1,600 s: behind from 1,003 s, failed at
// 1,300 s, behind again at 1,700 s and current at 1,720 s. Another from 3,000 to 3,500 s: failed 150 s after
// its start, current 40 s after its end. Behind for 297 + 20 + 147 s, the time within the warm-up apart;
// failed for 400 + 390 s.
measures::Report told() {
  measures::Deliveries deliveries({{"a.hot"}, {{cause_no(0), cause_no(1)}}, at(100)});
  const auto now = [&](double when, Delivering is) { deliveries.delivering(at(when), 0, is); };
  now(0, Delivering::current);
  now(50, Delivering::behind);
  now(90, Delivering::current);
  deliveries.fault_began(at(1000), cause_no(0));
  now(1003, Delivering::behind);
  now(1300, Delivering::failed);
  deliveries.fault_ended(at(1600), cause_no(0));
  now(1700, Delivering::behind);
  now(1720, Delivering::current);
  deliveries.fault_began(at(3000), cause_no(1));
  now(3003, Delivering::behind);
  now(3150, Delivering::failed);
  deliveries.fault_ended(at(3500), cause_no(1));
  now(3540, Delivering::current);
  deliveries.finish(at(5000));
  measures::Report report;
  deliveries.report(report);
  return report;
}

const formula::History deliveries{told,
                                  {{"export.a.hot.failures", 2},
                                   {"export.a.hot.failed_after", 150},
                                   {"export.a.hot.failed_for", 790},
                                   {"export.a.hot.behind_for", 464},
                                   {"export.a.hot.caught_up_after", 120}}};

// Two faults of one destination at a time are one that lasts as long as either: from 1,000 to 1,800 s, and
// nothing is made up for between. Another comes while it is still behind, at 1,850 s: it takes until 2,100 s,
// 200 s after its end. The last is open at the end.
measures::Report overlapping() {
  measures::Deliveries told_of({{"a.hot"}, {{cause_no(0), cause_no(1), cause_no(2), cause_no(3)}}, at(100)});
  const auto now = [&](double when, Delivering is) { told_of.delivering(at(when), 0, is); };
  now(0, Delivering::current);
  told_of.fault_began(at(1000), cause_no(0));
  now(1001, Delivering::behind);
  told_of.fault_began(at(1100), cause_no(1));
  told_of.fault_ended(at(1600), cause_no(0));
  now(1700, Delivering::current);  // a moment's luck
  now(1701, Delivering::behind);
  told_of.fault_ended(at(1800), cause_no(1));
  told_of.fault_began(at(1850), cause_no(2));
  now(1860, Delivering::failed);
  told_of.fault_ended(at(1900), cause_no(2));
  now(2100, Delivering::current);
  told_of.fault_began(at(2200), cause_no(3));
  told_of.fault_ended(at(2300), cause_no(3));  // nobody noticed
  told_of.finish(at(5000));
  measures::Report report;
  told_of.report(report);
  return report;
}

const formula::History together{overlapping,
                                {{"export.a.hot.failures", 1},
                                 {"export.a.hot.failed_after", 10},
                                 {"export.a.hot.failed_for", 240},
                                 {"export.a.hot.behind_for", 699 + 159},
                                 {"export.a.hot.caught_up_after", 200}}};

// 1,000 devices, 100 messages a second of 512 B.
std::string sending(const std::string& head, const std::string& destination, const std::string& rules,
                    const std::string& more) {
  return fmt::format(R"(
{}
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 1}}}}
fleet: [{{name: all, devices: 1000, client: {{base: sdk-python}}, credentials: x509,
  telemetry: {{every: 10s, size: 512 B}}}}]
destinations: [{{name: hot, {}}}]
exports: [{{name: a, to: [hot], {}}}]
{}
)",
                     head, destination, rules, more);
}

// A filter lets 20 a second pass of 100, each with 300 + 60 B around its 512 B. The destination is away for
// 31 min from 1 h on: failed at 15 min, probed in vain after 5, 10 and 15 min and found after 20: 35 min of
// messages are dropped, those of 15 waited. It tries each 100 s, from up to 10 s after the start on, and once
// more at the end of the window: 10 times, and 3 probes. Two hours and 50 min later it is away again until
// the end: 10 min wait.
const formula::History counts{
    [] {
      return support::run(
          sending("duration: 4h", "kind: event-hubs",
                  "filter: 20%, enrichment: 60 B, envelope: 300 B, retry: {first: 100s, cap: 100s, "
                  "jitter: 0%}",
                  "faults:\n  - {name: sink, at: 1h, destination: hot, for: 31m}\n"
                  "  - {name: more, at: 230m, destination: hot}"));
    },
    {{"export.a.hot.received", 100 * 14'400, 2},
     {"export.a.hot.filtered", 80 * 14'400, 2},
     {"export.a.hot.dropped", 20 * 2'100, 4},
     {"export.a.hot.backlog_peak", 20 * 900, 4},
     {"export.a.hot.backlog", 20 * 600, 200},
     {"export.a.hot.exported", 20 * (14'400 - 2'100 - 600), 202},
     {"export.a.hot.bytes", 872.0 * 20 * (14'400 - 2'100 - 600), 872 * 202},
     {"export.a.hot.errors", 13 + 6, 0},
     {"destination.hot.accepted", 20 * (14'400 - 2'100 - 600), 202},
     {"destination.hot.bytes", 872.0 * 20 * (14'400 - 2'100 - 600), 872 * 202},
     {"destination.hot.unavailable", 31 * 60 + 600},
     {"destination.hot.unreadable", 31 * 60 + 600},
     {"destination.hot.units.count", 1},
     {"destination.hot.units.peak", 1},
     {"destination.hot.arrival.mean", 20, 0.001},
     {"destination.hot.arrival.peak", 20, 0.2},
     {"destination.hot.takes", 1000}}};

// A file each whole minute in each of 4 partitions; the warm-up ends half a minute after one, so that 3,000
// messages are carried in. 60 minutes have files until the end.
const formula::History files{[] {
                               return support::run(sending("duration: 7230s\nwarmup: 3630s",
                                                           "kind: blob-storage", "filter: 100%", ""));
                             },
                             {{"export.a.hot.carried_in", 3'000, 2},
                              {"export.a.hot.received", 100 * 3'600, 2},
                              {"export.a.hot.backlog", 3'000, 2},
                              {"destination.hot.files", 4 * 60},
                              {"destination.hot.units.count", 0}}};

// The account's region is lost half a minute after an hour: the files of the 15 minutes before, at 46 to 60
// min, have no copy in the other region, where the account is after a while.
const formula::History copies{
    [] {
      return support::run(
          sending("duration: 3h",
                  "kind: blob-storage, redundancy: GRS, region: francecentral, failover: {after: 10m}",
                  "retry: {window: 3h}", "faults: [{name: gone, at: 3630s, region: francecentral}]"));
    },
    {{"destination.hot.unreplicated", 15 * 6'000, 10}}};

// Latency is one second. The way is shut from 1,805 to 1,925 s, and tried each second, so that what came in
// at 1,805 s waits for 120 to 121 s. 1 % of an hour's messages are those of 36 s, which have waited for
// longer than 84 to 85 s.
const formula::History delays{
    [] {
      return support::run(
          sending("duration: 1h", "kind: event-hubs, throughput_units: 40",
                  "latency: {median: 1000ms, p99: 1001ms}, retry: {first: 1s, cap: 1s, jitter: 0%}",
                  "faults: [{name: sink, at: 1805s, destination: hot, for: 2m}]"));
    },
    {{"export.a.hot.delay.p50", 1, 0.01},
     {"export.a.hot.delay.p99", 85.5, 0.6},
     {"export.a.hot.delay.max", 121.5, 0.6}}};

// A consumer reads 50 of 100 a second from an event hub that keeps what is an hour old at most: from 2 h on,
// when it reads what came at 1 h, it misses as many as it reads. Of three hours it has missed the messages of
// half an hour, and those of the last hour wait.
const formula::History slow{
    [] {
      return support::run(sending("duration: 3h", "kind: event-hubs, retention: 1h, consumer: {reads: 50/s}",
                                  "filter: 100%", ""));
    },
    {{"destination.hot.consumer.read", 50 * 10'800, 500},
     {"destination.hot.consumer.missed", 50 * 3'600, 2'000},
     {"destination.hot.consumer.lag", 100 * 3'600, 2'000},
     {"destination.hot.consumer.lag_peak", 100 * 3'600, 2'000}}};

// 3,000 devices send at one instant each ten minutes, five times, to an event hub that takes 1,000 events a
// second: of the first offer it takes as many as in its second, and the rest four seconds later.
const char* const lumps = R"(
duration: 59m
application: {era: legacy, hubs: {count: 1, edition: S3, units: 1}}
fleet: [{name: all, devices: 3000, client: {base: sdk-python}, credentials: x509, access: {rtt: 0ms,
  loss: 0%},
  telemetry: {every: 10m, size: 512 B, phase: synchronised}}]
destinations: [{name: hot, kind: event-hubs}]
exports: [{name: a, to: [hot], envelope: 0 B}]
)";

const formula::History busy{[] { return known::run_nearby(lumps); },
                            {{"destination.hot.throttled", 5},
                             {"destination.hot.accepted", 15'000},
                             {"destination.hot.arrival.peak", 3'000}}};

// 900 messages of 4,000 B at one instant for a queue that holds 1 MB, 250 of them, and whose consumer reads
// as many in the 2 s for which a sender waits before it comes again: the first three offers are refused in
// part, the fourth is not.
const char* const full = R"(
duration: 1h
application: {era: legacy, hubs: {count: 1, edition: S3, units: 1}}
fleet: [{name: all, devices: 900, client: {base: sdk-python}, credentials: x509,
  access: {rtt: 0ms, loss: 0%},
  telemetry: {every: 20h, size: 4000 B, phase: synchronised, surges: [{at: 0s, for: 10m, factor: 120}]}}]
destinations: [{name: hot, kind: service-bus-queue, size: 1 MB, consumer: {reads: 125/s}}]
exports: [{name: a, to: [hot], envelope: 0 B}]
)";

const formula::History fills{[] { return known::run_nearby(full); },
                             {{"destination.hot.refused", 3}, {"destination.hot.accepted", 900}}};

// 1,000 messages a second are on their way to Japan when it is cut: those whose answers are on their way
// back, half a round trip's worth, are sent again.
const formula::History lost_answers{
    [] {
      support::Options options;
      options.set = {"fleet[0].devices=10000"};
      return support::run(
          sending("duration: 1h", "kind: event-hubs, throughput_units: 10, region: japaneast", "filter: 100%",
                  "faults: [{name: cut, at: 1800s, backbone: {from: westeurope, to: japaneast}, "
                  "for: 2m}]"),
          options);
    },
    {{"export.a.hot.duplicated", 1'000 * 0.125, 60}}};

}  // namespace

// How long it has taken at least, where it has not caught up at the end.
TEST_CASE("a delivery that is behind at the end has a bound", "[formula]") {
  for (const bool over : {false, true}) {
    measures::Deliveries told_of({{"a.hot"}, {{cause_no(0)}}, at(0)});
    told_of.delivering(at(0), 0, Delivering::current);
    told_of.fault_began(at(1000), cause_no(0));
    told_of.delivering(at(1001), 0, Delivering::behind);
    if (over) told_of.fault_ended(at(1600), cause_no(0));
    told_of.finish(at(2000));
    measures::Report report;
    told_of.report(report);
    const measures::Value& time = report.values.at("export.a.hot.caught_up_after");
    CHECK_FALSE(time.value);
    CHECK(time.at_least == (over ? 400.0 : 0.0));
  }
}

TEST_CASE("a fault that is older than an export is nothing to make up for", "[formula]") {
  measures::Deliveries told_of({{"a.hot"}, {{cause_no(0)}}, at(0)});
  told_of.fault_began(at(10), cause_no(0));
  told_of.delivering(at(20), 0, Delivering::current);
  told_of.fault_ended(at(30), cause_no(0));
  told_of.finish(at(100));
  measures::Report report;
  told_of.report(report);
  CHECK_FALSE(report.values.at("export.a.hot.caught_up_after").value);
}

TEST_CASE("formulas of the states of a delivery", "[formula]") {
  deliveries.check();
  together.check();
}

TEST_CASE("formulas of what a delivery counts", "[formula]") {
  counts.check();
  delays.check();
  lost_answers.check();
}

TEST_CASE("formulas of files and copies", "[formula]") {
  files.check();
  copies.check();
}

TEST_CASE("formulas of consumers", "[formula]") { slow.check(); }

TEST_CASE("formulas of offers that are not taken", "[formula]") {
  busy.check();
  fills.check();
}
