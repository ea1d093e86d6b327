// What the active incidents make of the hubs, of the provisioning service and of the paths to them; carried
// out where something changes.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/application/scenario.hpp"
#include "models/control/estate.hpp"
#include "models/device/devices.hpp"
#include "models/faults/states.hpp"

namespace application {

class Conditions {
 public:
  struct World {
    const Scenario* scenario = nullptr;
    const std::vector<faults::Incident>* incidents = nullptr;
    control::Estate* estate = nullptr;
    provisioning::Service* dps = nullptr;
    device::Devices* devices = nullptr;
    const signals::Board* board = nullptr;
  };
  explicit Conditions(const World& world);

  // From now on these incidents are active, in the order in which they began.
  void set_active(sim::Time now, const std::vector<int>& active);

 private:
  void apply(sim::Time now);
  void apply_to_paths(sim::Time now, const faults::States& states);
  void apply_to_group(sim::Time now, const faults::States& states, std::size_t kind);
  void apply_to_dps(sim::Time now, const faults::States& states);
  void apply_to_hub(sim::Time now, const faults::States& states, int hub);
  faults::Place place_of(int hub) const;
  device::Route route(const device::Group& group, const std::string& cloud, const faults::Reach& reach) const;
  const network::Region& region(const std::string& name) const { return world_.scenario->regions.at(name); }
  World world_;
  std::vector<int> active_;
  std::vector<faults::State> hubs_;
  faults::State dps_;
  faults::Limits limits_;
  faults::Place dps_place_;
  std::map<std::pair<std::size_t, std::string>, faults::Reach>
      reach_;  // of a kind of devices, to a cloud region
};

}  // namespace application
