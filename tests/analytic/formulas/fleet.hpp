// Devices whose losses and returns are given by hand, for what is measured of their recovery.
#pragma once
#include "models/measures/recovery.hpp"
#include "tests/analytic/formulas/formula.hpp"

namespace formula {

using measures::Device;
using signals::Activity;

// A fleet that is told what happens to it. Incidents: "wave" from 100 to 200 s; "late" from 1,000 to 1,030 s
// and from 1,100 to 1,145 s. An action, "move", that begins when it is told so. The run ends at 2,000 s.
struct Fleet {
  sim::Time now = at(2000);
  measures::ServiceHistory service_history{2, 2, {0, 0}};
  measures::Recovery recovery;

  static measures::Recovery::Setup setup(const Fleet& fleet) {
    measures::Recovery::Setup s;
    s.names = {"wave", "late", "move"};
    s.faults = by<ids::CauseId, measures::Recovery::FaultTime>({{0, at(100), at(200)},
                                                                {1, at(1000), at(1030)},
                                                                {1, at(1100), at(1145)},
                                                                {2, at(2000), at(2000), true}});
    s.groups = by<ids::GroupId, std::string>({"many", "few"});
    s.devices = 300;
    s.group_of = [](Device d) { return ids::GroupId(d < 200 ? 0 : 1); };
    s.within = {{"90s", std::chrono::seconds{90}}};
    s.service_history = &fleet.service_history;
    s.now = &fleet.now;
    return s;
  }
  Fleet() : recovery(setup(*this)) {}
  void lose(Device d, double when, ids::CauseId fault, bool planned = false) {
    recovery.offline(d, at(when), hub_no(0), fault, planned);
    recovery.activity(d, at(when), Activity::waiting, hub_no(0));
  }
  void back(Device d, double when) { recovery.online(d, at(when), at(0), hub_no(0)); }
  measures::Report report() {
    recovery.finish(at(2000));
    measures::Report report;
    recovery.report(report);
    return report;
  }
};

}  // namespace formula
