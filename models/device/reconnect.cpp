// What a client does when its hub connection is lost or an attempt fails.
#include <algorithm>

#include "models/device/dps_phase.hpp"
#include "models/device/hub_phase.hpp"
#include "models/purpose.hpp"

namespace device {

using signals::Activity;
using signals::Error;
using signals::Listener;

namespace {

Reaction reaction(const Reactions& reactions, Error error) {
  switch (error) {
    case Error::closed:
      return reactions.closed;
    case Error::refused:
      return reactions.refused;
    case Error::timeout:
      return reactions.timeout;
    case Error::unavailable:
      return reactions.unavailable;
    case Error::unauthorized:
      return reactions.unauthorized;
    default:
      return reactions.dropped;
  }
}

// Whether the TCP connect of the attempt that failed was done.
bool tcp_was_open(const Client& c, Error error) {
  const bool waited = c.state == State::unanswered && c.unheard == Unheard::syn;
  return !waited && c.state != State::dialing && error != Error::refused;
}

// When its CONNECT was sent; never if there was no connection for it by then.
Time connect_sent(const Client& c, Error error) {
  const bool waited = c.state == State::unanswered && c.unheard == Unheard::opened;
  return tcp_was_open(c, error) && !waited ? c.since + c.total() - c.rtt() : sim::never;
}

}  // namespace

void HubPhase::failed(Device d, Client& c, Time at, Error error) {
  if (c.failures < most_failures) ++c.failures;
  // A missing identity is no fault's doing, a disabled one that of who moved the device.
  const View view = reach_.hub_view(d, c);
  const bool moved = error == Error::unavailable && hub::serves(view.mode);
  const CauseId fault = error == Error::unauthorized ? CauseId::none
                        : moved                      ? reach_.disabled_by(d)
                                                     : reach_.kept_away(d, c, view);
  tell<&Listener::failed>(d, c.since, at, c.hub, error, fault);
  if (tcp_was_open(c, error)) protocol_.use_token(d, c, c.since + c.rtt());
  if (!c.trying_cached) return react(d, c, at, error);
  c.trying_cached = false;
  dps_phase_.again(d, c, at);
}

void HubPhase::react(Device d, Client& c, Time at, Error error) {
  const Behaviour& b = roster_.behaviour(c);
  const bool first = error == Error::closed;
  if (first) {
    at += sim::uniform_between(Duration{0}, b.notice,
                               b.notice.count() > 0 ? roster_.draw(d, c, purpose::notice).uniform(0) : 0);
    c.failures = 0;
    c.phases = 0;
    c.previous_wait = Duration{0};
    c.phase_start = at;
    waits_.begin_sequences(d, c, c.lost_at, at);
    programs_.wind(d, c, at);
  }
  if (programs_.doomed(d, c)) {
    programs_.unwind(d);  // it needs a power cycle
    return give_up(d, c, at);
  }
  const Reaction todo = reaction(b.reactions, error);
  if (todo == Reaction::stop) return give_up(d, c, at);
  if (todo != Reaction::dps && !waits_.rule_says_dps(d, c, at))
    return retry(d, c, at, error, todo == Reaction::next_message);
  if (!first && c.phases < most_cycles && !waits_.retried_hub(d, c)) ++c.phases;
  if (waits_.cycles_exhausted(c)) return give_up(d, c, at);
  dps_phase_.leave_hub(d, c, at);
}

void HubPhase::retry(Device d, Client& c, Time at, Error error, bool rejected) {
  const Retry& policy = roster_.behaviour(c).retry;
  const bool first = error == Error::closed;
  if (policy.kind == RetryKind::none) return give_up(d, c, at);
  if (policy.by_sends()) return retry_messages(d, c, at, error, rejected);
  if (rejected) return await_message(d, c, at);
  const sim::Draw drawn = roster_.draw(d, c, purpose::attempt);  // of the wait and of the attempt after it
  const Duration wait = first ? policy.first : waits_.next(d, c, drawn);
  Time start = at + wait;
  if (!first) {
    c.previous_wait = wait;
    if (policy.from_attempt) start = std::max(at, waits_.from_attempt(d, c) + wait);
    start = std::max(start, c.since + policy.spacing);
  }
  // Whoever failed before the limit tries once more, however late that is.
  if (!first && policy.limit.count() > 0 && at >= waits_.trying_since(c) + policy.limit)
    return give_up(d, c, at);
  tell<&Listener::activity>(d, at, Activity::waiting, c.hub);
  if (waits_.returns_by(d, c, start))
    return dps_phase_.leave_hub(d, c, std::max(at, waits_.return_time(d, c)));
  dial_at(d, c, start, drawn);
}

// Nothing but its next message makes it try again.
void HubPhase::await_message(Device d, Client& c, Time at) {
  const Time start = roster_.message_clock(d).next(at);
  wait_until(d, c, at, start);
}

// Until its return to DPS, if that is sooner; it gives up where neither comes.
void HubPhase::wait_until(Device d, Client& c, Time at, Time start) {
  tell<&Listener::activity>(d, at, Activity::waiting, c.hub);
  if (waits_.returns_by(d, c, start))
    return dps_phase_.leave_hub(d, c, std::max(at, waits_.return_time(d, c)));
  if (start == sim::never) return give_up(d, c, at);
  dial_at(d, c, start, roster_.draw(d, c, purpose::attempt));
}

void HubPhase::retry_messages(Device d, Client& c, Time at, Error error, bool rejected) {
  Sequences& sequences = waits_.sequences(d);
  const Sequences::Owner owner = waits_.owner(d, c);
  if (error != Error::closed)
    sequences.fail(owner, {c.since, connect_sent(c, error), at, rejected},
                   [&] { return roster_.draw(d, c, purpose::message_retry); });
  Time start = sequences.next(owner, at);
  if (error != Error::closed && start != sim::never)
    start = std::max(start, c.since + roster_.behaviour(c).retry.spacing);
  wait_until(d, c, at, start);
}

void HubPhase::dial_at(Device d, Client& c, Time t, const sim::Draw& drawn) {
  const network::Exchange drawn_trip =
      network::exchange(reach_.route(c).path, protocol_.connect_trips(c), drawn);
  Protocol::set_trip(c, drawn_trip, protocol_.certificate(c));
  c.since = std::max(t, roster_.now());
  c.state = State::dialing;
  untold_.forget(d);
  c.next = roster_.tick_after(c.since + std::min(c.rtt() / 2, protocol_.tcp_limit(c)));
  tell<&Listener::activity>(d, c.since, Activity::on_wire, c.hub);
}

// The first attempt is that of the first sequence.
void HubPhase::try_hub(Device d, Client& c, Time t, const sim::Draw& drawn) {
  c.failures = 0;
  c.previous_wait = Duration{0};
  c.phase_start = t;
  waits_.begin_sequences_with(d, c, t);
  dial_at(d, c, t, drawn);
}

void HubPhase::give_up(Device d, Client& c, Time at) {
  c.state = State::lost;
  c.next = sim::never;
  abandon(d, c);
  tell<&Listener::activity>(d, at, Activity::given_up, c.hub);
  tell<&Listener::gave_up>(d, at);
}

void HubPhase::abandon(Device d, Client& c) {
  if (c.operation != provisioning::Service::none) reach_.dps().forget(c.operation);
  c.operation = provisioning::Service::none;
  waits_.forget(d);
  reach_.forget(d);
  protocol_.forget(d);
  untold_.forget(d);
  twins_.forget(d);
}

}  // namespace device
