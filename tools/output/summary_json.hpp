// summary.json: one document a run; only its `meta` may differ between two runs of a scenario, seed and
// version.
#pragma once
#include <string>

#include "tools/output/result.hpp"

namespace output {

std::string summary_json(const Result& result);

}  // namespace output
