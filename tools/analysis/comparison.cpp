#include "tools/analysis/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "tools/analysis/student.hpp"

namespace analysis {
namespace {

using measures::Direction;

constexpr double no_bound = std::numeric_limits<double>::infinity();

bool nobody(const RunValue& run) { return !run.value && !run.at_least; }

// All that the metric may have been in this run. A share that is not fully seen is at most 1.
Interval bounds(const RunValue& run, const std::string& unit) {
  if (run.value) return {*run.value, *run.value};
  const double low = *run.at_least;
  return {low, unit == "1" && low <= 1 ? 1 : no_bound};
}

// The sample of a gate, or why there is none.
class Matching {
 public:
  Matching(const std::vector<RunValue>& a, const std::vector<RunValue>& b, std::string unit, bool same_seed)
      : a_(a), b_(b), unit_(std::move(unit)) {
    sample.paired = same_seed;
    if (same_seed)
      match_pairs(std::min(a.size(), b.size()));
    else
      match_independent();
    bounded_a = bounded(sample.a);
    bounded_b = bounded(sample.b);
    sample.censored = bounded_a + bounded_b > 0;
  }

  Sample sample;
  std::uint64_t bounded_a = 0, bounded_b = 0;
  std::string reason;      // why the sample must not be used; empty if it may
  bool one_sided = false;  // for that all values are on one side
  bool identical = false;

 private:
  static std::uint64_t bounded(const std::vector<Interval>& all) {
    return static_cast<std::uint64_t>(
        std::count_if(all.begin(), all.end(), [](const Interval& one) { return one.low != one.high; }));
  }

  void match_pairs(std::size_t pairs) {
    std::size_t only_a = 0, only_b = 0;
    for (std::size_t i = 0; i < pairs; ++i) {
      if (nobody(a_[i]) && nobody(b_[i])) continue;
      if (nobody(a_[i]) != nobody(b_[i])) {
        ++(nobody(b_[i]) ? only_a : only_b);
        reason = fmt::format("in replication {} the metric has a value on one side only", i + 1);
        continue;
      }
      identical = (identical || sample.a.empty()) && a_[i] == b_[i];
      sample.a.push_back(bounds(a_[i], unit_));
      sample.b.push_back(bounds(b_[i], unit_));
    }
    identical = identical && reason.empty();
    find_one_sided(only_a, only_b);
  }

  void match_independent() {
    for (const RunValue& run : a_)
      if (!nobody(run)) sample.a.push_back(bounds(run, unit_));
    for (const RunValue& run : b_)
      if (!nobody(run)) sample.b.push_back(bounds(run, unit_));
    if (sample.a.empty() == sample.b.empty()) return;
    reason = "the metric has values on one side only";
    find_one_sided(sample.a.size(), sample.b.size());
  }

  void find_one_sided(std::size_t only_a, std::size_t only_b) {
    const std::size_t n = std::max(only_a, only_b);
    if (std::min(only_a, only_b) > 0 || n < fewest_replications) return;
    if (!(sample.paired ? sample.a.empty() : sample.a.empty() || sample.b.empty())) return;
    one_sided = true;
    reason = fmt::format("the metric has values on one side only, in {} replications of the {}", n,
                         only_a > 0 ? "baseline" : "new result");
  }

