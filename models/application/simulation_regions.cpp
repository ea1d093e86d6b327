// The part of the simulation that has to do with regions and with those who act on it: zones of the platform,
// the operator, the failover coordinator, and what they are told of faults.
#include <algorithm>
#include <set>

#include "models/application/metric_names.hpp"
#include "models/application/simulation.hpp"

namespace application {

// A zone for each cloud region in use, and one for those who decide, at the application's home; what a
// place's own network costs is in the round trip between places.
void Simulation::build_zones(const std::vector<hub::Settings>& hubs) {
  stage_.add_host(central, sim::Duration{500});
  std::set<std::string> regions;
  for (const hub::Settings& hub : hubs) regions.insert(hub.region);
  if (fails_over()) regions.insert(scenario_.recovery_region);
  for (const exports::Destination& destination : scenario_.destinations) {
    regions.insert(destination.region);
    if (destination.failover) regions.insert(destination.failover->region);
  }
  for (const faults::Fault& fault : scenario_.faults)
    if (fault.target == faults::Target::backbone) regions.insert({fault.region, fault.other});
  const auto one_way = [this](const std::string& from, const std::string& to) {
    const double km = network::distance_km(scenario_.regions.at(from), scenario_.regions.at(to));
    return network::median_round_trip(km, scenario_.distance) / 2;
  };
  for (auto region = regions.begin(); region != regions.end(); ++region) {
    stage_.add_zone(*region);
    stage_.link_zones(sim::Platform::control, *region, one_way(scenario_.region, *region));
    for (auto other = regions.begin(); other != region; ++other)
      stage_.link_zones(*other, *region, one_way(*other, *region));
  }
  for (const hub::Settings& hub : hubs) stage_.add_host(hub.region, hub.name, sim::Duration{0});
  const auto add_destination = [this](const std::string& name, const std::string& region) {
    stage_.add_host(region, exports::Exports::address(name, region), sim::Duration{0});
  };
  for (const exports::Destination& destination : scenario_.destinations) {
    add_destination(destination.name, destination.region);
    if (destination.failover) add_destination(destination.name, destination.failover->region);
  }
  if (!fails_over()) return;
  for (const hub::Settings& hub : hubs)  // where it may come to be
    if (hub.region == scenario_.region)
      stage_.add_host(scenario_.recovery_region, address_of(hub.name, scenario_.recovery_region),
                      sim::Duration{0});
}

bool Simulation::fails_over() const {
  return !scenario_.recovery_region.empty() && (loses_region(scenario_) || !scenario_.recovery_hubs.empty() ||
                                                actions::moves_hub(scenario_.actions));
}

void Simulation::build_operator() {
  std::vector<actions::GroupRange> groups;
  for (const device::RunGroup& one : devices_->roster().groups())
    groups.push_back({one.group->name, one.first, one.group->devices, one.group->edge, one.group->approval});
  const control::Settings& scaling = scenario_.scaling;
  operator_ = std::make_unique<actions::Operator>(
      actions::Operator::Dependencies{&stage_, inventory_.get(), central_->mover(), dps_.get(), &streams_,
                                      &board_, std::move(groups), scaling.create, scaling.rebalance.batch,
                                      scaling.command_timeout, causes_.get(),
                                      [this](sim::Time now, CauseId action, const actions::FailOver& kind) {
                                        kind.hub ? coordinator_->fail_over_hub(now, *kind.hub, false, action)
                                                 : coordinator_->fail_over(now);
                                      },
                                      [this](sim::Time now, CauseId action, const actions::FailBack& kind) {
                                        kind.hub ? coordinator_->fail_over_hub(now, *kind.hub, true, action)
                                                 : coordinator_->fail_back(now, action);
                                      },
                                      [this](sim::Time now, const actions::RestartExport& kind) {
                                        return exports_ && exports_->restart(now, kind.source, kind.off);
                                      }},
      central, scenario_.actions);
}

void Simulation::build_coordinator() {
  failover::Coordinator::Dependencies needs;
  needs.stage = &stage_;
  needs.inventory = inventory_.get();
  needs.dps = dps_.get();
  needs.mover = central_->mover();
  needs.streams = &streams_;
  needs.board = &board_;
  needs.home = scenario_.region;
  needs.recovery = scenario_.recovery_region;
  needs.create = scenario_.scaling.create;
  needs.limits = scenario_.limits_documented;
  needs.probed = scenario_.provisioning.exclude_failed_hubs;
  for (const HubId h : hubs_.ids()) {
    if (inventory_->reserved(h))
      needs.recovery_hubs.push_back(h);
    else if ((*inventory_)[h].settings().region == scenario_.region)
      needs.home_hubs.push_back(h);
  }
  // With hubs that stand by, those that come later have none in the recovery region.
  if (needs.recovery_hubs.size() < needs.home_hubs.size() && !needs.recovery_hubs.empty())
    needs.home_hubs.resize(needs.recovery_hubs.size());
  Conditions& conditions = *conditions_;
  needs.hands = {[&conditions](sim::Time now, const std::string& to) { conditions.move_dps(now, to); },
                 [&conditions](sim::Time now, HubId hub, const std::string& to, hub::Mode old,
                               CauseId cause) { conditions.move_hub(now, hub, to, old, cause); },
                 [&conditions](sim::Time now, HubId hub, bool away, CauseId cause) {
                   conditions.set_away(now, hub, away, cause);
                 },
                 [&conditions](const std::string& region) { return conditions.lost(region); },
                 [this](device::Device d) {
                   const auto& properties = devices_->roster().group_of(d).group->properties;
                   return properties ? properties->every : sim::Duration{0};
                 }};
  coordinator_ = std::make_unique<failover::Coordinator>(needs, central, scenario_.failover);
  board_.subscribe(*coordinator_);
}

// The coordinator looks at what was going on before the fault acts.
void Simulation::begin_fault(sim::Time now, CauseId incident) {
  board_.tell<&signals::Listener::fault_began>(now, incident);
  const faults::Fault& what = incidents_[incident].what;
  if (coordinator_ && what.target == faults::Target::region)
    coordinator_->region_lost(now, incident, what.region);
}

void Simulation::change_faults(sim::Time now, const std::vector<CauseId>& active) {
  conditions_->set_active(now, active);
  if (coordinator_) coordinator_->look(now);
}

}  // namespace application
