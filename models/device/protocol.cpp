#include "models/device/protocol.hpp"

#include <algorithm>

#include "models/purpose.hpp"

namespace device {

Protocol::Protocol(Roster& roster, const Reach& reach, const Programs& programs,
                   const network::Constants& distance)
    : roster_(roster), reach_(reach), programs_(programs), distance_(distance) {
  for (const RunGroup& one : roster_.groups()) {
    attempts_.push_back(attempt_of(one, distance_));
    seldom_sends_.push_back(longest_between_pings(one.group->client.detection) >
                            hub_patience(one.group->client));
  }
}

int Protocol::register_trips(const Client& c) const {
  const Behaviour& b = roster_.behaviour(c);
  const int trips = speaks_amqp(b) ? distance_.amqp_register_trips : distance_.register_trips;
  return over_web_sockets(b) ? trips + distance_.web_socket_trips : trips;
}

Duration Protocol::certificate(const Client& c) const {
  return has_certificate(*roster_.group(c).group) ? distance_.x509 : Duration{0};
}

void Protocol::draw_trip(Device d, Client& c, const network::Path& path, int trips, Duration extra) {
  set_trip(c, network::exchange(path, trips, roster_.draw(d, c, purpose::attempt)), extra);
}

void Protocol::set_trip(Client& c, const network::Exchange& drawn, Duration extra) {
  const auto bounded = [](Duration t) {
    return static_cast<std::int32_t>(std::min<std::int64_t>(t.count(), INT32_MAX));
  };
  c.rtt_us = bounded(drawn.round_trip);
  c.total_us = bounded(drawn.total + extra);
}

Duration Protocol::patience(const Client& c) const {
  const Behaviour& b = roster_.behaviour(c);
  if (c.state == State::ignored) {
    if (c.unheard == Unheard::syn) return b.dps.tcp_limit();
    if (c.unheard == Unheard::opened) return b.dps.opening_limit();
    return b.dps.answer_limit(c.polls) + (b.dps.by_stage() ? c.total() - c.rtt() : Duration{0});
  }
  if (c.unheard == Unheard::syn) return tcp_limit(c);
  const bool bounded = c.unheard == Unheard::opened && b.tls_timeout.count() > 0;
  return bounded ? std::min(c.rtt() + b.tls_timeout, b.connect_timeout) : b.connect_timeout;
}

void Protocol::leave_unanswered(Client& c, const View& view, bool opens) const {
  const bool frozen = view.mode == hub::Mode::frozen;
  const bool asks_dps = c.state == State::enrolling || c.state == State::polling;
  if (frozen)
    c.unheard = opens ? Unheard::opened : Unheard::taken;
  else
    c.unheard = opens ? Unheard::syn : Unheard::data;
  c.polls = c.state == State::polling;
  c.state = asks_dps ? State::ignored : State::unanswered;
  c.next = roster_.tick_after(c.since + patience(c));
}

Time Protocol::arrival_of_unheard(const Client& c, Time now) const {
  const Duration half = c.rtt() / 2;
  switch (c.unheard) {
    case Unheard::syn: {
      const Time sent = network::next_syn(c.since, now - half, roster_.behaviour(c).tcp_syn_linear_timeouts);
      return sent == sim::never ? sent : sent + half;
    }
    case Unheard::data:
      return network::next_repeat(c.since + c.total() - c.rtt(), c.rtt(), now - half) + half;
    case Unheard::opened:  // the next that it sends is there since three trips after the start
      return std::max(now, c.since + c.rtt() + half) + std::max(c.total() - 2 * c.rtt(), Duration{0});
    case Unheard::taken:
      return now;
  }
  return now;
}

Time Protocol::next_renewal(Device d, const Client& c, Time now) {
  const Duration renewal = roster_.group(c).renewal;
  const Behaviour& b = roster_.behaviour(c);
  if (renewal.count() == 0 || b.token_clock == TokenClock::connect) return now + renewal;
  Time made = token_made_.empty() ? no_token : token_made_[d];
  if (b.token_clock == TokenClock::token) {
    if (!token_is_good(d, c, now)) made = now;
  } else {
    if (made == no_token) made = programs_.created(d);
    made += std::max((now - made) / renewal, std::int64_t{0}) * renewal;
  }
  return made + renewal;
}

Time Protocol::renewal_after(const Client& c, Time now) const {
  const Duration renewal = roster_.group(c).renewal;
  if (renewal.count() == 0 || roster_.behaviour(c).token_clock != TokenClock::timer) return now + renewal;
  const Duration took = now - c.since;
  return c.since + (took < renewal ? renewal : (took / renewal + 1) * renewal);
}

void Protocol::keep_token(Device d, const Client& c) {
  const Duration renewal = roster_.group(c).renewal;
  if (renewal.count() == 0 || roster_.behaviour(c).token_clock == TokenClock::connect) return;
  if (token_made_.empty()) token_made_.resize(roster_.size(), no_token);
  token_made_[d] = c.since - renewal;
}

bool Protocol::token_is_good(Device d, const Client& c, Time t) const {
  const Duration reuse = std::min(roster_.behaviour(c).token_reuse, roster_.group(c).renewal);
  return !token_made_.empty() && token_made_[d] != no_token && t - token_made_[d] < reuse;
}

void Protocol::use_token(Device d, const Client& c, Time t) {
  if (roster_.behaviour(c).token_clock != TokenClock::token || roster_.group(c).renewal.count() == 0) return;
  if (token_made_.empty()) token_made_.resize(roster_.size(), no_token);
  if (!token_is_good(d, c, t)) token_made_[d] = t;
}

Time Protocol::notices(Device d, const Client& c, Time vanish) const {
  const Detection& detection = roster_.behaviour(c).detection;
  const MessageClock clock = roster_.message_clock(d);
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
  if (const Time put = renewal_in_place(c); put != sim::never) {
    const Duration limit = roster_.behaviour(c).token_timeout;
    if (limit.count() > 0) noticed = std::min(noticed, put + limit);
  }
  if (renews(c)) {
    // A renewal opens a new connection; one whose CONNECT is on its way times out.
    const Time renewal = c.since > c.lost_at ? c.since : c.since + roster_.behaviour(c).connect_timeout;
    noticed = std::min(noticed, renewal);
  }
  const Time sent = std::min(ping > vanish ? ping : sim::never, in_vain);
  if (sent == sim::never || noticed - sent <= network::soonest_end) return noticed;
  return std::min(noticed, network::gives_up(sent, reach_.route(c).path.rtt.median()));
}

// The first renewal on the open connection after it was lost; never if it renews otherwise.
Time Protocol::renewal_in_place(const Client& c) const {
  if (renewal(c) != Renewal::in_place) return sim::never;
  const Duration renewal = roster_.group(c).renewal;
  if (c.since > c.lost_at) return c.since;
  return c.since + ((c.lost_at - c.since) / renewal + 1) * renewal;
}

Time Protocol::first_in_vain(Device d, const Client& c) const {
  const Time from = vanished(d, c), publish = roster_.message_clock(d).next(from);
  return std::min({publish, pings(d, c).first_unanswered(from, publish), renewal_in_place(c)});
}

Time Protocol::hears_close(Device d, const Client& c, Time closed, Time now) const {
  const Duration trip = reach_.route(c).path.rtt.median();
  const Time fin = network::next_fin(closed, trip, now);
  Time sent = first_in_vain(d, c);
  if (sent < now) sent = network::next_repeat(sent, trip, now);
  return std::min(fin == sim::never ? fin : fin + trip / 2, sent == sim::never ? sent : sent + trip);
}

Time Protocol::hub_waits_until(Device d, const Client& c) const {
  const Time idle = pings(d, c).last_sent(vanished(d, c)) + hub_patience(roster_.behaviour(c));
  return expired(c, idle) ? c.since : idle;
}

}  // namespace device
