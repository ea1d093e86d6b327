// What the models announce. Measures, checks, recorders and the trace listen; a model never knows who does,
// and taking a listener away changes no result. Instants may lie ahead of the moment (a client commits its
// plan up to its next contact with a service) but never go back for one device.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/time.hpp"

namespace signals {

using Device = std::uint32_t;
inline constexpr int no_fault = -1;
inline constexpr int no_hub = -1;

// What a device that is not connected is doing, the base of the wait parts.
enum class Activity : std::uint8_t {
  undetected,     // its connection is dead and it has not noticed
  waiting,        // a wait it planned itself
  on_wire,        // a request or its answer travels
  hub_queue,      // its CONNECT is held by the hub's traffic shaping
  dps_throttled,  // DPS said 429, or the identity write is throttled by the hub's registry
  dps_operation,  // registered, waiting for the assignment, polls included
  given_up,       // it will not ask again
};

enum class Error : std::uint8_t {
  closed,
  refused,
  timeout,
  unavailable,
  unauthorized,
  dropped,
  dps_throttled,
  dps_failed,
  dps_timeout
};
std::string_view name(Error error);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
// Every handler does nothing unless a listener says otherwise.
struct Listener {
  virtual ~Listener() = default;
  // Service was lost at `at`: the connection was closed or black-holed by `fault`, or ended by the device
  // itself to renew its token (planned).
  virtual void offline(Device, sim::Time at, int hub, int fault, bool planned) {}
  // A request that began at `start` fails, which the device learns at `at`. hub: whom it asked, no_hub for
  // DPS.
  virtual void failed(Device, sim::Time start, sim::Time at, int hub, Error, int fault) {}
  // From `from` on the device does this; hub: whom its next request goes to, no_hub for DPS.
  virtual void activity(Device, sim::Time from, Activity, int hub) {}
  // The hub accepted its connection; it had been without since `since`.
  virtual void online(Device, sim::Time at, sim::Time since, int hub) {}
  // A token renewal went through without a gap.
  virtual void renewed(Device, sim::Time at, int hub) {}
  virtual void gave_up(Device, sim::Time at) {}
  virtual void joined(Device, sim::Time at) {}
  // The DPS record of the device moves (from no_hub at its first assignment).
  virtual void assigned(Device, sim::Time at, int from, int to) {}
  // Whether a hub serves new connections; whether allocation may use it. Also told once for each hub at the
  // start.
  virtual void hub_serves(sim::Time at, int hub, bool serves) {}
  virtual void hub_allocatable(sim::Time at, int hub, bool allocatable) {}
  virtual void fault_began(sim::Time at, int fault) {}
  virtual void fault_ended(sim::Time at, int fault) {}
};

#pragma GCC diagnostic pop

// Whom to tell, in order of subscription.
class Board {
 public:
  void subscribe(Listener& listener) { listeners_.push_back(&listener); }
  template <class Method, class... Args>
  void tell(Method method, const Args&... args) const {
    for (Listener* listener : listeners_) (listener->*method)(args...);
  }

 private:
  std::vector<Listener*> listeners_;
};

}  // namespace signals
