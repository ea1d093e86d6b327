// What of an application can fail: its hubs, and the zones and regions that it is in at the start.
#pragma once
#include "models/application/scenario.hpp"
#include "models/faults/incidents.hpp"
#include "models/faults/states.hpp"

namespace application {

faults::Topology topology_of(const Scenario& scenario);

// A destination as faults see it.
faults::Site site_of(const Scenario& scenario, std::size_t destination);

// When faults may begin.
faults::Span span_of(const Scenario& scenario);

}  // namespace application
