// Moves devices between hubs at a pace: disables their identities, so that each is disconnected and asks DPS
// anew. An actor; it asks the hubs over the network.
#pragma once
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "models/control/inventory.hpp"
#include "models/control/settings.hpp"
#include "sim/random.hpp"
#include "sim/stage.hpp"

namespace control {

class Mover {
 public:
  struct Dependencies {
    sim::Stage* stage = nullptr;
    Inventory* inventory = nullptr;
    provisioning::Service* dps = nullptr;
    const sim::Streams* streams = nullptr;
    const signals::Board* board = nullptr;
    CauseId rebalance, scale_in;  // what devices are moved for
  };
  // `pace`: devices a second. Spawned on host `here`.
  Mover(const Dependencies& needs, const std::string& here, double pace, Duration batch, Duration timeout);

  // Moves to this hub the devices that allocation would put there; as part of an operator's action, if any.
  void rebalance(Time now, HubId hub) { rebalance(now, hub, needs_.rebalance); }
  void rebalance(Time now, HubId hub, CauseId action);
  // Moves all devices away from this hub, by a scale-in or by `action`; `done` is told when there are none
  // left with an identity.
  void drain(Time now, HubId hub, std::function<void(Time now)> done) {
    drain(now, hub, needs_.scale_in, std::move(done));
  }
  void drain(Time now, HubId hub, CauseId action, std::function<void(Time now)> done);
  // What `action` still drains stays where it is, and nobody is told that it is done.
  void call_off(CauseId action);
  bool idle() const { return jobs_.empty(); }

 private:
  struct Job {
    CauseId cause;
    HubId hub;
    std::function<void(Time)> done;  // of a drain
    bool begun = false, off = false;
    std::deque<Device> devices;  // still to be moved
    double due = 0;              // devices that the pace allows so far
  };
  void run(sim::Member& me);
  void add(Time now, Job job);
  void begin(Time now, Job& job);
  void finish(Time now);
  void move_some(sim::Member& me, Job& job);
  bool concerns(const Job& job, Device d) const;
  std::vector<Device> candidates(const Job& job) const;
  Dependencies needs_;
  double pace_;
  Duration batch_, timeout_;
  sim::Member* me_ = nullptr;
  std::deque<Job> jobs_;
};

}  // namespace control
