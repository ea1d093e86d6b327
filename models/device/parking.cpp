// Parking: attempts whose outcome is certain cost no event. While its hub does not serve, a client that
// retries by the clock is woken only when a limit of its own rules is reached; while neither its hub nor DPS
// does, whatever it does is certain. When one of them changes, or the way to it, its attempts until then are
// replayed from its own stream, told and counted, as if each had been an event.
#include <algorithm>

#include "models/device/devices.hpp"
#include "sim/invariant.hpp"

namespace device {

bool Devices::hub_is_away(Device d, const Client& c) const {
  return c.hub == HubId::none || !hub::serves(hub_view(d, c).mode) ||
         identity(d, c) == hub::Identity::disabled;
}

bool Devices::certain(Device d, const Client& c) const {
  if (c.state == State::enrolling || c.state == State::ignored) return !hub::serves(dps_view(c).mode);
  return (c.state == State::dialing || c.state == State::unanswered || c.state == State::handshaking) &&
         hub_is_away(d, c);
}

// Until when its attempts are certain to fail, as things are; its next contact if that one is not.
Time Devices::parked_until(Device d, const Client& c) const {
  if (!certain(d, c)) return c.next;
  if (c.hub != HubId::none && now_ < addresses_.known(c.hub).known_to_all)
    return c.next;  // its hub is back, under an address that it is not given yet
  if (hub::serves(dps_view(c).mode)) return goes_on(d, c) ? leave_time(d, c) : c.next;
  if (hub_is_away(d, c)) return sim::never;  // whatever it asks
  const OnDpsFailure then = behaviour(c).on_dps_failure;
  return then == OnDpsFailure::cached_hub || then == OnDpsFailure::retry_hub ? c.next : sim::never;
}

Time Devices::wake_time(Device d, Client& c) {
  const Time interrupted = interruption(d, c);
  if (refused_soon(c)) return std::min({c.next, std::max(c.phase_start, now_ + Duration{1}), interrupted});
  if (c.state == State::connected)
    return std::min({c.next, std::max(next_twin_read(d), now_ + Duration{1}), interrupted});
  const Time until = parking_ ? parked_until(d, c) : c.next;
  c.parked = until > c.next;
  return std::min(std::max(c.next, until), interrupted);
}

// Whether it retries whatever its hub's state makes of its attempts. A client whose failures are counted
// makes few attempts; a failure of another class may still be on its way while a CONNECT is.
bool Devices::goes_on(Device d, const Client& c) const {
  const Behaviour& b = behaviour(c);
  if (b.return_to_dps.kind == ReturnRule::Kind::at_once ||
      b.return_to_dps.kind == ReturnRule::Kind::after_failures)
    return false;
  if ((c.state != State::dialing && c.state != State::unanswered) || c.trying_cached ||
      b.retry.kind == RetryKind::none)
    return false;
  const hub::Mode mode = hub_view(d, c).mode;
  const Reaction answered = mode == hub::Mode::refuse ? b.reactions.refused
                            : !hub::answers(mode)     ? b.reactions.timeout
                                                      : b.reactions.unavailable;
  if (answered != Reaction::retry || b.reactions.timeout != Reaction::retry) return false;
  // With a limit for each message, only messages that keep coming keep it going.
  const RunGroup& k = run_groups_.known(c.group);
  const Duration period = k.group->telemetry.every;
  const bool keep_coming = period.count() > 0 && period <= b.retry.limit && !k.pace;
  const bool per_message = b.retry.per_message && b.retry.limit.count() > 0;
  return (!per_message || keep_coming) && !doomed(d, c);
}

// No attempt that is sent before it ends the series; the last of them may say what happens from then on.
Time Devices::leave_time(Device d, const Client& c) const {
  const Behaviour& b = behaviour(c);
  const Time returns = b.return_to_dps.kind == ReturnRule::Kind::after_time ? return_time(d, c) : sim::never;
  const bool limited = b.retry.limit.count() > 0 && !b.retry.per_message;
  return limited ? std::min(returns, trying_since(c) + b.retry.limit) : returns;
}

void Devices::catch_up(Device d, Client& c, Time until) {
  const Time before = now_;
  c.parked = false;
  while (c.next < until) {
    sim::require(certain(d, c), "device {} left its parking place unseen", d);
    if (c.state == State::dialing || c.state == State::enrolling) ++parked_attempts_;
    now_ = c.next;
    contact(d, c, now_);
  }
  now_ = before;
}

void Devices::finish(Time end) {
  for (Device d = 0; d < clients_.size(); ++d)
    if (clients_[d].parked) catch_up(d, clients_[d], end);
}

}  // namespace device
