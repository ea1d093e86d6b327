// How much of the time hubs serve. Listens only.
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
  void hub_sized(Time at, HubId hub, const signals::Size& size) override;

  void finish(Time end) override;
  void report(Report& report) const override;

 private:
  struct Hub {
    Time since{};
    bool exists = false, serves = true, was_there = false;
    Duration there{0}, serving{0};
  };
  Hub& advance(Time to, HubId hub);
  ids::PerId<HubId, std::string> names_;
  Time warmup_;
  ids::PerId<HubId, Hub> hubs_;
};

}  // namespace measures
