// When a client's messages reach its hub: who sends to which hub, what devices keep meanwhile, and what a hub
// refuses.
#pragma once
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "models/device/members.hpp"
#include "models/device/reach.hpp"
#include "models/device/roster.hpp"
#include "models/signals.hpp"

namespace device {

class Outbox : signals::Teller {
 public:
  Outbox(Roster& roster, const Reach& reach, const signals::Board& board)
      : Teller(board),
        roster_(roster),
        reach_(reach),
        members_(reach.hubs().size(), roster.groups().size(), roster.size()) {}
  const Members& members() const { return members_; }

  // All of an established fleet, which keeps nothing.
  void begin();
  // Its connection is there: it sends what it kept, then what comes. Where the quota is used up its next
  // publish closes the connection (waits_to_send): at once, if something waits. Over AMQP it stays open.
  void start(Device d, Client& c, Time now);
  // From `from` on what it generates stays with it, and what it kept and has not sent yet, and so many of the
  // latest that it sent as the hub has refused.
  void stop(Device d, Client& c, Time from, Time now, std::int64_t refused = 0);
  // The quota of the hub of a connected client is used up, or is there again.
  void quota_changed(Device d, Client& c, bool used_up, Time now);
  // It is connected and the hub takes no message of it. At phase_start a publish reaches a hub without quota,
  // or over AMQP it sends again what was refused.
  bool waits_to_send(const Client& c) const {
    return c.state == State::connected && !c.sending && roster_.has_messages(c);
  }
  // Then: whether that closes the connection.
  bool send_again(Device d, Client& c, Time now);
  // The hub refuses a message of the group. A device that sends has it still, which is returned, and over
  // AMQP sends it again later; where none does, one that did takes it back. If no device has sent any, it is
  // somebody's whom the hub will hear of again.
  std::optional<Device> refused(HubId hub, GroupId group, Time now);

  // The program of a device stops: what it kept in memory is gone.
  void stopped(Device d, const Client& c, Time now);
  // It starts anew: what it kept before survives in storage, or does not.
  void restart(Device d, const Client& c, Time now);
  void forget(Device d) { held_since_.erase(d); }

  // By how much of a message the flow of a hub is, or was, ahead of what the device counts as sent up to t;
  // `sends_now`: t is the present instant, and it is sending.
  double flow_ahead(Device d, const MessageClock& clock, Time t, bool sends_now) const;

 private:
  std::uint64_t kept(Device d, const MessageClock& clock, Time since, Time now) const;
  bool has_sent(Device d, const MessageClock& clock, Time until) const;
  std::int64_t unsent(Device d, const Client& c, Time now) const;
  Time sent_until(Device d, const Client& c, Time now) const;
  // The same at the present instant, of a device that connects or sends: -1 while a lump of its group is due.
  double flow_ahead(Device d, const Client& c, const MessageClock& clock, Time now) const;
  bool lump_is_due(Device d, const Client& c, Time t) const;
  Time next_publish(Device d, const Client& c, Time now) const;
  Time kept_through(Device d, const Client& c, Time now) const;
  bool give_back(HubId hub, GroupId group, const sim::Draw& u);

  Roster& roster_;
  const Reach& reach_;
  Members members_;                              // who sends to which hub
  std::unordered_map<Device, Time> held_since_;  // where not since lost_at; never iterated
  sim::HugeVector<Time> flushed_;                // when what each kept is sent; empty while nobody kept any
  std::uint32_t refused_ = 0;                    // messages
};

}  // namespace device
