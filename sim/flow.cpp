#include "sim/flow.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

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

constexpr double endless = std::numeric_limits<double>::infinity();

double micros(Time t) { return static_cast<double>(t.time_since_epoch().count()); }

// What is left of a credit or backlog; a speck of one that shrinks is rounding.
double remaining(double amount, bool shrinking) { return amount < (shrinking ? speck : 0) ? 0 : amount; }

// The instant a whole number of microseconds after `from`; never when it lies beyond all time.
Time after(Time from, double microseconds) {
  const double left = static_cast<double>((never - from).count());
  return microseconds < left ? from + Duration{static_cast<std::int64_t>(microseconds)} : never;
}

}  // namespace

Flow::Flow(double capacity, Duration burst, Duration queue, Duration expiry)
    : capacity_(capacity),
      depth_s_(seconds(burst)),
      queue_s_(queue == Duration::max() ? endless : seconds(queue)),
      expiry_us_(expiry == Duration{0} ? endless : static_cast<double>(expiry.count())),
      credit_(capacity * depth_s_) {
  require(capacity >= 0 && depth_s_ >= 0, "a flow with capacity {} and burst {} s", capacity, depth_s_);
}

void Flow::set_rate(Time now, double rate, double timed) {
  require(rate > -1e-6, "a flow with rate {}", rate);
  advance(now);
  rate_ = std::max(rate, 0.0);
  timed_ = timed;
}

void Flow::forget_delays() {
  counted_ -= static_cast<double>(delays_.count());
  delays_ = {};
}

void Flow::set_capacity(Time now, double capacity) {
  require(capacity >= 0, "a flow with capacity {}", capacity);
  advance(now);
  (held_ ? held_->capacity : capacity_) = capacity;
  credit_ = std::min(credit_, capacity_ * depth_s_);
}

void Flow::hold(Time now, bool held) {
  advance(now);
  if (held == held_.has_value()) return;
  if (held) {
    held_ = Bounds{capacity_, queue_s_, expiry_us_};
    capacity_ = credit_ = 0;
    queue_s_ = expiry_us_ = endless;
  } else {
    capacity_ = held_->capacity;
    queue_s_ = held_->queue_s;
    expiry_us_ = held_->expiry_us;
    held_.reset();
  }
}

void Flow::add(Time now, double amount) {
  require(amount >= 0, "a lump of {} messages", amount);
  advance(now);
  const double at_once = std::min(amount, credit_);
  const double room = std::max(queue_s_ * capacity_ - backlog_, 0.0);
  const double queued = queue_s_ == endless ? amount - at_once : std::min(amount - at_once, room);
  credit_ -= at_once;
  arrived_ += amount;
  overflowed_ += amount - at_once - queued;
  backlog_ += queued;
  if (queued > 0) join_queue(micros(now), micros(now), queued, 1);
  count_delays(at_once, 0, 0);
}

void Flow::refuse(Time now, double amount) {
  require(amount >= 0, "a lump of {} messages", amount);
  advance(now);
  arrived_ += amount;
  overflowed_ += amount;
}

void Flow::expire_all(Time now) {
  advance(now);
  expired_ += backlog_;
  backlog_ = 0;
  waiting_.clear();
}

void Flow::advance(Time now) {
  require(now >= at_, "a flow goes back in time, from {} to {} us", micros(at_), micros(now));
  const double span = static_cast<double>((now - at_).count());
  for (double done = 0; done < span;)
    done += queueing() ? pass(micros(at_) + done, span - done) : pass_freely(span - done);
  at_ = now;
}

// Nobody waits: goes on for `length`, or until the credit is used up; returns for how long.
double Flow::pass_freely(double length) {
  const double gain = (capacity_ - rate_) / second;  // of credit
  const double crossing = credit_ > 0 && gain < 0 ? credit_ / -gain : endless;
  const bool crosses = crossing <= length;
  if (crosses) length = crossing;
  arrived_ += rate_ * length / second;
  credit_ = crosses ? 0 : std::min(remaining(credit_ + gain * length, gain < 0), capacity_ * depth_s_);
  count_delays(timed_ * rate_ * length / second, 0, 0);
  return length;
}

// How it goes on from `from` for `length` at most, until the first piece of who waits is gone, its head is as
// old as may be, or the queue is full. Where nobody waits yet, the first to wait arrives now.
Flow::Step Flow::step(double from, double length) const {
  const bool somebody = !waiting_.empty();
  const double arrived = somebody ? waiting_.front().from : from;
  const double span = somebody ? waiting_.front().to - arrived : endless;
  const double amount = somebody ? waiting_.front().amount : endless;
  const double age = from - arrived;
  const double serving = capacity_ / second, arriving = rate_ / second;
  const double density = !somebody ? arriving : span > 0 ? amount / span : endless;
  Step next{length, arriving, arriving, serving, 0, density == endless ? 0 : serving / density};
  const bool dense = density > serving;  // the head grows older
  if (dense && age >= expiry_us_ - 0.5) {
    if (density == endless) return {0, arriving, arriving, 0, amount, 0};  // all of a lump expires at once
    next.expiring = density - serving;
    next.moved = 1;
    next.length = std::min(next.length, span);
  } else {
    if (serving > 0) next.length = std::min(next.length, amount / serving);
    if (dense && expiry_us_ < endless)
      next.length = std::min(next.length, (expiry_us_ - age) / (1 - next.moved));
  }
  if (queue_s_ == endless) return next;
  const double bound = queue_s_ * capacity_, leaving = serving + next.expiring;
  const double room = bound - backlog_, exact = speck * (1 + bound);
  if (room < -exact) {  // the queue has become shorter
    next.admitted = 0;
    if (leaving > 0) next.length = std::min(next.length, -room / leaving);
  } else if (arriving > leaving) {
    if (room < exact)
      next.admitted = leaving;
    else
      next.length = std::min(next.length, room / (arriving - leaving));
  }
  return next;
}

