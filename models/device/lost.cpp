// How a connection is lost, and lives on: it is closed, or nothing is answered on it any more for a time.
#include <algorithm>

#include "models/device/hub_phase.hpp"
#include "models/purpose.hpp"

namespace device {

using signals::Activity;
using signals::Error;
using signals::Listener;

bool HubPhase::see_change(Device d, Client& c, Time now) {
  if (c.state == State::queued) return wait_in_queue(d, c, now);
  const bool open = c.state == State::connected || c.state == State::undetected || c.state == State::resuming;
  const bool waits = c.state == State::unanswered || c.state == State::ignored;
  const bool tries =
      waits || c.state == State::dialing || c.state == State::handshaking || c.state == State::enrolling;
  if (!open && !tries) return false;
  const State before = c.state;
  const Time planned = c.next;
  const hub::Mode mode = open ? reach_.hub_view(d, c).mode : hub::Mode::up;
  if (waits) heard_again(d, c, now);
  if (c.state == State::undetected && c.phase_start <= now)
    hear_close(d, c, now, mode);
  else if (open && hub::closes_connections(mode))
    cut(d, c, now, reach_.hub_view(d, c).fault);
  else if (c.state == State::connected && !hub::answers(mode))
    black_hole(d, c, now);
  else if (c.state == State::undetected && hub::answers(mode))
    reachable_again(d, c, now);
  else if (c.state == State::resuming && !hub::answers(mode)) {
    c.state = State::undetected;  // and goes on to wait for an answer
    c.next = c.phase_start;
    c.phase_start = sim::never;
  }
  if (c.state == State::undetected && c.phase_start == sim::never)
    stay_unheard(d, c, now, mode, c.state == before);
  return !open || c.state != before || c.next != planned;  // a client that is trying may park now
}

// Nothing is answered still, or again; in the same way as before? Its hub may close the connection now.
void HubPhase::stay_unheard(Device d, Client& c, Time now, hub::Mode mode, bool already) {
  const Unheard unheard = mode == hub::Mode::frozen ? Unheard::taken : Unheard::data;
  if (!hub::answers(mode) && (unheard != c.unheard || !already)) {
    const bool from_frozen = already && c.unheard == Unheard::taken;
    if (already && unheard == Unheard::taken && protocol_.vanished(d, c) == c.lost_at &&
        protocol_.hub_waits_until(d, c) <= now) {
      sever(c, protocol_.hub_waits_until(d, c));  // before it froze
      return hear_close(d, c, now, mode);
    }
    if (unheard == Unheard::taken && c.lost_at < now)
      untold_.note(d, {repeat(d, c, now)});
    else if (from_frozen && untold_.of(d).at <= now)
      protocol_.note_vanished(d, now);  // else what it had sent in vain before is so still
    if (already)
      c.next = roster_.tick_after(protocol_.notices(d, c, unheard == Unheard::taken ? sim::never : now));
    c.unheard = unheard;
  }
  if (hub::closes_connections(reach_.hub_of(c).mode())) sever(c, now);
}

// Packets get through: when its TCP repeats what it sent in vain; the least time there is if there is none.
// The time-out comes from what the kernel made of many round trips, not from a single one.
Time HubPhase::repeat(Device d, const Client& c, Time now) const {
  const Time sent = protocol_.first_in_vain(d, c);
  return sent < now ? network::next_repeat(sent, reach_.route(c).path.rtt.median(), now) : Time::min();
}

// Its CONNECT waits at the hub, or what became of it was told to nobody: TCP repeats the CONNACK, or the FIN.
bool HubPhase::wait_in_queue(Device d, Client& c, Time now) {
  const View view = reach_.hub_view(d, c);
  if (view.mode == hub::Mode::refuse && reach_.route(c).mode == hub::Mode::refuse) {
    if (untold_.of(d).at == Time::min()) reach_.hub_of(c).abandon(d, waits_until(c));
    failed(d, c, now + c.rtt() / 2, Error::refused);
    return true;
  }
  Untold::Event told = untold_.of(d);
  if (told.at == Time::min()) return false;
  if (!told.closed && hub::closes_connections(reach_.hub_of(c).mode())) untold_.note(d, told = {now, true});
  Time heard = c.since + roster_.behaviour(c).connect_timeout;
  if (view.mode != hub::Mode::silent && !reach_.went_to_old_address(d, c)) {
    const Duration trip = reach_.route(c).path.rtt.median();
    const Time again =
        told.closed ? network::next_fin(told.at, trip, now) : network::next_repeat(told.at, trip, now);
    if (again != sim::never) heard = std::min(heard, again + c.rtt() / 2);
  }
  c.next = roster_.tick_after(heard);
  return true;
}

// Its hub has closed the connection, and no packet told of it: what comes first now, a repeat of the hub's
// FIN, the reset with which the host of the hub answers what the client sends, or the client's own notice?
void HubPhase::hear_close(Device d, Client& c, Time now, hub::Mode mode) {
  Time heard = protocol_.notices(d, c, c.unheard == Unheard::taken ? sim::never : c.lost_at);
  if (mode != hub::Mode::silent && !reach_.lost_old_address(c))
    heard = std::min(heard, protocol_.hears_close(d, c, c.phase_start, now));
  c.next = roster_.tick_after(heard);
}

void HubPhase::lose_connection(Device d, Client& c, Time now, CauseId fault, bool planned) {
  outbox_.stop(d, c, now, now);
  protocol_.keep_token(d, c);
  protocol_.forget_vanished(d);
  untold_.forget(d);
  twins_.forget(d);
  c.lost_at = now;
  tell<&Listener::offline>(d, now, c.hub, fault, planned);
}

void HubPhase::cut(Device d, Client& c, Time now, CauseId fault, bool planned) {
  if (c.state == State::connected) {
    lose_connection(d, c, now, fault, planned);
    tell<&Listener::activity>(d, now, Activity::undetected, c.hub);
  }
  protocol_.draw_trip(d, c, reach_.route(c).path, 1);
  react(d, c, now + c.rtt() / 2, Error::closed);
}

void HubPhase::drop(Device d, Client& c, Time now, CauseId fault) {
  lose_connection(d, c, now, fault);
  if (hub::serves(reach_.hub_of(c).mode()))
    tell<&Listener::half_open>(d, now, protocol_.hub_waits_until(d, c), c.hub);
}

// Nothing is answered any more.
void HubPhase::black_hole(Device d, Client& c, Time now) {
  const View view = reach_.hub_view(d, c);
  lose_connection(d, c, now, view.fault);
  tell<&Listener::activity>(d, now, Activity::undetected, c.hub);
  c.state = State::undetected;
  c.phase_start = sim::never;
  c.next = protocol_.notices(d, c, view.mode == hub::Mode::frozen ? sim::never : now);
  if (hub::serves(reach_.hub_of(c).mode()))
    tell<&Listener::half_open>(d, now, protocol_.hub_waits_until(d, c), c.hub);
}

// Its hub answers again before the client noticed. If the hub has not closed the connection meanwhile,
// it lives on: at once if the client sent nothing in vain, else when its TCP repeats that.
void HubPhase::reachable_again(Device d, Client& c, Time now) {
  if (reach_.lost_old_address(c)) return;
  if (c.unheard == Unheard::data && protocol_.hub_waits_until(d, c) <= now) {
    sever(c, protocol_.hub_waits_until(d, c));
    return hear_close(d, c, now, hub::Mode::up);
  }
  if (protocol_.expired(c, now)) return cut(d, c, now, reach_.hub_view(d, c).fault);
  if (protocol_.renews(c) && c.since <= c.lost_at && protocol_.renewal_arrives(c) <= now) {
    // It had closed the connection to renew its token, and the new CONNECT was swallowed.
    c.next = roster_.tick_after(c.since + roster_.behaviour(c).connect_timeout);
    return;
  }
  const Time again = c.unheard == Unheard::data ? repeat(d, c, now) : untold_.of(d).at;
  if (again == Time::min() || (c.unheard == Unheard::taken && again <= now)) return live_on(d, c, now);
  c.state = State::resuming;
  c.phase_start = c.next;
  c.next = roster_.tick_after(std::min({again, c.phase_start, protocol_.hub_waits_until(d, c)}));
}

void HubPhase::resume(Device d, Client& c, Time now) {
  if (c.phase_start <= now) return react(d, c, now, Error::closed);
  if (protocol_.hub_waits_until(d, c) <= now) return cut(d, c, now, CauseId::none);
  live_on(d, c, now);
}

void HubPhase::live_on(Device d, Client& c, Time now) {
  // Who has been moved meanwhile is not known there any more.
  if (const hub::Identity known = reach_.identity(d, c); known != hub::Identity::enabled)
    return cut(d, c, now, known == hub::Identity::disabled ? reach_.disabled_by(d) : CauseId::none);
  const bool renews = protocol_.renews(c);
  tell<&Listener::online>(d, now, c.lost_at, c.hub);
  c.state = State::connected;
  c.phase_start = c.lost_at;
  c.next = sim::never;
  if (renews && c.since <= c.lost_at)
    c.next = roster_.tick_after(protocol_.renewal_arrives(c));
  else if (renews || protocol_.expires(c))
    protocol_.plan_renewal(d, c, c.since);
  protocol_.watch_idle(d, c, now);
  outbox_.start(d, c, now);
  if (roster_.behaviour(c).on_connect.any()) tell<&Listener::ready>(d, now);
}

// Its hub, or DPS, answers otherwise than before, or the way there does.
void HubPhase::heard_again(Device d, Client& c, Time now) {
  const bool asks_dps = c.state == State::ignored;
  const hub::Mode mode = asks_dps ? reach_.dps_view(c).mode : reach_.hub_view(d, c).mode;
  const bool vanished = c.unheard == Unheard::syn || c.unheard == Unheard::data;
  if (mode == hub::Mode::silent || (mode == hub::Mode::frozen && !vanished)) return;
  if (!asks_dps && reach_.went_to_old_address(d, c)) return;
  Time arrival = protocol_.arrival_of_unheard(c, now);
  const Duration patience = protocol_.patience(c);
  if (arrival == sim::never || arrival >= c.since + patience) return;
  const bool syn = c.unheard == Unheard::syn, opens = syn || c.unheard == Unheard::opened;
  if (!asks_dps) {
    c.state = syn ? State::dialing : State::handshaking;
  } else {
    c.state = c.polls ? State::polling : State::enrolling;
    if (syn) arrival += c.total() - c.rtt();
    arrival = std::min(arrival, c.since + (opens ? roster_.behaviour(c).dps.opening_limit() : patience));
  }
  reach_.forget(d);
  c.next = roster_.tick_after(arrival);
}

}  // namespace device
