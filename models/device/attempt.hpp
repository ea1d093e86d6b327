// How the devices of a group connect to their hub, as far as their settings decide it: worked out once, and
// asked at each attempt.
#pragma once
#include "models/device/roster.hpp"

namespace device {

// What a token that is too old leads to; none: no token gets too old.
enum class Renewal : std::uint8_t { none, hub_closes, in_place, reconnect, through_dps };

struct Attempt {
  Duration limit{0};      // until the CONNACK
  Duration tcp_limit{0};  // of that, for the TCP connect
  int trips = 0;          // from opening a connection until it serves
  Renewal renewal = Renewal::none;
};

inline bool has_certificate(const Group& group) {
  return group.credentials == provisioning::Attestation::x509;
}

Attempt attempt_of(const RunGroup& group, const network::Constants& distance);

}  // namespace device
