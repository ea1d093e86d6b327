#include "sim/limiter.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/invariant.hpp"

namespace sim {

namespace {

constexpr double units = 1e20;  // of a token
constexpr WideInt token = static_cast<WideInt>(10'000'000'000) * 10'000'000'000;
// Rates such as 200 a minute are rounded to units: without this a minute would bring 199 whole tokens. Nobody
// gains a microsecond by it who gets a token within 1,000 s.
constexpr WideInt whole = token - token / 1'000'000'000;  // what passes for a token

WideInt rate_units(double rate) {
  require(rate >= 0, "a rate is not negative");
  return static_cast<WideInt>(std::round(rate * (units / 1e6)));
}

WideInt token_units(double tokens) {
  require(tokens >= 0, "an amount of tokens is not negative");
  return static_cast<WideInt>(std::round(tokens * units));
}

double credit_tokens(const Shaper::Settings& s) { return seconds(s.burst) * s.rate; }

// How many may wait. The small addend undoes the rounding of rates such as 11 a minute.
std::size_t queue_entries(const Shaper::Settings& s) {
  const double entries = seconds(s.queue) * s.rate + 1e-6;
  return entries < 1e15 ? static_cast<std::size_t>(entries) : std::size_t{1'000'000'000'000'000};
}

Time later(Time t, Duration d) { return d > never - t ? never : t + d; }

}  // namespace

TokenBucket::TokenBucket(double rate, double depth)
    : rate_(rate_units(rate)), depth_(std::max(token_units(depth), token)), level_(depth_) {}

// Whole microseconds overshoot the instant at which a token is complete; what arrives between the two is
// kept, or a bucket of one token would serve slower than its rate.
void TokenBucket::advance(Time now) {
  require(now >= at_, "a token bucket never goes back in time");
  const WideInt fullest = std::max(depth_, whole + rate_ - 1);
  level_ = std::min(fullest, level_ + rate_ * (now - at_).count());
  at_ = now;
}

bool TokenBucket::ready(Time now) {
  advance(now);
  return level_ >= whole;
}

bool TokenBucket::take(Time now) {
  if (!ready(now)) return false;
  level_ -= token;
  return true;
}

void TokenBucket::charge(Time now, double n) {
  advance(now);
  level_ -= token_units(n);
}

Time TokenBucket::next(Time now) {
  if (ready(now)) return now;
  if (rate_ == 0) return never;
  const WideInt wait = (whole - level_ + rate_ - 1) / rate_;
  return wait < (never - now).count() ? now + Duration{static_cast<std::int64_t>(wait)} : never;
}

void TokenBucket::set_rate(Time now, double rate, double depth) {
  advance(now);
  rate_ = rate_units(rate);
  depth_ = std::max(token_units(depth), token);
}

double TokenBucket::level(Time now) {
  advance(now);
  return static_cast<double>(std::min(level_, depth_)) / units;
}

Shaper::Shaper(const Settings& settings)
    : settings_(settings),
      bucket_(settings.rate, credit_tokens(settings)),
      capacity_(queue_entries(settings)) {}

void Shaper::advance(Time now) {
  require(now >= at_, "a limiter never goes back in time");
  account_.area += static_cast<WideInt>(queue_.size()) * (now - at_).count();
  at_ = now;
}

Admission Shaper::offer(Time now, std::uint32_t id, Time deadline) {
  advance(now);
  require(queue_.empty() || next() > now, "who is due at a limiter leaves before others arrive");
  ++account_.offered;
  if (queue_.empty() && bucket_.take(now)) {
    ++account_.served;
    return Admission::served;
  }
  if (queue_.size() >= capacity_) {
    ++account_.overflowed;
    return Admission::overflow;
  }
  queue_.push_back({id, now, deadline});
  return Admission::queued;
}

Time Shaper::expires(const Request& request) const {
  return settings_.expiry == Duration{0} ? never : later(request.arrived, settings_.expiry);
}

Time Shaper::next() {
  if (queue_.empty()) return never;
  return std::min(expires(queue_.front()), bucket_.next(at_));
}

std::optional<Shaper::Leaving> Shaper::pop(Time now) {
  if (queue_.empty()) return std::nullopt;
  require(next() >= now, "who is due at a limiter leaves at that very instant");
  advance(now);
  Request& head = queue_.front();
  if (!gone_.empty() && gone_.erase({head.deadline, head.id}) > 0) head.deadline = now;
  if (expires(head) <= now) return leave(head, Fate::expired, account_.expired);
  if (!bucket_.ready(now)) return std::nullopt;
  const bool gone = head.deadline <= now;
  if (!gone || settings_.serve_abandoned) bucket_.take(now);
  return gone ? leave(head, Fate::abandoned, account_.abandoned) : leave(head, Fate::served, account_.served);
}

void Shaper::abandon(std::uint32_t id, Time deadline) {
  if (!queue_.empty()) gone_.emplace(deadline, id);
}

Shaper::Leaving Shaper::leave(const Request& request, Fate fate, std::uint64_t& count) {
  const Leaving leaving{request, fate};
  ++count;
  account_.waited += (at_ - request.arrived).count();
  queue_.pop_front();
  return leaving;
}

std::deque<Shaper::Request> Shaper::empty(Time now) {
  advance(now);
  account_.emptied += queue_.size();
  for (Request& request : queue_) {
    account_.waited += (now - request.arrived).count();
    if (!gone_.empty() && gone_.contains({request.deadline, request.id})) request.deadline = now;
  }
  gone_.clear();
  return std::exchange(queue_, {});
}

void Shaper::set_rate(Time now, double rate) {
  advance(now);
  settings_.rate = rate;
  bucket_.set_rate(now, rate, credit_tokens(settings_));
  capacity_ = queue_entries(settings_);
}

void Shaper::charge(Time now, double n) {
  advance(now);
  bucket_.charge(now, n);
}

double Shaper::credit(Time now) {
  advance(now);
  return bucket_.level(now);
}

bool Shaper::balanced(Time now) const {
  const Account& a = account_;
  const std::uint64_t gone = a.served + a.overflowed + a.expired + a.abandoned + a.emptied;
  WideInt ages = 0;
  for (const Request& request : queue_) ages += (now - request.arrived).count();
  const WideInt area = a.area + static_cast<WideInt>(queue_.size()) * (now - at_).count();
  return a.offered == gone + queue_.size() && area == a.waited + ages;
}

WindowQuota::WindowQuota(std::uint64_t limit, Duration window, Duration phase)
    : limit_(limit), window_(window), phase_(phase) {
  require(window > Duration{0}, "the window of a quota has a length");
}

std::int64_t WindowQuota::window_of(Time now) const {
  const Duration since = now.time_since_epoch() - phase_;
  return since / window_ - (since % window_ < Duration{0} ? 1 : 0);
}

std::uint64_t WindowQuota::used(Time now) {
  const std::int64_t window = window_of(now);
  if (window != current_) used_ = 0;
  current_ = window;
  return used_;
}

bool WindowQuota::take(Time now, std::uint64_t n) {
  const std::uint64_t before = used(now);
  if (before > limit_ || n > limit_ - before) return false;
  used_ = before + n;
  return true;
}

Time WindowQuota::next_window(Time now) const { return Time{phase_ + (window_of(now) + 1) * window_}; }

}  // namespace sim
