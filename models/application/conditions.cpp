#include "models/application/conditions.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace application {

using faults::Target;
using signals::Listener;

std::string address_of(const std::string& hub, const std::string& region) { return hub + "@" + region; }

std::vector<std::size_t> access_paths_of(const device::RunGroups& groups) {
  std::map<std::pair<std::string, std::string>, std::size_t> numbers;
  std::vector<std::size_t> paths;
  for (const device::RunGroup& one : groups)
    paths.push_back(
        numbers.try_emplace({one.group->region, one.group->access.name}, numbers.size()).first->second);
  return paths;
}

Conditions::Conditions(const Dependencies& needs)
    : needs_(needs),
      hubs_(needs.inventory->size()),
      stores_(needs.exports ? needs.exports->destinations() : 0),
      access_path_of_(access_paths_of(needs.devices->roster().groups())),
      access_paths_(access_path_of_.size()) {
  dps_place_.region = &region(needs.scenario->region);
  for (const HubId h : hubs_.ids()) made_in_.push_back(cloud_of(h));
  for (AccessPaths& paths : access_paths_) {
    paths.dps = {cloud_of(HubId::none), {}};
    for (const HubId h : hubs_.ids()) paths.hubs.push_back({cloud_of(h), {}});
  }
}

faults::Place Conditions::place_of(HubId hub) const {
  const hub::Settings& settings = (*needs_.inventory)[hub].settings();
  const network::Region& where = region(settings.region);
  const bool placed = settings.zone > 0 && !where.spans_zones();
  return {&where, placed ? settings.zone : where.zone_of(hub.index())};
}

std::string Conditions::address_in(HubId hub, const std::string& where) const {
  const std::string& name = needs_.inventory->name(hub);
  return where == made_in_[hub]->name ? name : address_of(name, where);
}

const network::Region* Conditions::cloud_of(HubId target) const {
  return target == HubId::none ? dps_place_.region : place_of(target).region;
}

void Conditions::set_active(sim::Time now, const std::vector<CauseId>& active) {
  active_ = active;
  apply(now);
}

bool Conditions::lost(const std::string& name) const {
  return std::any_of(active_.begin(), active_.end(), [&](CauseId i) {
    const faults::Fault& what = (*needs_.incidents)[i].what;
    return what.target == Target::region && what.region == name;
  });
}

void Conditions::move_dps(sim::Time now, const std::string& to) {
  dps_place_ = {&region(to), 1};
  moved_ = true;
  apply(now);
}

void Conditions::move_hub(sim::Time now, HubId hub, const std::string& to, hub::Mode old, CauseId cause) {
  (*needs_.inventory)[hub].leave_host(now);
  needs_.inventory->move(hub, to, address_in(hub, to));
  needs_.devices->move_address(now, hub, needs_.scenario->failover.dns, old, cause);
  moved_ = true;
  apply(now);
}

void Conditions::place_at_home(sim::Time now, HubId hub) {
  const std::string& here = dps_place_.region->name;
  if (needs_.inventory->reserved(hub) || cloud_of(hub)->name == here) return;
  needs_.inventory->move(hub, here, address_in(hub, here));
  moved_ = true;
  apply(now);
}

void Conditions::set_away(sim::Time now, HubId hub, bool away, CauseId cause) {
  away_.erase(hub);
  if (away) away_[hub] = cause;
  apply(now);
}

// Power first, since nothing else happens to a device that has none. Paths and DPS before hubs: what a device
// does about its hub depends on whether it can ask DPS.
void Conditions::apply(sim::Time now) {
  const faults::States states(*needs_.incidents, active_);
  const bool managed = !lost(dps_place_.region->name);
  if (needs_.exports) apply_to_exports(now, states);
  if (needs_.exports) needs_.exports->set_managed(now, managed);
  apply_to_backbone(states);
  apply_to_power(now, states);
  needs_.inventory->set_managed(managed);
  apply_to_access_paths(now, states);
  apply_to_dps(now, states);
  for (const HubId h : hubs_.ids()) {
    apply_to_hosts(states, h);
    apply_to_hub(now, states, h);
  }
  moved_ = false;
}

