#include "models/application/conditions.hpp"

#include <set>

namespace application {

using signals::Listener;

Conditions::Conditions(const World& world) : world_(world), hubs_(world.estate->size()) {
  dps_place_.region = &region(world.scenario->region);
}

faults::Place Conditions::place_of(int hub) const {
  const hub::Settings& settings = (*world_.estate)[hub].settings();
  return {&region(settings.region), settings.zone};
}

void Conditions::set_active(sim::Time now, const std::vector<int>& active) {
  active_ = active;
  apply(now);
}

// Paths and DPS first: what a device does about its hub depends on whether it can ask DPS.
void Conditions::apply(sim::Time now) {
  const faults::States states(*world_.incidents, active_);
  apply_to_paths(now, states);
  apply_to_dps(now, states);
  for (int h = 0; h < static_cast<int>(hubs_.size()); ++h) apply_to_hub(now, states, h);
}

device::Route Conditions::route(const device::Group& group, const std::string& cloud,
                                const faults::Reach& reach) const {
  network::Access access = group.access;
  access.rtt += reach.impairment.latency;
  access.loss = 1 - (1 - access.loss) * (1 - reach.impairment.loss);
  return {network::path(region(group.region), access, region(cloud), world_.scenario->distance), reach.mode,
          reach.incident};
}

void Conditions::apply_to_paths(sim::Time now, const faults::States& states) {
  for (std::size_t k = 0; k < world_.devices->kinds().size(); ++k) apply_to_group(now, states, k);
}

void Conditions::apply_to_group(sim::Time now, const faults::States& states, std::size_t kind) {
  const device::Group& group = *world_.devices->kinds()[kind].group;
  std::map<std::string, std::vector<int>> targets{{dps_place_.region->name, {signals::no_hub}}};
  for (int h = 0; h < static_cast<int>(hubs_.size()); ++h) targets[place_of(h).region->name].push_back(h);
  std::vector<std::pair<int, device::Route>> changed;
  std::vector<std::pair<int, bool>> told;
  for (const auto& [cloud, those] : targets) {
    const faults::Reach reach = states.reach(group.region, group.access.name, cloud);
    faults::Reach& before = reach_[{kind, cloud}];
    if (reach == before) continue;
    const device::Route way = route(group, cloud, reach);
    for (const int target : those) {
      changed.emplace_back(target, way);
      if ((reach.mode == hub::Mode::up) != (before.mode == hub::Mode::up))
        told.emplace_back(target, reach.mode == hub::Mode::up);
    }
    before = reach;
  }
  if (changed.empty()) return;
  for (const auto& [target, open] : told) world_.board->tell<&Listener::path_open>(now, kind, target, open);
  world_.devices->set_routes(now, kind, changed);
}

void Conditions::apply_to_dps(sim::Time now, const faults::States& states) {
  const faults::State state = states.dps(dps_place_);
  const faults::Limits limits = states.limits();
  if (state == dps_ && limits == limits_) return;
  const provisioning::Settings& settings = world_.scenario->provisioning;
  const bool other_state = state.mode != dps_.mode || state.incident != dps_.incident;
  const bool served = world_.dps->serves();
  dps_ = state;
  limits_ = limits;
  if (other_state) world_.devices->before_dps_change(now);
  world_.dps->set_condition(
      now, {state.mode, state.incident,
            limits.registrations.value_or(settings.registrations_per_minute) * state.capacity,
            limits.polls.value_or(settings.polls_per_minute) * state.capacity, limits.neighbour_registrations,
            limits.neighbour_polls});
  if (world_.dps->serves() != served) world_.board->tell<&Listener::dps_serves>(now, world_.dps->serves());
  if (other_state) world_.devices->after_dps_change(now);
}

void Conditions::apply_to_hub(sim::Time now, const faults::States& states, int hub) {
  const faults::State state = states.hub(hub, place_of(hub));
  faults::State& before = hubs_[static_cast<std::size_t>(hub)];
  if (state == before) return;
  const bool zone_lost = state.zone_lost != 0 && before.zone_lost != state.zone_lost;
  before = state;
  world_.estate->set_fault(now, hub, state.mode, state.capacity, state.incident);
  if (zone_lost && (*world_.estate)[hub].serves())
    world_.devices->close_zone(now, hub, state.zone_lost, state.incident);
}

}  // namespace application
