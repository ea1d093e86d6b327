// A hub closes a connection on which it hears nothing for too long, in peace time as well: that of a client
// which pings seldom or never, between messages that are far apart.
#include <algorithm>

#include "models/device/devices.hpp"

namespace device {

// How long ago a client of an established fleet has sent something.
Duration Devices::idle_at_begin(Device d, const Client& c) const {
  if (!seldom_sends(c)) return Duration{0};
  const double u = streams_.draw(key(d), purpose::idle_phase, 0).uniform(0);
  return sim::uniform_between(Duration{0}, hub_patience(behaviour(c).keep_alive), u);
}

// When the hub closes the connection, if the client sent something at `from`; never, if each packet comes in
// time.
Time Devices::closed_as_idle(Device d, const Client& c, Time from) const {
  constexpr int most_packets = 1'000;  // that are looked at, where the load follows a profile
  const Behaviour& b = behaviour(c);
  const Duration patience = hub_patience(b.keep_alive), ping_every = b.detection.ping_every;
  const RunGroup& k = run_groups_.known(c.group);
  const Duration every = k.group->telemetry.every;
  if (every.count() > 0 && every <= patience && !k.pace) return sim::never;
  const MessageClock clock = message_clock(d);
  Time heard = from, ping = ping_every.count() > 0 ? from + ping_every : sim::never;
  for (int i = 0; i < most_packets && heard < c.next; ++i) {
    const Time next = std::min(clock.next(heard), ping);
    if (next == sim::never || next - heard > patience) return std::max(heard + patience, now_ + Duration{1});
    heard = next;
    if (ping == next) ping += ping_every;
  }
  return sim::never;
}

void Devices::plan_idle_close(Device d, Client& c, Time from) {
  idle_until_.erase(d);
  const Time closed = closed_as_idle(d, c, from);
  if (closed >= c.next) return;
  idle_until_.emplace(d, closed);
  c.next = closed;
}

bool Devices::idle_closes(Device d, Time now) {
  const auto found = idle_until_.empty() ? idle_until_.end() : idle_until_.find(d);
  if (found == idle_until_.end() || found->second > now) return false;
  idle_until_.erase(found);
  return true;
}

}  // namespace device
