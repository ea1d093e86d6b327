// The names a scenario gives, for the metric catalog.
#pragma once
#include "models/application/scenario.hpp"
#include "models/causes.hpp"
#include "models/measures/catalog.hpp"

namespace application {

// Whether IoT Central may move devices to a hub in this scenario, or away from hubs that go.
bool rebalances(const Scenario& scenario);
bool scales_in(const Scenario& scenario);
// Whether what is no incident may cut devices off in this scenario: then it is measured like a fault.
bool cuts_off(const Scenario& scenario, const signals::Causes& causes, signals::CauseId action);

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
