// A fluid queue: a piecewise-constant arrival rate and lumps, served at a capacity with burst credit;
// integrals and crossings are exact for the piecewise-constant rates it is given.
#pragma once
#include <deque>

#include "sim/quantiles.hpp"
#include "sim/time.hpp"

namespace sim {

// Rates in messages a second, amounts in messages. Credit up to capacity x burst lets excess pass at once;
// what exceeds it waits in the backlog and is served at the capacity, first in, first out. It starts with all
// its credit.
class Flow {
 public:
  Flow(double capacity, Duration burst);
  // Arrivals a second from now on. A rate below zero by rounding counts as zero.
  void set_rate(Time now, double rate);
  // The bound of the credit scales with the capacity; credit above it is lost.
  void set_capacity(Time now, double capacity);
  void add(Time now, double amount);  // a lump that arrives at this instant
  void advance(Time now);
  double rate() const { return rate_; }
  double capacity() const { return capacity_; }
  double backlog() const { return backlog_; }
  double credit() const { return credit_; }
  double arrived() const { return arrived_; }
  double served() const { return arrived_ - backlog_; }
  // Of a message that arrives at the last instant: backlog / capacity; Duration::max() if that is beyond all
  // time.
  Duration delay() const;
  // The first instant after the last one at which there is a backlog where none was, or none where one was;
  // never if today's rates do not lead there.
  Time next_crossing() const;
  // Delays in microseconds of the whole messages served so far: one by one or, of more than 1,024 served in a
  // row with evenly changing delays, in groups of delays at most 50 ms apart.
  const Quantiles& delays() const { return delays_; }

 private:
  // Messages that wait, in order of arrival, at a constant rate between two instants (in microseconds).
  struct Arrivals {
    double from, to, amount;
    double error;  // how far joining pieces has moved a message at most, in messages
  };
  double pass(double from, double length);
  void join_queue(double from, double to, double amount);
  void serve(double from, double to, double amount);
  void count_delays(double served, double amount, double first, double last);

  double capacity_, rate_ = 0, depth_s_, credit_, backlog_ = 0, arrived_ = 0;
  Time at_{};
  std::deque<Arrivals> waiting_;
  Quantiles delays_;
};

}  // namespace sim
