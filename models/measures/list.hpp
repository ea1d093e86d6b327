// The measures of a run that no other measure asks: each is made by a function in its own file, listed here.
// Those that are asked are members of application::Statistics, which makes all of them.
#pragma once
#include <memory>

#include "models/measures/subject.hpp"

namespace measures {

// A measure; none where the run has nothing of its kind.
using Make = std::unique_ptr<Measure>(const Subject&);

Make make_cost, make_deliveries, make_device_states, make_dps_totals, make_episodes, make_half_open,
    make_hub_totals, make_regions, make_trace, make_uptime;

inline constexpr Make* unasked[] = {make_device_states, make_hub_totals, make_dps_totals, make_half_open,
                                    make_uptime,        make_regions,    make_deliveries, make_cost,
                                    make_trace,         make_episodes};

}  // namespace measures
