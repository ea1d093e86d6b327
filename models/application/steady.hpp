// The time of a run in which it goes as it is meant to, of which a month is made.
#pragma once
#include "models/application/scenario.hpp"
#include "models/faults/settings.hpp"
#include "models/measures/monthly.hpp"

namespace application {

// After the last device has joined and before the first thing that happens. Where that leaves next to
// nothing, what joins and in the end what happens are part of it.
measures::Steady steady_time(const Scenario& scenario, const faults::Incidents& incidents);

}  // namespace application
