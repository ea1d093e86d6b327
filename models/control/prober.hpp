// IoT Central's health probe: asks each hub over the network whether it serves, and switches a failed hub off
// in the allocation, and on again when it is back (assumption A-4).
#pragma once
#include <string>
#include <vector>

#include "models/control/inventory.hpp"
#include "sim/random.hpp"
#include "sim/stage.hpp"

namespace control {

// What the front end of each hub answers, on the hub's host (named as the hub): to probes and to commands.
void spawn_front_ends(sim::Stage& stage, const Inventory& inventory);

class Prober {
 public:
  // Spawns one prober a hub on host `here`, phase drawn per hub. Hubs that are not there are not probed.
  Prober(sim::Stage& stage, const std::string& here, Inventory& inventory, const provisioning::Probe& probe,
         const sim::Streams& streams);
  void start(sim::Time now, HubId hub);  // the hub is there now

 private:
  void probe(sim::Member& me, HubId hub);
  sim::Stage& stage_;
  Inventory& inventory_;
  provisioning::Probe settings_;
  ids::PerId<HubId, sim::Duration> phase_;
  ids::PerId<HubId, sim::Member*> members_;
};

}  // namespace control
