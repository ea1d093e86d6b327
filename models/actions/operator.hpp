// The operator of the application: an actor for each action, which waits for its instant and does it. Hubs
// are told over the network; one that does not answer is asked again, but for a manual failover, which then
// fails.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "models/actions/settings.hpp"
#include "models/causes.hpp"
#include "models/control/inventory.hpp"
#include "models/control/mover.hpp"
#include "sim/random.hpp"
#include "sim/stage.hpp"

namespace actions {

using ids::CauseId;
using ids::HubId;
using signals::Device;
using sim::Time;

// The devices of a group: first, ... first + devices - 1.
struct GroupRange {
  std::string group;
  Device first = 0;
  std::uint32_t devices = 0;
  bool edge = false;
  provisioning::Approval approval;
};

class Operator {
 public:
  struct Dependencies {
    sim::Stage* stage = nullptr;
    control::Inventory* inventory = nullptr;
    control::Mover* mover = nullptr;  // where an action migrates
    provisioning::Service* dps = nullptr;
    const sim::Streams* streams = nullptr;
    const signals::Board* board = nullptr;
    std::vector<GroupRange> groups;
    control::Triangular create;  // time to make a hub
    Duration batch{0};           // hubs are asked again after so long
    Duration timeout{0};         // of a command to a hub
    const signals::Causes* causes = nullptr;
    std::function<void(Time, CauseId action, const FailOver&)> fail_over;
    std::function<void(Time, CauseId action, const FailBack&)> fail_back;
    std::function<bool(Time, const RestartExport&)> restart_export;  // false: it is not on
  };
  // Spawns its actors on host `here`. The actions outlive it.
  Operator(const Dependencies& needs, const std::string& here, const std::vector<Action>& actions);

 private:
  // A device that is failed over.
  struct FailedOver {
    HubId home;
    Time until = sim::never;  // never: a failback is under way
  };
  // What is still to be done to devices; `back`: to return them, `until` being when they are due.
  struct PendingMove {
    std::vector<Device> devices;
    bool back = false;
    Time until{};
  };
  using PendingMoves = std::multimap<Time, PendingMove>;
  // Why a device cannot be part of an action; empty if it can.
  using Obstacle = std::function<std::string(Device)>;

  void carry_out(sim::Member& me, CauseId action, const ManualFailover& kind);
  void carry_out(sim::Member& me, CauseId action, const ManualFailback& kind);
  void carry_out(sim::Member& me, CauseId action, const Block& kind);
  void carry_out(sim::Member& me, CauseId action, const Unblock& kind);
  void carry_out(sim::Member& me, CauseId action, const Approve& kind);
  void carry_out(sim::Member& me, CauseId action, const Migrate& kind);
  void carry_out(sim::Member& me, CauseId action, const FailOver& kind) {
    needs_.fail_over(me.now(), action, kind);
  }
  void carry_out(sim::Member& me, CauseId action, const FailBack& kind) {
    needs_.fail_back(me.now(), action, kind);
  }

  void carry_out(sim::Member& me, CauseId action, const RestartExport& kind);

  std::vector<Device> able(Time now, CauseId action, const Target& target, const Obstacle& obstacle) const;
  std::string obstacle_to_failover(Device d) const;
  void send_away(sim::Member& me, CauseId action, Duration ttl, const PendingMove& pending_move,
                 PendingMoves& pending);
  void send_back(sim::Member& me, CauseId action, const PendingMove& pending_move, PendingMoves& pending);
  void return_from(Time now, CauseId action, HubId hub, const std::vector<Device>& devices);
  void see_to(sim::Member& me, CauseId action, Duration ttl, PendingMoves& pending);
  // Asks the hubs that have the records of the devices, all at once, and calls `act` with those that a hub
  // can do now. Returns the others; into `silent` go the hubs that do not answer.
  std::vector<Device> at_hubs(sim::Member& me, const std::vector<Device>& devices,
                              const std::function<bool(Device)>& concerns,
                              const std::function<void(HubId hub, const std::vector<Device>&)>& act,
                              std::vector<HubId>& silent) const;
  void at_hubs_until_done(sim::Member& me, std::vector<Device> devices,
                          const std::function<bool(Device)>& concerns,
                          const std::function<void(HubId hub, const std::vector<Device>&)>& act) const;

  const GroupRange& range_of(const std::string& group) const;
  const GroupRange& range_of(Device d) const;
  std::vector<Device> devices_of(const Target& target) const;
  provisioning::AccessStates& access() const { return needs_.dps->access(); }
  const Action& at(CauseId action) const { return actions_[needs_.causes->action_of(action)]; }
  void begin(Time now, CauseId action) const;
  void tell(Time now, CauseId action, signals::Decision::Outcome outcome, const std::string& reason) const;
  void announce(Device d, Time now, signals::Operation operation, CauseId action) const {
    needs_.board->tell<&signals::Listener::operated>(d, now, operation, action);
  }
  Dependencies needs_;
  const std::vector<Action>& actions_;
  std::map<Device, FailedOver> away_;
};

}  // namespace actions
