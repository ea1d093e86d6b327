// A comparison of two results: what every writer of comparisons writes in its own form, and the words they
// share.
#pragma once
#include <string>
#include <vector>

#include "tools/analysis/comparison.hpp"
#include "tools/output/stored_summary.hpp"

namespace output {

struct Compared {
  std::string baseline_path, result_path;
  std::string
      problem;  // why this one of several cannot be compared; then the rest is empty but for the paths
  StoredSummary baseline, result;
  bool exact = false;                             // differences are judged instead of gates
  bool default_tolerances = false;                // nobody named a gate
  analysis::Comparison comparison;                // unless exact
  std::vector<analysis::Difference> differences;  // if exact
  std::vector<std::string> notes;  // sentences: other versions, few replications, tolerances that are gone
};

// Of one that cannot be compared: fail.
analysis::Verdict verdict_of(const Compared& compared);

// The scenario, or the path of a result that cannot be compared.
std::string title_of(const Compared& compared);

// Differences that are listed; there may be thousands.
inline constexpr std::size_t most_listed = 10;

namespace words {

std::string tolerance(const analysis::Gate& gate);                // "5% of the baseline", "20 messages"
std::string side(const std::optional<analysis::Metric>& metric);  // "13m8s", "≥ 4h12m", "absent", "nobody"
std::string change(double x, const std::string& unit);            // "+54 s", "-1,204", "0"
std::string range(const analysis::Interval& interval,
                  const std::string& unit);                     // "+40 s to +68 s", "at least +40 s"
std::string relative_change(const analysis::GateResult& gate);  // "+6.9 %"; empty where there is none
std::string outcome(
    const analysis::GateResult& gate);  // "worse", "better", "within", "same", "unclear", "missing"
std::string counted(const analysis::GateResult& gate);  // "10 pairs", "10 and 12 replications"
std::string method(const analysis::GateResult& gate);   // "paired t"; empty where nothing was estimated
std::string level(double level);                        // "95 %"

// "10 pairs, paired t, p = 0.0003 (corrected 0.001)".
std::string evidence(const analysis::GateResult& gate);
// All of a gate in a sentence, for annotations.
std::string sentence(const analysis::GateResult& gate, double level);
// "1 of 3 gates is worse than its tolerance allows."; "all 3 gates hold."
std::string overall(const Compared& compared);
// How verdicts came about: level, correction, direction.
std::string how(const analysis::Comparison& comparison);
// "recovery.hub2.p99, replication 3: baseline 788.25; new 790.5".
std::string difference(const analysis::Difference& difference);

}  // namespace words
}  // namespace output
