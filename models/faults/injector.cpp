#include "models/faults/injector.hpp"

#include <algorithm>
#include <map>

#include "models/ranks.hpp"
#include "sim/stage.hpp"

namespace faults {

namespace {

struct Turn {
  std::vector<int> end, begin;  // incidents that end and begin at one instant
};

std::map<sim::Time, Turn> timetable(const std::vector<Incident>& incidents) {
  std::map<sim::Time, Turn> turns;
  for (int i = 0; i < static_cast<int>(incidents.size()); ++i) {
    const Fault& what = incidents[static_cast<std::size_t>(i)].what;
    turns[what.at].begin.push_back(i);
    if (what.end() != sim::never) turns[what.end()].end.push_back(i);
  }
  return turns;
}

void inject(sim::Member& me, const std::vector<Incident>& incidents, const Effects& effects) {
  std::vector<int> active;
  for (const auto& [at, turn] : timetable(incidents)) {
    me.wait_until(at);
    for (const int i : turn.end) {
      std::erase(active, i);
      effects.ended(at, i);
    }
    for (const int i : turn.begin) {
      active.push_back(i);
      effects.began(at, i);
    }
    effects.changed(at, active);
  }
}

}  // namespace

void spawn_injector(sim::Stage& stage, const std::string& here, const std::vector<Incident>& incidents,
                    const Effects& effects) {
  if (incidents.empty()) return;
  stage.spawn("fault injector", here, ranks::fault,
              [&incidents, effects](sim::Member& me) { inject(me, incidents, effects); });
}

}  // namespace faults
