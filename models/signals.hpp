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
  // Service was lost at `at`: the connection was closed or black-holed by `fault`, or ended by the device
  // itself to renew its token (planned).
  virtual void offline(Device, sim::Time at, HubId hub, CauseId fault, bool planned) {}
  // A request that began at `start` fails, which the device learns at `at`. hub: whom it asked, none for
  // DPS.
  virtual void failed(Device, sim::Time start, sim::Time at, HubId hub, Error, CauseId fault) {}
  // From `from` on the device does this; hub: whom its next request goes to, none for DPS.
  virtual void activity(Device, sim::Time from, Activity, HubId hub) {}
  // The network carries its connection no longer, from `at` on, and its hub serves and does not know; it will
  // close it at `closes` if nothing is heard until then (never: it will not).
  virtual void half_open(Device, sim::Time at, sim::Time closes, HubId hub) {}
  // The hub accepted its connection; it had been without since `since`.
  virtual void online(Device, sim::Time at, sim::Time since, HubId hub) {}
  // A token renewal went through without a gap.
  virtual void renewed(Device, sim::Time at, HubId hub) {}
  // From `at` on the hub takes what the device has kept and what it generates; or that stays with the device.
  virtual void sends(Device, sim::Time at) {}
  virtual void holds(Device, sim::Time at) {}
  virtual void gave_up(Device, sim::Time at) {}
  virtual void joined(Device, sim::Time at) {}
  // It leaves for good, with all it has kept. hub: the one it was connected to, none if it was to none.
  virtual void left(Device, sim::Time at, HubId hub) {}
  // The DPS record of the device moves (from none at its first assignment, to none when it has left).
  virtual void assigned(Device, sim::Time at, HubId from, HubId to) {}
  // Whether a hub serves new connections; whether allocation may use it. Also told once for each hub at the
  // start.
  virtual void hub_serves(sim::Time at, HubId hub, bool serves) {}
  virtual void hub_allocatable(sim::Time at, HubId hub, bool allocatable) {}
  // The same of DPS; and whether the devices of a group reach a hub, or DPS (none), over the network.
  virtual void dps_serves(sim::Time at, bool serves) {}
  virtual void path_open(sim::Time at, GroupId group, HubId hub, bool open) {}
  // Of a fault: one of its incidents.
  virtual void fault_began(sim::Time at, CauseId fault) {}
  virtual void fault_ended(sim::Time at, CauseId fault) {}
  // The region of the application is lost to the fault, and what comes of it.
  virtual void region_step(sim::Time at, CauseId fault, RegionStep step) {}
  // What the copy in the other region does not have: the latest changes of so many devices' twins, and
  // messages that nobody had read.
  virtual void region_forgot(sim::Time at, CauseId fault, std::uint64_t twins, double messages) {}
  // The device is given the old address of the hub until `until`, where nothing serves.
  virtual void misled(Device, HubId hub, sim::Time from, sim::Time until) {}
  // IoT Central begins to move devices; `action` is a cause like a fault.
  virtual void action_began(sim::Time at, CauseId action) {}
  // The device's identity on the hub was disabled, so that it asks DPS again.
  virtual void moved(Device, sim::Time at, HubId hub, CauseId action) {}
  // From `at` on its hub and DPS know what an operator did; none: approved when its delay had passed.
  virtual void operated(Device, sim::Time at, Operation, CauseId action) {}
  // From now on the hub has this size; none: it is not there. Also told once for each hub at the start.
  virtual void hub_sized(sim::Time at, HubId hub, const Size&) {}
  virtual void decided(const Decision&) {}
  // A delivery is an export to one of its destinations, numbered in the order of the scenario.
  virtual void delivering(sim::Time at, std::size_t delivery, Delivering) {}
};

#pragma GCC diagnostic pop

// The listeners that have a handler for a signal, in order of subscription.
template <auto signal>
struct Heard {
  std::vector<Listener*> by;
};

// Whom to tell what.
class Board : Heard<&Listener::offline>,
              Heard<&Listener::failed>,
              Heard<&Listener::activity>,
              Heard<&Listener::half_open>,
              Heard<&Listener::online>,
              Heard<&Listener::renewed>,
              Heard<&Listener::sends>,
              Heard<&Listener::holds>,
              Heard<&Listener::gave_up>,
              Heard<&Listener::joined>,
              Heard<&Listener::left>,
              Heard<&Listener::assigned>,
              Heard<&Listener::hub_serves>,
              Heard<&Listener::hub_allocatable>,
              Heard<&Listener::dps_serves>,
              Heard<&Listener::path_open>,
              Heard<&Listener::fault_began>,
              Heard<&Listener::fault_ended>,
              Heard<&Listener::region_step>,
              Heard<&Listener::region_forgot>,
              Heard<&Listener::misled>,
              Heard<&Listener::action_began>,
              Heard<&Listener::moved>,
              Heard<&Listener::operated>,
              Heard<&Listener::hub_sized>,
              Heard<&Listener::decided>,
              Heard<&Listener::delivering> {
 public:
  template <class L>
  void subscribe(L& listener) {
    static_assert(std::is_final_v<L>, "handlers of a class below would not be heard");
    add<&Listener::offline>(listener, &L::offline);
    add<&Listener::failed>(listener, &L::failed);
    add<&Listener::activity>(listener, &L::activity);
    add<&Listener::half_open>(listener, &L::half_open);
    add<&Listener::online>(listener, &L::online);
    add<&Listener::renewed>(listener, &L::renewed);
    add<&Listener::sends>(listener, &L::sends);
    add<&Listener::holds>(listener, &L::holds);
    add<&Listener::gave_up>(listener, &L::gave_up);
    add<&Listener::joined>(listener, &L::joined);
    add<&Listener::left>(listener, &L::left);
    add<&Listener::assigned>(listener, &L::assigned);
    add<&Listener::hub_serves>(listener, &L::hub_serves);
    add<&Listener::hub_allocatable>(listener, &L::hub_allocatable);
    add<&Listener::dps_serves>(listener, &L::dps_serves);
    add<&Listener::path_open>(listener, &L::path_open);
    add<&Listener::fault_began>(listener, &L::fault_began);
    add<&Listener::fault_ended>(listener, &L::fault_ended);
    add<&Listener::region_step>(listener, &L::region_step);
    add<&Listener::region_forgot>(listener, &L::region_forgot);
    add<&Listener::misled>(listener, &L::misled);
    add<&Listener::action_began>(listener, &L::action_began);
    add<&Listener::moved>(listener, &L::moved);
    add<&Listener::operated>(listener, &L::operated);
    add<&Listener::hub_sized>(listener, &L::hub_sized);
    add<&Listener::decided>(listener, &L::decided);
    add<&Listener::delivering>(listener, &L::delivering);
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

}  // namespace signals
