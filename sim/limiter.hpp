// Rate limits: a token bucket, a bucket with a bounded queue of who waits (traffic shaping), and a window
// quota. Exact in whole microseconds: credit is counted in 128-bit integers of 1e-20 token, so instants
// follow from rate, credit, queue and expiry without drift.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <utility>

#include "sim/time.hpp"

namespace sim {

__extension__ typedef __int128 WideInt;

// Tokens arrive at `rate` up to `depth`; it starts full.
class TokenBucket {
 public:
  // rate: tokens a second, >= 0; depth: tokens, >= 0. A depth below one token holds one all the same, so that
  // a bucket without burst serves one request each 1/rate, the first at once.
  TokenBucket(double rate, double depth);
  bool take(Time now);              // takes one token if there is one
  void charge(Time now, double n);  // takes n tokens, going into debt if need be
  bool ready(Time now);             // whether take() would succeed
  Time next(Time now);              // the first instant >= now with a whole token; never at rate zero
  void set_rate(Time now, double rate, double depth);  // credit above the new depth is lost
  double level(Time now);                              // tokens, may be negative

 private:
  void advance(Time now);
  WideInt rate_;   // 1e-20 tokens a microsecond
  WideInt depth_;  // 1e-20 tokens
  WideInt level_;
  Time at_{};
};

// What traffic shaping does with an arriving request.
enum class Admission { served, queued, overflow };

// Traffic shaping: burst credit, then a bounded first-in-first-out queue served at the rate, whose entries
// expire. The owner is an entity of the calendar: it calls next() and, at that instant, pop() until it is
// empty-handed. At one instant expiry comes before service, and service before arrivals.
class Shaper {
 public:
  struct Settings {
    double rate = 0;               // requests a second
    Duration burst{0};             // credit, as time at the rate
    Duration queue{0};             // queue length, as time at the rate
    Duration expiry{0};            // a request older than this is dropped; zero: never
    bool serve_abandoned = false;  // whether a request whose client gave up still takes a token
  };
  struct Request {
    std::uint32_t id;
    Time arrived;
    Time deadline;  // from this instant on the client is gone; never: it waits for ever
  };
  enum class Fate { served, expired, abandoned };
  struct Leaving {
    Request request;
    Fate fate;
  };
  // Counts since construction; offered = served + overflowed + expired + abandoned + emptied + waiting,
  // always.
  struct Account {
    std::uint64_t offered = 0, served = 0, overflowed = 0, expired = 0, abandoned = 0, emptied = 0;
    WideInt waited = 0;  // microseconds waited by all who have left the queue
    WideInt area =
        0;  // integral of the queue length over time (Little's law: area = waited + age of who waits)
  };

  explicit Shaper(const Settings& settings);
  // Earlier entries due by now must have been popped first (next() > now or no entry waits).
  Admission offer(Time now, std::uint32_t id, Time deadline);
  // When something happens to the head by itself: its expiry or its service, whichever comes first; never if
  // none waits.
  Time next();
  // What leaves at `now`, one at a time, in order; nothing when nothing is due.
  std::optional<Leaving> pop(Time now);
  // A client that waits, or waited, until `deadline` has gone before that.
  void abandon(std::uint32_t id, Time deadline);
  // Empties the queue (a fault): the caller tells who waited.
  std::deque<Request> empty(Time now);
  // Applies at once to all who wait. The bounds of credit and queue scale with the rate: credit above its new
  // bound is lost, who waits beyond the new length stays.
  void set_rate(Time now, double rate);
  void charge(Time now, double n);  // takes n tokens for others, going into debt if need be
  double credit(Time now);          // tokens, negative when in debt
  std::size_t waiting() const { return queue_.size(); }
  const Account& account() const { return account_; }
  // Little's law and conservation, exact; false is a defect of this class.
  bool balanced(Time now) const;

 private:
  void advance(Time now);
  Time expires(const Request& request) const;
  Leaving leave(const Request& request, Fate fate, std::uint64_t& count);
  Settings settings_;
  TokenBucket bucket_;
  std::size_t capacity_;
  std::deque<Request> queue_;
  std::set<std::pair<Time, std::uint32_t>> gone_;  // of those who wait, by their deadlines
  Account account_;
  Time at_{};
};

// So many in each aligned window, such as a daily quota (UTC days) or a per-minute limit.
class WindowQuota {
 public:
  WindowQuota(std::uint64_t limit, Duration window, Duration phase = Duration{0});
  bool take(Time now, std::uint64_t n = 1);
  Time next_window(Time now) const;  // start of the window after the one that holds now
  void set_limit(std::uint64_t limit) { limit_ = limit; }
  std::uint64_t used(Time now);

 private:
  std::int64_t window_of(Time now) const;
  std::uint64_t limit_;
  Duration window_;
  Duration phase_;
  std::int64_t current_ = -1;
  std::uint64_t used_ = 0;
};

}  // namespace sim
