// The retry sequences of a client that a message makes connect: they run side by side, one attempt at a time,
// and any of them may bring the connection back. Node.js: each listener and each message is a retried
// operation of its own; Python: a timer, and one attempt for each message (facts, clients-measured 1 and 3).
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/device/behaviour.hpp"
#include "models/device/message_clock.hpp"
#include "sim/random.hpp"

namespace device {

using sim::Time;

// Those of one device between two attempts. One cache line, since there are many at once.
class alignas(64) Sequences {
 public:
  // Whose they are.
  struct Owner {
    const Retry& retry;
    MessageClock clock;
  };
  // The connection was lost at `lost`, which the client knows at `noticed`.
  void begin(const Owner& owner, Time lost, Time noticed);
  // There is no connection, and the first attempt is one at `attempt`, of a timer or a listener.
  void begin_with(const Owner& owner, Time attempt) { begin(owner, attempt, attempt - owner.retry.first); }

  // When the next attempt starts, not before `from`; never if every sequence has ended and no message
  // follows.
  Time next(const Owner& owner, Time from) const;
  // An attempt that began at `start`, sent its CONNECT at `sent`, or never, and failed at `at`. `rejected`:
  // the hub refuses the credentials, which ends a message's sequence, and the timer.
  struct Attempt {
    Time start, sent, at;
    bool rejected;
  };
  // It was that of the sequence that was due first, and the others go on.
  template <class DrawNext>
  void fail(const Owner& owner, const Attempt& attempt, const DrawNext& draw) {
    if (owner.retry.per_message)
      fail_operation(owner, attempt, draw);
    else
      fail_timer_or_send(owner, attempt, draw);
  }

 private:
  enum class Kind : std::uint8_t {
    listener,  // restores what is subscribed
    message,
    timer,  // set anew where it fires while an attempt of another waits for its CONNACK
  };
  // Retried.
  struct Sequence {
    Kind kind = Kind::timer;
    Time started;
    Time due = sim::never;
    std::uint32_t failures = 0;
  };
  template <class DrawNext>
  void fail_operation(const Owner& owner, const Attempt& attempt, const DrawNext& draw) {
    start_messages(owner.clock, attempt.at);
    if (Sequence* const failed = due_by(attempt.start)) advance(*failed, owner.retry, attempt, draw());
    std::erase_if(operations_, [](const Sequence& s) { return s.due == sim::never; });
  }
  template <class DrawNext>
  void fail_timer_or_send(const Owner& owner, const Attempt& attempt, const DrawNext& draw);
  void start_messages(const MessageClock& clock, Time up_to);
  Sequence* due_by(Time t);
  static void advance(Sequence& s, const Retry& retry, const Attempt& attempt, const sim::Draw& draw);
  Time messages_from_{};              // messages after this instant have not started a sequence yet
  std::vector<Sequence> operations_;  // of listeners and messages
  Sequence timer_;                    // never due where there is none
};
static_assert(sizeof(Sequences) == 64);

// The next message to make its one attempt is the first that has made none, however long ago it came up.
// TCP connect and TLS handshake block the thread on which all of this runs, so that a timer that fires
// meanwhile is looked at when they are over (azure-iot-sdk-python@e75d1c2, pipeline_stages_mqtt.py:206,
// mqtt_transport.py:391-398; paho-mqtt 1.6.1, client.py:1044-1073).
template <class DrawNext>
void Sequences::fail_timer_or_send(const Owner& owner, const Attempt& attempt, const DrawNext& draw) {
  const Time send = owner.clock.next(messages_from_);
  if (timer_.due <= send && timer_.due <= attempt.start) return advance(timer_, owner.retry, attempt, draw());
  if (attempt.sent < attempt.at)
    for (timer_.due = std::max(timer_.due, attempt.sent); timer_.due <= attempt.at;)
      timer_.due += owner.retry.min;
  if (send > attempt.start) return;
  messages_from_ = send;
  draw();  // which numbers the attempts: those that follow draw the same whoever made this one
}

}  // namespace device
