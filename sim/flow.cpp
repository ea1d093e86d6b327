#include "sim/flow.hpp"

#include <algorithm>
#include <cmath>

#include "sim/invariant.hpp"

namespace sim {

namespace {

constexpr double second = 1e6;            // in microseconds
constexpr double speck = 1e-9;            // a remainder of this many messages is rounding
constexpr double moved_most = 0.5;        // messages that joining pieces may move one, and
constexpr double moved_most_us = 50'000;  // microseconds
// Delays are counted one by one up to so many in a row; beyond that, in groups no further apart than this.
constexpr std::uint64_t one_by_one_most = 1'024;
constexpr double group_most_us = 50'000;

double micros(Time t) { return static_cast<double>(t.time_since_epoch().count()); }

// What is left of a credit or backlog; a speck of one that shrinks is rounding.
double remaining(double amount, bool shrinking) { return amount < (shrinking ? speck : 0) ? 0 : amount; }

// The instant a whole number of microseconds after `from`; never when it lies beyond all time.
Time after(Time from, double microseconds) {
  const double left = static_cast<double>((never - from).count());
  return microseconds < left ? from + Duration{static_cast<std::int64_t>(microseconds)} : never;
}

}  // namespace

Flow::Flow(double capacity, Duration burst)
    : capacity_(capacity), depth_s_(seconds(burst)), credit_(capacity * depth_s_) {
  require(capacity >= 0 && depth_s_ >= 0, "a flow with capacity {} and burst {} s", capacity, depth_s_);
}

void Flow::set_rate(Time now, double rate) {
  require(rate > -1e-6, "a flow with rate {}", rate);
  advance(now);
  rate_ = std::max(rate, 0.0);
}

void Flow::set_capacity(Time now, double capacity) {
  require(capacity >= 0, "a flow with capacity {}", capacity);
  advance(now);
  capacity_ = capacity;
  credit_ = std::min(credit_, capacity_ * depth_s_);
}

void Flow::add(Time now, double amount) {
  require(amount >= 0, "a lump of {} messages", amount);
  advance(now);
  const double at_once = std::min(amount, credit_);
  credit_ -= at_once;
  arrived_ += amount;
  backlog_ += amount - at_once;
  if (amount > at_once) join_queue(micros(now), micros(now), amount - at_once);
  count_delays(served(), 0, 0, 0);
}

void Flow::advance(Time now) {
  require(now >= at_, "a flow goes back in time, from {} to {} us", micros(at_), micros(now));
  const double span = static_cast<double>((now - at_).count());
  for (double done = 0; done < span;) done += pass(micros(at_) + done, span - done);
  at_ = now;
}

// Goes on for `length`, or until the backlog ends or the credit is used up; returns for how long.
double Flow::pass(double from, double length) {
  const double gain = (capacity_ - rate_) / second;  // of credit, or of backlog if negative
  const bool queueing = backlog_ > 0 || (credit_ == 0 && gain < 0);
  const bool shrinking = backlog_ > 0 ? gain > 0 : credit_ > 0 && gain < 0;
  const double crossing = shrinking ? (backlog_ + credit_) / std::fabs(gain) : 0;
  const bool crosses = shrinking && crossing <= length;
  if (crosses) length = crossing;
  const double to = from + length;
  arrived_ += rate_ * length / second;
  if (queueing) {
    join_queue(from, to, rate_ * length / second);
    backlog_ = crosses ? 0 : remaining(backlog_ - gain * length, shrinking);
    serve(from, to, capacity_ * length / second);
    if (backlog_ == 0) waiting_.clear();
  } else {
    credit_ = crosses ? 0 : std::min(remaining(credit_ + gain * length, shrinking), capacity_ * depth_s_);
    count_delays(served(), 0, 0, 0);
  }
  return length;
}

// Neighbouring pieces become one while that moves no message by more than a fraction of a place in the queue.
void Flow::join_queue(double from, double to, double amount) {
  if (amount == 0) return;
  if (!waiting_.empty() && std::fabs(waiting_.back().to - from) < 0.5) {
    Arrivals& last = waiting_.back();
    const double total = last.amount + amount, span = to - last.from;
    const double moved = span > 0 ? std::fabs(last.amount - total * ((from - last.from) / span)) : 0;
    const double error = last.error + moved;
    if (error <= moved_most && error * span <= moved_most_us * total) {
      last = {last.from, to, total, error};
      return;
    }
  }
  waiting_.push_back({from, to, amount, 0});
}

// The first `amount` of who waits leaves at a constant rate between the two instants.
void Flow::serve(double from, double to, double amount) {
  const double pace = amount > 0 ? (to - from) / amount : 0;
  double done = served() - amount;
  while (amount > 0 && !waiting_.empty()) {
    Arrivals& head = waiting_.front();
    const double part = std::min(amount, head.amount);
    const double arrived_last = head.from + (head.to - head.from) * (part / head.amount);
    const double left_last = from + part * pace;
    done += part;
    count_delays(done, part, from - head.from, left_last - arrived_last);
    amount -= part;
    from = left_last;
    if (part == head.amount)
      waiting_.pop_front();
    else
      head = {arrived_last, head.to, head.amount - part, head.error};
  }
}

// Counts the messages that are whole with the last `amount` served; delays go evenly from the first to the
// last. A message has the delay of the last of it to arrive.
void Flow::count_delays(double served, double amount, double first, double last) {
  const auto whole = static_cast<std::uint64_t>(std::max(served + 1e-6, 0.0));
  const std::uint64_t before = delays_.count();
  if (whole <= before) return;
  const std::uint64_t n = whole - before;
  const auto groups = static_cast<std::uint64_t>(std::fabs(last - first) / group_most_us) + 1;
  const std::uint64_t parts = std::min(n, first == last ? 1 : std::max(groups, one_by_one_most));
  for (std::uint64_t i = 0; i < parts; ++i) {
    const std::uint64_t begin = n * i / parts, end = n * (i + 1) / parts;
    const double middle = static_cast<double>(before) + static_cast<double>(begin + end + 1) / 2;
    const double share = amount > 0 ? std::clamp(1 - (served - middle) / amount, 0.0, 1.0) : 1;
    const double delay = std::max(first + (last - first) * share, 0.0);
    delays_.add(std::llround(delay), end - begin);
  }
}

Duration Flow::delay() const {
  if (backlog_ == 0) return Duration{0};
  const double us = backlog_ / capacity_ * second;
  return us < 9e18 ? Duration{std::llround(us)} : Duration::max();
}

Time Flow::next_crossing() const {
  const double gain = (capacity_ - rate_) / second;
  if (backlog_ > 0) return gain > 0 ? after(at_, std::max(std::ceil((backlog_ - speck) / gain), 1.0)) : never;
  return gain < 0 ? after(at_, std::floor(credit_ / -gain) + 1) : never;
}

}  // namespace sim
