// Something that a run measures. Most measures listen to what the models announce; some read what services
// have counted.
#pragma once
#include "models/measures/report.hpp"
#include "models/signals.hpp"
#include "sim/time.hpp"

namespace measures {

using ids::CauseId;
using ids::GroupId;
using ids::HubId;
using signals::Device;
using sim::Time;

struct Measure {
  virtual ~Measure() = default;
  // The warm-up is over: what happened before is left out, unless the metric is about the state at the end.
  virtual void begin_counting(Time) {}
  // The run is over; called once, before the first report.
  virtual void finish(Time) {}
  virtual void report(Report& report) const = 0;
};

}  // namespace measures
