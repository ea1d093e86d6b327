// Who carries the clients and the services from one wake-up to the next. Both carriers give the same results.
#pragma once
#include <functional>
#include <memory>

#include "models/device/devices.hpp"
#include "models/hub/hub.hpp"
#include "sim/calendar.hpp"

namespace sim {
class Stage;
}

namespace device {

// What is carried: entities 0 ... services - 1 are services, the rest are devices in order.
struct Workload {
  sim::Entity services = 0;
  std::function<Time(sim::Entity, Time)> serve;  // wake-up of a service; returns its next
  Devices* devices = nullptr;
  std::function<void(signals::Device, sim::Ahead)> soon;  // told who is likely to be woken; may be empty
  // Listeners to the passing of time (samplers, progress): called before what happens at `now`, and returns
  // the instant from which it wants to be called again. Watching adds no instants.
  std::function<Time(Time now)> watch;
};

class Carrier : public hub::Wakes {
 public:
  // Runs the stage from the start to `end`; `at_end` runs there.
  virtual void run(Time end, const std::function<void()>& at_end) = 0;
};

// One actor carries everything in a calendar; the default.
std::unique_ptr<Carrier> make_fleet(sim::Stage& stage, const Workload& workload);

// Each service and each device is a SimGrid actor of its own on the agenda; the reference that Fleet is held
// against.
std::unique_ptr<Carrier> make_actor_per_device(sim::Stage& stage, const Workload& workload);

// Orders what is due at one instant: services first, in their order, then devices by their keyed hash.
inline std::uint64_t rank_of(const Workload& workload, sim::Entity e, Time t) {
  if (e < workload.services) return e;
  return workload.devices->rank(e - workload.services, t) | std::uint64_t{1} << 63;
}

}  // namespace device
