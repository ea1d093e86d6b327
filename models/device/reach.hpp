// What a device sees of its hub and of DPS: the state of the service, or that of the way to it if it is
// graver, under the address that the device was given.
#pragma once
#include <vector>

#include "models/device/roster.hpp"
#include "models/hub/hub.hpp"
#include "models/provisioning/service.hpp"
#include "sim/sparse.hpp"

namespace device {

struct View {
  hub::Mode mode;
  CauseId fault;
};

class Reach {
 public:
  Reach(hub::Hubs hubs, provisioning::Service& dps, Roster& roster)
      : hubs_(hubs), dps_(dps), roster_(roster), addresses_(hubs_.size()), kept_by_(roster.size()) {}

  provisioning::Service& dps() const { return dps_; }
  const hub::Hubs& hubs() const { return hubs_; }
  hub::Hub& hub_of(const Client& c) const { return *hubs_.known(c.hub); }
  const Route& route(const Client& c) const { return roster_.group(c).hubs.known(c.hub); }
  [[gnu::always_inline]] View hub_view(Device d, const Client& c) const {
    return roster_.now() < all_known_ ? spreading_view(d, c) : graver(route(c), hub_of(c));
  }
  View dps_view(const Client& c) const { return graver(roster_.group(c).dps, dps_); }
  void set_routes(GroupId group, const std::vector<std::pair<HubId, Route>>& routes);

  // The name of the hub leads to another address from now on; until a device is given that, it meets `old`.
  void move_address(Time now, HubId hub, const hub::NameService& names, hub::Mode old, CauseId fault);
  [[gnu::cold]] Time given_address(Device d, HubId hub) const;
  // Whether the attempt under way goes to an address that the hub's name leads away from by now.
  bool went_to_old_address(Device d, const Client& c) const;
  // Whether the connection that it lost led there.
  bool lost_old_address(const Client& c) const {
    const Address& address = addresses_.known(c.hub);
    return address.moves > 0 && address.moved >= c.lost_at;
  }
  // Whether somebody may not have been given the hub's address yet.
  bool address_spreads(HubId hub) const { return roster_.now() < addresses_.known(hub).known_to_all; }

  hub::Identity identity(Device d, const Client& c) const { return dps_.identity(d, c.hub); }
  // The last action that moved the device away from its hub, or blocked it.
  CauseId disabled_by(Device d) const { return disabled_by_.empty() ? CauseId::none : disabled_by_[d]; }
  void disable(Device d, CauseId cause);
  bool hub_is_away(Device d, const Client& c) const {
    return c.hub == HubId::none || !hub::serves(hub_view(d, c).mode) ||
           identity(d, c) == hub::Identity::disabled;
  }

  // Something is about to change for a client that waits for an answer. If that does not reach it in time, it
  // was what holds now that kept it away.
  void note_kept_away(Device d, const Client& c);
  CauseId kept_away(Device d, const Client& c, const View& view) {
    const bool waits = c.state == State::unanswered || c.state == State::ignored;
    return waits && kept_by_.find(d) != nullptr ? noted_cause(d, view) : view.fault;
  }
  void forget(Device d) { kept_by_.erase(d); }

 private:
  // Of a hub's name, since it last moved.
  struct Address {
    Time moved{}, known_to_all{};
    hub::NameService names;
    hub::Mode old = hub::Mode::up;
    CauseId fault;
    std::uint32_t moves = 0;
  };
  CauseId noted_cause(Device d, const View& view);
  // The state of the way there, or that of the service.
  template <class Service>
  static View graver(const Route& way, const Service& service) {
    return way.mode > service.mode() ? View{way.mode, way.fault} : View{service.mode(), service.fault()};
  }
  [[gnu::cold]] View spreading_view(Device d, const Client& c) const;

  hub::Hubs hubs_;
  provisioning::Service& dps_;
  Roster& roster_;
  ids::PerId<HubId, Address> addresses_;
  Time all_known_{};                  // from when on everybody is given the address of each hub
  sim::Sparse<CauseId> kept_by_;      // who waited for an answer as things changed
  std::vector<CauseId> disabled_by_;  // of each device; empty while there is none
};

}  // namespace device
