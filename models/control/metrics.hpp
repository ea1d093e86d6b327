// What the control plane knows of its hubs: their metrics, published once a period and read when they are as
// old as a period.
#pragma once
#include <vector>

#include "models/control/inventory.hpp"
#include "models/signals.hpp"

namespace control {

using sim::Duration;

// Of one hub over one period.
struct Metrics {
  Time to{};                          // the end of the period; no data before the first
  double arrived = 0, throttled = 0;  // messages a second offered; share delayed or refused, at most 1
  double metered = 0;                 // blocks of the quota a second
  double used = 0, quota = 0;         // blocks of the day, at the end of the period
  std::uint64_t connected = 0, provisioned = 0;  // at the end of the period
};

class Sensor final : public signals::Listener {
 public:
  Sensor(Inventory& inventory, const provisioning::Service& dps, Duration every)
      : inventory_(inventory), dps_(dps), every_(every), hubs_(inventory.size()) {}
  void online(Device, Time at, Time since, HubId hub) override;
  void offline(Device, Time at, HubId hub, CauseId fault, bool planned) override;

  void left(Device, Time at, HubId hub) override;

  void publish(Time now);  // at the end of each period
  // What was published a period ago.
  const Metrics& of(HubId hub) const { return hubs_[hub].before; }
  // What was published last: what a hub says of its quota when it is asked.
  const Metrics& latest(HubId hub) const { return hubs_[hub].now; }

 private:
  struct Hub {
    std::uint64_t connected = 0;
    hub::MessageCounters counters;  // when last published
    Metrics now, before;
  };
  Inventory& inventory_;
  const provisioning::Service& dps_;
  Duration every_;
  ids::PerId<HubId, Hub> hubs_;
};

}  // namespace control
