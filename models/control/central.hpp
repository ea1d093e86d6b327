// IoT Central's control plane as a whole: who probes, scales, moves and replaces.
#pragma once
#include <memory>
#include <string>

#include "models/control/prober.hpp"
#include "models/control/scaler.hpp"

namespace control {

class Central {
 public:
  struct Dependencies {
    sim::Stage* stage = nullptr;
    Inventory* inventory = nullptr;
    provisioning::Service* dps = nullptr;
    const provisioning::Settings* provisioning = nullptr;
    const sim::Streams* streams = nullptr;
    signals::Board* board = nullptr;
    std::int64_t start_utc_s = 0;
    CauseId rebalance, scale_in;           // what it moves devices for
    bool operated = false, moves = false;  // operators send commands to hubs, or have devices moved
  };
  // Spawns its actors on host `here`: those that have something to do.
  Central(const Dependencies& needs, const std::string& here, const Settings& settings, const Limits& limits);

  Mover* mover() { return mover_.get(); }  // null where nobody is ever moved

 private:
  Settings settings_;
  std::unique_ptr<Prober> prober_;
  std::unique_ptr<Lifecycle> lifecycle_;
  std::unique_ptr<Mover> mover_;
  std::unique_ptr<Sensor> sensor_;
  std::unique_ptr<Scaler> scaler_;
};

}  // namespace control
