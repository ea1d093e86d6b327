#include "models/faults/injector.hpp"

#include <algorithm>
#include <map>

#include "models/ranks.hpp"
#include "sim/stage.hpp"

namespace faults {

namespace {

struct Turn {
  std::vector<CauseId> end, begin;  // incidents that end and begin at one instant
};

std::map<sim::Time, Turn> timetable(const Incidents& incidents) {
  std::map<sim::Time, Turn> turns;
  for (const CauseId i : incidents.ids()) {
    const Fault& what = incidents[i].what;
    turns[what.at].begin.push_back(i);
    if (what.end() != sim::never) turns[what.end()].end.push_back(i);
  }
  return turns;
}

void inject(sim::Member& me, const Incidents& incidents, const Effects& effects) {
  std::vector<CauseId> active;
  for (const auto& [at, turn] : timetable(incidents)) {
    me.wait_until(at);
    for (const CauseId i : turn.end) {
      std::erase(active, i);
      effects.ended(at, i);
    }
    for (const CauseId i : turn.begin) {
      active.push_back(i);
      effects.began(at, i);
    }
    effects.changed(at, active);
  }
}

}  // namespace

void spawn_injector(sim::Stage& stage, const std::string& here, const Incidents& incidents,
                    const Effects& effects) {
  if (incidents.empty()) return;
  stage.spawn("fault injector", here, ranks::fault,
              [&incidents, effects](sim::Member& me) { inject(me, incidents, effects); });
}

}  // namespace faults
