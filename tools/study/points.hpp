// The points of a study: every combination of the axes' values that is wanted.
#pragma once
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/study/settings.hpp"

namespace study {

inline constexpr std::size_t most_points = 5000;

// A study that cannot be run; the text says why and what to do.
struct Unusable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A combination: of each axis the index of its value.
using Combination = std::vector<std::size_t>;

// All of them, the first axis changing slowest; zipped axes go together, what is excluded or breaks a
// constraint is left out. One empty combination when there are no axes. Throws Unusable: a formula that has
// no value at a point, too many points, or none at all. `on_step` (may be empty) is called now and then, and
// may throw.
std::vector<Combination> combinations(const Settings& settings, const std::function<void()>& on_step = {});

// "units 2, quota 100/min"; "the scenario as it is" without axes.
std::string label(const Settings& settings, const Combination& combination);

// What sets a scenario to the combination: "path=value" each, after the study's own.
std::vector<std::string> overrides(const Settings& settings, const Combination& combination);

}  // namespace study
