#include "tools/analysis/verdict.hpp"

#include <limits>

#include "models/measures/catalog.hpp"

namespace analysis {
namespace {

bool holds(double value, application::Comparison comparison, double limit) {
  switch (comparison) {
    case application::Comparison::less:
      return value < limit;
    case application::Comparison::less_equal:
      return value <= limit;
    case application::Comparison::greater:
      return value > limit;
    case application::Comparison::greater_equal:
      return value >= limit;
    case application::Comparison::equal:
      return value == limit;
    case application::Comparison::not_equal:
      return value != limit;
  }
  return false;
}

// Whether the comparison gives the same answer all over the interval.
bool decided(const Interval& interval, application::Comparison comparison, double limit) {
  const bool inside = interval.low <= limit && limit <= interval.high;
  if (comparison == application::Comparison::equal || comparison == application::Comparison::not_equal)
    return !inside || interval.low == interval.high;
  return holds(interval.low, comparison, limit) == holds(interval.high, comparison, limit);
}

// The metric of which what is expected of this one must hold too; empty if there is none.
std::string also(const std::string& metric) {
  for (const measures::MetricKind& kind : measures::metric_catalog())
    if (kind.pattern == metric) return kind.also;
  return "";
}

}  // namespace

Judgement judge(const application::Expectation& expectation, const Metrics& metrics, bool strict) {
  Judgement judgement{expectation, {}, Verdict::fail, false};
  const auto found = metrics.find(expectation.metric);
  if (found != metrics.end()) judgement.metric = found->second;
  const Metric& metric = judgement.metric;
  if (metric.n == 0) return judgement;
  // Not reached: beyond any limit. Of a share that is not fully seen, what is known must do.
  const bool at_least_asked = expectation.comparison == application::Comparison::greater ||
                              expectation.comparison == application::Comparison::greater_equal;
  const double unknown = metric.unit == "1" && at_least_asked ? metric.at_least.value_or(0)
                                                              : std::numeric_limits<double>::infinity();
  // A value that is a lower bound says nothing of an upper limit: it counts as not reached there.
  const bool known = metric.value && (!metric.at_least || at_least_asked);
  const double value = known ? *metric.value : unknown;
  const auto all = metrics.find(also(expectation.metric));
  const bool of_all = all == metrics.end() || !all->second.value ||
                      holds(*all->second.value, expectation.comparison, expectation.limit);
  const bool of_these = holds(value, expectation.comparison, expectation.limit);
  if (of_these && of_all) judgement.verdict = Verdict::pass;
  judgement.left_out = of_these && !of_all;
  if (known && metric.ci95)
    judgement.straddles = !decided(*metric.ci95, expectation.comparison, expectation.limit);
  const bool no_interval = known && !metric.ci95;
  if (!judgement.left_out && strict && (judgement.straddles || no_interval))
    judgement.verdict = Verdict::inconclusive;
  return judgement;
}

Verdict overall(const std::vector<Verdict>& verdicts) {
  Verdict worst = Verdict::pass;
  for (const Verdict verdict : verdicts) {
    if (verdict == Verdict::fail) return Verdict::fail;
    if (verdict == Verdict::inconclusive) worst = Verdict::inconclusive;
  }
  return worst;
}

Verdict overall(const std::vector<Judgement>& judgements) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(judgements.size());
  for (const Judgement& judgement : judgements) verdicts.push_back(judgement.verdict);
  return overall(verdicts);
}

}  // namespace analysis
