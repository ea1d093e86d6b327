// How fast a group's message clocks run: messages that are due every minute come twice as often while the
// factor is 2. Piecewise constant, in whole microseconds and millionths, so that every machine counts the
// same messages.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "sim/time.hpp"

namespace device {

using sim::Duration;
using sim::Time;

class Pace {
 public:
  static constexpr std::int64_t one = 1'000'000;     // a factor of 1
  static constexpr std::int64_t most = 1'000 * one;  // the largest factor

  // From `from` on, until the next step, clocks run `factor` millionths as fast as time.
  struct Step {
    Time from;
    std::int64_t factor;  // 0..most
  };
  // Steps in order of time, the first at the start of the run or before; the last holds for ever.
  explicit Pace(std::span<const Step> steps);

  // What a clock shows at t, having shown zero at the start of the run; before it clocks run like time.
  Duration shown(Time t) const;
  // The first instant at which a clock shows at least this much; never if it stands still before.
  Time when(Duration shown) const;
  std::int64_t factor(Time t) const;
  Time next_change(Time after) const;  // of the factor; never after the last

 private:
  struct Segment {
    Time from;
    std::int64_t factor;
    Duration shown;  // at `from`
  };
  const Segment& at(Time t) const;
  std::vector<Segment> segments_;
};

}  // namespace device
