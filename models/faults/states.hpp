// What the active incidents make of a hub, of the provisioning service, and of the path between devices and a
// cloud region. Incidents may overlap: the gravest decides, among equals the one that began first.
#pragma once
#include <array>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/faults/settings.hpp"
#include "models/network/settings.hpp"

namespace faults {

inline constexpr std::uint32_t zones = 3;  // of a region that has them (facts, platform 3.8)

// What a service, or a path, is to do from now on.
struct State {
  hub::Mode mode = hub::Mode::up;
  double capacity = 1;
  CauseId incident;  // the one that decides it
  // Of a service that spans the zones of its region: by which incident each is lost, if it is.
  std::array<CauseId, zones> zones_lost{};
  bool host_down = false;  // its region or zone is gone without a word, its host with it
  bool operator==(const State&) const = default;
};

// Where a hub or the provisioning service is.
struct Place {
  const network::Region* region = nullptr;
  std::uint32_t zone = 1;
};

// A destination of exports, for faults that are about it.
struct Site {
  std::uint32_t destination = 0;
  std::string region;
  std::uint32_t zone = 1;
  bool spans_zones = false;
  std::string home;  // region of the application
};
bool concerns(const Fault& fault, const Site& site);

// Limits of the provisioning service that quota faults and neighbours make.
struct Limits {
  std::optional<double> registrations, polls;               // a minute
  double neighbour_registrations = 0, neighbour_polls = 0;  // a minute
  bool operator==(const Limits&) const = default;
};

// Of a path; `mode` is up or what the devices see instead of the service.
struct PathState {
  hub::Mode mode = hub::Mode::up;
  CauseId incident;
  Impairment impairment;
  bool operator==(const PathState&) const = default;
};

class States {
 public:
  // `active`: incidents in the order in which they began.
  States(const Incidents& incidents, const std::vector<CauseId>& active);
  State hub(HubId hub, const Place& place) const;
  State dps(const Place& place) const;
  // A destination of exports that spans the zones of its region goes with the last of them.
  State destination(std::uint32_t index, const Place& place, bool spans_zones) const;
  std::set<std::uint32_t> partitions_out(std::uint32_t destination) const;
  // Whether the network between two cloud regions is cut.
  bool cut(const std::string& region, const std::string& other) const;
  Limits limits() const;
  PathState reach(const std::string& devices, const std::string& access, const std::string& cloud) const;
  // The incident that has cut the power of a group of devices; none if it has power.
  CauseId without_power(const std::string& group, const std::string& region) const;
  // The active incidents of these targets.
  std::vector<CauseId> of(std::initializer_list<Target> targets) const;

 private:
  // Active incidents of one target, by their places in the order in which they began.
  using Places = std::vector<std::size_t>;
  const Fault& fault(CauseId i) const { return incidents_[i].what; }
  const Places& own(Target target, std::size_t index = 0) const;
  template <class Take>
  void each_with_regional(const Places& own, const Take& take) const;
  void worsen(State& state, const Fault& fault, CauseId incident, const Place& place) const;
  const Incidents& incidents_;
  const std::vector<CauseId>& active_;
  std::map<std::pair<Target, std::size_t>, Places> own_;  // of those that are about one service
  Places regional_;                                       // about regions and zones
  std::vector<CauseId> on_ways_;
};

}  // namespace faults
