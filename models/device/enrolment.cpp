// The DPS phase of a client: register, poll, be assigned a hub, or fail.
#include <algorithm>

#include "models/device/devices.hpp"
#include "models/device/retry.hpp"

namespace device {

using provisioning::PollAnswer;
using signals::Activity;
using signals::Error;
using signals::Listener;

void Devices::to_dps(Device d, Client& c, Time at, const sim::Draw& drawn) {
  c.trying_cached = false;
  c.phase_start = std::max(at, now_);
  if (behaviour(c).dps.retry) cycles_[d].began = c.phase_start;
  request_dps(d, c, c.phase_start, distance_.register_trips, drawn);
}

// How long it waits for an answer, from the request on.
Duration Devices::answer_limit(const Client& c, bool polls) const {
  const DpsClient& dps = behaviour(c).dps;
  return polls && dps.poll_timeout.count() > 0 ? dps.poll_timeout : dps.answer_timeout;
}

// Whether the client stopped waiting before its request even arrived: DPS does not see it.
bool Devices::hung_up(const Client& c) const {
  return c.total() - c.rtt() / 2 > answer_limit(c, c.state == State::polling);
}

// When DPS, or the hub before it, is asked again by the policy that the client has for this.
Time Devices::next_phase(Device d, Client& c, Time at, const sim::Draw& drawn) {
  const Retry& policy = *behaviour(c).dps.retry;
  Cycle& cycle = cycles_[d];
  cycle.wait = retry_delay(policy, std::max<std::uint32_t>(cycle.failed, 1), cycle.wait, drawn);
  return std::max(at, (policy.from_attempt ? cycle.began : at) + cycle.wait);
}

// Its hub is not to be asked any more for now: DPS is, unless that has just given it this hub, and the client
// waits after that as after a phase that failed.
void Devices::leave_hub(Device d, Client& c, Time at) {
  const auto found = cycles_.empty() ? cycles_.end() : cycles_.find(d);
  if (found == cycles_.end() || !found->second.assigned) return to_dps(d, c, at);
  found->second.assigned = false;
  ++found->second.failed;
  behaviour(c).on_dps_failure == OnDpsFailure::retry_hub ? retry_hub(d, c, at) : dps_again(d, c, at);
}

// Whether the hub was tried again after a phase that failed, which is counted.
bool Devices::retried_hub(Device d, const Client& c) const {
  if (behaviour(c).on_dps_failure != OnDpsFailure::retry_hub) return false;
  const auto found = cycles_.find(d);
  return found != cycles_.end() && found->second.failed > 0 && !found->second.assigned;
}

// The hub that it knows, as after a loss, when the wait is over.
void Devices::retry_hub(Device d, Client& c, Time at) {
  const sim::Draw drawn = draw(d, c, purpose::attempt);  // of the wait and of the attempt after it
  const Time start = next_phase(d, c, at, drawn);
  tell<&Listener::activity>(d, at, Activity::waiting, c.hub);
  try_hub(d, c, start, drawn);
}

// A failed phase is followed by another after the client's own back-off.
void Devices::dps_again(Device d, Client& c, Time at) {
  if (behaviour(c).dps.retry) {
    const sim::Draw drawn = draw(d, c, purpose::attempt);
    const Time start = next_phase(d, c, at, drawn);
    tell<&Listener::activity>(d, at, Activity::waiting, HubId::none);
    return to_dps(d, c, start, drawn);
  }
  const Retry& policy = behaviour(c).retry;
  if (policy.kind == RetryKind::none) return give_up(d, c, at);
  const sim::Draw drawn = draw(d, c, purpose::attempt);  // of the wait and of the attempt after it
  const Duration wait = retry_delay(policy, std::max<std::uint32_t>(c.phases, 1), c.previous_wait, drawn);
  c.previous_wait = wait;
  tell<&Listener::activity>(d, at, Activity::waiting, HubId::none);
  to_dps(d, c, at + wait, drawn);
}

void Devices::request_dps(Device d, Client& c, Time t, int trips, const sim::Draw& drawn) {
  set_trip(c, network::exchange(run_groups_.known(c.group).dps.path, trips, drawn));
  c.since = t;
  c.state = State::enrolling;
  c.next = tick_after(t + std::min(c.total() - c.rtt() / 2, answer_limit(c, false)));
  tell<&Listener::activity>(d, t, Activity::on_wire, HubId::none);
}

// How long the client waits when DPS advises `given` (facts, export-and-devices 5.3).
Duration Devices::hint(const Behaviour& b, Duration given) const {
  if (given >= b.dps.hint_min && given <= b.dps.hint_max) return given;
  return b.dps.clamp ? std::clamp(given, b.dps.hint_min, b.dps.hint_max) : b.dps.poll_default;
}

// A request arrives where DPS should be, and what the device sees of DPS decides: what it does then is
// settled.
bool Devices::dps_is_away(Device d, Client& c, Time now) {
  const View view = dps_view(c);
  if (hub::serves(view.mode)) return false;
  if (run_groups_.known(c.group).dps.mode == hub::Mode::up) dps_.count_refused();
  const Time heard = now + c.rtt() / 2, limit = c.since + answer_limit(c, c.state == State::polling);
  if (!hub::answers(view.mode) && limit > now)
    leave_unanswered(c, view, c.since == c.phase_start);  // the first request of a phase opens the connection
  else if (!hub::answers(view.mode) || heard > limit)
    dps_phase_failed(d, c, std::max(now, limit), Error::dps_timeout, view.fault);
  else if (view.mode == hub::Mode::refuse)
    dps_phase_failed(d, c, heard, Error::dps_refused, view.fault);
  else
    told_to_come_back(d, c, heard, Error::dps_unavailable, view.fault);
  return true;
}

// An error of DPS without a hint when to come back: clients take it as they take a 429.
void Devices::told_to_come_back(Device d, Client& c, Time heard, Error error, CauseId fault) {
  const DpsClient& dps = behaviour(c).dps;
  const bool registers = c.state == State::enrolling;
  if (!(registers ? dps.wait_at_429_register : dps.wait_at_429_poll))
    return dps_phase_failed(d, c, heard, error, fault);
  tell<&Listener::failed>(d, c.since, heard, HubId::none, error, fault);
  const Time again = heard + dps.poll_default;
  if (!registers) return plan_poll(d, c, again);
  tell<&Listener::activity>(d, heard, Activity::waiting, HubId::none);
  const Time limit = dps.phase_limit.count() > 0 ? c.phase_start + dps.phase_limit : sim::never;
  if (again > limit) return dps_phase_failed(d, c, std::max(heard, limit), Error::dps_timeout, fault);
  request_dps(d, c, again, distance_.poll_trips, draw(d, c, purpose::attempt));
}

void Devices::enrol(Device d, Client& c, Time now) {
  const Behaviour& b = behaviour(c);
  if (hung_up(c)) return dps_phase_failed(d, c, now, Error::dps_timeout);
  if (dps_is_away(d, c, now)) return;
  const auto answer = dps_.enrol(now, d, c.operation);
  const Time heard = now + c.rtt() / 2;
  c.operation = answer.operation;
  c.throttled = false;
  if (!answer.unauthorized)
    tell<&Listener::activity>(d, now, answer.throttled ? Activity::dps_throttled : Activity::dps_operation,
                              HubId::none);
  if (const Time limit = c.since + answer_limit(c, false); heard > limit)
    return dps_phase_failed(d, c, std::max(now, limit), Error::dps_timeout);
  // Nothing but an operator heals it: a phase that failed, like any other to the client.
  if (answer.unauthorized) return dps_phase_failed(d, c, heard, Error::dps_unauthorized);
  if (!answer.throttled) {
    const bool fixed = b.dps.first_poll.count() > 0;
    return plan_poll(d, c, heard + (fixed ? b.dps.first_poll : hint(b, answer.retry_after)));
  }
  if (!b.dps.wait_at_429_register) return dps_phase_failed(d, c, heard, Error::dps_throttled);
  tell<&Listener::failed>(d, c.since, heard, HubId::none, Error::dps_throttled, CauseId::none);
  const Time again = heard + hint(b, answer.retry_after);
  const Time limit = b.dps.phase_limit.count() > 0 ? c.phase_start + b.dps.phase_limit : sim::never;
  if (again > limit) return dps_phase_failed(d, c, std::max(heard, limit), Error::dps_timeout);
  request_dps(d, c, again, distance_.poll_trips, draw(d, c, purpose::attempt));
}

void Devices::plan_poll(Device d, Client& c, Time t) {
  const DpsClient& dps = behaviour(c).dps;
  const Time limit = dps.phase_limit.count() > 0 ? c.phase_start + dps.phase_limit : sim::never;
  if (t > limit) return dps_phase_failed(d, c, std::max(now_, limit), Error::dps_timeout);
  draw_trip(d, c, run_groups_.known(c.group).dps.path, distance_.poll_trips);
  c.since = t;
  c.state = State::polling;
  c.next = tick_after(t + std::min(c.total() - c.rtt() / 2, answer_limit(c, true)));
}

void Devices::poll(Device d, Client& c, Time now) {
  const Behaviour& b = behaviour(c);
  if (hung_up(c)) return dps_phase_failed(d, c, now, Error::dps_timeout);
  if (dps_is_away(d, c, now)) return;
  const PollAnswer answer = dps_.poll(now, c.operation);
  const Time heard = now + c.rtt() / 2;
  const bool final =
      answer.status == PollAnswer::Status::assigned || answer.status == PollAnswer::Status::failed;
  if (final) c.operation = provisioning::Service::none;
  c.throttled = answer.status == PollAnswer::Status::throttled;
  if (!final)
    tell<&Listener::activity>(
        d, now, c.throttled || answer.held ? Activity::dps_throttled : Activity::dps_operation, HubId::none);
  if (const Time limit = c.since + answer_limit(c, true); heard > limit)
    return dps_phase_failed(d, c, std::max(now, limit), Error::dps_timeout);
  switch (answer.status) {
    case PollAnswer::Status::throttled:
      if (!b.dps.wait_at_429_poll) return dps_phase_failed(d, c, heard, Error::dps_throttled);
      tell<&Listener::failed>(d, c.since, heard, HubId::none, Error::dps_throttled, CauseId::none);
      return plan_poll(d, c, heard + hint(b, answer.retry_after));
    case PollAnswer::Status::assigning:
      return plan_poll(d, c, heard + hint(b, answer.retry_after));
    case PollAnswer::Status::failed:
      return dps_phase_failed(d, c, heard, Error::dps_failed);
    case PollAnswer::Status::assigned:
      break;
  }
  set_hub(d, c, answer.hub);
  if (b.dps.retry) cycles_[d].assigned = true;
  c.failures = 0;
  c.previous_wait = Duration{0};
  c.phase_start = heard;
  if (b.retry.by_sends()) sequences_.insert_or_assign(d, Sequences(b.retry, message_clock(d), heard, heard));
  dial_at(d, c, heard, draw(d, c, purpose::attempt));
}

bool Devices::cycles_exhausted(const Client& c) const {
  const std::uint32_t limit = behaviour(c).cycle_limit;
  return limit > 0 && c.phases >= limit;
}

void Devices::dps_phase_failed(Device d, Client& c, Time at, Error error, CauseId fault) {
  const Behaviour& b = behaviour(c);
  tell<&Listener::failed>(d, c.since, at, HubId::none, error, fault);
  if (c.phases < most_cycles) ++c.phases;
  if (b.dps.retry) ++cycles_[d].failed;
  if (b.on_dps_failure == OnDpsFailure::stop || cycles_exhausted(c)) return give_up(d, c, at);
  if (b.on_dps_failure == OnDpsFailure::keep_asking || c.hub == HubId::none) return dps_again(d, c, at);
  if (c.operation != provisioning::Service::none) dps_.forget(c.operation);
  c.operation = provisioning::Service::none;
  if (b.on_dps_failure == OnDpsFailure::retry_hub) return retry_hub(d, c, at);
  c.trying_cached = true;
  if (b.retry.by_sends()) sequences_.insert_or_assign(d, Sequences(b.retry, message_clock(d), at, at));
  dial_at(d, c, at, draw(d, c, purpose::attempt));
}

void Devices::operation_held(Device device, Time now, bool held) {
  const Client& c = clients_[device];
  if (c.state != State::polling || c.throttled) return;
  tell<&Listener::activity>(device, now, held ? Activity::dps_throttled : Activity::dps_operation,
                            HubId::none);
}

}  // namespace device
