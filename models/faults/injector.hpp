// Brings the incidents about: an actor that says which of them are active, whenever one begins or ends.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "models/faults/settings.hpp"

namespace sim {
class Stage;
}

namespace faults {

struct Effects {
  std::function<void(sim::Time, CauseId incident)> began;
  std::function<void(sim::Time, CauseId incident)> ended;
  // After all that begin or end at an instant; in the order in which they began.
  std::function<void(sim::Time, const std::vector<CauseId>& active)> changed;
};

// Spawns the injector on host `here`; nothing if there are no incidents.
void spawn_injector(sim::Stage& stage, const std::string& here, const Incidents& incidents,
                    const Effects& effects);

}  // namespace faults
