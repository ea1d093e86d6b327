// Where things are and how far apart: regions, access networks, and the delay between a device and a service.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/random.hpp"

namespace network {

// A place, from the catalog models/network/regions.yaml.
struct Region {
  std::string name;     // "westeurope", "germany"
  double latitude = 0;  // degrees
  double longitude = 0;
  std::string pair;    // cloud regions: the paired region, empty if none
  bool zones = false;  // cloud regions: availability zones
  bool cloud = false;  // cloud region, or a region where devices are

  bool spans_zones() const { return zones; }  // a service in it survives the loss of a zone
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