// The hosts of a hub, one in each region where it may be, go with their region or zone.
void Conditions::apply_to_hosts(const faults::States& states, HubId hub) {
  const auto apply_to = [&](const std::string& host, const network::Region& where) {
    const faults::State state = states.hub(hub, {&where, (*needs_.inventory)[hub].settings().zone});
    state.host_down ? needs_.stage->turn_off(host) : needs_.stage->turn_on(host);
  };
  const network::Region& made_in = *made_in_[hub];
  apply_to(needs_.inventory->name(hub), made_in);
  for (const std::string& address : needs_.inventory->addresses(hub))
    apply_to(address, region(needs_.scenario->recovery_region));
}

// Between regions, and for those who decide, who are where the application is.
void Conditions::apply_to_backbone(const faults::States& states) {
  std::set<std::pair<std::string, std::string>> cut;
  const std::string& home = dps_place_.region->name;
  for (const CauseId i : active_) {
    const faults::Fault& what = (*needs_.incidents)[i].what;
    if (what.target != Target::backbone) continue;
    cut.insert(std::minmax(what.region, what.other));
    for (const std::string& end : {what.region, what.other})
      if (states.cut(home, end)) cut.insert(std::minmax<std::string>(sim::Platform::control, end));
  }
  for (const auto& [a, b] : cut_)
    if (!cut.contains({a, b})) needs_.stage->mend(a, b);
  for (const auto& [a, b] : cut)
    if (!cut_.contains({a, b})) needs_.stage->cut(a, b);
  cut_ = std::move(cut);
}

// What was sent up to now is settled before anything changes.
void Conditions::apply_to_exports(sim::Time now, const faults::States& states) {
  exports::Exports& exports = *needs_.exports;
  const std::vector<CauseId> before = std::exchange(
      on_exports_,
      states.of({Target::region, Target::zone, Target::backbone, Target::destination, Target::partition}));
  if (!moved_ && on_exports_ == before) return;
  for (std::size_t d = 0; d < stores_.size(); ++d) {
    const exports::Destination& settings = needs_.scenario->destinations[d];
    const exports::Sink& sink = exports.sink(d);
    const auto index = static_cast<std::uint32_t>(d);
    const faults::Place place{&region(sink.region()), settings.zone};
    const Store store{states.destination(index, place, sink.spans_zones()), states.partitions_out(index),
                      states.cut(dps_place_.region->name, sink.region())};
    if (store != stores_[d]) {
      exports.before_change(now, d, store.cut_off || !hub::serves(store.state.mode));
      exports.set_state(now, d, store.state.mode, store.state.capacity, store.partitions_out, !store.cut_off);
      stores_[d] = store;
    }
    exports.region_changed(now, d, lost(settings.region));
    const auto apply_to = [&](const std::string& where) {
      const std::string host = exports::Exports::address(settings.name, where);
      const bool down =
          states.destination(index, {&region(where), settings.zone}, sink.spans_zones()).host_down;
      down ? needs_.stage->turn_off(host) : needs_.stage->turn_on(host);
    };
    apply_to(settings.region);
    if (settings.failover) apply_to(settings.failover->region);
  }
}

device::Route Conditions::route(const device::Group& group, const AccessPath& path) const {
  network::Access access = group.access;
  access.rtt += path.state.impairment.latency;
  access.loss = 1 - (1 - access.loss) * (1 - path.state.impairment.loss);
  return {network::path(region(group.region), access, *path.cloud, needs_.scenario->distance),
          path.state.mode, path.state.incident};
}

// Brings the paths with this number up to date, which a group takes; returns whereto they have changed.
Conditions::Targets Conditions::changed_targets(const faults::States& states, std::size_t number,
                                                const device::Group& group) {
  std::map<const network::Region*, faults::PathState> reaches;
  Targets changed;
  const auto look_at = [&](HubId target) {
    AccessPath& path = access_paths_[number].to(target);
    const network::Region* cloud = cloud_of(target);
    const auto [reach, first] = reaches.try_emplace(cloud);
    if (first) reach->second = states.reach(group.region, group.access.name, cloud->name);
    if (cloud == path.cloud && reach->second == path.state) return;
    path = {cloud, reach->second, path.state.mode == hub::Mode::up};
    changed.push_back(target);
  };
  look_at(HubId::none);
  for (const HubId h : hubs_.ids()) look_at(h);
  return changed;
}

