// What the models announce. Measures, checks, recorders and the trace listen; a model never knows who does,
// and taking a listener away changes no result. Instants may lie ahead of the moment (a client commits its
// plan up to its next contact with a service) but never go back for one device.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "models/ids.hpp"
#include "sim/time.hpp"

namespace signals {

using Device = std::uint32_t;
using ids::CauseId;
using ids::GroupId;
using ids::HubId;

// What a device that is not connected is doing, the base of the wait parts.
enum class Activity : std::uint8_t {
  undetected,     // its connection is dead and it has not noticed
  waiting,        // a wait it planned itself
  on_wire,        // a request or its answer travels
  hub_queue,      // its CONNECT is held by the hub's traffic shaping
  dps_throttled,  // DPS said 429, or the identity write is throttled by the hub's registry
  dps_operation,  // registered, waiting for the assignment, polls included
  given_up,       // it will not ask again
  no_power,       // it is off ...
  booting,        // ... or its program does not run yet
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
  dps_timeout,
  dps_refused,
  dps_unavailable,
  dps_unauthorized
};
std::string_view name(Error error);

// The size of a hub: its edition, as numbered in hub/settings.hpp, and its units; no units: it is not there.
struct Size {
  std::uint8_t edition = 0;
  std::uint32_t units = 0;
  bool operator==(const Size&) const = default;
};

// What becomes of an application whose region is lost, step by step.
enum class RegionStep : std::uint8_t { lost, detected, decided, dps_back, hubs_back, cancelled };

// How an export stands with a destination: not on; nothing of it waits; some does; given up until it is found
// to take data again.
enum class Delivering : std::uint8_t { off, current, behind, failed };

// What an operator did to a device.
enum class Operation : std::uint8_t { blocked, unblocked, approved };

// What IoT Central's control plane does to the hubs, or an operator to devices; or would do and cannot.
struct Decision {
  enum class Kind : std::uint8_t { up, down, out, in, move, failover, action, delivery, destination };
  enum class Outcome : std::uint8_t { begun, done, refused };
  sim::Time at;
  Kind kind = Kind::up;
  Outcome outcome = Outcome::begun;
  HubId hub;  // none: no hub in particular
  std::string from, to;
  std::string reason;  // why it is done, or cannot be done
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
// Every handler does nothing unless a listener says otherwise.
struct Listener {
  virtual ~Listener() = default;
#define SIGNAL(name, ...) \
  virtual void name(__VA_ARGS__) {}
#include "models/signal_list.hpp"
#undef SIGNAL
};
#pragma GCC diagnostic pop

// The listeners that have a handler for a signal, in order of subscription.
template <auto signal>
struct Heard {
  std::vector<Listener*> by;
};

template <auto... signals>
struct HeardOfAll : Heard<signals>... {};

// Whom to tell what.
class Board : HeardOfAll<
#define SIGNAL(name, ...) &Listener::name,
#include "models/signal_list.hpp"
#undef SIGNAL
                  nullptr> {
 public:
  template <class L>
  void subscribe(L& listener) {
    static_assert(std::is_final_v<L>, "handlers of a class below would not be heard");
#define SIGNAL(name, ...) add<&Listener::name>(listener, &L::name);
#include "models/signal_list.hpp"
#undef SIGNAL
  }
  // tell<&Listener::online>(device, at, since, hub)
  template <auto signal, class... Args>
  void tell(const Args&... args) const {
    for (Listener* listener : Heard<signal>::by) (listener->*signal)(args...);
  }

 private:
  // A handler that L does not override is a member of Listener.
  template <auto signal, class Handler>
  void add(Listener& listener, Handler) {
    if constexpr (!std::is_same_v<decltype(signal), Handler>) Heard<signal>::by.push_back(&listener);
  }
};

// Somebody who tells it: tell<&Listener::online>(device, at, since, hub).
class Teller {
 protected:
  explicit Teller(const Board& board) : board_(board) {}
  template <auto signal, class... Args>
  void tell(const Args&... args) const {
    board_.tell<signal>(args...);
  }

 private:
  const Board& board_;
};

}  // namespace signals
