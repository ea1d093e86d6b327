// The record of one device: the state of its client between two wake-ups. Compact, since there are millions.
#pragma once
#include <algorithm>
#include <cstdint>

#include "models/provisioning/service.hpp"
#include "models/signals.hpp"
#include "sim/time.hpp"

namespace device {

using ids::CauseId;
using ids::GroupId;
using ids::HubId;
using signals::Device;
using sim::Duration;
using sim::Time;

enum class State : std::uint8_t {
  away,         // has not joined yet
  connected,    // next: the CONNECT of its token renewal arrives, or never
  undetected,   // its connection is not answered any more; next: it notices
  resuming,     // its packets get through again; next: TCP repeats what was sent in vain, or it notices
                // (phase_start)
  dialing,      // waits, then opens a connection; next: the SYN arrives
  unanswered,   // its SYNs, or what it sent then, are not answered; next: the limit of that stage
  handshaking,  // next: the CONNECT arrives
  queued,       // its CONNECT is held by the hub; next: it gives up waiting
  enrolling,    // next: `register` arrives at DPS
  polling,      // next: a status poll arrives at DPS
  ignored,      // DPS does not answer its request; next: the limit of the answer
  lost,         // it has given up for good
  gone,         // it has left for good
  off,          // without power, or booting; next: its program starts
};

// What of a client nobody answers. Where packets vanish TCP sends again: its SYN, or what it sent on an open
// connection. The kernel of a frozen host has acknowledged it: the connection, on which a handshake begins,
// or the last it sent.
enum class Unheard : std::uint8_t { syn, data, opened, taken };

// One cache line.
struct alignas(64) Client {
  Time next = sim::never;     // its next contact; the wake-up in the calendar may be later while it is parked
  Time since{};               // start of the current request: when it was sent
  Time lost_at{};             // start of the present time without service
  Time phase_start{};         // when it noticed the loss, or the present DPS phase began, or the last ended;
                              // connected to a hub that does not take its messages: when its next publish
                              // arrives there, over AMQP when it sends again what was refused, never if only
                              // the next day's quota lets it; undetected: when its hub closed the connection
                              // while no packet got through, never if it did not
  Duration previous_wait{0};  // for decorrelated jitter; of a connection: when it was opened, see opened()
  std::int32_t rtt_us = 0;    // of the current exchange: one round trip without loss ...
  std::int32_t total_us = 0;  // ... and from opening the connection to the answer
  std::uint32_t draws : 29 = 0;                           // running number of its random draws
  bool polls : 1 = false;                                 // what DPS ignores is a poll
  Unheard unheard : 2 = Unheard::syn;                     // while it is undetected, unanswered or ignored
  std::uint32_t operation = provisioning::Service::none;  // at DPS
  GroupId group;
  std::uint16_t failures = 0;  // failed hub attempts in a row
  HubId hub;                   // the hub name it has cached
  std::uint8_t phases = 0;     // failed DPS-and-connect cycles in a row
  State state : 4 = State::away;
  bool parked : 1 = false;         // its attempts until the wake-up are certain to fail
  bool trying_cached : 1 = false;  // one try of the cached hub after a failed DPS phase
  bool throttled : 1 = false;      // its last poll was answered with 429
  bool sending : 1 = false;        // the hub takes its messages

  Time opened() const { return Time{previous_wait}; }
  void set_opened(Time t) { previous_wait = t.time_since_epoch(); }
  Duration rtt() const { return Duration{rtt_us}; }
  Duration total() const { return Duration{total_us}; }
};
static_assert(sizeof(Client) == 64);

// Its hub closes the connection, which is dead for the client, and no packet gets through.
inline void sever(Client& c, Time now) { c.phase_start = std::min(c.phase_start, now); }

}  // namespace device
