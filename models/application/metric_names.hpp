// The names a scenario gives, for the metric catalog.
#pragma once
#include "models/application/scenario.hpp"
#include "models/measures/catalog.hpp"

namespace application {

measures::Names metric_names(const Scenario& scenario);

// The times that `within` reports: the usual ones and those that the scenario's expectations ask for.
std::vector<measures::Within> within_times(const Scenario& scenario);

}  // namespace application
