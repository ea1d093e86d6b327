// summary.json: one document a run; only its `meta` may differ between two runs of a scenario, seed and
// version.
#pragma once
#include <string>

#include "tools/output/result.hpp"

namespace output {

inline constexpr int summary_schema_version = 1;

std::string summary_json(const Result& result);

// The same without `meta`, and with a line a metric: equal results are equal files, and a file kept under
// version control shows in its diff which metrics moved.
std::string baseline_json(const Result& result);

}  // namespace output
