// What flows of messages have in common: parts of a message, and instants reckoned from rates.
#pragma once
#include <algorithm>

#include "sim/time.hpp"

namespace hub {

inline constexpr double whole_part = 1e-6;  // a message that lacks no more than this is whole

// So many seconds after `at`, and not at it; never if that is beyond all time.
inline sim::Time after(sim::Time at, double s) {
  return s < 1e12 ? at + std::max(sim::from_seconds(s) + sim::Duration{1}, sim::Duration{1}) : sim::never;
}

}  // namespace hub
