#include "models/control/central.hpp"

#include "models/ranks.hpp"

namespace control {

Central::Central(const Dependencies& needs, const std::string& here, const Settings& settings,
                 const Limits& limits)
    : settings_(settings) {
  const bool probes = needs.provisioning->exclude_failed_hubs;
  const bool moves =
      settings.policy != PolicyKind::none || (probes && settings.rebalance.hub_return) || needs.moves;
  if (probes || moves || needs.operated) spawn_front_ends(*needs.stage, *needs.inventory);
  if (probes)
    prober_ = std::make_unique<Prober>(*needs.stage, here, *needs.inventory, needs.provisioning->probe,
                                       *needs.streams);
  if (moves)
    mover_ = std::make_unique<Mover>(
        Mover::Dependencies{needs.stage, needs.inventory, needs.dps, needs.streams, needs.board,
                            needs.rebalance, needs.scale_in},
        here, settings.rebalance.pace.value(), settings.rebalance.batch, settings.command_timeout);
  if (settings.adds_hubs()) {
    lifecycle_ = std::make_unique<Lifecycle>(*needs.stage, here, "hub lifecycle", ranks::lifecycle);
    sensor_ = std::make_unique<Sensor>(*needs.inventory, *needs.dps, settings.every);
    needs.board->subscribe(*sensor_);
    scaler_ = std::make_unique<Scaler>(
        Scaler::Dependencies{needs.stage, needs.inventory, sensor_.get(), lifecycle_.get(), mover_.get(),
                             needs.dps, needs.streams, needs.board, needs.start_utc_s},
        here, settings, limits);
  }
  needs.inventory->on_usable([this](Time now, HubId hub, bool fresh) {
    if (fresh && prober_) prober_->start(now, hub);
    if (mover_ && (fresh ? settings_.rebalance.scale_out : settings_.rebalance.hub_return))
      mover_->rebalance(now, hub);
  });
}

}  // namespace control
