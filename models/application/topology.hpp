// What of an application can fail: its hubs, and the zones and regions that it is in at the start.
#pragma once
#include "models/application/scenario.hpp"
#include "models/faults/incidents.hpp"

namespace application {

faults::Topology topology_of(const Scenario& scenario);

// When faults may begin.
faults::Span span_of(const Scenario& scenario);

}  // namespace application
