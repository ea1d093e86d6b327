// The delay between a device and a service: distance, access network, jitter, lost packets.
#pragma once
#include "models/network/settings.hpp"
#include "models/network/tcp.hpp"  // part of the face

namespace network {

// What distance costs, from the catalog models/network/path.yaml.
struct Constants {
  sim::Duration per_1000km{0};  // round trip of light in 1,000 km of fibre
  double stretch = 1;           // length of the path over the great-circle distance
  sim::Duration overhead{0};    // of a round trip over no distance
  double jitter = 1;            // 95th percentile over median
  int connect_trips = 0;        // round trips from opening a connection to the CONNACK
  int register_trips =
      0;               // from opening a connection to the provisioning service to the answer to `register`
  int poll_trips = 0;  // of a status poll on that connection
  int amqp_trips = 0;  // AMQP: from opening a connection to a link for messages ...
  int cbs_trips = 0;   // ... and what a SAS token adds
  int amqp_register_trips = 0;
  int web_socket_trips = 0;  // what WebSockets add to opening a connection
  sim::Duration x509{0};     // what a client certificate adds to opening a connection
};

// Great-circle distance on a sphere of the Earth's mean radius.
double distance_km(const Region& a, const Region& b);
// The median round trip over this distance without an access network, in whole tenths of a millisecond.
sim::Duration median_round_trip(double km, const Constants& constants);

Path path(const Region& device, const Access& access, const Region& cloud, const Constants& constants);

struct Exchange {
  sim::Duration round_trip;  // one, without loss
  sim::Duration total;
};
// How long an exchange of `trips` round trips takes. One draw gives the speed of the path, the same for all
// its round trips, and for each round trip, independently, how often a packet of it is lost. A path without
// delay and loss takes no time at all. Uses words 0, 2 and 3 of the draw.
Exchange exchange(const Path& path, int trips, const sim::Draw& draw);

}  // namespace network
