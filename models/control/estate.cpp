#include "models/control/estate.hpp"

#include <algorithm>

#include "sim/invariant.hpp"

namespace control {

using signals::Listener;

Estate::Estate(std::vector<hub::Hub*> hubs, provisioning::Service& dps, hub::Peer& peer,
               const signals::Board& board, const std::map<hub::Edition, hub::EditionLimits>& editions)
    : hubs_(std::move(hubs)),
      dps_(dps),
      peer_(peer),
      board_(board),
      editions_(editions),
      states_(hubs_.size()) {}

void Estate::begin() {
  for (int h = 0; h < static_cast<int>(hubs_.size()); ++h) state(h).used = exists(h);
  for (int h = 0; h < static_cast<int>(hubs_.size()); ++h)
    board_.tell<&Listener::hub_sized>(Time{}, h, size_of(h));
}

signals::Size Estate::size_of(int hub) const {
  const hub::Settings& settings = (*this)[hub].settings();
  return {static_cast<std::uint8_t>(settings.edition), exists(hub) ? settings.units : 0};
}

std::vector<int> Estate::existing() const {
  std::vector<int> all;
  for (int h = 0; h < static_cast<int>(hubs_.size()); ++h)
    if (exists(h)) all.push_back(h);
  return all;
}

void Estate::move(int hub, const std::string& region, const std::string& address) {
  (*this)[hub].set_region(region);
  state(hub).address = address;
}

std::vector<int> Estate::in_service() const {
  std::vector<int> all = existing();
  std::erase_if(all, [&](int h) { return standing_by(h); });
  return all;
}

int Estate::free_place() const {
  int used = signals::no_hub;
  for (int h = 0; h < static_cast<int>(hubs_.size()); ++h) {
    if (exists(h) || state(h).promised || reserved(h) || dps_.provisioned(h) > 0) continue;
    if (!was_used(h)) return h;
    if (used == signals::no_hub && !faulty(h)) used = h;
  }
  return used;
}

// A hub that does not exist refuses: its name leads nowhere.
void Estate::apply_mode(Time now, int index) {
  hub::Hub& hub = (*this)[index];
  const State& s = state(index);
  const bool served = hub.serves();
  peer_.before_hub_change(index, now);
  if (hub.exists())
    hub.set_mode(now, s.mode, s.capacity, s.fault);
  else
    hub.set_mode(now, s.abandoned ? std::max(s.mode, hub::Mode::refuse) : hub::Mode::refuse, 1,
                 s.abandoned_for);
  if (hub.serves() != served) board_.tell<&Listener::hub_serves>(now, index, hub.serves());
  peer_.after_hub_change(index, now);
  if (hub.serves() && !served) dps_.hub_returned(now, index);
}

void Estate::apply_allocation(Time now, int hub) {
  const State& s = state(hub);
  dps_.set_allocatable(now, hub, exists(hub) && s.healthy && !s.draining);
}

void Estate::set_fault(Time now, int hub, hub::Mode mode, double capacity, int fault) {
  State& s = state(hub);
  s.mode = mode;
  s.capacity = capacity;
  s.fault = fault;
  if (exists(hub) || s.abandoned) apply_mode(now, hub);
}

void Estate::open(Time now, int hub, signals::Size size) {
  sim::require(!exists(hub), "{} is made twice", name(hub));
  if (before_opening_) before_opening_(now, hub);
  (*this)[hub].set_exists(true);
  resize(now, hub, size);
  state(hub).healthy = state(hub).used = true;
  state(hub).draining = state(hub).abandoned = state(hub).promised = false;
  state(hub).abandoned_for = signals::no_fault;
  apply_mode(now, hub);
  apply_allocation(now, hub);
  if (usable_) usable_(now, hub, true);
}

void Estate::close(Time now, int hub) {
  sim::require(exists(hub), "{} is deleted twice", name(hub));
  (*this)[hub].set_exists(false);
  apply_allocation(now, hub);
  apply_mode(now, hub);
  board_.tell<&Listener::hub_sized>(now, hub, size_of(hub));
}

void Estate::abandon(Time now, int hub) {
  state(hub).abandoned = true;
  state(hub).abandoned_for = state(hub).fault;
  close(now, hub);
}

void Estate::resize(Time now, int hub, signals::Size size) {
  const auto edition = static_cast<hub::Edition>(size.edition);
  sim::require(size.units >= 1 && size.units <= limits(edition).units_max, "{} is given {} units", name(hub),
               size.units);
  (*this)[hub].resize(now, edition, limits(edition), size.units);
  board_.tell<&Listener::hub_sized>(now, hub, size_of(hub));
}

void Estate::set_healthy(Time now, int hub, bool healthy) {
  State& s = state(hub);
  if (s.healthy == healthy || !exists(hub)) return;
  s.healthy = healthy;
  if (!healthy) s.failed_since = now;
  apply_allocation(now, hub);
  if (healthy && !s.draining && usable_) usable_(now, hub, false);
}

void Estate::set_draining(Time now, int hub, bool draining) {
  state(hub).draining = draining;
  apply_allocation(now, hub);
}

void Estate::disable(Time now, int hub, const std::vector<Device>& devices, int cause) {
  (*this)[hub].disable(now, devices, cause);
}

}  // namespace control
