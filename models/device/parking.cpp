// Parking: attempts whose outcome is certain cost no event. While its hub does not serve, a client that
// retries is woken only when it will do something else by its own rules; when the hub changes, its attempts
// until then are replayed from its own stream, told and counted, as if each had been an event.
#include "models/device/devices.hpp"
#include "sim/invariant.hpp"

namespace device {

namespace {
constexpr int rehearsal_max = 1000;
}

bool Devices::certain(const Client& c) const {
  return (c.state == State::dialing || c.state == State::handshaking) && !hub_of(c).serves();
}

Time Devices::wake_time(Device d, Client& c) {
  if (!parking_ || !certain(c)) return c.next;
  c.parked = true;
  return fails_for_ever(c) ? sim::never : std::max(c.next, leave_time(d, c));
}

// Whether nothing in its own rules ends its attempts.
bool Devices::fails_for_ever(const Client& c) const {
  const Behaviour& b = behaviour(c);
  const hub::Mode mode = hub_of(c).mode();
  const Reaction r = mode == hub::Mode::refuse   ? b.reactions.refused
                     : mode == hub::Mode::silent ? b.reactions.timeout
                                                 : b.reactions.unavailable;
  const Duration period = kinds_[c.group].group->telemetry.every;
  // With a limit, only messages that keep coming keep it going.
  const bool messages = b.retry.per_message && period.count() > 0 && period <= b.retry.limit;
  const bool goes_on = b.retry.kind != RetryKind::none && (b.retry.limit.count() == 0 || messages);
  // A failure of another class may still be on its way when the state has just changed.
  return r == Reaction::retry && goes_on && !c.trying_cached && c.state == State::dialing &&
         b.return_to_dps.kind == ReturnRule::Kind::never && kinds_[c.group].group->never_recovers == 0;
}

// The contact after which it does something else, found by rehearsing on a copy; a long rehearsal is broken
// off, and the client parks again from there.
Time Devices::leave_time(Device d, const Client& client) {
  Client c = client;
  const Time before = now_;
  const auto found = sequences_.find(d);
  // A list of one or none: an optional of them draws a false warning from GCC 12.
  std::vector<Sequences> kept;
  if (found != sequences_.end()) kept.push_back(found->second);
  rehearsing_ = true;
  Time leave = c.next;
  for (int attempts = 0; certain(c) && attempts < rehearsal_max; ++attempts) {
    leave = now_ = c.next;
    contact(d, c, leave);
  }
  rehearsing_ = false;
  now_ = before;
  if (!kept.empty()) sequences_.insert_or_assign(d, kept.front());
  return leave;
}

void Devices::catch_up(Device d, Client& c, Time until) {
  const Time before = now_;
  c.parked = false;
  while (c.next < until) {
    if (c.state == State::dialing) ++parked_attempts_;
    now_ = c.next;
    contact(d, c, now_);
    sim::require(certain(c), "device {} left its parking place unseen", d);
  }
  now_ = before;
}

void Devices::finish(Time end) {
  for (Device d = 0; d < clients_.size(); ++d)
    if (clients_[d].parked) catch_up(d, clients_[d], end);
}

}  // namespace device
