// Which metrics `compare` judges, and with which tolerances.
#pragma once
#include <string>
#include <vector>

#include "tools/output/compared.hpp"

namespace hubstorm {

// What --tolerance says: "recovery.hub2.p99=5%".
struct GivenTolerance {
  std::string metric, text;
};

// Throws Failure (usage) where there is no "=", or a metric is given twice.
std::vector<GivenTolerance> parse_tolerances(const std::vector<std::string>& texts);

// Throws Failure (usage), with names that are near, unless each metric is in one of these results and can
// have a tolerance of this form.
void check_tolerances(const std::vector<GivenTolerance>& given, const std::vector<output::Compared>& all);

struct Gates {
  std::vector<analysis::Gate> gates;
  bool by_default = false;
  std::vector<std::string> notes;  // tolerances of the baseline that are gone or wider
};

// The tolerances of the new result's scenario and those given, which override; if there are none, by default
// 2 % for the metrics of the expectations of both that can get better or worse and, of each fault of either,
// p99 and unrecovered. Throws Failure.
Gates gates_of(const output::StoredSummary& baseline, const output::StoredSummary& result,
               const std::vector<GivenTolerance>& given);

}  // namespace hubstorm
