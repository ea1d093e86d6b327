// A fluid queue: a piecewise-constant arrival rate and lumps, served at a capacity with burst credit, a
// bounded queue and an expiry; integrals and instants are exact for the piecewise-constant rates it is given.
#pragma once
#include <deque>
#include <optional>

#include "sim/quantiles.hpp"
#include "sim/time.hpp"

namespace sim {

// Rates in messages a second, amounts in messages. Credit up to capacity x burst lets excess pass at once;
// what exceeds it waits in the backlog and is served at the capacity, first in, first out. What does not fit
// into the queue overflows; what has waited too long expires. It starts with all its credit.
class Flow {
 public:
  // queue: its length, as time at the capacity; expiry: zero for never.
  Flow(double capacity, Duration burst, Duration queue = Duration::max(), Duration expiry = Duration{0});
  // Arrivals a second from now on. A rate below zero by rounding counts as zero. Of them `timed` (0..1) are
  // of the kind whose delays are counted.
  void set_rate(Time now, double rate, double timed = 1);
  // The bounds of credit and queue scale with the capacity: credit above its new bound is lost, who waits
  // beyond the new length stays.
  void set_capacity(Time now, double capacity);
  // While it is held nothing is served, refused or too old: all that arrives waits.
  void hold(Time now, bool held);
  bool held() const { return held_.has_value(); }
  void add(Time now, double amount);     // a lump that arrives at this instant
  void refuse(Time now, double amount);  // a lump that overflows, whatever room there is
  void expire_all(Time now);             // whoever waits expires, however young
  void advance(Time now);
  double rate() const { return rate_; }
  double capacity() const { return capacity_; }
  double backlog() const { return backlog_; }
  double credit() const { return credit_; }
  // Since construction: arrived = served + overflowed + expired + backlog.
  double arrived() const { return arrived_; }
  double served() const { return arrived_ - overflowed_ - expired_ - backlog_; }
  double overflowed() const { return overflowed_; }
  double expired() const { return expired_; }
  double waited() const { return waited_; }  // of those served: who did not pass at once
  // Of a message that arrives at the last instant and is served: backlog / capacity; Duration::max() if that
  // is beyond all time.
  Duration delay() const;

  // A second, until next_change() at today's rate and capacity.
  double serving() const;
  double admitting() const;
  double refusing() const;  // overflow and expiry together
  // The first instant after the last one at which either may change by itself; never if it will not.
  Time next_change() const;
  // Delays in microseconds of the whole timed messages served so far: one by one or, of more than 1,024
  // served in a row with evenly changing delays, in groups of delays at most 50 ms apart.
  const Quantiles& delays() const { return delays_; }
  void forget_delays();

 private:
  // Messages that wait, in order of arrival, at a constant rate between two instants (in microseconds).
  struct Arrivals {
    double from, to, amount;
    double error;  // how far joining pieces has moved a message at most, in messages
    double timed;
  };
  // How it goes on for a while (microseconds) with who waits; rates a microsecond.
  struct Step {
    double length;
    double arriving, admitted, serving, expiring;
    double moved;  // of the arrival instant of the head, a microsecond
  };
  bool queueing() const { return backlog_ > 0 || (credit_ == 0 && rate_ > capacity_); }
  Step step(double from, double length) const;
  double pass(double from, double length);
  double pass_freely(double length);
  void take(double amount, double moved);
  void join_queue(double from, double to, double amount, double timed);
  void count_delays(double amount, double first, double last);

  // A capacity, and the bounds of who waits.
  struct Bounds {
    double capacity, queue_s, expiry_us;
  };
  double capacity_, rate_ = 0, timed_ = 1, depth_s_, queue_s_, expiry_us_;
  std::optional<Bounds> held_;  // those that hold again afterwards
  double credit_, backlog_ = 0, arrived_ = 0, overflowed_ = 0, expired_ = 0, waited_ = 0, counted_ = 0;
  Time at_{};
  std::deque<Arrivals> waiting_;
  Quantiles delays_;
};

}  // namespace sim
