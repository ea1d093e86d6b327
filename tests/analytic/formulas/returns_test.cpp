// Returns that last, and what DPS sends to a hub that is down, of devices whose losses and returns are given
// by hand.
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

// Back for good, after which a device keeps its connection for 60 s. Of "late", from 1,000 s: one is back at
// 1,010 s and stays; one at 1,020 s, lost again to nothing at 1,050 s, back at 1,070 s and again lost and
// back at 1,075 and 1,080 s, for good; one is back at 1,030 s, lost to the same incident at 1,040 s, back at
// 1,090 s and stays until it renews its token, which fails on the other incident, from 1,100 s; from that one
// it is back at 1,140 s. One is back at 1,015 s, lost at 1,020 s and never back; one is moved 5 s after its
// return, which is none. Stretches: 10, 80, 90, 40, never, 50 s; episodes 7, of 10, 20, 30, 90, 40, 15 and 50
// s.
measures::Report for_good() {
  Fleet fleet;
  const ids::CauseId first = cause_no(1), second = cause_no(2), none = ids::CauseId::none;
  for (const Device d : {200, 201, 202, 203, 204}) fleet.lose(d, 1000, first);
  fleet.back(200, 1010);
  fleet.back(203, 1015);
  fleet.back(201, 1020);
  fleet.lose(203, 1020, none);
  fleet.back(202, 1030);
  fleet.lose(202, 1040, first);
  fleet.lose(201, 1050, none);
  fleet.back(204, 1050);
  fleet.lose(204, 1055, cause_no(3));
  fleet.back(201, 1070);
  fleet.lose(201, 1075, none);
  fleet.back(201, 1080);
  fleet.back(202, 1090);
  fleet.lose(202, 1120, none, true);
  fleet.recovery.failed(202, at(1121), at(1122), hub_no(0), Error::refused, second);
  fleet.back(202, 1140);
  return fleet.report();
}

const formula::History lasting{for_good,
                               {{"recovery.late.affected", 5},
                                {"recovery.late.episodes", 7},
                                {"recovery.late.relapses", 3},
                                {"recovery.late.unrecovered", 0},
                                {"recovery.late.p50", 30, 0.02},
                                {"recovery.late.max", 90},
                                {"recovery.late.lasting.p50", 50, 0.03},
                                {"recovery.late.lasting.p99", formula::none},
                                {"recovery.late.lasting.max", formula::none},
                                {"recovery.late.group.few.lasting.p50", 50, 0.03},
                                {"recovery.wave.lasting.p50", formula::none}}};

// DPS finds at 1,010 s that hub 0, which it has chosen for device 200, does not answer, and goes on choosing
// it; at 1,040 s it is taken out of allocation, at 1,060 s another is assigned. Of the wait for DPS the 30 s
// in between are stuck, as are its waits before it asks again, and what comes after is not; nor is what waits
// for a throttle. Device 201 is to stay on the hub, whatever allocation may use: stuck from 1,010 to 1,060 s.
// The last 5 s are on the wire to hub 1.
measures::Report in_vain() {
  Fleet fleet;
  const ids::HubId dps = ids::HubId::none;
  fleet.service_history.hub_serves(at(900), hub_no(0), false);
  for (const Device d : {200, 201}) {
    fleet.recovery.offline(d, at(1000), hub_no(0), cause_no(1), false);
    fleet.recovery.activity(d, at(1000), Activity::dps_operation, dps);
    fleet.recovery.chosen_in_vain(d, at(1010), hub_no(0), d == 201);
    fleet.recovery.activity(d, at(1020), Activity::waiting, dps);
    fleet.recovery.activity(d, at(1030), Activity::dps_throttled, dps);
    fleet.recovery.activity(d, at(1035), Activity::dps_operation, dps);
  }
  fleet.service_history.hub_allocatable(at(1040), hub_no(0), false);
  for (const Device d : {200, 201}) {
    fleet.recovery.assigned(d, at(1060), hub_no(0), hub_no(1));
    fleet.recovery.activity(d, at(1065), Activity::on_wire, hub_no(1));
    fleet.back(d, 1070);
  }
  return fleet.report();
}

const formula::History sent_back{in_vain,
                                 {{"recovery.late.wait.stuck", (25.0 + 45) / 2},
                                  {"recovery.late.stuck_at_dps", (25.0 + 45) / 2},
                                  {"recovery.late.wait.dps_throttle", 5},
                                  {"recovery.late.wait.dps_processing", (10.0 + 25 + 10 + 5) / 2},
                                  {"recovery.late.wait.backoff", 0},
                                  {"recovery.late.wait.network", 5},
                                  {"recovery.late.outage.mean", 70}}};

}  // namespace

TEST_CASE("formulas of returns that last", "[formula]") { lasting.check(); }

TEST_CASE("formulas of what DPS sends to a hub that is down", "[formula]") { sent_back.check(); }