void Conditions::apply_to_power(sim::Time now, const faults::States& states) {
  const std::vector<CauseId> before = std::exchange(on_power_, states.of({Target::power}));
  if (on_power_ == before) return;
  const device::RunGroups& groups = needs_.devices->roster().groups();
  for (const GroupId g : groups.ids())
    needs_.devices->set_power(now, g, states.without_power(groups[g].group->name, groups[g].group->region));
}

void Conditions::apply_to_access_paths(sim::Time now, const faults::States& states) {
  const std::vector<CauseId> before = std::exchange(on_paths_, states.of({Target::link, Target::access}));
  if (!moved_ && on_paths_ == before) return;
  const device::RunGroups& groups = needs_.devices->roster().groups();
  std::vector<std::optional<Targets>> changed(access_paths_.size());
  for (const GroupId k : groups.ids()) {
    const std::size_t number = access_path_of_[k];
    const device::Group& group = *groups[k].group;
    if (!changed[number]) changed[number] = changed_targets(states, number, group);
    std::vector<std::pair<HubId, device::Route>> routes;
    for (const HubId target : *changed[number]) {
      const AccessPath& path = access_paths_[number].to(target);
      routes.emplace_back(target, route(group, path));
      const bool open = path.state.mode == hub::Mode::up;
      if (open != path.was_open) needs_.board->tell<&Listener::path_open>(now, k, target, open);
    }
    if (!routes.empty()) needs_.devices->set_routes(now, k, routes);
  }
}

void Conditions::apply_to_dps(sim::Time now, const faults::States& states) {
  const faults::State state = states.dps(dps_place_);
  const faults::Limits limits = states.limits();
  if (state == dps_ && limits == limits_) return;
  const provisioning::Settings& settings = needs_.scenario->provisioning;
  const bool other_state = state.mode != dps_.mode || state.incident != dps_.incident;
  const bool served = needs_.dps->serves();
  dps_ = state;
  limits_ = limits;
  if (other_state) needs_.devices->before_dps_change(now);
  needs_.dps->set_condition(
      now, {state.mode, state.incident,
            limits.registrations.value_or(settings.registrations_per_minute) * state.capacity,
            limits.polls.value_or(settings.polls_per_minute) * state.capacity, limits.neighbour_registrations,
            limits.neighbour_polls});
  if (needs_.dps->serves() != served) needs_.board->tell<&Listener::dps_serves>(now, needs_.dps->serves());
  if (other_state) needs_.devices->after_dps_change(now);
}

// Each zone that is lost closes its own connections, whatever else becomes of the hub.
void Conditions::close_zones(sim::Time now, HubId hub, const faults::State& before,
                             const faults::State& state) {
  std::vector<std::uint32_t> there;
  for (std::uint32_t zone = 0; zone < faults::zones; ++zone)
    if (before.zones_lost[zone] == CauseId::none) there.push_back(zone);
  if (!(*needs_.inventory)[hub].exists()) return;
  for (const std::uint32_t zone : there)
    if (state.zones_lost[zone] != CauseId::none)
      needs_.devices->close_zone(now, hub, zone, there, state.zones_lost[zone]);
}

void Conditions::apply_to_hub(sim::Time now, const faults::States& states, HubId hub) {
  faults::State state = states.hub(hub, place_of(hub));
  if (const auto away = away_.find(hub); away != away_.end() && state.mode < hub::Mode::refuse)
    state = {hub::Mode::refuse, state.capacity, away->second, {}, false};
  faults::State& before = hubs_[hub];
  if (state == before) return;
  close_zones(now, hub, before, state);
  before = state;
  needs_.inventory->set_fault(now, hub, state.mode, state.capacity, state.incident);
}

}  // namespace application
