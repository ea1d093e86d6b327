// Whether the figures of a finished run can be true, whatever was simulated.
#pragma once
#include <optional>
#include <string>

#include "models/measures/report.hpp"
#include "sim/time.hpp"

namespace checks {

// The first figure of the report that cannot be true, in words, or nothing. No figure is negative, infinite
// or no number; no share is above 1 and no time longer than the run; quantiles are in order; parts add up to
// their whole; what is a part of something is no more than it. `counted` is the time after the warm-up.
std::optional<std::string> impossible_figure(const measures::Report& report, sim::Duration run,
                                             sim::Duration counted);

}  // namespace checks
