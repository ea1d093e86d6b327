// Model time: whole microseconds since the start of the simulated run.
#pragma once
#include <chrono>
#include <cstdint>

namespace sim {

// The clock of the simulated world. It has no now(): the stage says what time it is.
struct Clock {
  using duration = std::chrono::microseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Clock, duration>;
  static constexpr bool is_steady = true;
};

using Duration = Clock::duration;
using Time = Clock::time_point;

inline constexpr Time start_of_run{Duration{0}};
inline constexpr Time never = Time::max();  // an instant that does not come

// Seconds as a floating-point number, for the edge (output, rates).
constexpr double seconds(Duration d) { return static_cast<double>(d.count()) / 1e6; }
constexpr double seconds(Time t) { return seconds(t.time_since_epoch()); }

// The nearest whole microsecond; halves away from zero.
constexpr Duration from_seconds(double s) {
  return Duration{static_cast<std::int64_t>(s * 1e6 + (s < 0 ? -0.5 : 0.5))};
}

}  // namespace sim
