// Recovery episodes of devices whose losses and returns are given by hand.
#include <catch2/catch.hpp>

#include "tests/analytic/formulas/fleet.hpp"

using formula::at;
using formula::cause_no;
using formula::Fleet;
using formula::hub_no;
using measures::Device;
using signals::Activity;
using signals::Error;

namespace {

// Of 200 devices number i (from 1) loses service i/4 s after the start of the fault and is back i s after it,
// so that its outage is 3 i / 4 s. Ranks: 100, 180, 190, 198, 200; the mean of 1 to 200 is 100.5. Two of them
// are lost again within 60 s, one after 61 s and one to renew its token. Three that lose service to nothing
// while it goes on, and whose next attempt fails on nothing, are collateral.
measures::Report wave() {
  Fleet fleet;
  for (Device i = 1; i <= 200; ++i) fleet.lose(i - 1, 100 + i / 4.0, cause_no(0));
  for (Device d = 200; d < 203; ++d) {
    fleet.lose(d, 150, ids::CauseId::none, true);
    fleet.recovery.failed(d, at(151), at(152), hub_no(0), Error::dropped, ids::CauseId::none);
    fleet.back(d, 160);
  }
  // After the last return it is no collateral of it.
  fleet.lose(203, 301, ids::CauseId::none, true);
  fleet.recovery.failed(203, at(301), at(302), hub_no(0), Error::dropped, ids::CauseId::none);
  fleet.back(203, 310);
  for (Device i = 1; i <= 200; ++i) fleet.back(i - 1, 100 + i);
  fleet.lose(0, 101 + 60, ids::CauseId::none);
  fleet.lose(1, 102 + 1, ids::CauseId::none);
  fleet.lose(2, 103 + 61, ids::CauseId::none);
  fleet.lose(3, 104 + 1, ids::CauseId::none, true);
  return fleet.report();
}

std::vector<formula::Expected> times(const std::string& prefix) {
  constexpr double error = 5e-4;  // of the histogram, of the value
  return {{prefix + "affected", 200},
          {prefix + "episodes", 200},
          {prefix + "unrecovered", 0},
          {prefix + "relapses", 2},
          {prefix + "prolonged", 0},
          {prefix + "first", 1},
          {prefix + "p10", 20, 20 * error},
          {prefix + "p25", 50, 50 * error},
          {prefix + "p50", 100, 100 * error},
          {prefix + "p90", 180, 180 * error},
          {prefix + "p95", 190, 190 * error},
          {prefix + "p99", 198, 198 * error},
          {prefix + "max", 200},
          {prefix + "mean", 100.5},
          {prefix + "outage.first", 0.75},
          {prefix + "outage.p10", 15, 15 * error},
          {prefix + "outage.p25", 37.5, 37.5 * error},
          {prefix + "outage.p50", 75, 75 * error},
          {prefix + "outage.p90", 135, 135 * error},
          {prefix + "outage.p95", 142.5, 142.5 * error},
          {prefix + "outage.p99", 148.5, 148.5 * error},
          {prefix + "outage.max", 150},
          {prefix + "outage.mean", 75.375},
          {prefix + "lasting.p50", 102, 102 * error},
          {prefix + "lasting.p99", 200, 200 * error},
          {prefix + "lasting.max", formula::none},
          {prefix + "within.90s", 90.0 / 200}};
}

std::vector<formula::Expected> all_of_the_wave() {
  std::vector<formula::Expected> all = times("recovery.wave.");
  for (const formula::Expected& e : times("recovery.wave.group.many.")) all.push_back(e);
  all.push_back({"recovery.wave.collateral", 3});
  all.push_back({"recovery.wave.incidents", 1});
  all.push_back({"recovery.wave.downtime", 100});
  all.push_back({"recovery.wave.pooled_p99", 198, 0.1});
  all.push_back({"recovery.wave.group.few.affected", 0});
  return all;
}

const formula::History returns{wave, all_of_the_wave()};

// Two incidents of one fault, of 30 and 45 s. Of ten devices of the second group six are back 10 s after
// their incident and four never; the 900 s until the end count for these. Five that "wave" cut off and that
// fail on it once more are prolonged, each once.
measures::Report late() {
  Fleet fleet;
  for (Device d = 0; d < 5; ++d) fleet.lose(d, 120, cause_no(0));
  for (int again = 0; again < 2; ++again)
    for (Device d = 0; d < 5; ++d)
      fleet.recovery.failed(d, at(1001 + again), at(1002 + again), hub_no(0), Error::refused, cause_no(1));
  for (Device d = 200; d < 203; ++d) fleet.lose(d, 1000, cause_no(1)), fleet.back(d, 1010);
  for (Device d = 203; d < 210; ++d) fleet.lose(d, 1100, cause_no(2));
  for (Device d = 203; d < 206; ++d) fleet.back(d, 1110);
  for (Device d = 200; d < 202; ++d) fleet.lose(d, 1130, cause_no(2)), fleet.back(d, 1145);
  return fleet.report();
}

// Devices 200 and 201 are back at 1,010 and lost again at 1,130: no relapse. Their second episode begins 30 s
// after its incident: 45 s of recovery, 15 of outage. Twelve episodes: 6 of 10 s, 2 of 45 s, 4 of 900 s that
// do not end.
std::vector<formula::Expected> of_late(const std::string& prefix) {
  return {{prefix + "affected", 10},
          {prefix + "episodes", 12},
          {prefix + "unrecovered", 4},
          {prefix + "relapses", 0},
          {prefix + "first", 10},
          {prefix + "p10", 10, 0.005},
          {prefix + "p50", 10, 0.005},
          {prefix + "p90", formula::none},
          {prefix + "mean", (6 * 10.0 + 2 * 45 + 4 * 900) / 12},
          {prefix + "outage.mean", (6 * 10.0 + 2 * 15 + 4 * 900) / 12},
          {prefix + "within.90s", 8.0 / 12}};
}

std::vector<formula::Expected> all_of_late() {
  std::vector<formula::Expected> all = of_late("recovery.late.");
  for (const formula::Expected& e : of_late("recovery.late.group.few.")) all.push_back(e);
  all.push_back({"recovery.late.prolonged", 5});
  all.push_back({"recovery.late.group.many.prolonged", 5});
  all.push_back({"recovery.late.incidents", 2});
  all.push_back({"recovery.late.downtime", 75});
  all.push_back({"recovery.wave.unrecovered", 5});
  return all;
}

const formula::History incidents{late, all_of_late()};

// A device is lost at 1,000 s, has not noticed for 10 s; waits for its hub, which is down, for 20 s while the
// other serves and for 30 s while DPS is down too; for 17 s while its target serves. It asks, on the wire for
// 5 s, is held in the queue for 7, by DPS for 11 and while DPS works for 13 s.
measures::Report life() {
  Fleet fleet;
  double t = 1000;
  const auto goes_on = [&](Activity activity, double length, std::size_t whom = 0) {
    fleet.recovery.activity(200, at(t), activity, hub_no(whom));
    t += length;
  };
  fleet.service_history.hub_serves(at(900), hub_no(0), false);
  fleet.service_history.dps_serves(at(1030), false);
  fleet.service_history.dps_serves(at(1060), true);
  fleet.recovery.offline(200, at(t), hub_no(0), cause_no(1), false);
  goes_on(Activity::undetected, 10);
  goes_on(Activity::waiting, 50);
  goes_on(Activity::waiting, 17, 1);
  goes_on(Activity::on_wire, 5, 1);
  goes_on(Activity::hub_queue, 7, 1);
  goes_on(Activity::dps_throttled, 11, 1);
  goes_on(Activity::dps_operation, 13, 1);
  fleet.back(200, t);
  return fleet.report();
}

const formula::History parts{life,
                             {{"recovery.late.wait.detection", 10},
                              {"recovery.late.wait.stuck", 20},
                              {"recovery.late.wait.service_down", 30},
                              {"recovery.late.wait.network", 5},
                              {"recovery.late.wait.hub_queue", 7},
                              {"recovery.late.wait.dps_throttle", 11},
                              {"recovery.late.wait.dps_processing", 13},
                              {"recovery.late.wait.backoff", 17},
                              {"recovery.late.outage.mean", 113}}};

// The means are over all affected devices: the second is back after 27 s without having noticed for 27 s.
measures::Report two_lives() {
  Fleet fleet;
  fleet.lose(200, 1000, cause_no(1));
  fleet.recovery.offline(201, at(1000), hub_no(0), cause_no(1), false);
  fleet.recovery.activity(201, at(1000), Activity::undetected, hub_no(0));
  fleet.back(200, 1013);
  fleet.back(201, 1027);
  return fleet.report();
}

const formula::History means{two_lives,
                             {{"recovery.late.wait.backoff", 6.5},
                              {"recovery.late.wait.detection", 13.5},
                              {"recovery.late.outage.mean", 20}}};

// The first tries once, waits, is held in the queue of a hub that forgets it, which is the same attempt, asks
// DPS and succeeds with its third. The second has no connection to lose: its attempt of 1,001 s fails on the
// fault, and what it tried before does not count; the next succeeds. The third tries four times and is never
// back.
measures::Report attempts() {
  Fleet fleet;
  const auto does = [&](Device d, double when, Activity activity, ids::HubId whom = hub_no(0)) {
    fleet.recovery.activity(d, at(when), activity, whom);
  };
  fleet.lose(200, 1000, cause_no(1));
  does(200, 1001, Activity::on_wire);
  does(200, 1002, Activity::waiting);
  does(200, 1003, Activity::on_wire);
  does(200, 1004, Activity::hub_queue);
  does(200, 1005, Activity::on_wire);
  does(200, 1006, Activity::waiting);
  does(200, 1007, Activity::on_wire, ids::HubId::none);
  does(200, 1008, Activity::on_wire);
  fleet.back(200, 1009);
  does(201, 990, Activity::on_wire);
  does(201, 995, Activity::waiting);
  does(201, 1001, Activity::on_wire);
  fleet.recovery.failed(201, at(1001), at(1002), hub_no(0), Error::refused, cause_no(1));
  does(201, 1002, Activity::waiting);
  does(201, 1005, Activity::on_wire);
  fleet.back(201, 1006);
  fleet.lose(202, 1000, cause_no(1));
  for (const double when : {1001, 1003, 1005, 1007}) {
    does(202, when, Activity::on_wire);
    does(202, when + 1, Activity::waiting);
  }
  return fleet.report();
}

const formula::History tries{attempts,
                             {{"recovery.late.attempts", (3.0 + 2) / 2},
                              {"recovery.late.group.few.attempts", (3.0 + 2) / 2},
                              {"recovery.wave.attempts", formula::none}}};

// Of a hub that is down in vain, since the device was assigned another: what counts is told while the device
// is without service. A device that is moved, or misled, before it is lost has nothing to wait for; one that
// is moved at 1,010 s is stuck until 1,030 s, when it is assigned; one that is misled from 1,005 to 1,015 s
// asks who cannot answer.
measures::Report apart() {
  Fleet fleet;
  fleet.recovery.moved(200, at(900), hub_no(0), cause_no(0));
  fleet.recovery.misled(200, hub_no(0), at(900), at(1900));
  for (const Device d : {200, 201, 202}) fleet.lose(d, 1000, cause_no(1));
  fleet.recovery.moved(201, at(1010), hub_no(0), cause_no(0));
  fleet.recovery.assigned(201, at(1030), hub_no(0), hub_no(1));
  fleet.recovery.misled(202, hub_no(0), at(1005), at(1015));
  for (const Device d : {200, 201, 202}) fleet.back(d, 1060);
  return fleet.report();
}

const formula::History set_apart{apart,
                                 {{"recovery.late.wait.stuck", 20.0 / 3},
                                  {"recovery.late.wait.service_down", 10.0 / 3},
                                  {"recovery.late.wait.backoff", (60.0 + 40 + 50) / 3}}};

// Device 200 loses its connection with its power at 1,000 s, is off for 40 s, boots for 8 s and asks its hub
// for 2 s. Device 201, which no fault touched, has asked its hub in vain and is about to ask it again at
// 1,004 s when its power goes: that is not an attempt, and those before do not count; it is off for 60 s,
// boots for 10 s and asks for 5 s. Device 0 is in an episode of "wave", which the cut prolongs.
measures::Report off() {
  Fleet fleet;
  const auto does = [&](Device d, double when, Activity activity) {
    fleet.recovery.activity(d, at(when), activity, hub_no(0));
  };
  fleet.lose(0, 150, cause_no(0));
  fleet.lose(201, 900, ids::CauseId::none);
  does(201, 950, Activity::on_wire);
  does(201, 951, Activity::waiting);
  does(201, 1004, Activity::on_wire);
  fleet.recovery.offline(200, at(1000), hub_no(0), cause_no(1), false);
  for (const Device d : {0, 200, 201}) {
    fleet.recovery.stopped(d, at(1000), cause_no(1), at(1004), hub_no(0));
    does(d, 1000, Activity::no_power);
  }
  does(200, 1040, Activity::booting);
  does(200, 1048, Activity::on_wire);
  fleet.back(200, 1050);
  does(201, 1060, Activity::booting);
  does(201, 1070, Activity::on_wire);
  fleet.back(201, 1075);
  does(0, 1200, Activity::booting);
  fleet.back(0, 1210);
  return fleet.report();
}

const formula::History power{off,
                             {{"recovery.late.affected", 2},
                              {"recovery.late.prolonged", 1},
                              {"recovery.late.attempts", 1},
                              {"recovery.late.lasting.max", 75},
                              {"recovery.late.group.few.lasting.max", 75},
                              {"recovery.late.wait.no_power", (40.0 + 60) / 2},
                              {"recovery.late.wait.boot", (8.0 + 10) / 2},
                              {"recovery.late.wait.network", (2.0 + 5) / 2},
                              {"recovery.late.outage.mean", (50.0 + 75) / 2},
                              {"recovery.wave.wait.no_power", 200},
                              {"recovery.wave.wait.boot", 10},
                              {"recovery.wave.wait.backoff", 850}}};

// One that no fault touches loses service at 40 s and fails before everything, twice within "wave" and once
// within "late": it counts once in each of the two. One that "wave" struck falls off again within it: it is
// no other device. One fails at the very begin of an incident, one at its end, which is that of the last
// return.
measures::Report beside() {
  Fleet fleet;
  const auto fails = [&](Device d, double when) {
    fleet.recovery.failed(d, at(when), at(when + 1), hub_no(0), Error::dropped, ids::CauseId::none);
  };
  for (const Device d : {210, 211, 212}) fleet.lose(d, 40, ids::CauseId::none, true);
  fleet.lose(0, 150, cause_no(0));
  fleet.lose(200, 1000, cause_no(1));
  fleet.lose(1, 110, cause_no(0));
  fleet.back(1, 120);
  fleet.lose(1, 185, ids::CauseId::none, true);
  fails(1, 190);
  fails(210, 50);
  fails(211, 100);
  fails(210, 120);
  fails(210, 180);
  fleet.back(0, 250);
  fails(212, 250);
  fails(210, 1010);
  fleet.back(200, 1030);
  return fleet.report();
}

const formula::History bystanders{beside, {{"recovery.wave.collateral", 2}, {"recovery.late.collateral", 1}}};

// The action begins at 300 s and again at 500 s; what devices lost to it before is told after that as well.
// From the latest begin before the loss they are back after 30, 15 and 220 s, with outages of 20, 10 and 200
// s. Device 210, which no fault touches, fails within "wave" and once between the two begins.
measures::Report begun_twice() {
  Fleet fleet;
  const ids::CauseId move = cause_no(3);
  fleet.lose(210, 40, ids::CauseId::none, true);
  fleet.recovery.failed(210, at(120), at(121), hub_no(0), Error::dropped, ids::CauseId::none);
  fleet.recovery.action_began(at(300), move);
  fleet.recovery.action_began(at(500), move);
  fleet.recovery.failed(210, at(310), at(311), hub_no(0), Error::dropped, ids::CauseId::none);
  fleet.lose(200, 310, move);
  fleet.back(200, 330);
  fleet.lose(201, 505, move);
  fleet.back(201, 515);
  fleet.recovery.activity(202, at(320), Activity::waiting, hub_no(0));
  fleet.recovery.failed(202, at(320), at(321), hub_no(0), Error::refused, move);
  fleet.back(202, 520);
  return fleet.report();
}

const formula::History action{begun_twice,
                              {{"recovery.move.affected", 3},
                               {"recovery.move.first", 15},
                               {"recovery.move.mean", (30 + 15 + 220) / 3.0},
                               {"recovery.move.outage.mean", (20 + 10 + 200) / 3.0},
                               {"recovery.move.collateral", 1}}};

}  // namespace

TEST_CASE("formulas of an action that begins again", "[formula]") { action.check(); }

TEST_CASE("formulas of recovery and outage", "[formula]") { returns.check(); }

TEST_CASE("formulas of a fault of two incidents with devices that are not back", "[formula]") {
  incidents.check();
}

TEST_CASE("formulas of the wait parts", "[formula]") {
  parts.check();
  means.check();
  set_apart.check();
}

TEST_CASE("formulas of attempts until a device is back", "[formula]") { tries.check(); }

TEST_CASE("formulas of devices without power", "[formula]") { power.check(); }

TEST_CASE("formulas of who loses service beside a fault", "[formula]") { bystanders.check(); }
