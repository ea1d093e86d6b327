// A hub closes a connection on which it hears nothing for too long, in peace time as well: that of a client
// which pings seldom or never, between messages that are far apart.
#include <algorithm>

#include "models/device/protocol.hpp"
#include "models/purpose.hpp"

namespace device {

// When the connection of a client of an established fleet was opened. A token tells, since its renewal opens
// one; one that seldom sends has been disconnected since, again and again.
Time Protocol::opened_before(Device d, const Client& c) const {
  const auto drawn = [&](sim::Purpose why, Duration most) {
    return Time{-sim::uniform_between(Duration{0}, most, roster_.drawn_once(d, why))};
  };
  if (seldom_sends_.known(c.group)) return drawn(purpose::idle_phase, hub_patience(roster_.behaviour(c)));
  if (renews(c)) return c.since - roster_.group(c).renewal;
  return drawn(purpose::detection, std::chrono::days{30});
}

// When the hub closes the connection, if the client sent something at `from`; never, if each packet comes in
// time.
Time Protocol::closed_as_idle(Device d, const Client& c, Time from) const {
  constexpr int most_packets = 1'000;  // that are looked at, where the load follows a profile
  const Duration patience = hub_patience(roster_.behaviour(c));
  const RunGroup& k = roster_.group(c);
  const Duration every = k.group->telemetry.every;
  if (every.count() > 0 && every <= patience && !k.pace) return sim::never;
  const MessageClock clock = roster_.message_clock(d);
  const Pings pinging = pings(d, c);
  Time heard = from;
  for (int i = 0; i < most_packets && heard < c.next; ++i) {
    const Time next = std::min(clock.next(heard), pinging.next(heard));
    if (next == sim::never || next - heard > patience)
      return std::max(heard + patience, roster_.now() + Duration{1});
    heard = next;
  }
  return sim::never;
}

void Protocol::plan_idle_close(Device d, Client& c, Time from) {
  idle_until_.erase(d);
  const Time closed = closed_as_idle(d, c, from);
  if (closed >= c.next) return;
  idle_until_.emplace(d, closed);
  c.next = closed;
}

bool Protocol::is_idle_too_long(Device d, Time now) {
  const auto found = idle_until_.find(d);
  if (found == idle_until_.end() || found->second > now) return false;
  idle_until_.erase(found);
  return true;
}

}  // namespace device
