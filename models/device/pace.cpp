#include "models/device/pace.hpp"

#include <algorithm>

#include "sim/invariant.hpp"
#include "sim/limiter.hpp"

namespace device {

namespace {

Duration scaled(Duration length, std::int64_t factor) {
  return Duration{static_cast<std::int64_t>(sim::WideInt{length.count()} * factor / Pace::one)};
}

}  // namespace

Pace::Pace(std::span<const Step> steps) {
  sim::require(!steps.empty() && steps[0].from <= sim::start_of_run, "a pace without a beginning");
  for (const Step& step : steps) {
    sim::require(step.factor >= 0 && step.factor <= most, "a pace of {} millionths", step.factor);
    const Time from = std::max(step.from, sim::start_of_run);
    if (!segments_.empty()) {
      Segment& last = segments_.back();
      sim::require(from >= last.from, "a pace whose steps go back in time");
      if (from == last.from) {  // the last of those before the start
        last.factor = step.factor;
        continue;
      }
      if (step.factor == last.factor) continue;
      segments_.push_back({from, step.factor, last.shown + scaled(from - last.from, last.factor)});
    } else {
      segments_.push_back({from, step.factor, Duration{0}});
    }
  }
}

const Pace::Segment& Pace::at(Time t) const {
  const auto after = std::upper_bound(segments_.begin(), segments_.end(), t,
                                      [](Time x, const Segment& s) { return x < s.from; });
  return after == segments_.begin() ? *after : *(after - 1);
}

Duration Pace::shown(Time t) const {
  if (t < sim::start_of_run) return t.time_since_epoch();
  const Segment& s = at(t);
  return s.shown + scaled(t - s.from, s.factor);
}

Time Pace::when(Duration shown) const {
  if (shown <= Duration{0}) return Time{shown};
  const auto beyond = std::upper_bound(segments_.begin(), segments_.end(), shown,
                                       [](Duration x, const Segment& s) { return x <= s.shown; });
  const Segment& s = *(beyond - 1);      // the first segment shows zero, which is less
  if (s.factor == 0) return sim::never;  // the last one: another would show as little
  const sim::WideInt wait =
      (sim::WideInt{(shown - s.shown).count()} * one + s.factor - 1) / s.factor;  // rounded up
  if (wait >= (sim::never - s.from).count()) return sim::never;
  return s.from + Duration{static_cast<std::int64_t>(wait)};
}

std::int64_t Pace::factor(Time t) const { return t < sim::start_of_run ? one : at(t).factor; }

Time Pace::next_change(Time after) const {
  const auto next = std::upper_bound(segments_.begin(), segments_.end(), after,
                                     [](Time x, const Segment& s) { return x < s.from; });
  return next == segments_.end() ? sim::never : next->from;
}

}  // namespace device
