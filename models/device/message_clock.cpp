#include "models/device/message_clock.hpp"

namespace device {

namespace {

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b != 0 && a < 0); }

}  // namespace

std::int64_t MessageClock::count(Time t) const {
  if (period.count() == 0) return 0;
  const Duration shown = pace ? pace->shown(t) : t.time_since_epoch();
  return floor_div((shown - phase).count(), period.count());
}

Time MessageClock::at(std::int64_t n) const {
  const Duration shown = phase + n * period;
  return pace ? pace->when(shown) : Time{shown};
}

Time MessageClock::next(Time after) const { return period.count() == 0 ? sim::never : at(count(after) + 1); }

Time MessageClock::last(Time t) const { return at(count(t)); }

}  // namespace device
