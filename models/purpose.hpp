// Why the models draw random numbers. A number, once given, stays: changing it changes every result.
#pragma once
#include "sim/random.hpp"

namespace purpose {

enum : sim::Purpose {
  telemetry_phase = 1,  // of a device, once
  renewal_phase = 2,    // of an established device, once
  attempt = 4,          // a connect or register attempt, a status poll, and the back-off before a connect
  detection = 5,        // phase of the keep-alive at a silent fault
  return_rule = 6,      // `after 15m..30m`, one a device and loss
  never_recovers = 7,   // of a device, once
  dps_processing = 9,   // service time of a provisioning operation
  allocation = 11,      // two choices
  probe_phase = 12,     // of a hub, once
  placement = 13,       // salt of the initial allocation
  message_retry = 14,   // back-off of one message's own retry sequence (Node.js)
  notice = 15,          // how late an application looks at its connection
  refused_group = 16,   // whose message a hub refuses
  refused_device = 17,
  action_delay = 18,      // of what is done to a hub
  move_order = 19,        // salt of the order in which devices are moved
  region_times = 20,      // of a failover: detection, recovery, hubs
  twin_age = 21,          // of a device when a region is lost: how old its latest property update is
  name_service = 22,      // of a device when its hub has moved: when it is given the new address
  action_order = 30,      // salt of the order in which devices of a group are a share of it
  migration = 31,         // how long it takes to make a hub of a migration
  outage = 40,            // of a target that fails by chance: when, for how long, what it takes along
  first_outage = 41,      // how long it is until the first
  export_start = 50,      // of a new export, once: how long until it gives data
  export_retry = 51,      // of a delivery: jitter of a wait
  export_latency = 52,    // of what it delivers
  idle_phase = 25,        // of an established device that seldom sends: when it last did
  creation = 23,          // of an established device: when its process started
  tick_jitter = 24,       // of a second in which processes start: what their rand() gives, draw by draw
  boot = 26,              // of a device, boot by boot: how long it takes
  neighbour = 32,         // of other tenants at DPS, by kind of request: where in its slot each one lies
  account_failover = 53,  // of a destination: how long its failover takes
};

}  // namespace purpose
