#include "models/device/message_clock.hpp"

namespace device {

namespace {

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b != 0 && a < 0); }

Duration shown_by(const Pace* pace, Time t) { return pace ? pace->shown(t) : t.time_since_epoch(); }

Time instant(const Pace* pace, Duration shown) { return pace ? pace->when(shown) : Time{shown}; }

}  // namespace

std::int64_t MessageClock::count(Time t) const {
  if (period.count() == 0) return 0;
  return floor_div((shown_by(pace, t) - phase).count(), period.count());
}

double MessageClock::part(Time t) const {
  if (period.count() == 0) return 0;
  const std::int64_t since = (shown_by(pace, t) - phase).count();
  const std::int64_t rest = since - floor_div(since, period.count()) * period.count();
  return static_cast<double>(rest) / static_cast<double>(period.count());
}

Time MessageClock::moved(Time t, std::int64_t n) const {
  return n == 0 || period.count() == 0 ? t : instant(pace, shown_by(pace, t) + n * period);
}

Time MessageClock::at(std::int64_t n) const { return instant(pace, phase + n * period); }

Time MessageClock::next(Time after) const { return period.count() == 0 ? sim::never : at(count(after) + 1); }

Time MessageClock::last(Time t) const { return at(count(t)); }

}  // namespace device
