// Where things are and how far apart: regions, access networks, and the delay between a device and a service.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/random.hpp"

namespace network {

// What of a hub outlives the loss of an availability zone.
enum class ZoneSupport { none, compute, data_and_compute };

// A place, from the catalog models/network/regions.yaml.
struct Region {
  std::string name;     // "westeurope", "germany"
  double latitude = 0;  // degrees
  double longitude = 0;
  std::string pair;                       // cloud regions: the paired region, empty if none
  ZoneSupport zones = ZoneSupport::none;  // cloud regions
  bool cloud = false;                     // cloud region, or a region where devices are

  // A service in it survives the loss of a zone.
  bool spans_zones() const { return zones == ZoneSupport::data_and_compute; }
  // Of the nth hub there (from 0): its zones, 1 to 3, in turn; 0 where services span them.
  std::uint32_t zone_of(std::size_t nth) const {
    return spans_zones() ? 0 : static_cast<std::uint32_t>(nth % 3 + 1);
  }
};

// How a device reaches the internet.
struct Access {
  std::string name;      // catalog name, or "custom"
  sim::Duration rtt{0};  // median round trip it adds
  double loss = 0;       // share of round trips in which a packet is lost, [0, 1)
};

// A path between a device and a service: one round trip is log-normal around `rtt`; a lost packet adds a
// retransmission time-out, doubled for each further loss.
struct Path {
  sim::LogNormal rtt;
  double loss = 0;
};

}  // namespace network
