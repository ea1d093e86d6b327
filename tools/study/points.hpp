// The points of a study: every combination of the axes' values that is wanted.
#pragma once
#include <string>
#include <vector>

#include "tools/study/settings.hpp"

namespace study {

inline constexpr std::size_t most_points = 5000;

// A combination: of each axis the index of its value.
using Combination = std::vector<std::size_t>;

// All of them, the first axis changing slowest; zipped axes go together, what is excluded or breaks a
// constraint is left out. One empty combination when there are no axes. Throws std::runtime_error, whose text
// says what to do: a formula that cannot be read or names no axis with numbers, too many points, or none at
// all.
std::vector<Combination> combinations(const Settings& settings);

// "units 2, quota 100/min"; "the scenario as it is" without axes.
std::string label(const Settings& settings, const Combination& combination);

// What sets a scenario to the combination: "path=value" each, after the study's own.
std::vector<std::string> overrides(const Settings& settings, const Combination& combination);

}  // namespace study
