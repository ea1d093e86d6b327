// What the SDK and the kernel of a device do of themselves, in closed form: how long an exchange takes and
// its stages may, when a token is renewed, a ping is sent and a dead connection noticed, and when a hub
// closes a connection on which it hears too little.
#pragma once
#include <unordered_map>

#include "models/device/attempt.hpp"
#include "models/device/pings.hpp"
#include "models/device/programs.hpp"
#include "models/device/reach.hpp"
#include "models/device/roster.hpp"

namespace device {

class Protocol {
 public:
  Protocol(Roster& roster, const Reach& reach, const Programs& programs, const network::Constants& distance);

  // Round trips from opening a connection until it serves, and until `register` is answered.
  int connect_trips(const Client& c) const { return attempts_.known(c.group).trips; }
  int register_trips(const Client& c) const;
  int poll_trips() const { return distance_.poll_trips; }
  // What a certificate adds to the first, where the device has one.
  Duration certificate(const Client& c) const;
  // Draws how long an exchange of so many round trips takes.
  void draw_trip(Device d, Client& c, const network::Path& path, int trips, Duration extra = Duration{0});
  static void set_trip(Client& c, const network::Exchange& drawn, Duration extra = Duration{0});

  // How long it waits for what is not answered, from the start of the request.
  Duration patience(const Client& c) const;
  // The part of it that the TCP connect may take.
  Duration tcp_limit(const Client& c) const { return attempts_.known(c.group).tcp_limit; }
  // When it stops waiting for the answer of DPS to a request that arrives now.
  Time answer_deadline(const Client& c, Time now, bool polls) const {
    const DpsClient& dps = roster_.behaviour(c).dps;
    return (dps.by_stage() ? std::max(c.since, now - c.rtt() / 2) : c.since) + dps.answer_limit(polls);
  }
  // Nobody answers the request under way, and the client waits; opens: its connection is not open yet.
  void leave_unanswered(Client& c, const View& view, bool opens) const;
  // When what it sent arrives, now that packets get through or the host goes on; its SYN, if that is what was
  // lost.
  Time arrival_of_unheard(const Client& c, Time now) const;

  // The CONNECT of a renewal that is sent at `send`; the wake-up is its arrival at the hub, so that a renewal
  // on a healthy hub costs one event.
  [[gnu::always_inline]] void plan_renewal(Device d, Client& c, Time send) {
    const Attempt& attempt = attempts_.known(c.group);
    c.next = sim::never;
    if (attempt.renewal == Renewal::none) return;
    c.since = send;
    if (attempt.renewal == Renewal::in_place) return;
    if (attempt.renewal != Renewal::hub_closes) draw_trip(d, c, reach_.route(c).path, attempt.trips);
    c.next = roster_.tick_after(attempt.renewal == Renewal::reconnect ? renewal_arrives(c) : send);
  }
  // When the token of a client that connects is too old.
  Time next_renewal(Device d, const Client& c, Time now);
  // And of one whose planned renewal has just connected, which costs no look at an array.
  Time renewal_after(const Client& c, Time now) const;
  // Its connection is lost, and with it the plan of its renewal, which said how old its token is.
  void keep_token(Device d, const Client& c);
  // An attempt whose TCP connect was done at `t` fails: a client that keeps its token has made one by then.
  void use_token(Device d, const Client& c, Time t);
  // What becomes of its token.
  Renewal renewal(const Client& c) const { return attempts_.known(c.group).renewal; }
  // Whether it opens a connection to renew its token, or asks DPS first.
  bool renews(const Client& c) const {
    return renewal(c) == Renewal::reconnect || renewal(c) == Renewal::through_dps;
  }
  // Whether its hub closes the connection when the token is too old, since it renews none.
  bool expires(const Client& c) const { return renewal(c) == Renewal::hub_closes; }
  // Whether the token of a connection that was lost has expired by `now`.
  bool expired(const Client& c, Time now) const {
    return expires(c) && c.since > c.lost_at && c.since <= now;
  }
  // When the CONNECT of the planned renewal arrives, or the time for its TCP connection is over.
  Time renewal_arrives(const Client& c) const {
    const Attempt& attempt = attempts_.known(c.group);
    return c.since + (c.rtt() > attempt.tcp_limit ? attempt.tcp_limit
                                                  : std::min(c.total() - c.rtt() / 2, attempt.limit));
  }

  // When it notices that nothing is answered: by its ping or publish, when it renews its token, or when its
  // TCP gives up, which needs packets that vanish, from `vanish` on.
  Time notices(Device d, const Client& c, Time vanish) const;
  // The first packet that it sent in vain, or would send by then.
  Time first_in_vain(Device d, const Client& c) const;
  // When it hears that its hub closed the connection at `closed`, of which no packet told, where packets get
  // through from `now` on: by a repeat of the FIN, or by the reset that answers what it sends. The host of
  // the hub is taken to be a Linux host.
  Time hears_close(Device d, const Client& c, Time closed, Time now) const;
  // When the hub closes a black-holed connection, on which it hears nothing, or whose token expires.
  Time hub_waits_until(Device d, const Client& c) const;

  // When the connection of a client of an established fleet was opened.
  Time opened_before(Device d, const Client& c) const;
  // Plans when the hub closes the connection, of a client that sends too seldom; it sent something at `from`.
  void watch_idle(Device d, Client& c, Time from) {
    if (seldom_sends_.known(c.group)) plan_idle_close(d, c, from);
  }
  bool idle_closes(Device d, Time now) { return !idle_until_.empty() && is_idle_too_long(d, now); }

  // The program of the device starts anew, and makes its token anew.
  void restart(Device d) {
    if (!token_made_.empty()) token_made_[d] = no_token;
  }
  void forget(Device d) {
    idle_until_.erase(d);
    forget_vanished(d);
  }
  // From when packets vanish of a client that lost its connection.
  Time vanished(Device d, const Client& c) const {
    const auto found = vanished_.empty() ? vanished_.end() : vanished_.find(d);
    return found == vanished_.end() ? c.lost_at : found->second;
  }
  // Its hub was frozen, whose host took what it sent; from `t` on packets vanish as well.
  void note_vanished(Device d, Time t) { vanished_.insert_or_assign(d, t); }
  void forget_vanished(Device d) {
    if (!vanished_.empty()) vanished_.erase(d);
  }

 private:
  static constexpr Time no_token = Time::min();
  Pings pings(Device d, const Client& c) const {
    return {roster_.behaviour(c).detection, roster_.message_clock(d), c.opened()};
  }
  bool token_is_good(Device d, const Client& c, Time t) const;
  Time renewal_in_place(const Client& c) const;
  Time closed_as_idle(Device d, const Client& c, Time from) const;
  [[gnu::noinline]] bool is_idle_too_long(Device d, Time now);
  void plan_idle_close(Device d, Client& c, Time from);

  Roster& roster_;
  const Reach& reach_;
  const Programs& programs_;
  network::Constants distance_;
  ids::PerId<GroupId, Attempt> attempts_;
  ids::PerId<GroupId, bool> seldom_sends_;  // whose pings come later than a hub waits
  // When the token of each device was made whose connection was lost; while it is connected, a renewal before
  // the planned one. Empty until one is lost that keeps its token.
  sim::HugeVector<Time> token_made_;
  std::unordered_map<Device, Time> idle_until_;  // when their hub closes the connection; never iterated
  std::unordered_map<Device, Time> vanished_;  // from when packets vanish, if after the loss; never iterated
};

}  // namespace device
