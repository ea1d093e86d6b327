#include "models/application/conditions.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace application {

using faults::Target;
using signals::Listener;

std::string address_of(const std::string& hub, const std::string& region) { return hub + "@" + region; }

std::vector<std::size_t> ways_of(const device::Kinds& kinds) {
  std::map<std::pair<std::string, std::string>, std::size_t> numbers;
  std::vector<std::size_t> ways;
  for (const device::Kind& kind : kinds)
    ways.push_back(
        numbers.try_emplace({kind.group->region, kind.group->access.name}, numbers.size()).first->second);
  return ways;
}

Conditions::Conditions(const World& world)
    : world_(world),
      hubs_(world.estate->size()),
      stores_(world.exports ? world.exports->destinations() : 0),
      way_of_(ways_of(world.devices->kinds())),
      ways_(way_of_.size()) {
  dps_place_.region = &region(world.scenario->region);
  for (const HubId h : hubs_.ids()) made_in_.push_back(cloud_of(h));
  for (Ways& ways : ways_) {
    ways.dps = {cloud_of(HubId::none), {}};
    for (const HubId h : hubs_.ids()) ways.hubs.push_back({cloud_of(h), {}});
  }
}

faults::Place Conditions::place_of(HubId hub) const {
  const hub::Settings& settings = (*world_.estate)[hub].settings();
  const network::Region& where = region(settings.region);
  const bool placed = settings.zone > 0 && !where.spans_zones();
  return {&where, placed ? settings.zone : where.zone_of(hub.index())};
}

std::string Conditions::address_in(HubId hub, const std::string& where) const {
  const std::string& name = world_.estate->name(hub);
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
    const faults::Fault& what = (*world_.incidents)[i].what;
    return what.target == Target::region && what.region == name;
  });
}

void Conditions::move_dps(sim::Time now, const std::string& to) {
  dps_place_ = {&region(to), 1};
  moved_ = true;
  apply(now);
}

void Conditions::move_hub(sim::Time now, HubId hub, const std::string& to, hub::Mode old, CauseId cause) {
  world_.estate->move(hub, to, address_in(hub, to));
  world_.devices->move_address(now, hub, world_.scenario->failover.dns, old, cause);
  moved_ = true;
  apply(now);
}

void Conditions::place_at_home(sim::Time now, HubId hub) {
  const std::string& here = dps_place_.region->name;
  if (world_.estate->reserved(hub) || cloud_of(hub)->name == here) return;
  world_.estate->move(hub, here, address_in(hub, here));
  moved_ = true;
  apply(now);
}

void Conditions::set_away(sim::Time now, HubId hub, bool away, CauseId cause) {
  away_.erase(hub);
  if (away) away_[hub] = cause;
  apply(now);
}

// Paths and DPS first: what a device does about its hub depends on whether it can ask DPS.
void Conditions::apply(sim::Time now) {
  const faults::States states(*world_.incidents, active_);
  const bool managed = !lost(dps_place_.region->name);
  if (world_.exports) apply_to_exports(now, states);
  if (world_.exports) world_.exports->set_managed(now, managed);
  apply_to_backbone(states);
  world_.estate->set_managed(managed);
  apply_to_ways(now, states);
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
    const faults::State state = states.hub(hub, {&where, (*world_.estate)[hub].settings().zone});
    state.host_down ? world_.stage->turn_off(host) : world_.stage->turn_on(host);
  };
  const network::Region& made_in = *made_in_[hub];
  apply_to(world_.estate->name(hub), made_in);
  for (const std::string& address : world_.estate->addresses(hub))
    apply_to(address, region(world_.scenario->recovery_region));
}

// Between regions, and for those who decide, who are where the application is.
void Conditions::apply_to_backbone(const faults::States& states) {
  std::set<std::pair<std::string, std::string>> cut;
  const std::string& home = dps_place_.region->name;
  for (const CauseId i : active_) {
    const faults::Fault& what = (*world_.incidents)[i].what;
    if (what.target != Target::backbone) continue;
    cut.insert(std::minmax(what.region, what.other));
    for (const std::string& end : {what.region, what.other})
      if (states.cut(home, end)) cut.insert(std::minmax<std::string>(sim::Platform::control, end));
  }
  for (const auto& [a, b] : cut_)
    if (!cut.contains({a, b})) world_.stage->mend(a, b);
  for (const auto& [a, b] : cut)
    if (!cut_.contains({a, b})) world_.stage->cut(a, b);
  cut_ = std::move(cut);
}

