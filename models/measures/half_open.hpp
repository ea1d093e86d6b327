// Connections that a hub holds though the network no longer carries them: it goes on counting their devices
// as connected (facts, export-and-devices 5.2). Listens only.
#pragma once
#include <vector>

#include "models/measures/measure.hpp"
#include "models/signals.hpp"
#include "sim/huge_pages.hpp"
#include "sim/limiter.hpp"  // WideInt

namespace measures {

class HalfOpen final : public signals::Listener, public Measure {
 public:
  // Counts from `warmup` on; what began before counts from there.
  HalfOpen(Time warmup, std::size_t devices) : warmup_(warmup), devices_(devices) {}
  void half_open(Device, Time at, Time closes, HubId hub) override;
  void online(Device, Time at, Time since, HubId hub) override;
  void left(Device, Time at, HubId hub) override;
  void hub_serves(Time at, HubId hub, bool serves) override;

  void finish(Time end) override;
  void report(Report& report) const override;

 private:
  struct Connection {
    Device device = 0;
    Time from{}, closes{};
    HubId hub;
  };
  void end(const Connection& connection, Time at);
  void forget(std::size_t i);

  Time warmup_;
  std::size_t devices_;
  std::vector<Connection> held_;
  sim::HugeVector<std::uint32_t> place_;  // of each device: connection + 1, 0 if it has none
  std::uint64_t connections_ = 0, closed_ = 0;
  sim::WideInt time_us_ = 0;
};

}  // namespace measures
