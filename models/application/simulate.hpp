// Runs one replication of a scenario in this process.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "models/application/scenario.hpp"
#include "models/measures/report.hpp"

namespace application {

enum class CarrierKind { fleet, actor };

struct RunOptions {
  CarrierKind carrier = CarrierKind::fleet;
  bool parking = true;
  std::optional<std::pair<std::string, std::uint32_t>>
      trace;                                   // group name and index from 0 of the device to trace
  bool episodes = false;                       // reports each episode by itself
  std::function<void(double share)> progress;  // share of the simulated time that is done; may be empty
};

// SimGrid allows one engine a process: call at most once in a process (see sim/child.hpp). Broken invariants
// abort.
measures::Report simulate(const Scenario& scenario, std::uint32_t replication, const RunOptions& options);

}  // namespace application
