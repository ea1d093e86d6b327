// The summary's words on what the control plane did and what it all costs.
#pragma once
#include <string>

#include "tools/output/view.hpp"

namespace output {

// Counts and the timeline of the first replication; empty where nothing was scaled or moved.
std::string scaling_text(const View& view);
std::string cost_text(const View& view);

}  // namespace output
