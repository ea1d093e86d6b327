#include "models/faults/states.hpp"

#include <algorithm>
#include <iterator>

namespace faults {

namespace {

void take(State& state, hub::Mode mode, double capacity, CauseId incident) {
  const bool graver = mode > state.mode || (mode == state.mode && capacity < state.capacity);
  // What is degraded has no more capacity while a graver fault meets it as well.
  if (mode == hub::Mode::degraded) state.capacity = std::min(state.capacity, capacity);
  if (!graver) return;
  state.mode = mode;
  state.incident = incident;
}

// Which of the services of its target it is about.
std::size_t index_of(const Fault& f) {
  if (f.target == Target::hub) return f.hub.index();
  return f.target == Target::destination || f.target == Target::partition ? f.destination : 0;
}

}  // namespace

bool concerns(const Fault& fault, const Site& site) {
  switch (fault.target) {
    case Target::destination:
    case Target::partition:
      return fault.destination == site.destination;
    case Target::region:
      return fault.region == site.region;
    case Target::zone:
      return fault.region == site.region && (fault.zone == site.zone || site.spans_zones);
    case Target::backbone:
      return site.region != site.home && (fault.region == site.region || fault.other == site.region) &&
             (fault.region == site.home || fault.other == site.home);
    case Target::hub:
    case Target::dps:
    case Target::quota:
    case Target::neighbour:
    case Target::link:
    case Target::access:
    case Target::power:
      return false;
  }
  return false;
}

States::States(const Incidents& incidents, const std::vector<CauseId>& active)
    : incidents_(incidents), active_(active) {
  for (std::size_t place = 0; place < active.size(); ++place) {
    const Fault& f = fault(active[place]);
    if (f.target == Target::link || f.target == Target::access)
      on_ways_.push_back(active[place]);
    else if (f.target == Target::region || f.target == Target::zone)
      regional_.push_back(place);
    else
      own_[{f.target, index_of(f)}].push_back(place);
  }
}

std::vector<CauseId> States::of(std::initializer_list<Target> targets) const {
  std::vector<CauseId> all;
  for (const CauseId i : active_)
    if (std::find(targets.begin(), targets.end(), fault(i).target) != targets.end()) all.push_back(i);
  return all;
}

const States::Places& States::own(Target target, std::size_t index) const {
  static const Places none;
  const auto found = own_.find({target, index});
  return found == own_.end() ? none : found->second;
}

// A service that spans the zones of its region loses a zone's share of its capacity and connections, and is
// gone with the last of them; another one is there or not.
void States::worsen(State& state, const Fault& f, CauseId incident, const Place& place) const {
  if (f.region != place.region->name) return;
  if (f.target == Target::zone && place.region->spans_zones()) {
    CauseId& by = state.zones_lost[f.zone - 1];
    if (by == CauseId::none) by = incident;
    const auto left = std::count(state.zones_lost.begin(), state.zones_lost.end(), CauseId::none);
    if (left > 0) return take(state, hub::Mode::degraded, static_cast<double>(left) / zones, incident);
    state.host_down = true;
    return take(state, hub::Mode::silent, 1, incident);
  }
  if (f.target == Target::zone && f.zone != place.zone) return;
  take(state, f.mode, f.capacity, incident);
  state.host_down = state.host_down || f.mode == hub::Mode::silent;
}

// Of a target's own incidents and of those of regions and zones, in the order in which they began.
template <class Take>
void States::each_with_regional(const Places& own, const Take& take) const {
  Places all;
  all.reserve(own.size() + regional_.size());
  std::merge(own.begin(), own.end(), regional_.begin(), regional_.end(), std::back_inserter(all));
  for (const std::size_t place : all) take(fault(active_[place]), active_[place]);
}

State States::hub(HubId hub, const Place& place) const {
  State state;
  each_with_regional(own(Target::hub, hub.index()), [&](const Fault& f, CauseId i) {
    f.target == Target::hub ? take(state, f.mode, f.capacity, i) : worsen(state, f, i, place);
  });
  return state;
}

State States::dps(const Place& place) const {
  State state;
  each_with_regional(own(Target::dps), [&](const Fault& f, CauseId i) {
    f.target == Target::dps ? take(state, f.mode, f.capacity, i) : worsen(state, f, i, place);
  });
  return state;
}

State States::destination(std::uint32_t index, const Place& place, bool spans_zones) const {
  State state;
  std::set<std::uint32_t> zones_lost;
  each_with_regional(own(Target::destination, index), [&](const Fault& f, CauseId i) {
    if (f.target == Target::destination) return take(state, f.mode, f.capacity, i);
    const bool here = f.region == place.region->name;
    const bool zone = f.target == Target::zone && here;
    if (zone) zones_lost.insert(f.zone);
    const bool lost = (f.target == Target::region && here) ||
                      (zone && (spans_zones ? zones_lost.size() == zones : f.zone == place.zone));
    if (!lost) return;
    take(state, f.mode, f.capacity, i);
    state.host_down = state.host_down || f.mode == hub::Mode::silent;
  });
  return state;
}

std::set<std::uint32_t> States::partitions_out(std::uint32_t destination) const {
  std::set<std::uint32_t> out;
  for (const std::size_t place : own(Target::partition, destination))
    out.insert(fault(active_[place]).partition);
  return out;
}

bool States::cut(const std::string& region, const std::string& other) const {
  const Places& cuts = own(Target::backbone);
  return std::any_of(cuts.begin(), cuts.end(), [&](std::size_t place) {
    const Fault& f = fault(active_[place]);
    return (f.region == region && f.other == other) || (f.region == other && f.other == region);
  });
}

// Of two changes of a limit the later one holds, neighbours add up.
Limits States::limits() const {
  Limits limits;
  for (const std::size_t place : own(Target::quota)) {
    const Fault& f = fault(active_[place]);
    if (f.registrations) limits.registrations = f.registrations;
    if (f.polls) limits.polls = f.polls;
  }
  for (const std::size_t place : own(Target::neighbour)) {
    const Fault& f = fault(active_[place]);
    limits.neighbour_registrations += f.neighbour_registrations;
    limits.neighbour_polls += f.neighbour_polls;
  }
  return limits;
}

CauseId States::without_power(const std::string& group, const std::string& region) const {
  for (const std::size_t place : own(Target::power)) {
    const Fault& f = fault(active_[place]);
    if (f.group.empty() ? f.devices == region : f.group == group) return active_[place];
  }
  return CauseId::none;
}

PathState States::reach(const std::string& devices, const std::string& access,
                        const std::string& cloud) const {
  PathState reach;
  for (const CauseId i : on_ways_) {
    const Fault& f = fault(i);
    const bool on_link = f.target == Target::link && (f.devices.empty() || f.devices == devices) &&
                         (f.region.empty() || f.region == cloud);
    if (!on_link && !(f.target == Target::access && f.access == access)) continue;
    if (f.impairment) {
      reach.impairment.latency += f.impairment->latency;
      reach.impairment.loss = 1 - (1 - reach.impairment.loss) * (1 - f.impairment->loss);
    } else if (f.mode > reach.mode) {
      reach.mode = f.mode;
      reach.incident = i;
    }
  }
  return reach;
}

}  // namespace faults
