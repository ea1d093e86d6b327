// What a scenario has that faults may name.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "models/network/settings.hpp"

namespace faults {

struct Topology {
  struct Hub {
    std::string name, region;
    std::uint32_t zone = 1;
  };
  struct Zone {
    std::string region;
    std::uint32_t zone = 1;
  };
  // Of exports.
  struct Destination {
    std::string name, region;
    std::uint32_t zone = 1;
    bool spans_zones = false;
    std::uint32_t partitions = 0;  // that may fail one by one; none: it fails as a whole
    std::string failover{};        // the region it may go to; empty: none
  };
  std::vector<Hub> hubs;                    // at the start
  std::vector<Zone> zones;                  // in use at the start, for faults of each
  std::vector<std::string> regions;         // the same
  std::vector<Destination> destinations{};  // in the order of the scenario

  // For the names in a scenario.
  std::vector<Hub> later_hubs{};   // those that may be made
  std::string home{}, recovery{};  // cloud regions of the application; recovery: empty if there is none
  bool leaves = false;             // something of it may come to be in the recovery region, whatever fails
  const std::map<std::string, network::Region>* places = nullptr;       // every region of the catalog
  std::set<std::string> device_regions{}, access_networks{}, groups{};  // of the fleet
  double registrations = 0, polls = 0;                                  // that DPS admits, a minute
  bool whole_requests = false;                                          // and that it counts one by one
};

}  // namespace faults
