// Until devices have read their twins: the metrics of a history that is told, and the accounts of a throttle.
#include <catch2/catch.hpp>

#include "models/measures/recovery.hpp"
#include "tests/analytic/formulas/formula.hpp"
#include "tests/analytic/known.hpp"

using formula::at;
using measures::Device;

namespace {

// The first group of 200 devices does something after a connect, the other 100 do not. Number i of 300 loses
// service at 100 s, as the fault begins, and is back i tenths of a second later. Of the first group it is
// ready i s after the begin, but device 0, which loses the connection again before, and device 199, whose
// answer is on its way at the end.
measures::Report told() {
  const sim::Time end = at(2000);
  const measures::ServiceHistory service_history{1, 1, {0, 0}};
  measures::Recovery::Setup s;
  s.names = {"wave"};
  s.faults = formula::by<ids::CauseId, measures::Recovery::FaultTime>({{0, at(100), at(101)}});
  s.groups = formula::by<ids::GroupId, std::string>({"readers", "others"});
  s.readies = formula::by<ids::GroupId, bool>({true, false});
  s.devices = 300;
  s.group_of = [](Device d) { return ids::GroupId(d < 200 ? 0 : 1); };
  s.service_history = &service_history;
  s.now = &end;
  s.end = end;
  measures::Recovery recovery(std::move(s));
  for (Device d = 0; d < 300; ++d) {
    recovery.offline(d, at(100), formula::hub_no(0), formula::cause_no(0), false);
    recovery.activity(d, at(100), signals::Activity::waiting, formula::hub_no(0));
  }
  for (Device d = 0; d < 300; ++d) recovery.online(d, at(100 + (d + 1) / 10.0), at(100), formula::hub_no(0));
  recovery.offline(0, at(200), formula::hub_no(0), ids::CauseId::none, false);
  for (Device d = 1; d < 199; ++d) recovery.ready(d, at(100 + d + 1));
  recovery.ready(199, at(2000.000001));
  recovery.ready(250, at(500));  // not asked of that group
  recovery.finish(end);
  measures::Report report;
  recovery.report(report);
  return report;
}

// Of the readers 199 count: 2 s to 199 s and one that is not ready; rank 100 is 101 s, rank 198 of 199 is 199
// s. Of all 299: the others, 20.1 s to 30 s, come between the 19th and the 29th of the readers. Rank 150 is
// the 50th of the readers, 51 s; rank 297 is 198 s.
const formula::History history{told,
                               {{"recovery.wave.group.readers.ready.p50", 101, 0.1},
                                {"recovery.wave.group.readers.ready.p99", 199, 0.1},
                                {"recovery.wave.group.readers.ready.max", formula::none},
                                {"recovery.wave.group.others.ready.p50", 25, 0.05},
                                {"recovery.wave.group.others.ready.p99", 29.9, 0.05},
                                {"recovery.wave.group.others.ready.max", 30, 0.05},
                                {"recovery.wave.ready.p50", 51, 0.1},
                                {"recovery.wave.ready.p99", 198, 0.1},
                                {"recovery.wave.ready.max", formula::none}}};

const formula::History all_ready{[] {
                                   return known::run_nearby(R"(
duration: 10m
application: {era: legacy, hubs: [{edition: S1, units: 1}]}
fleet: [{name: all, devices: 50, client: {base: sdk-java}, credentials: x509, access: {rtt: 0ms, loss: 0%}}]
faults: [{name: cut, at: 60s, for: 30s, hub: 1, mode: refuse}]
)");
                                 },
                                 {{"recovery.cut.ready.max", 30.4, 5}}};

// 600 devices connect at one instant, 20 s after they were cut off. The throttle has 100 reads to give, keeps
// 200, for which it takes two seconds, and refuses the rest.
const formula::History throttled{[] {
                                   return known::run_nearby(R"(
duration: 10m
application: {era: legacy, hubs: [{edition: S1, units: 200, sends: {burst: 1s, queue: 2s, expiry: 0s}}]}
fleet:
  - {name: all, devices: 600, client: {base: sdk-python}, credentials: x509, access: {rtt: 0ms, loss: 0%},
     telemetry: {every: 1d}, on_connect: {twin_reads: 1, again: 0s}}
faults: [{name: cut, at: 100s, for: 15s, hub: 1, mode: refuse}]
)");
                                 },
                                 {{"twin_reads.sent", 600},
                                  {"twin_reads.refused", 300, 1},
                                  {"twin_reads.throttled_share", 500.0 / 600, 2e-3},
                                  {"recovery.cut.ready.max", 22, 0.1}}};

}  // namespace

TEST_CASE("formulas of devices that are ready", "[formula]") {
  history.check();
  all_ready.check();
}

TEST_CASE("formulas of a throttle of twin reads", "[formula]") { throttled.check(); }
