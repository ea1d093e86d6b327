// A fault of the scenario.
#pragma once
#include <optional>
#include <string>

#include "models/hub/settings.hpp"

namespace faults {

struct Fault {
  std::string name;
  sim::Time at;
  sim::Duration duration{0};  // `for`; until the end of the run when zero
  std::uint32_t hub = 0;      // index into the hubs
  hub::Mode mode = hub::Mode::refuse;
  double capacity = 1;  // degraded: share of the capacity left, (0, 1)
};

}  // namespace faults
