// IoT Central's health probe: asks each hub over the network whether it serves, and switches a failed hub off
// in the allocation, and on again when it is back (assumption A-4).
#pragma once
#include <string>
#include <vector>

#include "models/hub/hub.hpp"
#include "models/provisioning/service.hpp"
#include "sim/random.hpp"

namespace sim {
class Stage;
}

namespace control {

// Spawns one prober a hub on host `here`, phase drawn per hub, and a responder on each hub's host (named as
// the hub).
void spawn_probers(sim::Stage& stage, const std::string& here, const std::vector<hub::Hub*>& hubs,
                   provisioning::Service& dps, const provisioning::Probe& probe, const sim::Streams& streams);

}  // namespace control
