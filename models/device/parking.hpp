// Parking: attempts whose outcome is certain cost no event. While its hub does not serve, a client that
// retries by the clock is woken only when a limit of its own rules is reached; while neither its hub nor DPS
// does, whatever it does is certain. When one of them changes, or the way to it, its attempts until then are
// replayed from its own stream, told and counted, as if each had been an event.
#pragma once
#include <cstdint>

#include "models/device/phase.hpp"
#include "sim/invariant.hpp"

namespace device {

class Parking {
 public:
  explicit Parking(const Parts& parts)
      : roster_(parts.roster), reach_(parts.reach), programs_(parts.programs), waits_(parts.waits) {}

  // Until when its attempts are certain to fail, as things are; its next contact if that one is not.
  Time parked_until(Device d, const Client& c) const { return certain(d, c) ? certain_until(d, c) : c.next; }

  // Replays the attempts of a parked client before `until`; contact() takes its next step.
  template <class Contact>
  void catch_up(Device d, Client& c, Time until, const Contact& contact) {
    const Time before = roster_.now();
    c.parked = false;
    // Neither changes while it is parked.
    const bool no_dps = !hub::serves(reach_.dps_view(c).mode), no_hub = reach_.hub_is_away(d, c);
    while (c.next < until) {
      sim::require(asks_dps(c) ? no_dps : no_hub && asks_hub(c), "device {} left its parking place unseen",
                   d);
      if (c.state == State::dialing || c.state == State::enrolling) ++attempts_;
      roster_.set_now(c.next);
      contact();
    }
    roster_.set_now(before);
  }
  std::uint64_t attempts() const { return attempts_; }

 private:
  // Whether its next contact is certain to fail.
  bool certain(Device d, const Client& c) const {
    if (asks_dps(c)) return !hub::serves(reach_.dps_view(c).mode);
    return asks_hub(c) && reach_.hub_is_away(d, c);
  }
  static bool asks_dps(const Client& c) { return c.state == State::enrolling || c.state == State::ignored; }
  static bool asks_hub(const Client& c) {
    return c.state == State::dialing || c.state == State::unanswered || c.state == State::handshaking;
  }
  Time certain_until(Device d, const Client& c) const;
  bool goes_on(Device d, const Client& c) const;
  Time leave_time(Device d, const Client& c) const;

  Roster& roster_;
  const Reach& reach_;
  const Programs& programs_;
  const Waits& waits_;
  std::uint64_t attempts_ = 0;
};

}  // namespace device
