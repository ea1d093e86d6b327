#include "models/faults/injector.hpp"

#include <algorithm>
#include <map>

#include "models/ranks.hpp"
#include "sim/stage.hpp"

namespace faults {

namespace {

int gravity(hub::Mode mode) {
  switch (mode) {
    case hub::Mode::silent:
      return 4;
    case hub::Mode::refuse:
      return 3;
    case hub::Mode::busy:
      return 2;
    case hub::Mode::degraded:
      return 1;
    case hub::Mode::up:
      return 0;
  }
  return 0;
}

struct Turn {
  std::vector<int> end, begin;  // faults that end and begin at one instant
};

std::map<sim::Time, Turn> timetable(const std::vector<Fault>& faults) {
  std::map<sim::Time, Turn> turns;
  for (int f = 0; f < static_cast<int>(faults.size()); ++f) {
    const Fault& fault = faults[static_cast<std::size_t>(f)];
    turns[fault.at].begin.push_back(f);
    if (fault.duration.count() > 0) turns[fault.at + fault.duration].end.push_back(f);
  }
  return turns;
}

void inject(sim::Member& me, const std::vector<Fault>& faults, const Effects& effects) {
  std::vector<int> active;
  for (const auto& [at, turn] : timetable(faults)) {
    me.wait_until(at);
    std::vector<int> touched;
    const auto touch = [&](int f) {
      touched.push_back(static_cast<int>(faults[static_cast<std::size_t>(f)].hub));
    };
    for (const int f : turn.end) {
      std::erase(active, f);
      touch(f);
      effects.ended(at, f);
    }
    for (const int f : turn.begin) {
      active.push_back(f);
      touch(f);
      effects.began(at, f);
    }
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    for (const int hub : touched) effects.change(at, hub, hub_state(faults, active, hub));
  }
}

}  // namespace

HubState hub_state(const std::vector<Fault>& faults, const std::vector<int>& active, int hub) {
  HubState state;
  for (const int f : active) {
    const Fault& fault = faults[static_cast<std::size_t>(f)];
    if (static_cast<int>(fault.hub) != hub) continue;
    const bool graver =
        gravity(fault.mode) > gravity(state.mode) ||
        (fault.mode == state.mode && fault.mode == hub::Mode::degraded && fault.capacity < state.capacity);
    if (graver) state = {fault.mode, fault.mode == hub::Mode::degraded ? fault.capacity : 1, f};
  }
  return state;
}

void spawn_injector(sim::Stage& stage, const std::string& here, const std::vector<Fault>& faults,
                    const Effects& effects) {
  if (faults.empty()) return;
  stage.spawn("fault injector", here, ranks::fault,
              [&faults, effects](sim::Member& me) { inject(me, faults, effects); });
}

}  // namespace faults