  const std::vector<RunValue>& a_;
  const std::vector<RunValue>& b_;
  std::string unit_;
};

// Above zero where the new result is worse by more than the tolerance.
Contrast worse(const Gate& gate) {
  const bool lower = gate.direction == Direction::lower;
  const double share = gate.tolerance.relative ? gate.tolerance.amount : 0;
  const double amount = gate.tolerance.relative ? 0 : gate.tolerance.amount;
  return lower ? Contrast{-(1 + share), 1, -amount} : Contrast{1 - share, -1, -amount};
}

// Above zero where it is better by more than that.
Contrast better(const Gate& gate) {
  Gate other = gate;
  other.direction = gate.direction == Direction::lower ? Direction::higher : Direction::lower;
  return worse(other);
}

// What is known of one direction.
struct Direct {
  ContrastMethod method = ContrastMethod::paired_t;  // that tells most
  double p = 1;
  bool holds_none = false;  // for sure not above zero
};

Direct direct(const Sample& sample, const Contrast& contrast, double level) {
  const Estimate one = estimate(sample, contrast, level);
  if (!sample.censored) return {one.method, one.p_above, one.interval.high <= 0};
  const Estimate means = between_bounds(sample, contrast, level);
  const bool holds_none = means.interval.high <= 0;
  if (!std::isfinite(means.interval.low))
    return {holds_none ? means.method : one.method, one.p_above, holds_none};
  const bool by_means = means.p_above <= one.p_above || !one.decides || holds_none;
  return {by_means ? means.method : one.method, std::min(1.0, 2 * std::min(means.p_above, one.p_above)),
          holds_none};
}

// A gate on its way to the verdict.
struct Judged {
  GateResult result;
  std::optional<Direct> worse, better;
  bool grown = false;  // a count that must not grow did, which is no matter of chance
};

std::optional<Metric> metric_of(const Side& side, const std::string& name) {
  const auto found = side.metrics.find(name);
  return found == side.metrics.end() ? std::nullopt : std::optional{found->second};
}

std::string lacking(const GateResult& gate) {
  if (!gate.baseline && !gate.current) return "neither result has this metric";
  return gate.baseline ? "the new result has no such metric"
                       : "the baseline has no such metric; make it anew";
}

std::string too_few(const GateResult& gate) {
  const std::uint64_t n = std::min(gate.n_baseline, gate.n_current);
  if (n == 0) return "no replication has a value to compare";
  return fmt::format("{} {}, and a verdict needs at least {}", n, n == 1 ? "replication" : "replications",
                     fewest_replications);
}

// What two results have in common.
struct Common {
  bool same_seed = false;
  bool same_scenario = false;
  bool equal = false;  // all that is known of them, to the last bit
  double level = 0.95;
};

// The metric over the replications that have a pair.
void of_pairs(std::optional<Metric>& metric, const std::vector<Interval>& sample, std::uint64_t censored) {
  std::vector<double> values;
  for (const Interval& one : sample) values.push_back(one.low);
  *metric = {metric->unit, {}, {}, {}, sample.size(), {}};
  if (!values.empty()) (censored > 0 ? metric->at_least : metric->value) = mean(values);
}

// Where scenario and seed are the same nothing but the program can have changed a pair: of a count that must
// not grow, one that grew is a fact, unless others fell, as after a change of the draws.
bool grown(const Gate& gate, const Sample& sample, const Common& common, std::string& reason) {
  constexpr std::array counts{"devices", "messages", "operations", "connections"};
  const bool is_count = std::find(counts.begin(), counts.end(), gate.unit) != counts.end();
  if (!sample.paired || !common.same_scenario || !is_count || gate.direction != Direction::lower ||
      gate.tolerance.amount != 0)
    return false;
  std::size_t more = 0;
  for (std::size_t i = 0; i < sample.a.size(); ++i) {
    if (sample.b[i].low < sample.a[i].high && sample.a[i] != sample.b[i]) return false;
    more += sample.b[i].low > sample.a[i].high ? 1 : 0;
  }
  if (more == 0) return false;
  reason = fmt::format(
      "it grew in {} of {} pairs and fell in none; with the same scenario and seed that is no "
      "chance",
      more, sample.a.size());
  return true;
}

// What censored runs leave open.
std::string open_end(const GateResult& gate) {
  const auto of = [](std::uint64_t n, std::uint64_t all, const char* side) {
    return fmt::format("{} of {} replications of the {}", n, all, side);
  };
  std::string where;
  if (gate.censored_current > 0) where = of(gate.censored_current, gate.n_current, "new result");
  if (gate.censored_baseline > 0)
    where += (where.empty() ? "" : " and ") + of(gate.censored_baseline, gate.n_baseline, "baseline");
  return "not reached in " + where +
         ": these are bounds, which leave open whether it is within the tolerance";
}

// Estimates what the samples allow; otherwise says why not.
void measure(const std::vector<RunValue>& a, const std::vector<RunValue>& b, const Common& common,
             Judged& judged) {
  GateResult& result = judged.result;
  const Matching matching(a, b, result.gate.unit, common.same_seed);
  const Sample& sample = matching.sample;
  result.n_baseline = sample.a.size();
  result.n_current = sample.b.size();
  result.paired = common.same_seed;
  result.censored = sample.censored;
  result.censored_baseline = matching.bounded_a;
  result.censored_current = matching.bounded_b;
  result.one_sided = matching.one_sided;
  result.reason = matching.reason;
  if (common.same_seed && a.size() != b.size()) {
    of_pairs(result.baseline, sample.a, matching.bounded_a);
    of_pairs(result.current, sample.b, matching.bounded_b);
  }
  if (!result.reason.empty()) return;
  judged.grown = grown(result.gate, sample, common, result.reason);
  if (std::min(sample.a.size(), sample.b.size()) < fewest_replications) {
    if (!judged.grown) result.reason = too_few(result);
    return;
  }
  // Equal bounds say nothing of the values beyond them, unless the results are equal as a whole.
  result.identical = matching.identical && (!sample.censored || common.equal);
  if (result.identical) {
    result.p = 1;
    if (sample.censored) return;
    result.change = 0;
    result.interval = Interval{0, 0};
    return;
  }
  judged.worse = direct(sample, worse(result.gate), common.level);
  judged.better = direct(sample, better(result.gate), common.level);
  result.p = judged.worse->p;
  const bool by_better = judged.worse->method != ContrastMethod::bounds_t &&
                         judged.better->method == ContrastMethod::bounds_t &&
                         judged.better->p < judged.worse->p;
  result.method = by_better ? judged.better->method : judged.worse->method;
  const Estimate change = *result.method == ContrastMethod::bounds_t
                              ? between_bounds(sample, {}, common.level)
                              : estimate(sample, {}, common.level);
  if (change.decides) result.interval = change.interval;
  if (!sample.censored) result.change = change.centre;
}

Judged measured(const Side& baseline, const Side& current, const Gate& gate, const Common& common) {
  Judged judged;
  GateResult& result = judged.result;
  result.gate = gate;
  const std::string& name = gate.tolerance.metric;
  result.baseline = metric_of(baseline, name);
  result.current = metric_of(current, name);
  if (!result.baseline || !result.current) {
    result.verdict = Verdict::fail;
    result.reason = lacking(result);
    return judged;
  }
  const auto a = baseline.runs.find(name), b = current.runs.find(name);
  if (a == baseline.runs.end() || b == current.runs.end()) {
    result.reason = "no values of single replications";
    return judged;
  }
  measure(a->second, b->second, common, judged);
  return judged;
}

// The p-values of one direction, corrected over the gates that have one.
std::vector<std::optional<double>> corrected(const std::vector<std::optional<double>>& p) {
  std::vector<double> known;
  for (const std::optional<double>& one : p)
    if (one) known.push_back(*one);
  const std::vector<double> adjusted = holm(known);
  std::vector<std::optional<double>> all(p.size());
  for (std::size_t i = 0, k = 0; i < p.size(); ++i)
    if (p[i]) all[i] = adjusted[k++];
  return all;
}

void decide(Judged& judged, std::optional<double> p_better, const Judging& judging) {
  GateResult& result = judged.result;
  const double alpha = (1 - judging.level) / 2;
  if (result.identical) result.verdict = Verdict::pass;
  if (judged.grown || result.one_sided) result.verdict = Verdict::fail;
  if (!judged.worse) return;
  const bool is_worse = *result.p_corrected <= alpha;
  result.better = *p_better <= alpha && !judged.grown;
  if (judged.grown) return;
  if (is_worse || (judging.fail_on_change && result.better))
    result.verdict = Verdict::fail;
  else if (judged.worse->holds_none && (judged.better->holds_none || !judging.fail_on_change))
    result.verdict = Verdict::pass;
  else if (*result.p <= alpha)
    result.reason = "beyond the tolerance by itself, but not after the correction for several gates";
  else if (result.censored)
    result.reason = open_end(result);
  else
    result.reason = "the interval holds values on both sides of the tolerance";
}

}  // namespace

Comparison compare(const Side& baseline, const Side& current, const std::vector<Gate>& gates,
                   const Judging& judging) {
  std::vector<Judged> all;
  std::vector<std::optional<double>> p_worse, p_better;
  const Common common{baseline.seed == current.seed, judging.same_scenario,
                      judging.same_scenario && differences(baseline, current).empty(), judging.level};
  for (const Gate& gate : gates) {
    all.push_back(measured(baseline, current, gate, common));
    p_worse.push_back(all.back().result.p);
    p_better.push_back(all.back().better ? std::optional{all.back().better->p} : all.back().result.p);
  }
  p_worse = corrected(p_worse);
  p_better = corrected(p_better);
  Comparison comparison{judging, {}, Verdict::pass};
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].result.p_corrected = p_worse[i];
    decide(all[i], p_better[i], judging);
    comparison.gates.push_back(std::move(all[i].result));
  }
  std::vector<Verdict> verdicts;
  for (const GateResult& gate : comparison.gates) verdicts.push_back(gate.verdict);
  comparison.verdict = overall(verdicts);
  return comparison;
}

}  // namespace analysis
