// What becomes of an application whose cloud region is lost, and of a hub that fails over by itself.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "models/control/settings.hpp"
#include "sim/random.hpp"

namespace failover {

using sim::Duration;
using sim::Time;

// A time that is drawn: uniform over [least, most], or triangular with a mode.
struct Delay {
  control::Triangular range;
  bool uniform = false;
  Duration at(double u) const {
    return uniform ? sim::uniform_between(range.least, range.most, u) : range.at(u);
  }
};

// What waits in the recovery region.
enum class Standby : std::uint8_t {
  none,    // nothing: Microsoft moves the application, or its hubs
  cold,    // a script that makes hubs and a provisioning service
  warm,    // hubs that nobody is allocated to
  active,  // hubs that take their share all the time
};

// What fails over when the region is lost and nothing stands by.
enum class Moves : std::uint8_t {
  none,         // nothing: it waits for its region
  application,  // new hubs, which devices are given by DPS
  hubs,         // each hub keeps its name, which leads to the paired region
};

// How long the manual failover of a hub takes, from the request to a hub that is active in the other region.
struct HubFailover {
  Duration base{0};
  Duration per_device{0};  // registered on the hub
  Duration least{0};
  std::optional<Duration> most;

  Duration of(std::uint64_t devices) const;
  bool operator==(const HubFailover&) const = default;
};

struct Settings {
  Standby standby = Standby::none;
  Moves moves = Moves::application;
  Delay detection;  // from the loss of the region
  bool automatic = true;
  Duration decision{0};     // from the detection, where it is automatic
  Delay service_rto;        // standby none: from the loss of the region to services elsewhere
  Duration switch_over{0};  // standby warm or active: until DPS serves from the other region
  Duration rpo{0};          // age of the registry's copy
  Duration unread{0};       // age of the oldest message that nobody has read from a hub
  HubFailover hub;
  Duration errors_after{0};  // the manual failover of a hub: until devices notice
  hub::NameService dns;

  // Whether hubs of the recovery region are there from the start.
  bool recovers() const { return standby != Standby::none || moves != Moves::none; }
  bool stands_by() const { return standby == Standby::warm || standby == Standby::active; }
};

}  // namespace failover
