// One export to one of its destinations: an actor that sends what comes in, tries again while the destination
// takes nothing, gives it up when the window is over, and probes it from then on.
//
// Messages are sent as they come in; a communication stands for those of a batch's time, all with the same
// outcome. When something about the destination changes, those of the time up to then are settled first, so
// the grain of the batches does not move what comes of an outage.
#pragma once
#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "models/exports/counters.hpp"
#include "models/exports/sink.hpp"
#include "models/exports/source.hpp"
#include "sim/quantiles.hpp"
#include "sim/random.hpp"
#include "sim/stage.hpp"

namespace exports {

class Delivery {
 public:
  struct Dependencies {
    Source* source = nullptr;
    Sink* sink = nullptr;
    const signals::Board* board = nullptr;
    const sim::Streams* streams = nullptr;
    std::size_t number = 0;     // among all deliveries, in the order of the scenario
    std::size_t sender = 0;     // of the export among those that feed the sink
    std::vector<double> keyed;  // share of the messages that go to each partition; empty: any that is there
    Duration batch{0};
    std::function<void(Time, bool held)> hold;  // backpressure: messages wait in the hubs
    std::array<double, 4> blocks{1, 1, 1,
                                 1};  // that a message begins, as its destination bills it, by kind of data
    WindowClock clock = WindowClock::oldest;
    bool waits_for_file = false;  // what comes in is written at the end of a batch, not as it comes
  };
  Delivery(const Export& settings, Dependencies needs);

  // The life of its actor.
  void run(sim::Member& me);
  // For whoever may move the actor.
  sim::Member* member() const { return member_; }

  // Where its destination is: its mailbox there and how long an answer takes.
  void reach(const std::string& mailbox, Duration answer);
  // What came in up to now has been sent, if the destination takes it; before anything changes about it. If
  // it breaks, because it will not be reached or not serve, what is on the wire then is lost, or its answer
  // is.
  void settle(Time now, bool breaks = false);
  void set_reached(bool reached) { reached_ = reached; }  // whether the network leads there
  // Partitions that were there are not, or the reverse; after settle().
  void partitions_changed(Time now);
  // Off, after settling: what waits is dropped, and what comes in until it is on again.
  void stop(Time now);
  void resume(Time at);
  // While the application's region is lost it is off; then it goes on.
  void bar(Time now, bool barred);
  Time resumes() const { return resume_; }
  bool is_on() const { return on_; }
  bool exists() const { return exists_; }  // created already

  const DeliveryCounters& counters() const { return counters_; }
  std::uint64_t backlog() const { return waiting(); }
  // The same, but nothing where all is sent as it comes.
  std::uint64_t waits() const { return said_ == signals::Delivering::current ? 0 : waiting(); }
  // What the destination has got of it: once, again, or not known to have arrived yet.
  std::uint64_t sent() const { return counters_.exported + counters_.duplicated + unacknowledged_; }
  std::uint64_t backlog_peak() const { return peak_; }
  const sim::Quantiles& delays() const { return delays_; }  // microseconds, from a hub to the destination
  void forget_peaks();

 private:
  enum class Answer { ready, busy, none };
  // unavailable: it says busy, whatever its limits.
  enum class Outcome { taken, part, busy, unavailable, refused };
  // The messages of a partition that is not there, or was not until a moment ago.
  struct Held {
    Backlog backlog;
    double due = 0;  // of the messages to come, its part so far
    std::uint64_t given = 0;
  };
  void create(Time now);
  void take(Time now);
  double blocks_each(const Source::Amount& more) const;
  void take_in(const Piece& piece);
  void add(const Piece& piece);
  void turn_on(Time now);
  void send(sim::Member& me);
  void probe(sim::Member& me);
  Answer ask(sim::Member& me, Time window_over);
  Offer offer_of(Time now, const Backlog& backlog, std::uint64_t messages) const;
  Outcome offer(Time now);
  Outcome offer(Time now, Backlog& backlog, std::uint64_t messages);
  void fail(Time now);
  void after(Time begun, Time now, Outcome outcome);
  // How long after the deadline its end may be: an attempt that is under way then, and the last one.
  Duration last_attempt() const { return 2 * answer_ + Duration{2}; }
  void say(Time now, signals::Delivering state);
  bool held_back(std::uint32_t partition) const;
  std::uint64_t waiting() const;
  std::uint64_t sendable() const;
  Time oldest() const;
  Time deadline() const;
  Time next_batch(Time now) const;
  Duration back_off();
  void count_dropped(std::uint64_t messages);
  void drop_all();
  void count_delays(const Piece& piece, Time now);
  void look_at_backlog(Time now);
  void press(Time now, bool behind);
  void tell(Time now, signals::Decision::Outcome outcome, const std::string& what) const;

  const Export& settings_;
  Dependencies needs_;
  sim::Member* member_ = nullptr;
  std::string mailbox_;
  Duration answer_{0};
  sim::LogNormal latency_;
  bool bills_blocks_;  // some message is more than one
  bool on_ = false, failed_ = false, barred_ = false;
  bool streams_ = false;  // what comes in is sent at once: the destination took all, or is just busy
  bool reached_ = true;
  std::uint64_t life_ = 0;         // one more with each stop
  std::uint64_t settlements_ = 0;  // so often was what came in settled
  Time tried_{};                   // since then it has been sending
  Time resume_ = sim::never, next_{};
  Time failing_since_ = sim::never;  // first failed attempt since it last took something
  std::uint32_t failures_ = 0, busy_ = 0, draws_ = 0;
  Time taken_until_{};
  Source::Amount taken_;    // of the source, up to then
  Source::Amount created_;  // what the source had given when the export was created
  bool exists_ = false;
  double arriving_ = 0;               // messages a second of the last take
  std::uint64_t fresh_ = 0;           // messages of it that passed the filter
  std::array<bool, 4> kinds_{};       // of data that there is in the backlog
  std::uint64_t unacknowledged_ = 0;  // of the oldest: the destination has them, and nobody knows
  Backlog open_;
  std::map<std::uint32_t, Held> held_;  // by partition
  DeliveryCounters counters_;
  std::uint64_t peak_ = 0;
  bool presses_ = false;
  sim::Quantiles delays_;
  signals::Delivering said_ = signals::Delivering::off;
};

}  // namespace exports
