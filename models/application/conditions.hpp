// What the active incidents make of the hubs, of the provisioning service and of the paths to them; carried
// out where something changes.
#pragma once
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/application/scenario.hpp"
#include "models/control/inventory.hpp"
#include "models/device/devices.hpp"
#include "models/exports/exports.hpp"
#include "models/faults/states.hpp"
#include "sim/stage.hpp"

namespace application {

using ids::CauseId;
using ids::GroupId;
using ids::HubId;

// What the control plane calls a hub in a region that is not the one it was made in.
std::string address_of(const std::string& hub, const std::string& region);

// Of each group the number of its access path: groups in one region with one kind of access have the same.
std::vector<std::size_t> access_paths_of(const device::RunGroups& groups);

class Conditions {
 public:
  struct Dependencies {
    const Scenario* scenario = nullptr;
    const faults::Incidents* incidents = nullptr;
    control::Inventory* inventory = nullptr;
    provisioning::Service* dps = nullptr;
    device::Devices* devices = nullptr;
    const signals::Board* board = nullptr;
    sim::Stage* stage = nullptr;
    exports::Exports* exports = nullptr;  // none, where nothing is exported
  };
  explicit Conditions(const Dependencies& needs);

  // From now on these incidents are active, in the order in which they began.
  void set_active(sim::Time now, const std::vector<CauseId>& active);
  // The provisioning service and the control plane are in this region from now on.
  void move_dps(sim::Time now, const std::string& region);
  // The hub is in this region from now on, under the same name; see device::Devices::move_address.
  void move_hub(sim::Time now, HubId hub, const std::string& region, hub::Mode old, CauseId cause);
  // A hub that is to be made is made in the region where the application is.
  void place_at_home(sim::Time now, HubId hub);
  // The hub refuses everybody for this cause, beside what faults make of it.
  void set_away(sim::Time now, HubId hub, bool away, CauseId cause);
  bool lost(const std::string& region) const;
  // A destination of exports is in another region now.
  void destination_moved(sim::Time now) {
    moved_ = true;
    apply(now);
  }

 private:
  struct AccessPath {
    const network::Region* cloud = nullptr;
    faults::PathState state;
    bool was_open = true;  // before the latest change
  };
  void apply(sim::Time now);
  void apply_to_power(sim::Time now, const faults::States& states);
  void apply_to_access_paths(sim::Time now, const faults::States& states);
  using Targets = std::vector<HubId>;  // hubs, or DPS (none)
  Targets changed_targets(const faults::States& states, std::size_t path, const device::Group& group);
  void apply_to_dps(sim::Time now, const faults::States& states);
  void apply_to_hub(sim::Time now, const faults::States& states, HubId hub);
  void close_zones(sim::Time now, HubId hub, const faults::State& before, const faults::State& state);
  void apply_to_hosts(const faults::States& states, HubId hub);
  void apply_to_backbone(const faults::States& states);
  void apply_to_exports(sim::Time now, const faults::States& states);
  faults::Place place_of(HubId hub) const;
  std::string address_in(HubId hub, const std::string& region) const;
  const network::Region* cloud_of(HubId target) const;
  device::Route route(const device::Group& group, const AccessPath& path) const;
  const network::Region& region(const std::string& name) const { return needs_.scenario->regions.at(name); }
  Dependencies needs_;
  std::vector<CauseId> active_;
  ids::PerId<HubId, faults::State> hubs_;
  ids::PerId<HubId, const network::Region*> made_in_;
  std::map<HubId, CauseId> away_;  // and why
  faults::State dps_;
  faults::Limits limits_;
  faults::Place dps_place_;
  // Of a destination of exports.
  struct Store {
    faults::State state;
    std::set<std::uint32_t> partitions_out;
    bool cut_off = false;  // from those who export
    bool operator==(const Store&) const = default;
  };
  std::vector<Store> stores_;
  std::set<std::pair<std::string, std::string>> cut_;  // zones of the platform, in order of name
  struct AccessPaths {
    AccessPath dps;
    ids::PerId<HubId, AccessPath> hubs;
    AccessPath& to(HubId target) { return target == HubId::none ? dps : hubs[target]; }
  };
  ids::PerId<GroupId, std::size_t> access_path_of_;  // see access_paths_of
  std::vector<AccessPaths> access_paths_;            // by that number
  std::vector<CauseId> on_paths_, on_exports_;       // active incidents that may be about these
  std::vector<CauseId> on_power_;                    // active power cuts
  bool moved_ = false;                               // a hub, DPS or a destination, since the last time
};

}  // namespace application
