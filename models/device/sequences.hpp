// The retry sequences of a client in which each message sent is a retried operation of its own (Node.js):
// they run side by side, and any of them may bring the connection back (facts, export-and-devices 5.1).
#pragma once
#include <cstdint>
#include <vector>

#include "models/device/behaviour.hpp"
#include "models/device/message_clock.hpp"
#include "sim/random.hpp"

namespace device {

using sim::Time;

class Sequences {
 public:
  // The connection was lost at `at`; what is subscribed is restored at once as an operation of its own.
  Sequences(const Retry& retry, MessageClock clock, Time at);

  // When the next attempt starts, not before `from`; never if every sequence has ended and no message
  // follows.
  Time next(Time from) const;
  // An attempt that began at `start` failed at `at`: every sequence due by then takes it as its own failure.
  template <class DrawNext>
  void fail(Time at, const DrawNext& draw) {
    start_messages(at);
    for (auto& s : running_)
      if (s.due <= at) advance(s, at, draw());
    std::erase_if(running_, [](const Sequence& s) { return s.due == sim::never; });
  }

 private:
  struct Sequence {
    Time started;
    Time due;
    std::uint32_t failures;
  };
  void start_messages(Time up_to);
  void advance(Sequence& s, Time at, const sim::Draw& draw) const;
  const Retry* retry_;
  MessageClock clock_;
  Time messages_from_;  // messages after this instant have not started a sequence yet
  std::vector<Sequence> running_;
};

}  // namespace device
