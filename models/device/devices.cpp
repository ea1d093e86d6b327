#include "models/device/devices.hpp"

#include <algorithm>

namespace device {

using signals::Activity;
using signals::Error;
using signals::Listener;

namespace {

std::size_t total_of(const RunGroups& groups) {
  std::size_t total = 0;
  for (const RunGroup& one : groups) total += one.group->devices;
  return total;
}

}  // namespace

Devices::Devices(const Dependencies& needs, RunGroups groups, sim::Entity first_entity, bool parking)
    : hubs_(needs.hubs),
      dps_(*needs.dps),
      streams_(*needs.streams),
      board_(*needs.board),
      distance_(needs.distance),
      run_groups_(std::move(groups)),
      clients_(total_of(run_groups_)),
      members_(hubs_.size(), run_groups_.size(), clients_.size()),
      by_hub_(hubs_.size(), clients_.size()),
      addresses_(hubs_.size()),
      first_entity_(first_entity),
      parking_(parking) {
  const auto keeps = [](const RunGroup& k) {
    return k.renewal.count() > 0 && k.group->client.token_clock != TokenClock::connect;
  };
  if (std::any_of(run_groups_.begin(), run_groups_.end(), keeps)) {
    token_made_.resize(clients_.size());
    std::fill(token_made_.begin(), token_made_.end(), Time::min());
  }
  for (const GroupId k : run_groups_.ids())
    for (Device i = 0; i < run_groups_[k].group->devices; ++i) clients_[run_groups_[k].first + i].group = k;
}

std::uint64_t Devices::rank(Device device, Time t) const {
  return sim::mix(streams_.seed() ^ key(device), static_cast<std::uint64_t>(t.time_since_epoch().count()));
}

MessageClock Devices::message_clock(Device device) const {
  const RunGroup& k = run_group(device);
  const Telemetry& telemetry = k.group->telemetry;
  const Pace* pace = k.pace ? &*k.pace : nullptr;
  const Duration spread = telemetry.synchronised ? telemetry.jitter : telemetry.every;
  if (spread.count() == 0) return {Duration{0}, telemetry.every, pace};
  const double u = streams_.draw(key(device), purpose::telemetry_phase, 0).uniform(0);
  return {sim::uniform_between(Duration{0}, spread, u), telemetry.every, pace};
}

provisioning::Registrant Devices::registrant(Device device) const {
  const RunGroup& k = run_group(device);
  return {key(device), k.enrollment, &k.latency, k.group->edge, k.group->approval};
}

void Devices::draw_trip(Device d, Client& c, const network::Path& path, int trips, Duration extra) {
  set_trip(c, network::exchange(path, trips, draw(d, c, purpose::attempt)), extra);
}

void Devices::set_trip(Client& c, const network::Exchange& drawn, Duration extra) {
  const auto bounded = [](Duration t) {
    return static_cast<std::int32_t>(std::min<std::int64_t>(t.count(), INT32_MAX));
  };
  c.rtt_us = bounded(drawn.round_trip);
  c.total_us = bounded(drawn.total + extra);
}

// Once it was connected; a power cycle heals it until then.
bool Devices::doomed(Device d, const Client& c) const {
  const double share = run_groups_.known(c.group).group->never_recovers;
  if (share == 0 || (!processes_.empty() && processes_[d].cold)) return false;
  return streams_.draw(key(d), purpose::never_recovers, 0).uniform(0) < share;
}

void Devices::begin() {
  for (const RunGroup& k : run_groups_) {
    const std::uint32_t n = k.group->devices;
    for (Device i = 0; i < n; ++i) {
      const Device d = k.first + i;
      Client& c = clients_[d];
      if (const auto& joins = k.group->joins) {
        c.next = Time{joins->of(i, n)};
      } else {
        set_hub(d, c, dps_.place(d));
        c.state = State::connected;
        tell<&Listener::assigned>(d, Time{}, HubId::none, c.hub);
        tell<&Listener::online>(d, Time{}, Time{}, c.hub);
        const double u = streams_.draw(key(d), purpose::renewal_phase, 0).uniform(0);
        if (k.renewal.count() > 0) {
          const Time renewal{sim::uniform_between(Duration{0}, k.renewal, u)};
          if (!token_made_.empty()) token_made_[d] = renewal - k.renewal;
          plan_renewal(d, c, renewal);
        }
        c.set_opened(opened_before(d, c));
        watch_idle(d, c, c.opened());
      }
      if (const Time first = std::min(c.next, departure(d, c)); first != sim::never)
        wakes_->set(first_entity_ + d, first);
    }
  }
  begin_sending();
}

Time Devices::wake(Device device, Time now) {
  Client& c = clients_[device];
  ++events_;
  if (c.parked) catch_up(device, c, now);
  now_ = now;
  if (departure(device, c) <= now)
    leave(device, c, now);
  else if (!watchdogs_.empty() && watchdog(device) <= now)
    restart(device, c, now);
  else if (refused_soon(c) && c.phase_start <= now)
    publish_refused(device, c, now);
  else if (c.next <= now)
    contact(device, c, now);
  else if (c.state == State::connected)
    reads_twin_again(device, c, now);
  return wake_time(device, c);
}

void Devices::contact(Device d, Client& c, Time now) {
  switch (c.state) {
    case State::away:
      return join(d, c, now);
    case State::connected:
      return idle_closes(d, now) ? cut(d, c, now, CauseId::none) : renew(d, c, now);
    case State::undetected:
      return react(d, c, now, Error::closed);
    case State::resuming:
      return resume(d, c, now);
    case State::dialing:
      return dial(d, c);
    case State::unanswered:
      return hub_failed(d, c, now, Error::timeout);
    case State::ignored:
      return dps_phase_failed(d, c, now, Error::dps_timeout, kept_away(d, dps_view(c)));
    case State::handshaking:
      return shake_hands(d, c, now);
    case State::queued:
      return hub_failed(d, c, now, Error::timeout);
    case State::enrolling:
      return enrol(d, c, now);
    case State::polling:
      return poll(d, c, now);
    case State::off:
      return start(d, c, now);
    case State::lost:
    case State::gone:
      return;
  }
}

void Devices::join(Device d, Client& c, Time now) {
  c.lost_at = now;
  tell<&Listener::joined>(d, now);
  if (!dark_.empty() && dark_.known(c.group) != CauseId::none)
    return lose_power(d, c, now, dark_.known(c.group));
  wind_watchdog(d, c, now);
  to_dps(d, c, now);
}

Time Devices::departure_of(Device d, const Joins& leaves) const {
  const RunGroup& k = run_group(d);
  return Time{leaves.of(d - k.first, k.group->devices)};
}

// What it has under way is abandoned: a CONNECT in a hub's queue finds nobody when it is accepted.
void Devices::leave(Device d, Client& c, Time now) {
  const HubId hub = c.state == State::connected ? c.hub : HubId::none;
  stop_sending(d, c, now, now);
  if (c.operation != provisioning::Service::none) dps_.forget(c.operation);
  c.operation = provisioning::Service::none;
  sequences_.erase(d);
  held_since_.erase(d);
  twin_requests_.erase(d);
  watchdogs_.erase(d);
  c.state = State::gone;
  set_hub(d, c, HubId::none);
  c.next = sim::never;
  tell<&Listener::left>(d, now, hub);
  dps_.remove(now, d);
}

// A SYN arrives, the first of an attempt or a later one: the hub's state decides at once, or the handshake
// goes on, unless nobody answers it.
void Devices::dial(Device d, Client& c) {
  const Duration limit = behaviour(c).connect_timeout, half = c.rtt() / 2;
  const bool again = now_ > c.since + half + Duration{1};
  const Time sent = again ? now_ - half : c.since;
  if (!again && half >= limit) return hub_failed(d, c, c.since + limit, Error::timeout);
  const View view = hub_view(d, c);
  const bool refused = view.mode == hub::Mode::refuse;
  if ((refused || (!hub::answers(view.mode) && !again)) && route(c).mode == hub::Mode::up)
    hub_of(c).count_refused(1);
  if (!hub::answers(view.mode)) return leave_unanswered(c, view, true);
  if (refused) {
    const bool heard = sent + c.rtt() <= c.since + limit;
    return hub_failed(d, c, heard ? sent + c.rtt() : c.since + limit,
                      heard ? Error::refused : Error::timeout);
  }
  c.state = State::handshaking;
  c.next = tick_after(std::min(sent + c.total() - half, c.since + limit));
}

void Devices::shake_hands(Device d, Client& c, Time now) { answered(d, c, now, knock(d, c, now)); }

// The CONNECT arrives. A client that has hung up by then, or would before it heard an answer, is not seen.
hub::Answer Devices::knock(Device d, const Client& c, Time now) {
  hub::Hub& hub = hub_of(c);
  const Time deadline = c.since + behaviour(c).connect_timeout - c.rtt() / 2;
  if (deadline <= now) return hub::Answer::silence;
  const View view = hub_view(d, c);
  const bool serves = hub::serves(view.mode);
  const bool moved = serves && identity(d, c) == hub::Identity::disabled;
  if (serves && !moved) return hub.connect(now, d, deadline, identity(d, c));
  // Certain, and so the same for a parked client that comes past here later: the door is not asked.
  if (says_busy(view.mode) || moved) hub.count_connect(now);
  if (moved) return hub::Answer::unavailable;
  if (route(c).mode == hub::Mode::up) hub.count_refused(1);
  if (!hub::answers(view.mode)) return hub::Answer::silence;
  return says_busy(view.mode) ? hub::Answer::unavailable : hub::Answer::refused;
}

void Devices::answered(Device d, Client& c, Time now, hub::Answer answer) {
  const Time heard = now + c.rtt() / 2;
  const Time limit = c.since + behaviour(c).connect_timeout;
  switch (answer) {
    case hub::Answer::accepted:
      return online(d, c, now);
    case hub::Answer::queued:
      c.state = State::queued;
      c.next = tick_after(limit);
      return tell<&Listener::activity>(d, now, Activity::hub_queue, c.hub);
    case hub::Answer::refused:
      return hub_failed(d, c, heard, Error::refused);
    case hub::Answer::silence:
      if (limit <= now || hub::answers(hub_view(d, c).mode))
        return hub_failed(d, c, std::max(limit, now), Error::timeout);
      return leave_unanswered(c, hub_view(d, c), false);
    case hub::Answer::unavailable:
      return hub_failed(d, c, heard, Error::unavailable);
    case hub::Answer::unauthorized:
      return hub_failed(d, c, heard, Error::unauthorized);
    case hub::Answer::dropped:
      return hub_failed(d, c, heard, Error::dropped);
  }
}

void Devices::online(Device d, Client& c, Time now) {
  const Duration rtt = c.rtt();
  tell<&Listener::online>(d, now, c.lost_at, c.hub);
  c.state = State::connected;
  c.failures = 0;
  c.phases = 0;
  c.trying_cached = false;
  c.set_opened(now);
  if (behaviour(c).retry.by_sends()) sequences_.erase(d);
  if (!cycles_.empty()) cycles_.erase(d);
  if (!watchdogs_.empty()) watchdogs_.erase(d);
  if (!processes_.empty()) processes_[d].cold = false;
  plan_renewal(d, c, next_renewal(d, c, now));
  watch_idle(d, c, now);
  start_sending(d, c, now);
  begin_twin_requests(d, c, now, rtt);
}

// The CONNECT of a renewal that is sent at `send`; the wake-up is its arrival at the hub, so that a renewal
// on a healthy hub costs one event.
void Devices::plan_renewal(Device d, Client& c, Time send) {
  const RunGroup& k = run_groups_.known(c.group);
  c.next = sim::never;
  if (k.renewal.count() == 0) return;
  draw_trip(d, c, k.hubs.known(c.hub).path, distance_.connect_trips);
  c.since = send;
  const Duration arrives = std::min(c.total() - c.rtt() / 2, k.group->client.connect_timeout);
  c.next = tick_after(k.group->client.renewal_through_dps ? send : send + arrives);
}

// Of a client that connects: when its token is too old.
Time Devices::next_renewal(Device d, const Client& c, Time now) {
  const Duration renewal = run_groups_.known(c.group).renewal;
  const Behaviour& b = behaviour(c);
  if (renewal.count() == 0 || b.token_clock == TokenClock::connect) return now + renewal;
  Time& made = token_made_[d];
  if (b.token_clock == TokenClock::token) {
    if (made == Time::min() || now - made >= std::min(b.token_reuse, renewal)) made = now;
  } else {
    if (made == Time::min()) made = created(d);
    made += std::max((now - made) / renewal, std::int64_t{0}) * renewal;
  }
  return made + renewal;
}

void Devices::renew(Device d, Client& c, Time now) {
  const Behaviour& b = behaviour(c);
  if (!b.renewal_through_dps) {
    const hub::Answer answer = knock(d, c, now);
    const Duration rtt = c.rtt();
    twin_requests_.erase(d);
    if (answer == hub::Answer::accepted) {
      tell<&Listener::renewed>(d, now, c.hub);
      c.set_opened(now);
      plan_renewal(d, c, next_renewal(d, c, now));
      watch_idle(d, c, now);
      return begin_twin_requests(d, c, now, rtt);
    }
    c.previous_wait = Duration{0};
    stop_sending(d, c, c.since, now);
    c.lost_at = c.since;
    c.phase_start = std::min(c.phase_start, c.since);
    tell<&Listener::offline>(d, c.since, c.hub, CauseId::none, true);
    tell<&Listener::activity>(d, c.since, Activity::on_wire, c.hub);
    if (b.retry.by_sends())
      sequences_.insert_or_assign(d, Sequences(b.retry, message_clock(d), c.since, c.since));
    wind_watchdog(d, c, c.since);
    return answered(d, c, now, answer);
  }
  c.previous_wait = Duration{0};
  stop_sending(d, c, now, now);
  twin_requests_.erase(d);
  c.lost_at = now;
  tell<&Listener::offline>(d, now, c.hub, CauseId::none, true);
  wind_watchdog(d, c, now);
  to_dps(d, c, now);
}

// What its hub sends does not reach a device whose path is cut: it waits until its own limit.
void Devices::accepted(Device device, Time deadline, Time now) {
  Client& c = clients_[device];
  if (!expects(c, deadline) || route(c).mode != hub::Mode::up) return;
  now_ = now;
  online(device, c, now);
  const hub::Identity known = identity(device, c);  // it may have been moved while it waited
  if (known == hub::Identity::disabled) cut(device, c, now, disabled_by(device));
  if (known == hub::Identity::absent) cut(device, c, now, CauseId::none);
  set_wake(device, c);
}

void Devices::dropped(Device device, Time deadline, Time now) {
  Client& c = clients_[device];
  if (!expects(c, deadline) || route(c).mode != hub::Mode::up) return;
  now_ = now;
  hub_failed(device, c, now + c.rtt() / 2, Error::dropped);
  set_wake(device, c);
}

void Devices::reset(Device device, Time deadline, Time now) {
  Client& c = clients_[device];
  if (!expects(c, deadline) || route(c).mode != hub::Mode::up) return;
  now_ = now;
  hub_failed(device, c, now + c.rtt() / 2, Error::refused);
  set_wake(device, c);
}

void Devices::swallowed(Device device, Time deadline, Time now) {
  Client& c = clients_[device];
  if (!expects(c, deadline)) return;
  now_ = now;
  tell<&Listener::activity>(device, now, Activity::on_wire, c.hub);
  const Time limit = c.since + behaviour(c).connect_timeout;
  if (const View view = hub_view(device, c); view.mode == hub::Mode::frozen && limit > now)
    leave_unanswered(c, view, false);
  else
    hub_failed(device, c, std::max(now, limit), Error::timeout);
  set_wake(device, c);
}

// A registration that it no longer waited for has moved it on.
void Devices::removed(Device device, HubId hub, Time now) {
  Client& c = clients_[device];
  if (c.hub != hub || !hears_hub(c)) return;
  now_ = now;
  cut(device, c, now, CauseId::none);
  set_wake(device, c);
}

void Devices::disabled(Device device, HubId hub, CauseId cause, Time now) {
  Client& c = clients_[device];
  const bool parked = c.parked;  // it may be at another hub than the one that disables it
  before_assignment(device, now);
  dps_.disable(device);
  if (disabled_by_.empty()) disabled_by_.resize(clients_.size(), CauseId::none);
  disabled_by_[device] = cause;
  if (c.hub == hub && hears_hub(c)) cut(device, c, now, cause);
  if (dps_.access().blocked(device))
    tell<&Listener::operated>(device, now, signals::Operation::blocked, cause);
  else
    tell<&Listener::moved>(device, now, hub, cause);
  if (c.hub == hub || parked) set_wake(device, c);
}

// What its attempts meet is about to change.
void Devices::before_assignment(Device device, Time now) {
  Client& c = clients_[device];
  if (c.parked) catch_up(device, c, now);
  now_ = now;
}

void Devices::after_assignment(Device device, Time now) {
  now_ = now;
  set_wake(device, clients_[device]);
}

}  // namespace device
