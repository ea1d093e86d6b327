// The retry sequences of a client that a message makes connect: they run side by side, one attempt at a time,
// and any of them may bring the connection back. Node.js: each listener and each message is a retried
// operation of its own; Python: a timer, and one attempt for each message (facts, clients-measured 1 and 3).
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
  // The connection was lost at `lost`, which the client knows at `noticed`, not before; where there is none
  // yet the two are a wait before the first attempt.
  Sequences(const Retry& retry, MessageClock clock, Time lost, Time noticed);

  // When the next attempt starts, not before `from`; never if every sequence has ended and no message
  // follows.
  Time next(Time from) const;
  // The attempt that began at `start` failed at `at`: it was that of the sequence that was due first, and the
  // others go on. `rejected`: the hub refuses the credentials, which ends a message's sequence, and the
  // timer.
  template <class DrawNext>
  void fail(Time start, Time at, bool rejected, const DrawNext& draw) {
    start_messages(at);
    Sequence* const owner = due_by(start);
    for (Sequence& s : running_)
      if (s.kind == Kind::timer && &s != owner && s.due <= at) s.due += retry_->min;
    if (owner != nullptr) advance(*owner, start, at, rejected, draw());
    std::erase_if(running_, [](const Sequence& s) { return s.due == sim::never; });
  }

 private:
  enum class Kind : std::uint8_t {
    listener,  // restores what is subscribed, retried
    message,   // retried
    timer,     // retried; set anew where it fires while an attempt of another is under way
    send,      // of a message that makes one attempt
  };
  struct Sequence {
    Kind kind;
    Time started;
    Time due;
    std::uint32_t failures;
  };
  void start_messages(Time up_to);
  Sequence* due_by(Time t);
  void advance(Sequence& s, Time start, Time at, bool rejected, const sim::Draw& draw) const;
  const Retry* retry_;
  MessageClock clock_;
  Time messages_from_;  // messages after this instant have not started a sequence yet
  std::vector<Sequence> running_;
};

}  // namespace device
