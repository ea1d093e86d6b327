// A fault of the scenario: what fails, when, and how.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "models/hub/settings.hpp"
#include "models/ids.hpp"

namespace faults {

using ids::CauseId;
using ids::HubId;

enum class Target : std::uint8_t {
  hub,
  region,       // a cloud region: its hubs, and the services of the application if they are there
  zone,         // an availability zone of a cloud region
  dps,          // the provisioning service
  quota,        // other limits of the provisioning service
  neighbour,    // other tenants' requests at the provisioning service
  link,         // between regions of devices and cloud regions
  access,       // an access network
  backbone,     // the network between two cloud regions
  destination,  // of exports
  partition,    // of an event hub
  power,        // of devices: of a group, or of all in a region
};
inline constexpr Target last_target = Target::power;

// What is added to every path that a fault of a link or an access network touches.
struct Impairment {
  sim::Duration latency{0};  // to the median round trip
  double loss = 0;           // share of round trips, beside what was lost before
  bool operator==(const Impairment&) const = default;
};

// Times that are drawn: the target is up and down in turn, each stretch by a distribution with this mean.
struct Chance {
  enum class Repair : std::uint8_t { exponential, fixed, lognormal };
  sim::Duration mtbf{0}, mttr{0};
  double shape = 1;  // Weibull's, of the time to failure; 1: exponential
  Repair repair = Repair::exponential;
  double sigma = 0;                       // lognormal: standard deviation of the logarithm
  double with_zone = 0, with_region = 0;  // share of the outages that take along all else there
};

struct Fault {
  std::string name;
  sim::Time at;
  sim::Duration duration{0};  // `for`; until the end of the run when zero
  HubId hub;                  // one of those that are there at the start
  hub::Mode mode = hub::Mode::refuse;
  double capacity = 1;  // degraded: share of the capacity left, (0, 1)
  Target target = Target::hub;
  std::string region{};  // cloud region of a region, zone, link or backbone; of a link: all where empty
  std::string other{};   // cloud region at the other end of a backbone
  std::uint32_t destination = 0;  // index into the destinations, also of a partition
  std::uint32_t partition = 0;    // from 0
  std::uint32_t zone = 0;         // 1..3
  std::string devices{};  // region of the devices: of a link, all where empty; of power, none where empty
  std::string group{};    // of power: the group, where it is not about a region
  std::string access{};   // name of an access network
  std::optional<Impairment> impairment{};                   // of a link or access network that is not down
  std::optional<double> registrations{}, polls{};           // quota: a minute, as before where absent
  double neighbour_registrations = 0, neighbour_polls = 0;  // a minute
  bool each = false;               // every hub, zone or region, by `target`, has incidents of its own
  std::optional<Chance> chance{};  // instead of `at` and `duration`
  std::uint32_t instants = 0;      // instead of `at`: a replication for each of them and each target

  sim::Time end() const { return duration.count() > 0 ? at + duration : sim::never; }
};

// One time that a fault happens, brought about by the injector; the models know it as a cause.
struct Incident {
  std::size_t fault = 0;  // index into the faults of the scenario
  Fault what;
};
using Incidents = ids::PerId<CauseId, Incident>;  // of a replication: the first of its causes

}  // namespace faults