// What was sent up to now is settled before anything changes.
void Conditions::apply_to_exports(sim::Time now, const faults::States& states) {
  exports::Exports& exports = *world_.exports;
  const std::vector<CauseId> before = std::exchange(
      on_exports_,
      states.of({Target::region, Target::zone, Target::backbone, Target::destination, Target::partition}));
  if (!moved_ && on_exports_ == before) return;
  for (std::size_t d = 0; d < stores_.size(); ++d) {
    const exports::Destination& settings = world_.scenario->destinations[d];
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
      down ? world_.stage->turn_off(host) : world_.stage->turn_on(host);
    };
    apply_to(settings.region);
    if (settings.failover) apply_to(settings.failover->region);
  }
}

device::Route Conditions::route(const device::Group& group, const Way& way) const {
  network::Access access = group.access;
  access.rtt += way.reach.impairment.latency;
  access.loss = 1 - (1 - access.loss) * (1 - way.reach.impairment.loss);
  return {network::path(region(group.region), access, *way.cloud, world_.scenario->distance), way.reach.mode,
          way.reach.incident};
}

// Brings the ways with this number up to date, which a group takes; returns whereto they have changed.
Conditions::Targets Conditions::changed_targets(const faults::States& states, std::size_t number,
                                                const device::Group& group) {
  std::map<const network::Region*, faults::Reach> reaches;
  Targets changed;
  const auto look_at = [&](HubId target) {
    Way& way = ways_[number].to(target);
    const network::Region* cloud = cloud_of(target);
    const auto [reach, first] = reaches.try_emplace(cloud);
    if (first) reach->second = states.reach(group.region, group.access.name, cloud->name);
    if (cloud == way.cloud && reach->second == way.reach) return;
    way = {cloud, reach->second, way.reach.mode == hub::Mode::up};
    changed.push_back(target);
  };
  look_at(HubId::none);
  for (const HubId h : hubs_.ids()) look_at(h);
  return changed;
}

void Conditions::apply_to_ways(sim::Time now, const faults::States& states) {
  const std::vector<CauseId> before = std::exchange(on_ways_, states.of({Target::link, Target::access}));
  if (!moved_ && on_ways_ == before) return;
  const device::Kinds& kinds = world_.devices->kinds();
  std::vector<std::optional<Targets>> changed(ways_.size());
  for (const GroupId k : kinds.ids()) {
    const std::size_t number = way_of_[k];
    const device::Group& group = *kinds[k].group;
    if (!changed[number]) changed[number] = changed_targets(states, number, group);
    std::vector<std::pair<HubId, device::Route>> routes;
    for (const HubId target : *changed[number]) {
      const Way& way = ways_[number].to(target);
      routes.emplace_back(target, route(group, way));
      const bool open = way.reach.mode == hub::Mode::up;
      if (open != way.was_open) world_.board->tell<&Listener::path_open>(now, k, target, open);
    }
    if (!routes.empty()) world_.devices->set_routes(now, k, routes);
  }
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

// Each zone that is lost closes its own connections, whatever else becomes of the hub.
void Conditions::close_zones(sim::Time now, HubId hub, const faults::State& before,
                             const faults::State& state) {
  std::vector<std::uint32_t> there;
  for (std::uint32_t zone = 0; zone < faults::zones; ++zone)
    if (before.zones_lost[zone] == CauseId::none) there.push_back(zone);
  if (!(*world_.estate)[hub].exists()) return;
  for (const std::uint32_t zone : there)
    if (state.zones_lost[zone] != CauseId::none)
      world_.devices->close_zone(now, hub, zone, there, state.zones_lost[zone]);
}

void Conditions::apply_to_hub(sim::Time now, const faults::States& states, HubId hub) {
  faults::State state = states.hub(hub, place_of(hub));
  if (const auto away = away_.find(hub); away != away_.end() && state.mode < hub::Mode::refuse)
    state = {hub::Mode::refuse, 1, away->second, {}, false};
  faults::State& before = hubs_[hub];
  if (state == before) return;
  close_zones(now, hub, before, state);
  before = state;
  world_.estate->set_fault(now, hub, state.mode, state.capacity, state.incident);
}

}  // namespace application
