#include "models/control/lifecycle.hpp"

namespace control {

Lifecycle::Lifecycle(sim::Stage& stage, const std::string& here, const std::string& name, int rank)
    : stage_(stage) {
  stage.spawn(name, here, rank, [this](sim::Member& me) { run(me); });
}

void Lifecycle::at(sim::Time at, std::function<void(sim::Time now)> effect) {
  due_.emplace(at, std::move(effect));
  if (me_) stage_.move(*me_, due_.begin()->first, 0);
}

void Lifecycle::run(sim::Member& me) {
  me_ = &me;
  for (;;) {
    me.wait_until(due_.empty() ? sim::never : due_.begin()->first);
    while (!due_.empty() && due_.begin()->first <= me.now()) {
      const auto effect = std::move(due_.begin()->second);
      due_.erase(due_.begin());
      effect(me.now());
    }
  }
}

}  // namespace control
