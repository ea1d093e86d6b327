// Of faults whose times are drawn, or that go through places: how often, where, and how much is known.
#pragma once
#include <string>

#include "tools/output/view.hpp"

namespace output {

// "at random, after 30d on average and for 2h: 12.3 ± 1.1 times a run, 24h in all."
std::string how_often(const View& view, const faults::Fault& fault);

// "at one of 12 instants, another in each replication, for 20m. It went worst with hub-3 at 4h: ..."
std::string where_it_struck(const View& view, const faults::Fault& fault);

// How much of the time hubs served, where a fault comes by chance; else empty.
std::string uptime_text(const View& view);

}  // namespace output
