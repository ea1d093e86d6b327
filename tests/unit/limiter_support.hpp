// What the tests of the limiters share: who leaves a queue, and when.
#pragma once
#include <vector>

#include "sim/limiter.hpp"

namespace limiter_test {

using sim::Admission;
using sim::Duration;
using sim::never;
using sim::Shaper;
using sim::Time;
using namespace std::chrono_literals;

constexpr Time at(Duration since_start) { return sim::start_of_run + since_start; }

// Everyone who leaves up to `until`, with the instant.
struct Left {
  Time when;
  std::uint32_t id;
  Shaper::Fate fate;
  bool operator==(const Left&) const = default;
};

inline void serve_until(Shaper& shaper, Time until, std::vector<Left>& left) {
  while (shaper.next() <= until) {
    const Time now = shaper.next();
    while (const auto one = shaper.pop(now)) left.push_back({now, one->request.id, one->fate});
  }
}

inline std::vector<Left> serve_all(Shaper& shaper) {
  std::vector<Left> left;
  serve_until(shaper, never - 1us, left);
  return left;
}

}  // namespace limiter_test
