// A client and its hub: it connects, is connected, loses the hub, and decides what to do about that.
#pragma once
#include "models/device/phase.hpp"
#include "models/device/untold.hpp"

namespace device {

class DpsPhase;

class HubPhase : Phase {
 public:
  HubPhase(const Parts& parts, DpsPhase& dps_phase) : Phase(parts), dps_phase_(dps_phase) {}

  // Attempts. The hub it knows from `t` on, by the policy for hubs.
  void try_hub(Device d, Client& c, Time t, const sim::Draw& drawn);
  void dial_at(Device d, Client& c, Time t, const sim::Draw& drawn);
  // A SYN arrives, the first of an attempt or a later one.
  void dial(Device d, Client& c);
  void shake_hands(Device d, Client& c, Time now);
  // Whether the CONNECT that a hub holds until `deadline` is the one that the device waits for.
  bool expects(const Client& c, Time deadline) const {
    return c.state == State::queued && deadline == waits_until(c);
  }
  // The hub accepts a CONNECT that waited there, or closes its connection, for which the client gets `error`;
  // the host of a frozen hub keeps it. Then the device hears of that, or its time is over.
  void accepted(Device d, Client& c, Time now);
  void closed(Device d, Client& c, Time now, signals::Error error);
  void kept(Device d, Client& c, Time now);
  void leave_queue(Device d, Client& c, Time now);
  void online(Device d, Client& c, Time now);
  // An attempt has failed, as the client sees it at `at`.
  void failed(Device d, Client& c, Time at, signals::Error error);
  void give_up(Device d, Client& c, Time at);

  // A connection. What is planned for it is due: its hub closes it, or the client renews its token.
  void due(Device d, Client& c, Time now);
  // It is closed by the hub: the reset arrives half a round trip later.
  // planned: since its token is too old.
  void cut(Device d, Client& c, Time now, CauseId fault, bool planned = false);
  // It ends without a word to anybody.
  void drop(Device d, Client& c, Time now, CauseId fault);
  // Packets get through again: what comes first, the client's notice, the hub's close, or its data?
  void resume(Device d, Client& c, Time now);
  // The client knows that its connection is lost, or that an attempt failed.
  void react(Device d, Client& c, Time at, signals::Error error);

  // What a client sees of its hub, or of DPS, is different now; whether its next contact may be.
  bool see_change(Device d, Client& c, Time now);

  // What it has under way is given up, whatever that is.
  void abandon(Device d, Client& c);

 private:
  // What becomes of a renewal; what it seldom is, is out of the way of what it nearly always is.
  void renewed(Device d, Client& c, Time now);
  [[gnu::noinline]] void renewed_with_twin(Device d, Client& c, Time now);
  [[gnu::noinline]] void renewal_failed(Device d, Client& c, Time now, bool opens, hub::Answer answer);
  [[gnu::noinline]] void renew_through_dps(Device d, Client& c, Time now);
  hub::Answer knock(Device d, const Client& c, Time now);
  void answered(Device d, Client& c, Time now, hub::Answer answer);
  void black_hole(Device d, Client& c, Time now);
  void reachable_again(Device d, Client& c, Time now);
  // Until when it waits for the answer to its CONNECT, as seen at the hub.
  Time waits_until(const Client& c) const {
    return c.since + roster_.behaviour(c).connect_timeout - c.rtt() / 2;
  }
  Time repeat(Device d, const Client& c, Time now) const;
  bool wait_in_queue(Device d, Client& c, Time now);
  void stay_unheard(Device d, Client& c, Time now, hub::Mode mode, bool already);
  void hear_close(Device d, Client& c, Time now, hub::Mode mode);
  void live_on(Device d, Client& c, Time now);
  void heard_again(Device d, Client& c, Time now);
  void lose_connection(Device d, Client& c, Time now, CauseId fault, bool planned = false);
  void retry(Device d, Client& c, Time at, signals::Error error, bool rejected);
  void retry_messages(Device d, Client& c, Time at, signals::Error error, bool rejected);
  void await_message(Device d, Client& c, Time at);
  void wait_until(Device d, Client& c, Time at, Time start);

  DpsPhase& dps_phase_;
  Untold untold_;
};

}  // namespace device
