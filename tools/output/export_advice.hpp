// What to try next where exports were failed: more room, or data that is kept.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "tools/output/advice.hpp"

namespace output {

// With the name of the export that it is about; one for each cause at a destination.
std::vector<std::pair<std::string, Advice>> export_advice(const View& view);

}  // namespace output
