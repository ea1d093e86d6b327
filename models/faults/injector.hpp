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
  std::function<void(sim::Time, int incident)> began;
  std::function<void(sim::Time, int incident)> ended;
  // After all that begin or end at an instant; in the order in which they began.
  std::function<void(sim::Time, const std::vector<int>& active)> changed;
};

// Spawns the injector on host `here`; nothing if there are no incidents.
void spawn_injector(sim::Stage& stage, const std::string& here, const std::vector<Incident>& incidents,
                    const Effects& effects);

}  // namespace faults