// Somebody waits, or begins to; returns for how long it went on.
double Flow::pass(double from, double length) {
  const Step next = step(from, length);
  if (next.length == 0) {
    expired_ += next.expiring;
    take(next.expiring, 0);
    return 0;
  }
  const double head = waiting_.empty() ? from : waiting_.front().from;
  const double to = from + next.length;
  const double served = next.serving * next.length, expired = next.expiring * next.length;
  arrived_ += next.arriving * next.length;
  overflowed_ += (next.arriving - next.admitted) * next.length;
  expired_ += expired;
  waited_ += served;
  backlog_ += next.admitted * next.length;
  join_queue(from, to, next.admitted * next.length, timed_);
  if (waiting_.empty()) return next.length;  // there is no room, and nothing is served
  count_delays(served * waiting_.front().timed, from - head, to - (head + next.moved * next.length));
  take(served + expired, next.moved * next.length);
  return next.length;
}

// So much of the first piece leaves, whose next message arrived `moved` later.
void Flow::take(double amount, double moved) {
  Arrivals& first = waiting_.front();
  backlog_ -= amount;
  first = {first.from + moved, first.to, first.amount - amount, first.error, first.timed};
  if (first.amount < speck) {
    backlog_ -= first.amount;
    waiting_.pop_front();
  }
  if (waiting_.empty() || backlog_ < speck) {
    backlog_ = 0;
    waiting_.clear();
  }
}

// Neighbouring pieces become one while that moves no message by more than a fraction of a place in the queue.
void Flow::join_queue(double from, double to, double amount, double timed) {
  if (amount == 0) return;
  if (!waiting_.empty() && std::fabs(waiting_.back().to - from) < 0.5) {
    Arrivals& last = waiting_.back();
    const double total = last.amount + amount, span = to - last.from;
    const double moved = span > 0 ? std::fabs(last.amount - total * ((from - last.from) / span)) : 0;
    const double error = last.error + moved;
    if (error <= moved_most && error * span <= moved_most_us * total) {
      last = {last.from, to, total, error, (last.timed * last.amount + timed * amount) / total};
      return;
    }
  }
  waiting_.push_back({from, to, amount, 0, timed});
}

// Counts the messages that are whole with these; delays go evenly from the first to the last. A message has
// the delay of the last of it to arrive.
void Flow::count_delays(double amount, double first, double last) {
  counted_ += amount;
  const auto whole = static_cast<std::uint64_t>(std::max(counted_ + 1e-6, 0.0));
  const std::uint64_t before = delays_.count();
  if (whole <= before) return;
  const std::uint64_t n = whole - before;
  const auto groups = static_cast<std::uint64_t>(std::fabs(last - first) / group_most_us) + 1;
  const std::uint64_t parts = std::min(n, first == last ? 1 : std::max(groups, one_by_one_most));
  for (std::uint64_t i = 0; i < parts; ++i) {
    const std::uint64_t begin = n * i / parts, end = n * (i + 1) / parts;
    const double middle = static_cast<double>(before) + static_cast<double>(begin + end + 1) / 2;
    const double share = amount > 0 ? std::clamp(1 - (counted_ - middle) / amount, 0.0, 1.0) : 1;
    const double delay = std::max(first + (last - first) * share, 0.0);
    delays_.add(std::llround(delay), end - begin);
  }
}

Duration Flow::delay() const {
  if (backlog_ == 0) return Duration{0};
  const double us = backlog_ / capacity_ * second;
  return us < 9e18 ? Duration{std::llround(us)} : Duration::max();
}

double Flow::serving() const { return queueing() ? capacity_ : rate_; }

double Flow::admitting() const {
  if (!queueing()) return rate_;
  const Step now = step(micros(at_), endless);
  return (now.length == 0 ? now.arriving : now.admitted) * second;
}

double Flow::refusing() const {
  if (!queueing()) return 0;
  const Step now = step(micros(at_), endless);
  return now.length == 0 ? 0 : (now.arriving - now.admitted + now.expiring) * second;
}

Time Flow::next_change() const {
  if (queueing()) {
    const double length = step(micros(at_), endless).length;
    return length == endless ? never : after(at_, std::max(std::ceil(length - speck), 1.0));
  }
  return rate_ > capacity_ ? after(at_, std::floor(credit_ / (rate_ - capacity_) * second) + 1) : never;
}

}  // namespace sim
