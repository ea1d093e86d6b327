#include "models/control/central.hpp"

#include "models/ranks.hpp"

namespace control {

Central::Central(const World& world, const std::string& here, const Settings& settings, const Limits& limits)
    : settings_(settings) {
  const bool probes = world.provisioning->exclude_failed_hubs;
  const bool moves =
      settings.policy != PolicyKind::none || (probes && settings.rebalance.hub_return) || world.moves;
  if (probes || moves || world.operated) spawn_front_ends(*world.stage, *world.estate);
  if (probes)
    prober_ = std::make_unique<Prober>(*world.stage, here, *world.estate, world.provisioning->probe,
                                       *world.streams);
  if (moves)
    mover_ = std::make_unique<Mover>(Mover::World{world.stage, world.estate, world.dps, world.streams,
                                                  world.board, world.rebalance, world.scale_in},
                                     here, settings.rebalance.pace.value(), settings.rebalance.batch,
                                     settings.command_timeout);
  if (settings.adds_hubs()) {
    lifecycle_ = std::make_unique<Lifecycle>(*world.stage, here, "hub lifecycle", ranks::lifecycle);
    sensor_ = std::make_unique<Sensor>(*world.estate, *world.dps, settings.every);
    world.board->subscribe(*sensor_);
    scaler_ = std::make_unique<Scaler>(
        Scaler::World{world.stage, world.estate, sensor_.get(), lifecycle_.get(), mover_.get(), world.dps,
                      world.streams, world.board, world.start_utc_s},
        here, settings, limits);
  }
  world.estate->on_usable([this](Time now, HubId hub, bool fresh) {
    if (fresh && prober_) prober_->start(now, hub);
    if (mover_ && (fresh ? settings_.rebalance.scale_out : settings_.rebalance.hub_return))
      mover_->rebalance(now, hub);
  });
}

}  // namespace control
