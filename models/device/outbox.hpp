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
  // From `from` on what it generates stays with it, and what it kept and has not sent yet.
  void stop(Device d, Client& c, Time from, Time now);
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
  // AMQP sends it again later; where none does, one that did takes it back.
  std::optional<Device> refused(HubId hub, GroupId group, Time now);

  // The program of a device starts anew: what it kept before survives in storage, or does not.
  void restart(Device d, const Client& c, Time now);
  void forget(Device d) { held_since_.erase(d); }

 private:
  std::uint64_t kept(Device d, Time since, Time now) const;
  Time next_publish(Device d, const Client& c, Time now) const;
  Time kept_through(Device d, const Client& c, Time now) const;
  void give_back(HubId hub, GroupId group, const sim::Draw& u);

  Roster& roster_;
  const Reach& reach_;
  Members members_;                              // who sends to which hub
  std::unordered_map<Device, Time> held_since_;  // where not since lost_at; never iterated
  sim::HugeVector<Time> flushed_;                // when what each kept is sent; empty while nobody kept any
  std::uint32_t refused_ = 0;                    // messages
};

}  // namespace device
