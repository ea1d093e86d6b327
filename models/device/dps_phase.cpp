#include "models/device/dps_phase.hpp"

#include <algorithm>

#include "models/device/hub_phase.hpp"
#include "models/device/retry.hpp"
#include "models/purpose.hpp"

namespace device {

using provisioning::PollAnswer;
using signals::Activity;
using signals::Error;
using signals::Listener;

void DpsPhase::begin(Device d, Client& c, Time at, const sim::Draw& drawn) {
  c.trying_cached = false;
  c.phase_start = std::max(at, roster_.now());
  waits_.phase_begins(d, c);
  request(d, c, c.phase_start, protocol_.register_trips(c), drawn);
}

void DpsPhase::leave_hub(Device d, Client& c, Time at) {
  if (!waits_.was_just_assigned(d)) return begin(d, c, at);
  roster_.behaviour(c).on_dps_failure == OnDpsFailure::retry_hub ? retry_hub(d, c, at) : again(d, c, at);
}

// The hub that it knows, as after a loss, when the wait is over.
void DpsPhase::retry_hub(Device d, Client& c, Time at) {
  const sim::Draw drawn = roster_.draw(d, c, purpose::attempt);  // of the wait and of the attempt after it
  const Time start = waits_.next_phase(d, c, at, drawn);
  tell<&Listener::activity>(d, at, Activity::waiting, c.hub);
  hub_phase_.try_hub(d, c, start, drawn);
}

void DpsPhase::again(Device d, Client& c, Time at) {
  if (roster_.behaviour(c).dps.retry) {
    const sim::Draw drawn = roster_.draw(d, c, purpose::attempt);
    const Time start = waits_.next_phase(d, c, at, drawn);
    tell<&Listener::activity>(d, at, Activity::waiting, HubId::none);
    return begin(d, c, start, drawn);
  }
  const Retry& policy = roster_.behaviour(c).retry;
  if (policy.kind == RetryKind::none) return hub_phase_.give_up(d, c, at);
  const sim::Draw drawn = roster_.draw(d, c, purpose::attempt);  // of the wait and of the attempt after it
  const Duration wait = retry_delay(policy, std::max<std::uint32_t>(c.phases, 1), c.previous_wait, drawn);
  c.previous_wait = wait;
  tell<&Listener::activity>(d, at, Activity::waiting, HubId::none);
  begin(d, c, at + wait, drawn);
}

void DpsPhase::request(Device d, Client& c, Time t, int trips, const sim::Draw& drawn) {
  Protocol::set_trip(c, network::exchange(roster_.group(c).dps.path, trips, drawn));
  c.since = t;
  c.state = State::enrolling;
  const bool opens = t == c.phase_start;
  const DpsClient& dps = roster_.behaviour(c).dps;
  Duration limit = opens ? dps.opening_limit() : dps.answer_limit(false);
  if (opens && c.rtt() > dps.tcp_limit()) limit = dps.tcp_limit();
  c.next = roster_.tick_after(t + std::min(c.total() - c.rtt() / 2, limit));
  tell<&Listener::activity>(d, t, Activity::on_wire, HubId::none);
}

// When its time for the whole phase is over; never if there is no limit.
Time DpsPhase::phase_limit(const Client& c) const {
  const Duration limit = roster_.behaviour(c).dps.phase_limit;
  return limit.count() > 0 ? c.phase_start + limit : sim::never;
}

// Whether the client stopped waiting before its request even arrived: DPS does not see it.
bool DpsPhase::hung_up(const Client& c, Time now) const {
  const DpsClient& dps = roster_.behaviour(c).dps;
  const bool polls = c.state == State::polling;
  const Duration trip = c.total() - c.rtt() / 2;
  if (c.since != c.phase_start || polls) return trip > dps.answer_limit(polls);
  const bool late = dps.by_stage() && now >= c.since + dps.opening_limit();
  return late || trip > dps.opening_limit() || c.rtt() > dps.tcp_limit();
}

// How long the client waits when DPS advises `given` (facts, export-and-devices 5.3).
Duration DpsPhase::hint(const Behaviour& b, Duration given) {
  if (given >= b.dps.hint_min && given <= b.dps.hint_max) return given;
  return b.dps.clamp ? std::clamp(given, b.dps.hint_min, b.dps.hint_max) : b.dps.poll_default;
}

// A request arrives where DPS should be, and what the device sees of DPS decides: what it does then is
// settled.
bool DpsPhase::is_away(Device d, Client& c, Time now) {
  const View view = reach_.dps_view(c);
  if (hub::serves(view.mode)) return false;
  if (roster_.group(c).dps.mode == hub::Mode::up) reach_.dps().count_refused();
  const Time heard = now + c.rtt() / 2, limit = protocol_.answer_deadline(c, now, c.state == State::polling);
  if (!hub::answers(view.mode) && limit > now)
    // The first request of a phase opens the connection.
    protocol_.leave_unanswered(c, view, c.since == c.phase_start);
  else if (!hub::answers(view.mode) || heard > limit)
    failed(d, c, std::max(now, limit), Error::dps_timeout, view.fault);
  else if (view.mode == hub::Mode::refuse)
    failed(d, c, heard, Error::dps_refused, view.fault);
  else
    told_to_come_back(d, c, heard, Error::dps_unavailable, view.fault);
  return true;
}

void DpsPhase::ignored(Device d, Client& c, Time now) {
  failed(d, c, now, Error::dps_timeout, reach_.kept_away(d, c, reach_.dps_view(c)));
}

// An error of DPS without a hint when to come back: clients take it as they take a 429.
void DpsPhase::told_to_come_back(Device d, Client& c, Time heard, Error error, CauseId fault) {
  const DpsClient& dps = roster_.behaviour(c).dps;
  const bool registers = c.state == State::enrolling;
  if (!(registers ? dps.wait_at_429_register : dps.wait_at_429_poll))
    return failed(d, c, heard, error, fault);
  tell<&Listener::failed>(d, c.since, heard, HubId::none, error, fault);
  const Time again = heard + dps.poll_default;
  if (!registers) return plan_poll(d, c, again);
  tell<&Listener::activity>(d, heard, Activity::waiting, HubId::none);
  const Time limit = phase_limit(c);
  if (again > limit) return failed(d, c, std::max(heard, limit), Error::dps_timeout, fault);
  request(d, c, again, protocol_.poll_trips(), roster_.draw(d, c, purpose::attempt));
}

void DpsPhase::enrol(Device d, Client& c, Time now) {
  const Behaviour& b = roster_.behaviour(c);
  if (hung_up(c, now)) return failed(d, c, now, Error::dps_timeout);
  if (is_away(d, c, now)) return;
  const auto answer = reach_.dps().enrol(now, d, c.operation);
  const Time heard = now + c.rtt() / 2;
  c.operation = answer.operation;
  c.throttled = false;
  if (!answer.unauthorized)
    tell<&Listener::activity>(d, now, answer.throttled ? Activity::dps_throttled : Activity::dps_operation,
                              HubId::none);
  if (const Time limit = protocol_.answer_deadline(c, now, false); heard > limit)
    return failed(d, c, std::max(now, limit), Error::dps_timeout);
  // Nothing but an operator heals it: a phase that failed, like any other to the client.
  if (answer.unauthorized) return failed(d, c, heard, Error::dps_unauthorized);
  if (!answer.throttled) {
    const bool fixed = b.dps.first_poll.count() > 0;
    return plan_poll(d, c, heard + (fixed ? b.dps.first_poll : hint(b, answer.retry_after)));
  }
  if (!b.dps.wait_at_429_register) return failed(d, c, heard, Error::dps_throttled);
  tell<&Listener::failed>(d, c.since, heard, HubId::none, Error::dps_throttled, CauseId::none);
  const Time again = heard + hint(b, answer.retry_after);
  const Time limit = phase_limit(c);
  if (again > limit) return failed(d, c, std::max(heard, limit), Error::dps_timeout);
  request(d, c, again, protocol_.poll_trips(), roster_.draw(d, c, purpose::attempt));
}

void DpsPhase::plan_poll(Device d, Client& c, Time t) {
  const Time limit = phase_limit(c);
  if (t > limit) return failed(d, c, std::max(roster_.now(), limit), Error::dps_timeout);
  protocol_.draw_trip(d, c, roster_.group(c).dps.path, protocol_.poll_trips());
  c.since = t;
  c.state = State::polling;
  c.next =
      roster_.tick_after(t + std::min(c.total() - c.rtt() / 2, roster_.behaviour(c).dps.answer_limit(true)));
}

void DpsPhase::poll(Device d, Client& c, Time now) {
  const Behaviour& b = roster_.behaviour(c);
  if (hung_up(c, now)) return failed(d, c, now, Error::dps_timeout);
  if (is_away(d, c, now)) return;
  const PollAnswer answer = reach_.dps().poll(now, c.operation);
  const Time heard = now + c.rtt() / 2;
  const bool final =
      answer.status == PollAnswer::Status::assigned || answer.status == PollAnswer::Status::failed;
  if (final) c.operation = provisioning::Service::none;
  c.throttled = answer.status == PollAnswer::Status::throttled;
  if (!final)
    tell<&Listener::activity>(
        d, now, c.throttled || answer.held ? Activity::dps_throttled : Activity::dps_operation, HubId::none);
  if (const Time limit = protocol_.answer_deadline(c, now, true); heard > limit)
    return failed(d, c, std::max(now, limit), Error::dps_timeout);
  switch (answer.status) {
    case PollAnswer::Status::throttled:
      if (!b.dps.wait_at_429_poll) return failed(d, c, heard, Error::dps_throttled);
      tell<&Listener::failed>(d, c.since, heard, HubId::none, Error::dps_throttled, CauseId::none);
      return plan_poll(d, c, heard + hint(b, answer.retry_after));
    case PollAnswer::Status::assigning:
      return plan_poll(d, c, heard + hint(b, answer.retry_after));
    case PollAnswer::Status::failed:
      return failed(d, c, heard, Error::dps_failed);
    case PollAnswer::Status::assigned:
      break;
  }
  assigned(d, c, heard, answer.hub);
}

void DpsPhase::assigned(Device d, Client& c, Time heard, HubId hub) {
  roster_.set_hub(d, c, hub);
  waits_.phase_assigned(d, c);
  c.failures = 0;
  c.previous_wait = Duration{0};
  c.phase_start = heard;
  waits_.begin_sequences_with(d, c, heard);
  hub_phase_.dial_at(d, c, heard, roster_.draw(d, c, purpose::attempt));
}

void DpsPhase::failed(Device d, Client& c, Time at, Error error, CauseId fault) {
  const Behaviour& b = roster_.behaviour(c);
  tell<&Listener::failed>(d, c.since, at, HubId::none, error, fault);
  if (c.phases < most_cycles) ++c.phases;
  waits_.phase_failed(d, c);
  if (b.on_dps_failure == OnDpsFailure::stop || waits_.cycles_exhausted(c))
    return hub_phase_.give_up(d, c, at);
  if (b.on_dps_failure == OnDpsFailure::keep_asking || c.hub == HubId::none) return again(d, c, at);
  if (c.operation != provisioning::Service::none) reach_.dps().forget(c.operation);
  c.operation = provisioning::Service::none;
  if (b.on_dps_failure == OnDpsFailure::retry_hub) return retry_hub(d, c, at);
  c.trying_cached = true;
  waits_.begin_sequences_with(d, c, at);
  hub_phase_.dial_at(d, c, at, roster_.draw(d, c, purpose::attempt));
}

void DpsPhase::held(Device d, const Client& c, Time now, bool held) {
  if (c.state != State::polling || c.throttled) return;
  tell<&Listener::activity>(d, now, held ? Activity::dps_throttled : Activity::dps_operation, HubId::none);
}

}  // namespace device
