// A result read back from its summary.json (or a baseline made with --export baseline:PATH), for comparisons.
#pragma once
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/analysis/comparison.hpp"

namespace output {

struct StoredSummary {
  std::string version;  // of the program that made it
  std::string scenario, scenario_hash;
  std::vector<std::string> expected;              // metrics that the scenario's expectations are about
  std::map<std::string, std::string> tolerances;  // of the scenario: metric to text
  analysis::Side side;
};

// A text that is no summary of this program, is cut off, or is one of a form that this version does not read.
// The message says what it is and what to do, without the name of the file.
struct NotASummary : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws NotASummary. The values of single replications are there for two or more of them; of one they are
// its metrics.
StoredSummary read_summary(const std::string& text);

}  // namespace output
