// Programs that stop and start anew: when the power of their devices is cut and comes back, or by a watchdog.
#include <algorithm>
#include <utility>

#include "models/device/devices.hpp"

namespace device {

using signals::Activity;
using signals::Listener;

// Devices that have not joined yet, or have left, take no part: who joins meanwhile has no power either.
void Devices::set_power(Time now, GroupId group, CauseId fault) {
  if (dark_.empty()) dark_.resize(run_groups_.size(), CauseId::none);
  if (std::exchange(dark_[group], fault) == fault) return;
  const RunGroup& k = run_groups_[group];
  const Device end = k.first + k.group->devices;
  for (Device d = k.first; d < end; ++d) leave_parking(d, now);
  now_ = now;
  for (Device d = k.first; d < end; ++d) {
    Client& c = clients_[d];
    if (c.state == State::away || c.state == State::gone) continue;
    fault == CauseId::none ? boot(d, c, now) : lose_power(d, c, now, fault);
    set_wake(d, c);
  }
}

void Devices::lose_power(Device d, Client& c, Time now, CauseId fault) {
  if (c.state == State::off) {  // for another fault, or it was booting
    c.next = sim::never;
    tell<&Listener::stopped>(d, now, fault, sim::never, HubId::none);
  } else {
    if (c.state == State::connected) drop_connection(d, c, now, fault);
    stop(d, c, now, fault);
  }
  tell<&Listener::activity>(d, now, Activity::no_power, HubId::none);
}

// Nothing tells its hub that the device is gone.
void Devices::drop_connection(Device d, Client& c, Time now, CauseId fault) {
  stop_sending(d, c, now, now);
  twin_requests_.erase(d);
  c.lost_at = now;
  tell<&Listener::offline>(d, now, c.hub, fault, false);
  if (hub::serves(hub_of(c).mode())) tell<&Listener::half_open>(d, now, hub_waits_until(d, c), c.hub);
}

// What it had in memory and under way is gone. While it is off `since` is when it stopped.
void Devices::stop(Device d, Client& c, Time now, CauseId fault) {
  const bool plans = c.since > now && (c.state == State::dialing || c.state == State::enrolling);
  const Time plan = plans ? c.since : sim::never;
  const HubId asked = plans && c.state == State::dialing ? c.hub : HubId::none;
  if (c.operation != provisioning::Service::none) dps_.forget(c.operation);
  c.operation = provisioning::Service::none;
  sequences_.erase(d);
  kept_by_.erase(d);
  cycles_.erase(d);
  watchdogs_.erase(d);
  idle_until_.erase(d);
  c.trying_cached = c.throttled = false;
  c.state = State::off;
  c.since = now;
  c.next = sim::never;
  tell<&Listener::stopped>(d, now, fault, plan, asked);
}

void Devices::boot(Device d, Client& c, Time now) {
  if (processes_.empty()) processes_.resize(clients_.size());
  const Boot& times = run_groups_.known(c.group).group->boot;
  const double u = streams_.draw(key(d), purpose::boot, processes_[d].boots++).uniform(0);
  c.next = tick_after(now + sim::uniform_between(times.from, times.to, u));
  tell<&Listener::activity>(d, now, Activity::booting, HubId::none);
}

void Devices::start(Device d, Client& c, Time now) {
  processes_[d].start = now;
  processes_[d].cold = true;
  if (!jitters_.empty()) jitters_[d] = 0;
  if (!token_made_.empty()) token_made_[d] = Time::min();
  c.failures = 0;
  c.phases = 0;
  c.previous_wait = Duration{0};
  if (has_messages(c)) held_since_.insert_or_assign(d, kept_through(d, c, now));
  tell<&Listener::started>(d, now);
  wind_watchdog(d, c, now);
  if (behaviour(c).starts_at == Start::dps || c.hub == HubId::none) return to_dps(d, c, now);
  try_hub(d, c, now, draw(d, c, purpose::attempt));
}

// Its hub from `t` on, by the policy for hubs. The first attempt is that of the first sequence.
void Devices::try_hub(Device d, Client& c, Time t, const sim::Draw& drawn) {
  const Retry& policy = behaviour(c).retry;
  c.failures = 0;
  c.previous_wait = Duration{0};
  c.phase_start = t;
  if (policy.by_sends())
    sequences_.insert_or_assign(d, Sequences(policy, message_clock(d), t, t - policy.first));
  dial_at(d, c, t, drawn);
}

// Since when its messages are kept, as the clock counts them, for which those that it kept before it stopped
// are the latest.
Time Devices::kept_through(Device d, const Client& c, Time now) const {
  if (run_group(d).group->storage == Storage::memory) return now;
  const auto held = held_since_.find(d);
  const std::uint64_t before = kept(d, held == held_since_.end() ? c.lost_at : held->second, c.since);
  const MessageClock clock = message_clock(d);
  return clock.at(clock.count(now) - static_cast<std::int64_t>(before));
}

// The restart of a program that has been without a connection for too long.
void Devices::restart(Device d, Client& c, Time now) {
  stop(d, c, now, CauseId::none);
  boot(d, c, now);
}

Time Devices::watchdog(Device d) const {
  const auto found = watchdogs_.find(d);
  return found == watchdogs_.end() ? sim::never : found->second;
}

void Devices::wind_watchdog(Device d, const Client& c, Time at) {
  const Duration after = behaviour(c).watchdog;
  if (after.count() > 0) watchdogs_.insert_or_assign(d, at + after);
}

// Whether the CONNECT that a hub holds until `deadline` is the one that the device waits for.
bool Devices::expects(const Client& c, Time deadline) const {
  return c.state == State::queued && deadline == c.since + behaviour(c).connect_timeout - c.rtt() / 2;
}

}  // namespace device
