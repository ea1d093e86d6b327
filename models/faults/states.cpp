#include "models/faults/states.hpp"

#include <algorithm>

namespace faults {

namespace {

void take(State& state, hub::Mode mode, double capacity, int incident) {
  const bool graver = mode > state.mode || (mode == state.mode && capacity < state.capacity);
  if (!graver) return;
  state.mode = mode;
  state.capacity = mode == hub::Mode::degraded ? capacity : 1;
  state.incident = incident;
}

}  // namespace

// A service that spans the zones of its region loses a zone's share of its capacity and connections, and is
// gone with the last of them; another one is there or not.
void States::worsen(State& state, const Fault& f, int incident, const Place& place) const {
  if (f.region != place.region->name) return;
  if (f.target == Target::zone && place.region->spans_zones()) {
    int& by = state.zones_lost[f.zone - 1];
    if (by < 0) by = incident;
    const auto left = std::count(state.zones_lost.begin(), state.zones_lost.end(), -1);
    if (left > 0) return take(state, hub::Mode::degraded, static_cast<double>(left) / zones, incident);
    state.host_down = true;
    return take(state, hub::Mode::silent, 1, incident);
  }
  if (f.target == Target::zone && f.zone != place.zone) return;
  take(state, f.mode, f.capacity, incident);
  state.host_down = state.host_down || f.mode == hub::Mode::silent;
}

State States::hub(int index, const Place& place) const {
  State state;
  for (const int i : active_) {
    const Fault& f = fault(i);
    if (f.target == Target::hub && static_cast<int>(f.hub) == index) take(state, f.mode, f.capacity, i);
    if (f.target == Target::region || f.target == Target::zone) worsen(state, f, i, place);
  }
  return state;
}

State States::dps(const Place& place) const {
  State state;
  for (const int i : active_) {
    const Fault& f = fault(i);
    if (f.target == Target::dps) take(state, f.mode, f.capacity, i);
    if (f.target == Target::region || f.target == Target::zone) worsen(state, f, i, place);
  }
  return state;
}

// Of two changes of a limit the later one holds, neighbours add up.
Limits States::limits() const {
  Limits limits;
  for (const int i : active_) {
    const Fault& f = fault(i);
    if (f.target == Target::quota && f.registrations) limits.registrations = f.registrations;
    if (f.target == Target::quota && f.polls) limits.polls = f.polls;
    if (f.target != Target::neighbour) continue;
    limits.neighbour_registrations += f.neighbour_registrations;
    limits.neighbour_polls += f.neighbour_polls;
  }
  return limits;
}

Reach States::reach(const std::string& devices, const std::string& access, const std::string& cloud) const {
  Reach reach;
  for (const int i : active_) {
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
