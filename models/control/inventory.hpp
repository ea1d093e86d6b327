// The hubs of the application as IoT Central's control plane has them: which exist, how large they are, which
// may be allocated to. Every change of a hub while it runs goes through here, faults included.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "models/hub/hub.hpp"
#include "models/provisioning/service.hpp"

namespace control {

using ids::CauseId;
using ids::HubId;
using signals::Device;
using sim::Time;

class Inventory {
 public:
  Inventory(hub::Hubs hubs, provisioning::Service& dps, hub::Peer& peer, const signals::Board& board,
            const std::map<hub::Edition, hub::EditionLimits>& editions);
  // Called when allocation may use a hub again, or for the first time (`fresh`).
  void on_usable(std::function<void(Time, HubId hub, bool fresh)> call) { usable_ = std::move(call); }
  // Tells the sizes of the hubs that are there at the start.
  void begin();

  // What a fault makes of a hub; it lasts whether the hub exists or not.
  void set_fault(Time now, HubId hub, hub::Mode mode, double capacity, CauseId fault);
  void open(Time now, HubId hub, signals::Size size);  // makes it and links it to DPS
  void close(Time now, HubId hub);                     // deletes it
  // Leaves it in its lost region, where its name goes on leading to nobody.
  void abandon(Time now, HubId hub);
  void resize(Time now, HubId hub, signals::Size size);
  void set_healthy(Time now, HubId hub, bool healthy);    // as the prober finds it
  void set_draining(Time now, HubId hub, bool draining);  // no new devices
  // Whether the control plane runs; its region may be lost.
  void set_managed(bool managed) { managed_ = managed; }
  bool managed() const { return managed_; }
  // The hub is in another region from now on; requests of the control plane go to `address`.
  void move(HubId hub, const std::string& region, const std::string& address);
  // Where else it may be asked.
  void add_address(HubId hub, const std::string& address) { state(hub).addresses.push_back(address); }
  const std::vector<std::string>& addresses(HubId hub) const { return state(hub).addresses; }
  // A place that is kept for the recovery region.
  void reserve(HubId hub) { state(hub).reserved = true; }
  bool reserved(HubId hub) const { return state(hub).reserved; }
  bool standing_by(HubId hub) const { return reserved(hub) && draining(hub); }
  std::vector<HubId> in_service() const;  // existing, and not standing by
  // Called before a hub is made, which may have to be elsewhere than planned.
  void before_opening(std::function<void(Time, HubId hub)> call) { before_opening_ = std::move(call); }
  // Disables identities on a hub, no more than can_disable() of it.
  void disable(Time now, HubId hub, const std::vector<Device>& devices, CauseId cause);
  void enable(Time now, HubId hub, std::size_t identities) const { (*this)[hub].enable(now, identities); }

  ids::Ids<HubId> places() const { return hubs_.ids(); }  // for hubs
  std::size_t size() const { return hubs_.size(); }
  hub::Hub& operator[](HubId hub) const { return *hubs_[hub]; }
  const std::string& name(HubId hub) const { return (*this)[hub].settings().name; }
  const std::string& address(HubId hub) const {
    return state(hub).address.empty() ? name(hub) : state(hub).address;
  }
  signals::Size size_of(HubId hub) const;
  const hub::EditionLimits& limits(hub::Edition edition) const { return editions_.at(edition); }
  bool exists(HubId hub) const { return (*this)[hub].exists(); }
  bool healthy(HubId hub) const { return state(hub).healthy; }
  bool draining(HubId hub) const { return state(hub).draining; }
  bool faulty(HubId hub) const { return state(hub).mode != hub::Mode::up; }
  bool was_used(HubId hub) const { return state(hub).used; }              // a hub of this name has been there
  Time failed_since(HubId hub) const { return state(hub).failed_since; }  // of one that is not healthy
  std::vector<HubId> existing() const;
  // A place for a hub: one that no hub has had, else one that is free of devices and of faults; none if
  // there is none. Who means to use it promises it, until it is opened.
  HubId free_place() const;
  void promise(HubId hub) { state(hub).promised = true; }

 private:
  struct State {
    hub::Mode mode = hub::Mode::up;
    double capacity = 1, told_share = 1;
    CauseId fault;
    bool healthy = true, draining = false, used = false, promised = false;
    bool reserved = false, abandoned = false;
    CauseId abandoned_for;
    std::string address;  // its name unless it has moved
    std::vector<std::string> addresses;
    Time failed_since{};
  };
  const State& state(HubId hub) const { return states_[hub]; }
  State& state(HubId hub) { return states_[hub]; }
  void apply_mode(Time now, HubId hub);
  void apply_allocation(Time now, HubId hub);
  hub::Hubs hubs_;
  provisioning::Service& dps_;
  hub::Peer& peer_;
  const signals::Board& board_;
  const std::map<hub::Edition, hub::EditionLimits>& editions_;
  ids::PerId<HubId, State> states_;
  bool managed_ = true;
  std::function<void(Time, HubId, bool)> usable_;
  std::function<void(Time, HubId)> before_opening_;
};

}  // namespace control
