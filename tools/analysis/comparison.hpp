// Whether a new result is worse than a baseline: a verdict for each gate, a metric with a tolerance.
//
// With "lower is better", A the baseline and B the new result, what is judged is B - A - tolerance, or, of a
// relative tolerance t, B - (1 + t) A, so that the baseline's own noise counts; with "higher is better" A - B
// - tolerance, or (1 - t) A - B. A gate fails when that lies above zero: its one-sided p-value, after Holm's
// correction over all gates, is at most (1 - level) / 2. It passes when the two-sided interval at the level
// holds nothing above zero. Otherwise it is inconclusive. Designs with one seed are compared replication by
// replication (common random numbers).
//
// Of censored runs the bounds are known. A gate with such runs passes only when the mean of the upper bounds
// of that difference is surely not above zero, which it never is where a run of the new result that should be
// low has no upper bound; it fails when the mean of the lower bounds or the median is surely above zero, with
// the smaller p-value of the two twice (Bonferroni).
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/application/scenario.hpp"
#include "models/measures/catalog.hpp"
#include "tools/analysis/combine.hpp"
#include "tools/analysis/contrast.hpp"
#include "tools/analysis/verdict.hpp"

namespace analysis {

// What is known of one design.
struct Side {
  std::uint64_t seed = 1;
  std::uint32_t replications = 1;
  Metrics metrics;
  Runs runs;  // of each metric as many as there are replications
};

struct Gate {
  application::Tolerance tolerance;
  std::string unit;
  measures::Direction direction = measures::Direction::lower;  // not neutral
};

struct Judging {
  double level = 0.95;
  bool fail_on_change = false;  // a change for the better beyond the tolerance fails too
  bool same_scenario = true;    // with one seed, what differs is then a fact about the program and no sample
};

struct GateResult {
  Gate gate;
  // Absent where the result has no such metric; of the pairs alone where one side has more replications.
  std::optional<Metric> baseline, current;
  Verdict verdict = Verdict::inconclusive;
  std::string reason;   // why there is no verdict, or that a side lacks the metric; empty else
  bool better = false;  // for sure, and by more than the tolerance
  std::uint64_t n_baseline = 0, n_current = 0;  // replications that count; pairs where both are equal
  bool paired = false;
  bool censored = false;
  std::uint64_t censored_baseline = 0, censored_current = 0;  // of these replications
  bool one_sided = false;                // it has values on one side only, in every replication
  bool identical = false;                // every replication that counts gave the same
  std::optional<ContrastMethod> method;  // absent where nothing was estimated
  std::optional<double> change;          // mean of B less that of A; absent when censored
  std::optional<Interval> interval;      // of the change, two-sided at the level; ends may be infinite
  std::optional<double> p;            // one-sided, of "worse by more than the tolerance"; censored: see above
  std::optional<double> p_corrected;  // after Holm's correction
};

struct Comparison {
  Judging judging;
  std::vector<GateResult> gates;  // in the order given
  Verdict verdict = Verdict::pass;
};

inline constexpr std::uint64_t fewest_replications = 3;  // for any verdict
inline constexpr std::uint64_t enough_replications = 9;  // below it a verdict comes with a warning

Comparison compare(const Side& baseline, const Side& current, const std::vector<Gate>& gates,
                   const Judging& judging);

// One thing that differs between two results that should be equal.
struct Difference {
  std::string what;               // "seed", a metric, or "recovery.hub2.p99, replication 3"
  std::string baseline, current;  // exact values as text
};

// Everything that differs in seed, replications, metrics and the values of single replications; empty when
// the results are equal to the last bit.
std::vector<Difference> differences(const Side& baseline, const Side& current);

}  // namespace analysis
