// Whether a scenario's expectations hold.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "models/application/scenario.hpp"
#include "tools/analysis/combine.hpp"

namespace analysis {

enum class Verdict { pass, fail, inconclusive };

struct Judgement {
  application::Expectation expectation;
  Metric metric;  // what was found; unit empty when the run reported no such metric
  Verdict verdict = Verdict::fail;
  bool straddles = false;  // the interval holds values on both sides of the limit
  bool left_out = false;   // of balance: it holds without hubs that exist, and not with them
};

// The mean is compared; a mean that is absent for censoring counts as infinite, and so does one that is a
// lower bound unless it must exceed the limit; a metric without samples
// fails. Strictly: the whole interval must hold or must not, else it is inconclusive, and so is a value
// without an interval. What is expected of balance must hold of all hubs that exist too, and not just of
// those that allocation may use: nothing passes because hubs died.
Judgement judge(const application::Expectation& expectation, const Metrics& metrics, bool strict);

// fail if any fails, else inconclusive if any is, else pass; pass when there are none.
Verdict overall(const std::vector<Verdict>& verdicts);
Verdict overall(const std::vector<Judgement>& judgements);

}  // namespace analysis
