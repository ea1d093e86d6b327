#include "models/control/inventory.hpp"

#include <algorithm>

#include "sim/invariant.hpp"

namespace control {

using signals::Listener;

Inventory::Inventory(hub::Hubs hubs, provisioning::Service& dps, hub::Peer& peer, const signals::Board& board,
                     const std::map<hub::Edition, hub::EditionLimits>& editions)
    : hubs_(std::move(hubs)),
      dps_(dps),
      peer_(peer),
      board_(board),
      editions_(editions),
      states_(hubs_.size()) {}

void Inventory::begin() {
  for (const HubId h : places()) state(h).used = exists(h);
  for (const HubId h : places()) board_.tell<&Listener::hub_sized>(Time{}, h, size_of(h));
}

signals::Size Inventory::size_of(HubId hub) const {
  const hub::Settings& settings = (*this)[hub].settings();
  return {static_cast<std::uint8_t>(settings.edition), exists(hub) ? settings.units : 0};
}

std::vector<HubId> Inventory::existing() const {
  std::vector<HubId> all;
  for (const HubId h : places())
    if (exists(h)) all.push_back(h);
  return all;
}

void Inventory::move(HubId hub, const std::string& region, const std::string& address) {
  (*this)[hub].set_region(region);
  state(hub).address = address;
}

std::vector<HubId> Inventory::in_service() const {
  std::vector<HubId> all = existing();
  std::erase_if(all, [&](HubId h) { return standing_by(h); });
  return all;
}

HubId Inventory::free_place() const {
  HubId used = HubId::none;
  for (const HubId h : places()) {
    if (exists(h) || state(h).promised || reserved(h) || dps_.provisioned(h) > 0) continue;
    if (!was_used(h)) return h;
    if (used == HubId::none && !faulty(h)) used = h;
  }
  return used;
}

// A hub that does not exist refuses: its name leads nowhere.
void Inventory::apply_mode(Time now, HubId index) {
  hub::Hub& hub = (*this)[index];
  const State& s = state(index);
  const bool served = hub.serves();
  peer_.before_hub_change(index, now);
  if (hub.exists())
    hub.set_mode(now, s.mode, s.capacity, s.fault);
  else
    hub.set_mode(now, s.abandoned ? std::max(s.mode, hub::Mode::refuse) : hub::Mode::refuse, 1,
                 s.abandoned_for);
  const double share = hub.exists() && s.mode == hub::Mode::degraded ? s.capacity : 1;
  if (share != s.told_share) board_.tell<&Listener::hub_capacity>(now, index, share);
  state(index).told_share = share;
  if (hub.serves() != served) board_.tell<&Listener::hub_serves>(now, index, hub.serves());
  peer_.after_hub_change(index, now);
  if (hub.serves() && !served) dps_.hub_returned(now, index);
}

void Inventory::apply_allocation(Time now, HubId hub) {
  const State& s = state(hub);
  dps_.set_allocatable(now, hub, exists(hub) && s.healthy && !s.draining);
}

void Inventory::set_fault(Time now, HubId hub, hub::Mode mode, double capacity, CauseId fault) {
  State& s = state(hub);
  s.mode = mode;
  s.capacity = capacity;
  s.fault = fault;
  if (exists(hub) || s.abandoned) apply_mode(now, hub);
}

void Inventory::open(Time now, HubId hub, signals::Size size) {
  sim::require(!exists(hub), "{} is made twice", name(hub));
  if (before_opening_) before_opening_(now, hub);
  (*this)[hub].set_exists(true);
  resize(now, hub, size);
  state(hub).healthy = state(hub).used = true;
  state(hub).draining = state(hub).abandoned = state(hub).promised = false;
  state(hub).abandoned_for = CauseId::none;
  apply_mode(now, hub);
  apply_allocation(now, hub);
  if (usable_) usable_(now, hub, true);
}

void Inventory::close(Time now, HubId hub) {
  sim::require(exists(hub), "{} is deleted twice", name(hub));
  (*this)[hub].set_exists(false);
  apply_allocation(now, hub);
  apply_mode(now, hub);
  board_.tell<&Listener::hub_sized>(now, hub, size_of(hub));
}

void Inventory::abandon(Time now, HubId hub) {
  state(hub).abandoned = true;
  state(hub).abandoned_for = state(hub).fault;
  close(now, hub);
}

void Inventory::resize(Time now, HubId hub, signals::Size size) {
  const auto edition = static_cast<hub::Edition>(size.edition);
  sim::require(size.units >= 1 && size.units <= limits(edition).units_max, "{} is given {} units", name(hub),
               size.units);
  (*this)[hub].resize(now, edition, limits(edition), size.units);
  board_.tell<&Listener::hub_sized>(now, hub, size_of(hub));
}

void Inventory::set_healthy(Time now, HubId hub, bool healthy) {
  State& s = state(hub);
  if (s.healthy == healthy || !exists(hub)) return;
  s.healthy = healthy;
  if (!healthy) s.failed_since = now;
  apply_allocation(now, hub);
  if (healthy && !s.draining && usable_) usable_(now, hub, false);
}

void Inventory::set_draining(Time now, HubId hub, bool draining) {
  state(hub).draining = draining;
  apply_allocation(now, hub);
}

void Inventory::disable(Time now, HubId hub, const std::vector<Device>& devices, CauseId cause) {
  (*this)[hub].disable(now, devices, cause);
}

}  // namespace control
