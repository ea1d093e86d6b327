// What has been set going and takes its time: changes of hubs that take effect later. An actor.
#pragma once
#include <functional>
#include <map>
#include <string>

#include "sim/stage.hpp"

namespace control {

class Lifecycle {
 public:
  // Spawned on host `here`; of those due at one instant the smaller rank goes first.
  Lifecycle(sim::Stage& stage, const std::string& here, const std::string& name, int rank);
  // `effect` takes place at `at`, which lies in the future; at one instant in the order of the calls.
  void at(sim::Time at, std::function<void(sim::Time now)> effect);

 private:
  void run(sim::Member& me);
  sim::Stage& stage_;
  sim::Member* me_ = nullptr;
  std::multimap<sim::Time, std::function<void(sim::Time)>> due_;
};

}  // namespace control
