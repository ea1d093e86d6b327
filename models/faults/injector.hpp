// Brings the scenario's faults about: an actor that changes the state of the hubs when faults begin and end.
// Faults may overlap; the gravest decides what a hub does.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "models/faults/settings.hpp"

namespace sim {
class Stage;
}

namespace faults {

// What a hub is to do from now on.
struct HubState {
  hub::Mode mode = hub::Mode::up;
  double capacity = 1;
  int fault = -1;  // the fault that decides it
};

struct Effects {
  std::function<void(sim::Time, int fault)> began;
  std::function<void(sim::Time, int fault)> ended;
  std::function<void(sim::Time, int hub, const HubState&)> change;
};

// The state of a hub under the active ones of `faults` (by index). Silent is gravest, then refuse, busy,
// degraded by least capacity; among equals the one that began first decides.
HubState hub_state(const std::vector<Fault>& faults, const std::vector<int>& active, int hub);

// Spawns the injector on host `here`.
void spawn_injector(sim::Stage& stage, const std::string& here, const std::vector<Fault>& faults,
                    const Effects& effects);

}  // namespace faults
