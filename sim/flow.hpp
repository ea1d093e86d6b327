// A fluid queue: a piecewise-constant arrival rate and lumps, served at a capacity with burst credit;
// integrals and crossings are exact for the piecewise-constant rates it is given.
#pragma once
#include "sim/quantiles.hpp"
#include "sim/time.hpp"

namespace sim {

// Rates in messages a second, amounts in messages. Credit up to capacity x burst lets excess pass at once;
// what exceeds it waits in the backlog and is served at the capacity, first in, first out.
class Flow {
 public:
  Flow(double capacity, Duration burst);
  void set_rate(Time now, double rate);          // arrivals a second from now on
  void set_capacity(Time now, double capacity);  // credit scales with it
  void add(Time now, double amount);             // a lump that arrives at this instant
  void advance(Time now);
  double rate() const { return rate_; }
  double capacity() const { return capacity_; }
  double backlog() const { return backlog_; }
  double arrived() const { return arrived_; }
  double served() const { return served_; }  // arrived = served + backlog, within rounding
  Duration delay() const;  // of a message that arrives at the last instant: backlog / capacity
  // The first instant >= now at which the backlog starts (credit used up), or ends; never if it does not at
  // today's rates.
  Time next_crossing() const;
  // Delays in microseconds weighted by message (whole messages), of all served so far.
  const Quantiles& delays() const { return delays_; }

 private:
  double capacity_, rate_ = 0, credit_, depth_s_, backlog_ = 0, arrived_ = 0, served_ = 0, carried_ = 0;
  Time at_{};
  Quantiles delays_;
};

}  // namespace sim
