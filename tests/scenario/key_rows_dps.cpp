// What shows that the keys of a provisioning client do something.
#include "tests/scenario/key_rows.hpp"

namespace keys {

std::vector<Row> dps_client_rows() {
  const std::string k = "fleet.client.dps.", c = "fleet[0].client.dps.";
  const std::string together = joined(), slow = "provisioning.processing=1m";
  const auto away = [&](const char* mode) {
    return together + "faults: [{name: away, at: 0s, for: 30m, dps: outage, mode: " + mode + "}]\n";
  };
  return {
      {k + "poll_default", together, {slow, c + "hint_min=10s"}, c + "poll_default=5s", "dps.polls"},
      {k + "hint_min", together, {slow}, c + "hint_min=10s", "dps.polls"},
      {k + "hint_max", together, {slow, "provisioning.poll_after=10s"}, c + "hint_max=4s", "dps.polls"},
      {k + "clamp", together, {slow, c + "hint_min=10s"}, c + "clamp=true", "dps.polls"},
      {k + "first_poll", together, {slow}, c + "first_poll=50s", "dps.polls"},
      {k + "wait_at_429_register", together, {}, c + "wait_at_429_register=false", "dps.registrations"},
      {k + "wait_at_429_poll",
       together,
       {"provisioning.polls_per_minute=20"},
       c + "wait_at_429_poll=false",
       "dps.registrations"},
      {k + "tcp_timeout", away("silent"), {}, c + "tcp_timeout=20s", "dps.refused"},
      {k + "connect_timeout", away("frozen"), {}, c + "connect_timeout=20s", "dps.refused"},
      {k + "answer_timeout",
       together,
       {"fleet[0].access={rtt: 5s}"},
       c + "answer_timeout=1s",
       "dps.registrations"},
      {k + "poll_timeout",
       together,
       {"fleet[0].access={rtt: 5s}"},
       c + "poll_timeout=1s",
       "dps.registrations"},
      {k + "phase_limit", together, {slow}, c + "phase_limit=20s", "dps.registrations"},
  };
}

}  // namespace keys
