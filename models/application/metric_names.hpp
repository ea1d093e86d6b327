// The names a scenario gives, for the metric catalog.
#pragma once
#include "models/application/scenario.hpp"
#include "models/measures/catalog.hpp"

namespace application {

// What operators do, and what may move devices in this scenario: rebalance, scale-in. Their numbers follow
// those of the faults, in this order. Those that cut devices off are measured like a fault.
std::vector<std::string> actions(const Scenario& scenario);
bool cuts_off(const Scenario& scenario, std::size_t action);

// Whether the fault is the loss of the application's region, with metrics region.* of its own.
bool takes_region(const faults::Fault& fault, const Scenario& scenario);
// Whether it is lost to some fault.
bool loses_region(const Scenario& scenario);

// Whether a fault strikes another target or instant in each replication: then there are exactly as many as
// places.
bool goes_through_places(const Scenario& scenario);

measures::Names metric_names(const Scenario& scenario);

// The times that `within` reports: the usual ones and those that the expectations, tolerances and `asked` ask
// for.
std::vector<measures::Within> within_times(const Scenario& scenario);

}  // namespace application
