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

using signals::Device;
using sim::Time;

class Estate {
 public:
  Estate(std::vector<hub::Hub*> hubs, provisioning::Service& dps, hub::Peer& peer,
         const signals::Board& board, const std::map<hub::Edition, hub::EditionLimits>& editions);
  // Called when allocation may use a hub again, or for the first time (`fresh`).
  void on_usable(std::function<void(Time, int hub, bool fresh)> call) { usable_ = std::move(call); }
  // Tells the sizes of the hubs that are there at the start.
  void begin();

  // What a fault makes of a hub; it lasts whether the hub exists or not.
  void set_fault(Time now, int hub, hub::Mode mode, double capacity, int fault);
  void open(Time now, int hub, signals::Size size);  // makes it and links it to DPS
  void close(Time now, int hub);                     // deletes it
  void abandon(Time now, int hub);  // leaves it in its lost region, where its name goes on leading to nobody
  void resize(Time now, int hub, signals::Size size);
  void set_healthy(Time now, int hub, bool healthy);    // as the prober finds it
  void set_draining(Time now, int hub, bool draining);  // no new devices
  // Whether the control plane runs; its region may be lost.
  void set_managed(bool managed) { managed_ = managed; }
  bool managed() const { return managed_; }
  // The hub is in another region from now on; requests of the control plane go to `address`.
  void move(int hub, const std::string& region, const std::string& address);
  // Where else it may be asked.
  void add_address(int hub, const std::string& address) { state(hub).addresses.push_back(address); }
  const std::vector<std::string>& addresses(int hub) const { return state(hub).addresses; }
  // A place that is kept for the recovery region.
  void reserve(int hub) { state(hub).reserved = true; }
  bool reserved(int hub) const { return state(hub).reserved; }
  bool standing_by(int hub) const { return reserved(hub) && draining(hub); }
  std::vector<int> in_service() const;  // existing, and not standing by
  // Called before a hub is made, which may have to be elsewhere than planned.
  void before_opening(std::function<void(Time, int hub)> call) { before_opening_ = std::move(call); }
  // Disables identities on a hub, no more than can_disable() of it.
  void disable(Time now, int hub, const std::vector<Device>& devices, int cause);
  void enable(Time now, int hub, std::size_t identities) const { (*this)[hub].enable(now, identities); }

  std::size_t size() const { return hubs_.size(); }  // places for hubs
  hub::Hub& operator[](int hub) const { return *hubs_[static_cast<std::size_t>(hub)]; }
  const std::string& name(int hub) const { return (*this)[hub].settings().name; }
  const std::string& address(int hub) const {
    return state(hub).address.empty() ? name(hub) : state(hub).address;
  }
  signals::Size size_of(int hub) const;
  const hub::EditionLimits& limits(hub::Edition edition) const { return editions_.at(edition); }
  bool exists(int hub) const { return (*this)[hub].exists(); }
  bool healthy(int hub) const { return state(hub).healthy; }
  bool draining(int hub) const { return state(hub).draining; }
  bool faulty(int hub) const { return state(hub).mode != hub::Mode::up; }
  bool was_used(int hub) const { return state(hub).used; }              // a hub of this name has been there
  Time failed_since(int hub) const { return state(hub).failed_since; }  // of one that is not healthy
  std::vector<int> existing() const;
  // A place for a hub: one that no hub has had, else one that is free of devices and of faults; no_hub if
  // there is none. Who means to use it promises it, until it is opened.
  int free_place() const;
  void promise(int hub) { state(hub).promised = true; }

 private:
  struct State {
    hub::Mode mode = hub::Mode::up;
    double capacity = 1;
    int fault = signals::no_fault;
    bool healthy = true, draining = false, used = false, promised = false;
    bool reserved = false, abandoned = false;
    int abandoned_for = signals::no_fault;
    std::string address;  // its name unless it has moved
    std::vector<std::string> addresses;
    Time failed_since{};
  };
  const State& state(int hub) const { return states_[static_cast<std::size_t>(hub)]; }
  State& state(int hub) { return states_[static_cast<std::size_t>(hub)]; }
  void apply_mode(Time now, int hub);
  void apply_allocation(Time now, int hub);
  std::vector<hub::Hub*> hubs_;
  provisioning::Service& dps_;
  hub::Peer& peer_;
  const signals::Board& board_;
  const std::map<hub::Edition, hub::EditionLimits>& editions_;
  std::vector<State> states_;
  bool managed_ = true;
  std::function<void(Time, int, bool)> usable_;
  std::function<void(Time, int)> before_opening_;
};

}  // namespace control
