// Requests that nobody answers, and what becomes of them when somebody does again before the client gives up.
#include <algorithm>

#include "models/device/devices.hpp"

namespace device {

Duration Devices::tcp_limit(const Client& c) const {
  const Behaviour& b = behaviour(c);
  return b.tcp_timeout.count() > 0 ? std::min(b.tcp_timeout, b.connect_timeout) : b.connect_timeout;
}

// How long it waits for what is not answered, from the start of the request.
Duration Devices::patience(const Client& c) const {
  if (c.state == State::ignored) return answer_limit(c, c.polls);
  return c.unheard == Unheard::syn ? tcp_limit(c) : behaviour(c).connect_timeout;
}

// opens: the connection is not open yet.
void Devices::leave_unanswered(Client& c, const View& view, bool opens) {
  const bool frozen = view.mode == hub::Mode::frozen;
  const bool asks_dps = c.state == State::enrolling || c.state == State::polling;
  if (frozen)
    c.unheard = opens ? Unheard::opened : Unheard::taken;
  else
    c.unheard = opens ? Unheard::syn : Unheard::data;
  c.polls = c.state == State::polling;
  c.state = asks_dps ? State::ignored : State::unanswered;
  c.next = tick_after(c.since + patience(c));
}

// Something is about to change for a client that waits for an answer. If that does not reach it in time, it
// was what holds now that kept it away.
void Devices::note_kept_away(Device d, const Client& c) {
  if (c.state != State::unanswered && c.state != State::ignored) return;
  const View view = c.state == State::ignored ? dps_view(c) : hub_view(d, c);
  if (!hub::answers(view.mode)) kept_by_.insert_or_assign(d, view.fault);
}

CauseId Devices::kept_away(Device d, const View& view) {
  if (kept_by_.empty()) return view.fault;
  const auto found = kept_by_.find(d);
  if (found == kept_by_.end()) return view.fault;
  const CauseId noted = found->second;
  kept_by_.erase(found);
  return hub::answers(view.mode) ? noted : view.fault;
}

// When what it sent arrives, now that packets get through or the host goes on; its SYN, if that is what was
// lost.
Time Devices::arrival_of_unheard(const Client& c, Time now) const {
  const Duration half = c.rtt() / 2;
  switch (c.unheard) {
    case Unheard::syn: {
      const Time sent = network::next_syn(c.since, now - half);
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

// Whether the attempt under way goes to an address that the hub's name leads away from by now.
bool Devices::went_to_old_address(Device d, const Client& c) const {
  const Address& address = addresses_.known(c.hub);
  return address.moves > 0 && c.since < address.known_to_all &&
         (c.since < address.moved || c.since < given_address(d, c.hub));
}

// Its hub, or DPS, answers otherwise than before, or the way there does.
void Devices::heard_again(Device d, Client& c, Time now) {
  const bool asks_dps = c.state == State::ignored;
  const hub::Mode mode = asks_dps ? dps_view(c).mode : hub_view(d, c).mode;
  const bool vanished = c.unheard == Unheard::syn || c.unheard == Unheard::data;
  if (mode == hub::Mode::silent || (mode == hub::Mode::frozen && !vanished)) return;
  if (!asks_dps && went_to_old_address(d, c)) return;
  Time arrival = arrival_of_unheard(c, now);
  if (arrival == sim::never || arrival >= c.since + patience(c)) return;
  const bool syn = c.unheard == Unheard::syn;
  if (!asks_dps) {
    c.state = syn ? State::dialing : State::handshaking;
  } else {
    if (syn) arrival = std::min(arrival + c.total() - c.rtt(), c.since + patience(c));
    c.state = c.polls ? State::polling : State::enrolling;
  }
  kept_by_.erase(d);
  c.next = tick_after(arrival);
}

}  // namespace device
