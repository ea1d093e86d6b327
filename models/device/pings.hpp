// When a client pings, in closed form: which of the packets on its connection put a ping off is what SDKs
// differ in, and so how long a dead connection stays unnoticed. An answer takes no time here.
#pragma once
#include "models/device/behaviour.hpp"
#include "models/device/message_clock.hpp"

namespace device {

// The pings of one connection, which was opened at `opened` and on which the device sends by its message
// clock; each message is acknowledged.
class Pings {
 public:
  Pings(const Detection& detection, MessageClock messages, Time opened)
      : every_(detection.ping_every),
        look_(detection.check_every),
        idle_(detection.idle),
        messages_(messages),
        opened_(opened) {}

  // While all is answered: the last packet sent up to and including t, which is not before the connection
  // was opened, and the next ping after t, unless a message before that puts it off.
  Time last_sent(Time t) const;
  Time next(Time t) const;
  // After `lost` nothing is answered: the first ping from then on, or never, if messages put off each that
  // were due up to `until`.
  Time first_unanswered(Time lost, Time until) const;

 private:
  // Pings at `first` and each `step` after it, if nothing else is sent or received.
  struct Row {
    Time first;
    Duration step;
  };
  Row row_after(Time packet) const;
  Time last_message(Time t) const;  // or the opening, if that is later
  Time put_off_by_sends(Time lost, Time until) const;
  Time put_off_by_both(Time lost, Time until) const;
  struct Look {
    Time at;
    Time received;  // the last packet before everything was lost
    Time sent;      // the last ping, or the opening
  };
  Look first_look(Time lost) const;
  Look look_by_look(Time lost) const;

  Duration every_, look_;
  Idle idle_;
  MessageClock messages_;
  Time opened_;
};

}  // namespace device
