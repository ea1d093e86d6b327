// How much of the time hubs serve, and with how much of their capacity. Listens only.
#pragma once
#include <string>
#include <vector>

#include "models/measures/measure.hpp"
#include "models/signals.hpp"

namespace measures {

using sim::Duration;

class Uptime final : public signals::Listener, public Measure {
 public:
  // Counts from `warmup` on.
  Uptime(ids::PerId<HubId, std::string> hubs, Time warmup);
  void hub_serves(Time at, HubId hub, bool serves) override;
  void hub_capacity(Time at, HubId hub, double share) override;
  void hub_sized(Time at, HubId hub, const signals::Size& size) override;

  void finish(Time end) override;
  void report(Report& report) const override;

 private:
  struct Hub {
    Time since{};
    bool exists = false, serves = true, was_there = false;
    double capacity = 1;            // what a fault leaves of it
    Duration there{0}, serving{0};  // with all of it
    double part_s = 0;              // with less, by what it has
  };
  Hub& advance(Time to, HubId hub);
  ids::PerId<HubId, std::string> names_;
  Time warmup_;
  ids::PerId<HubId, Hub> hubs_;
};

}  // namespace measures
