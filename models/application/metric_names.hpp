// The names a scenario gives, for the metric catalog.
#pragma once
#include "models/application/scenario.hpp"
#include "models/measures/catalog.hpp"

namespace application {

// What may move devices in this scenario and is measured like a fault: rebalance, scale-in. Their numbers
// follow those of the faults, in this order.
std::vector<std::string> actions(const Scenario& scenario);

// Whether the fault is the loss of the application's region, with metrics region.* of its own.
bool takes_region(const faults::Fault& fault, const Scenario& scenario);

measures::Names metric_names(const Scenario& scenario);

// The times that `within` reports: the usual ones and those that the scenario's expectations ask for.
std::vector<measures::Within> within_times(const Scenario& scenario);

}  // namespace application
