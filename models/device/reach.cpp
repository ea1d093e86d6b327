#include "models/device/reach.hpp"

#include "models/purpose.hpp"

namespace device {

// A device asks for the address each time it connects; what its resolver keeps, or goes on giving, is the old
// one.
Time Reach::given_address(Device d, HubId hub) const {
  constexpr std::uint64_t numbered = 64;  // hubs of a stream
  const Address& address = addresses_[hub];
  const sim::Draw u =
      roster_.streams().draw(roster_.key(d) + hub.index() / numbered, purpose::name_service,
                             ids::narrow<std::uint32_t>(address.moves * numbered + hub.index() % numbered));
  Time given = address.moved + sim::uniform_between(Duration{0}, address.names.ttl, u.uniform(0));
  if (u.uniform(1) < address.names.stale_share)
    given += sim::uniform_between(Duration{0}, address.names.stale, u.uniform(2));
  return given;
}

// While somebody may not have been given the address of some hub.
View Reach::spreading_view(Device d, const Client& c) const {
  const Route& way = route(c);
  const Address& address = addresses_.known(c.hub);
  if (roster_.now() < address.known_to_all && way.mode <= address.old &&
      roster_.now() < given_address(d, c.hub))
    return {address.old, address.fault};
  return graver(way, hub_of(c));
}

bool Reach::went_to_old_address(Device d, const Client& c) const {
  const Address& address = addresses_.known(c.hub);
  return address.moves > 0 && c.since < address.known_to_all &&
         (c.since < address.moved || c.since < given_address(d, c.hub));
}

void Reach::note_kept_away(Device d, const Client& c) {
  if (c.state != State::unanswered && c.state != State::ignored) return;
  const View view = c.state == State::ignored ? dps_view(c) : hub_view(d, c);
  if (!hub::answers(view.mode)) kept_by_.get(d) = view.fault;
}

CauseId Reach::noted_cause(Device d, const View& view) {
  const CauseId noted = *kept_by_.find(d);
  kept_by_.erase(d);
  return hub::answers(view.mode) ? noted : view.fault;
}

void Reach::set_routes(GroupId group, const std::vector<std::pair<HubId, Route>>& routes) {
  RunGroup& k = roster_.groups()[group];
  for (const auto& [target, route] : routes) (target == HubId::none ? k.dps : k.hubs[target]) = route;
}

void Reach::move_address(Time now, HubId hub, const hub::NameService& names, hub::Mode old, CauseId fault) {
  Address& address = addresses_[hub];
  address = {now, now + names.ttl + names.stale, names, old, fault, address.moves + 1};
  all_known_ = std::max(all_known_, address.known_to_all);
}

void Reach::disable(Device d, CauseId cause) {
  dps_.disable(d);
  if (disabled_by_.empty()) disabled_by_.resize(roster_.size(), CauseId::none);
  disabled_by_[d] = cause;
}

}  // namespace device
