// What a client does when its hub connection is lost or an attempt fails.
#include <algorithm>

#include "models/device/devices.hpp"
#include "models/device/retry.hpp"

namespace device {

using signals::Activity;
using signals::Error;
using signals::Listener;

namespace {

// In place of when a connection was opened, if its hub closed it while no packet got through.
constexpr Duration severed = Duration::max();

bool closes_connections(hub::Mode mode) { return mode == hub::Mode::refuse || mode == hub::Mode::upgrade; }

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

}  // namespace

void Devices::leave_parking(Device d, Time now) {
  Client& c = clients_[d];
  const bool parked = c.parked;
  if (parked) catch_up(d, c, now);
  note_kept_away(d, c);
  if (!parked) return;
  wakes_->set(first_entity_ + d, std::min(c.next, interruption(d, c)));
}

void Devices::see_change(Device d, Time now) {
  Client& c = clients_[d];
  const bool open = c.state == State::connected || c.state == State::undetected || c.state == State::resuming;
  const bool waits = c.state == State::unanswered || c.state == State::ignored;
  const bool tries =
      waits || c.state == State::dialing || c.state == State::handshaking || c.state == State::enrolling;
  if (!open && !tries) return;
  const State before = c.state;
  const hub::Mode mode = open ? hub_view(d, c).mode : hub::Mode::up;
  if (waits) heard_again(d, c, now);
  if (open && closes_connections(mode))
    cut(d, c, now, hub_view(d, c).fault);
  else if (c.state == State::connected && !hub::answers(mode))
    black_hole(d, c, now);
  else if (c.state == State::undetected && hub::answers(mode))
    reachable_again(d, c, now);
  else if (c.state == State::resuming && !hub::answers(mode)) {
    c.state = State::undetected;  // and goes on to wait for an answer
    c.next = c.phase_start;
  }
  bool same = c.state == before;
  if (c.state == State::undetected && !hub::answers(mode)) {
    const Unheard unheard = mode == hub::Mode::frozen ? Unheard::taken : Unheard::data;
    if (same && unheard != c.unheard && c.previous_wait != severed) {
      c.next = tick_after(notices(d, c, unheard == Unheard::taken ? sim::never : now));
      same = false;
    }
    c.unheard = unheard;
  }
  if (c.state == State::undetected && closes_connections(hub_of(c).mode())) c.previous_wait = severed;
  if (open && same) return;
  set_wake(d, c);  // a client that is trying may park now
}

void Devices::before_hub_change(HubId hub, Time now) {
  each_of(hub, [&](Device d) { leave_parking(d, now); });
  now_ = now;
}

void Devices::after_hub_change(HubId hub, Time now) {
  now_ = now;
  each_of(hub, [&](Device d) { see_change(d, now); });
}

void Devices::before_dps_change(Time now) {
  for (Device d = 0; d < clients_.size(); ++d) leave_parking(d, now);
  now_ = now;
}

void Devices::after_dps_change(Time now) {
  now_ = now;
  for (Device d = 0; d < clients_.size(); ++d)
    if (clients_[d].state != State::connected) see_change(d, now);
}

void Devices::set_routes(Time now, GroupId kind, const std::vector<std::pair<HubId, Route>>& routes) {
  RunGroup& k = run_groups_[kind];
  const Device end = k.first + k.group->devices;
  for (Device d = k.first; d < end; ++d) leave_parking(d, now);
  now_ = now;
  for (const auto& [target, route] : routes) (target == HubId::none ? k.dps : k.hubs[target]) = route;
  for (Device d = k.first; d < end; ++d) see_change(d, now);
}

// A device asks for the address each time it connects; what its resolver keeps, or goes on giving, is the old
// one.
Time Devices::given_address(Device d, HubId hub) const {
  constexpr std::uint64_t numbered = 64;  // hubs of a stream
  const Address& address = addresses_[hub];
  const sim::Draw u =
      streams_.draw(key(d) + hub.index() / numbered, purpose::name_service,
                    ids::narrow<std::uint32_t>(address.moves * numbered + hub.index() % numbered));
  Time given = address.moved + sim::uniform_between(Duration{0}, address.names.ttl, u.uniform(0));
  if (u.uniform(1) < address.names.stale_share)
    given += sim::uniform_between(Duration{0}, address.names.stale, u.uniform(2));
  return given;
}

void Devices::move_address(Time now, HubId hub, const hub::NameService& names, hub::Mode old, CauseId fault) {
  before_hub_change(hub, now);
  Address& address = addresses_[hub];
  address = {now, now + names.ttl + names.stale, names, old, fault, address.moves + 1};
  each_of(hub, [&](Device d) { tell<&Listener::misled>(d, hub, now, given_address(d, hub)); });
  after_hub_change(hub, now);
}

void Devices::close_zone(Time now, HubId hub, std::uint32_t zone, const std::vector<std::uint32_t>& there,
                         CauseId fault) {
  // Its own by a keyed hash; one of the others while that is lost.
  const auto zone_of = [&](Device d) {
    const std::uint64_t hash = sim::mix(key(d), hub.index());
    const auto own = static_cast<std::uint32_t>(hash % 3);
    return std::find(there.begin(), there.end(), own) != there.end() ? own : there[hash / 3 % there.size()];
  };
  now_ = now;
  each_of(hub, [&](Device d) {
    Client& c = clients_[d];
    const bool dead = c.state == State::undetected || c.state == State::resuming;
    if ((c.state != State::connected && !dead) || zone_of(d) != zone) return;
    if (c.state == State::undetected) {
      c.previous_wait = severed;
      return;
    }
    cut(d, c, now, fault);
    set_wake(d, c);
  });
}

// Its connection is closed by the hub: the reset arrives half a round trip later.
void Devices::cut(Device d, Client& c, Time now, CauseId fault) {
  if (c.state == State::connected) {
    stop_sending(d, c, now, now);
    twin_requests_.erase(d);
    c.lost_at = now;
    tell<&Listener::offline>(d, now, c.hub, fault, false);
    tell<&Listener::activity>(d, now, Activity::undetected, c.hub);
  }
  draw_trip(d, c, route(c).path, 1);
  react(d, c, now + c.rtt() / 2, Error::closed);
}

// When it notices that nothing is answered: by its ping or publish, when it renews its token, or when its TCP
// gives up, which needs packets that vanish, from `vanish` on.
Time Devices::notices(Device d, const Client& c, Time vanish) const {
  const Detection& detection = behaviour(c).detection;
  const MessageClock clock = message_clock(d);
  const Time publish = clock.next(c.lost_at),
             in_vain = vanish == sim::never ? sim::never : clock.next(vanish);
  // Pings that come later than what else tells are not looked for.
  Time until = sim::never;
  if (detection.publish_timeout.count() > 0 && publish != sim::never)
    until = publish + detection.publish_timeout;
  else if (in_vain != sim::never)
    until = in_vain + network::latest_end;
  const Time ping = pings(d, c).first_unanswered(c.lost_at, until);
  Time noticed = ping == sim::never ? ping : ping + detection.ping_wait;
  if (detection.publish_timeout.count() > 0 && publish != sim::never)
    noticed = std::min(noticed, publish + detection.publish_timeout);
  if (run_groups_.known(c.group).renewal.count() > 0) {
    // A renewal opens a new connection; one whose CONNECT is on its way times out.
    const Time renewal = c.since > c.lost_at ? c.since : c.since + behaviour(c).connect_timeout;
    noticed = std::min(noticed, renewal);
  }
  const Time sent = std::min(ping > vanish ? ping : sim::never, in_vain);
  if (sent == sim::never || noticed - sent <= network::soonest_end) return noticed;
  return std::min(noticed, network::gives_up(sent, route(c).path.rtt.at(0.5)));
}

// Nothing is answered any more.
void Devices::black_hole(Device d, Client& c, Time now) {
  stop_sending(d, c, now, now);
  twin_requests_.erase(d);
  c.lost_at = now;
  const View view = hub_view(d, c);
  tell<&Listener::offline>(d, now, c.hub, view.fault, false);
  tell<&Listener::activity>(d, now, Activity::undetected, c.hub);
  c.state = State::undetected;
  c.next = notices(d, c, view.mode == hub::Mode::frozen ? sim::never : now);
  if (hub::serves(hub_of(c).mode())) tell<&Listener::half_open>(d, now, hub_waits_until(d, c), c.hub);
}

// When the hub closes a black-holed connection, on which it hears nothing.
Time Devices::hub_waits_until(Device d, const Client& c) const {
  return pings(d, c).last_sent(c.lost_at) + hub_patience(behaviour(c).keep_alive);
}

// Its hub answers again before the client noticed. If the hub has not dropped the connection meanwhile,
// it lives on: at once if the client sent nothing in vain, else when its TCP repeats that.
void Devices::reachable_again(Device d, Client& c, Time now) {
  const Address& address = addresses_.known(c.hub);
  if (address.moves > 0 && address.moved >= c.lost_at) return;  // its connection led to the old address
  const bool dropped =
      c.previous_wait == severed || (c.unheard == Unheard::data && now >= hub_waits_until(d, c));
  if (dropped) return cut(d, c, now, hub_view(d, c).fault);
  const Behaviour& b = behaviour(c);
  const bool renews = run_groups_.known(c.group).renewal.count() > 0;
  if (renews && c.since <= c.lost_at &&
      c.since + std::min(c.total() - c.rtt() / 2, b.connect_timeout) <= now) {
    // It had closed the connection to renew its token, and the new CONNECT was swallowed.
    c.next = tick_after(c.since + b.connect_timeout);
    return;
  }
  const Time publish = message_clock(d).next(c.lost_at);
  const Time sent = std::min(publish, pings(d, c).first_unanswered(c.lost_at, publish));
  if (sent >= now || c.unheard == Unheard::taken) return live_on(d, c, now);
  const Duration round_trip = network::exchange(route(c).path, 1, draw(d, c, purpose::attempt)).round_trip;
  const Time again = network::next_repeat(sent, round_trip, now);
  c.state = State::resuming;
  c.phase_start = c.next;
  c.next = tick_after(std::min({again, c.phase_start, hub_waits_until(d, c)}));
}

// What comes first: it notices that nothing was answered, the hub closes the connection that it heard nothing
// of, or its data arrive.
void Devices::resume(Device d, Client& c, Time now) {
  if (c.phase_start <= now) return react(d, c, now, Error::closed);
  if (hub_waits_until(d, c) <= now) return cut(d, c, now, CauseId::none);
  live_on(d, c, now);
}

void Devices::live_on(Device d, Client& c, Time now) {
  // Who has been moved meanwhile is not known there any more.
  if (const hub::Identity known = identity(d, c); known != hub::Identity::enabled)
    return cut(d, c, now, known == hub::Identity::disabled ? disabled_by(d) : CauseId::none);
  const bool renews = run_groups_.known(c.group).renewal.count() > 0;
  tell<&Listener::online>(d, now, c.lost_at, c.hub);
  c.state = State::connected;
  c.next = sim::never;
  if (renews && c.since <= c.lost_at)
    c.next = tick_after(c.since + std::min(c.total() - c.rtt() / 2, behaviour(c).connect_timeout));
  else if (renews)
    plan_renewal(d, c, c.since);
  watch_idle(d, c, now);
  start_sending(d, c, now);
  if (behaviour(c).on_connect.any()) tell<&Listener::ready>(d, now);
}

void Devices::hub_failed(Device d, Client& c, Time at, Error error) {
  if (c.failures < most_failures) ++c.failures;
  // A missing identity is no fault's doing, a disabled one that of who moved the device.
  const View view = hub_view(d, c);
  const bool moved = error == Error::unavailable && hub::serves(view.mode);
  const CauseId fault = error == Error::unauthorized ? CauseId::none
                        : moved                      ? disabled_by(d)
                                                     : kept_away(d, view);
  tell<&Listener::failed>(d, c.since, at, c.hub, error, fault);
  if (!c.trying_cached) return react(d, c, at, error);
  c.trying_cached = false;
  dps_again(d, c, at);
}

void Devices::react(Device d, Client& c, Time at, Error error) {
  const Behaviour& b = behaviour(c);
  const bool first = error == Error::closed;
  if (first) {
    at += sim::uniform_between(Duration{0}, b.notice,
                               b.notice.count() > 0 ? draw(d, c, purpose::notice).uniform(0) : 0);
    c.failures = 0;
    c.phases = 0;
    c.previous_wait = Duration{0};
    c.phase_start = at;
    if (b.retry.by_sends())
      sequences_.insert_or_assign(d, Sequences(b.retry, message_clock(d), c.lost_at, at));
    wind_watchdog(d, c, at);
  }
  if (doomed(d, c)) {
    watchdogs_.erase(d);  // it needs a power cycle
    return give_up(d, c, at);
  }
  const Reaction todo = reaction(b.reactions, error);
  if (todo == Reaction::stop) return give_up(d, c, at);
  if (todo != Reaction::dps && !rule_says_dps(d, c, at))
    return retry(d, c, at, error, todo == Reaction::next_message);
  if (!first && c.phases < most_cycles && !retried_hub(d, c)) ++c.phases;
  if (cycles_exhausted(c)) return give_up(d, c, at);
  leave_hub(d, c, at);
}

bool Devices::rule_says_dps(Device d, const Client& c, Time at) const {
  const ReturnRule& rule = behaviour(c).return_to_dps;
  switch (rule.kind) {
    case ReturnRule::Kind::at_once:
      return true;
    case ReturnRule::Kind::after_failures:
      return c.failures >= rule.failures;
    case ReturnRule::Kind::after_time:
      return returns_by(d, c, at);
    case ReturnRule::Kind::never:
      return false;
  }
  return false;
}

// Since when the client tries its hub: since it noticed the loss, or since it was assigned the hub.
Time Devices::trying_since(const Client& c) const { return std::max(c.lost_at, c.phase_start); }

// When a client that returns to DPS after a time does so: drawn once a loss.
Time Devices::return_time(Device d, const Client& c) const {
  const ReturnRule& rule = behaviour(c).return_to_dps;
  const Time from = trying_since(c);
  if (rule.from == rule.to) return from + rule.from;
  const auto index =
      static_cast<std::uint32_t>(sim::mix(static_cast<std::uint64_t>(from.time_since_epoch().count())));
  return from + sim::uniform_between(rule.from, rule.to,
                                     streams_.draw(key(d), purpose::return_rule, index).uniform(0));
}

// Whether it does by then; most often the bounds of the rule tell.
bool Devices::returns_by(Device d, const Client& c, Time t) const {
  const ReturnRule& rule = behaviour(c).return_to_dps;
  if (rule.kind != ReturnRule::Kind::after_time || t < trying_since(c) + rule.from) return false;
  return t >= trying_since(c) + rule.to || t >= return_time(d, c);
}

void Devices::retry(Device d, Client& c, Time at, Error error, bool rejected) {
  const Retry& policy = behaviour(c).retry;
  const bool first = error == Error::closed;
  if (policy.kind == RetryKind::none) return give_up(d, c, at);
  if (policy.by_sends()) return retry_messages(d, c, at, error, rejected);
  if (rejected) return await_message(d, c, at);
  const sim::Draw drawn = draw(d, c, purpose::attempt);  // of the wait and of the attempt after it
  const bool ticks = policy.kind == RetryKind::sdk_c;
  const Duration wait = first   ? policy.first
                        : ticks ? tick_wait(d, c)
                                : retry_delay(policy, c.failures, c.previous_wait, drawn);
  Time start = at + wait;
  if (!first) {
    c.previous_wait = wait;
    if (policy.from_attempt) start = std::max(at, (ticks ? tick(d, c.since) : c.since) + wait);
    start = std::max(start, c.since + policy.spacing);
  }
  // Whoever failed before the limit tries once more, however late that is.
  if (!first && policy.limit.count() > 0 && at >= trying_since(c) + policy.limit) return give_up(d, c, at);
  tell<&Listener::activity>(d, at, Activity::waiting, c.hub);
  if (returns_by(d, c, start)) return leave_hub(d, c, std::max(at, return_time(d, c)));
  dial_at(d, c, start, drawn);
}

// When its process started. Of an established fleet nobody knows: within the last thirty days.
Time Devices::created(Device d) const {
  if (!processes_.empty() && processes_[d].start != Time::min()) return processes_[d].start;
  const RunGroup& k = run_group(d);
  if (const auto& joins = k.group->joins) return Time{joins->of(d - k.first, k.group->devices)};
  const double u = streams_.draw(key(d), purpose::creation, 0).uniform(0);
  return Time{-sim::uniform_between(Duration{0}, std::chrono::days{30}, u)};
}

// The start of the whole second of its tick counter that t is in. The counter began with the process.
Time Devices::tick(Device d, Time t) const {
  const Duration since = t - created(d);
  return t - since % std::chrono::seconds{1};
}

// The jitter is the next number of rand(), which was seeded with the second in which the process started: all
// that started in that second draw the same numbers (facts, clients-measured 2).
Duration Devices::tick_wait(Device d, const Client& c) {
  if (jitters_.empty()) jitters_.resize(clients_.size());
  const auto second = std::chrono::floor<std::chrono::seconds>(created(d).time_since_epoch()).count();
  const sim::Draw u =
      streams_.draw(sim::mix(static_cast<std::uint64_t>(second)), purpose::tick_jitter, jitters_[d]++);
  return retry_delay(behaviour(c).retry, c.failures, c.previous_wait, u);
}

// Nothing but its next message makes it try again.
void Devices::await_message(Device d, Client& c, Time at) {
  const Time start = message_clock(d).next(at);
  tell<&Listener::activity>(d, at, Activity::waiting, c.hub);
  if (returns_by(d, c, start)) return leave_hub(d, c, std::max(at, return_time(d, c)));
  if (start == sim::never) return give_up(d, c, at);
  dial_at(d, c, start, draw(d, c, purpose::attempt));
}

void Devices::retry_messages(Device d, Client& c, Time at, Error error, bool rejected) {
  Sequences& sequences = sequences_.at(d);
  if (error != Error::closed)
    sequences.fail(c.since, at, rejected, [&] { return draw(d, c, purpose::message_retry); });
  Time start = sequences.next(at);
  if (error != Error::closed && start != sim::never)
    start = std::max(start, c.since + behaviour(c).retry.spacing);
  tell<&Listener::activity>(d, at, Activity::waiting, c.hub);
  if (returns_by(d, c, start)) return leave_hub(d, c, std::max(at, return_time(d, c)));
  if (start == sim::never) return give_up(d, c, at);
  dial_at(d, c, start, draw(d, c, purpose::attempt));
}

void Devices::dial_at(Device d, Client& c, Time t, const sim::Draw& drawn) {
  const RunGroup& k = run_groups_.known(c.group);
  const bool certificate = k.group->credentials == provisioning::Attestation::x509;
  set_trip(c, network::exchange(route(c).path, distance_.connect_trips, drawn),
           certificate ? distance_.x509 : Duration{0});
  c.since = std::max(t, now_);
  c.state = State::dialing;
  c.next = tick_after(c.since + std::min(c.rtt() / 2, behaviour(c).connect_timeout));
  tell<&Listener::activity>(d, c.since, Activity::on_wire, c.hub);
}

void Devices::give_up(Device d, Client& c, Time at) {
  c.state = State::lost;
  c.next = sim::never;
  if (c.operation != provisioning::Service::none) dps_.forget(c.operation);
  c.operation = provisioning::Service::none;
  sequences_.erase(d);
  cycles_.erase(d);
  tell<&Listener::activity>(d, at, Activity::given_up, c.hub);
  tell<&Listener::gave_up>(d, at);
}

}  // namespace device
