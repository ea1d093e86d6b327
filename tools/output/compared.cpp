#include "tools/output/compared.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/output/words.hpp"

namespace output {

using analysis::GateResult;
using analysis::Verdict;

analysis::Verdict verdict_of(const Compared& compared) {
  if (!compared.problem.empty()) return Verdict::fail;
  if (!compared.exact) return compared.comparison.verdict;
  return compared.differences.empty() ? Verdict::pass : Verdict::fail;
}

std::string title_of(const Compared& compared) {
  return compared.problem.empty() ? compared.result.scenario : compared.result_path;
}

namespace words {
namespace {

std::string plain_count(std::size_t n, const char* one, const char* many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

std::string p_value(double p) { return p < 0.0001 ? "p < 0.0001" : fmt::format("p = {:.2g}", p); }

}  // namespace

std::string tolerance(const analysis::Gate& gate) {
  return gate.tolerance.text + (gate.tolerance.relative ? " of the baseline" : "");
}

std::string side(const std::optional<analysis::Metric>& metric) {
  if (!metric) return "absent";
  if (metric->at_least) return "≥ " + in_unit(*metric->at_least, metric->unit);
  return metric->value ? in_unit(*metric->value, metric->unit) : "nobody";
}

std::string change(double x, const std::string& unit) {
  const std::string amount = in_unit(std::abs(x), unit);
  if (x == 0) return in_unit(0, unit);
  return (x > 0 ? "+" : "-") + amount;
}

std::string range(const analysis::Interval& interval, const std::string& unit) {
  const bool low = std::isfinite(interval.low), high = std::isfinite(interval.high);
  if (low && high) return change(interval.low, unit) + " to " + change(interval.high, unit);
  if (low) return "at least " + change(interval.low, unit);
  return high ? "at most " + change(interval.high, unit) : "anything";
}

std::string relative_change(const GateResult& gate) {
  if (!gate.change || !gate.baseline || !gate.baseline->value || *gate.baseline->value == 0) return "";
  const double percent = *gate.change / *gate.baseline->value * 100;
  constexpr double two_digits = 9.95;  // and none behind the point
  if (percent == 0) return "0 %";
  return std::abs(percent) < two_digits ? fmt::format("{:+.2g} %", percent)
                                        : fmt::format("{:+.0f} %", percent);
}

std::string outcome(const GateResult& gate) {
  switch (gate.verdict) {
    case Verdict::pass:
      return gate.identical ? "same" : gate.better ? "better" : "within";
    case Verdict::fail:
      if (!gate.baseline || !gate.current || gate.one_sided) return "missing";
      return gate.better ? "better" : "worse";
    case Verdict::inconclusive:
      return "unclear";
  }
  return "";
}

std::string counted(const GateResult& gate) {
  const auto a = static_cast<std::size_t>(gate.n_baseline), b = static_cast<std::size_t>(gate.n_current);
  if (gate.paired) return plain_count(b, "pair", "pairs");
  return a == b ? fmt::format("{} replications each", a) : fmt::format("{} and {} replications", a, b);
}

std::string method(const GateResult& gate) {
  if (!gate.method) return "";
  switch (*gate.method) {
    case analysis::ContrastMethod::paired_t:
      return "paired t";
    case analysis::ContrastMethod::welch_t:
      return "Welch t";
    case analysis::ContrastMethod::bounds_t:
      return "censored: t of the mean of the bounds";
    case analysis::ContrastMethod::sign_test:
      return "censored: sign test of the median";
  }
  return "";
}

std::string level(double level) { return fmt::format("{:.4g} %", level * 100); }

std::string evidence(const GateResult& gate) {
  std::string text = "n = " + counted(gate);
  if (gate.identical)
    return text + (gate.censored ? ", all the same, and not reached on either side in some or all of them"
                                 : ", each the same to the last bit");
  if (gate.method) text += ", " + method(gate);
  if (gate.p) {
    text += ", " + p_value(*gate.p);
    if (gate.p_corrected && *gate.p_corrected != *gate.p)
      text += fmt::format(" (corrected {})", p_value(*gate.p_corrected).substr(2));
  }
  return text;
}

std::string sentence(const GateResult& gate, double at_level) {
  std::string text = fmt::format("{} is {}: {} in the baseline, {} now", gate.gate.tolerance.metric,
                                 outcome(gate), side(gate.baseline), side(gate.current));
  if (gate.change) text += ", a change of " + change(*gate.change, gate.gate.unit);
  if (const std::string relative = relative_change(gate); !relative.empty()) text += " or " + relative;
  if (gate.interval)
    text += fmt::format(" ({} interval {})", level(at_level), range(*gate.interval, gate.gate.unit));
  text += fmt::format("; tolerance {}", tolerance(gate.gate));
  if (gate.baseline && gate.current) text += "; " + evidence(gate);
  return text + (gate.reason.empty() ? "." : ". Why: " + gate.reason + ".");
}

std::string overall(const Compared& compared) {
  if (!compared.problem.empty()) return "not compared: " + compared.problem + ".";
  if (compared.exact)
    return compared.differences.empty()
               ? "metrics and single runs are equal to the last bit."
               : plain_count(compared.differences.size(), "value differs.", "values differ.");
  const auto& gates = compared.comparison.gates;
  const auto count = [&](Verdict verdict) {
    return static_cast<std::size_t>(std::count_if(
        gates.begin(), gates.end(), [&](const GateResult& gate) { return gate.verdict == verdict; }));
  };
  const std::string of = plain_count(gates.size(), "gate", "gates");
  std::string text;
  if (const std::size_t failed = count(Verdict::fail); failed > 0)
    text = fmt::format("{} of {} {}", failed, of, failed == 1 ? "fails" : "fail");
  if (const std::size_t unclear = count(Verdict::inconclusive); unclear > 0)
    text += text.empty() ? fmt::format("{} of {} undecided", unclear, of)
                         : fmt::format(", {} undecided", unclear);
  if (!text.empty()) return text + ".";
  return gates.size() == 1 ? "the gate holds." : fmt::format("all {} gates hold.", gates.size());
}

std::string how(const analysis::Comparison& comparison) {
  const double alpha = (1 - comparison.judging.level) / 2;
  const bool both_ways = comparison.judging.fail_on_change;
  return fmt::format(
      "Two-sided {} intervals of the change. A gate fails when the new result is surely worse{} by more than "
      "the tolerance: equal designs fail in at most {} of comparisons, all gates together (Holm{}). It "
      "passes "
      "when the interval lies within the tolerance, else it is unclear.",
      level(comparison.judging.level), both_ways ? " or better" : "", level(both_ways ? 2 * alpha : alpha),
      both_ways ? ", for each way" : "");
}

std::string difference(const analysis::Difference& difference) {
  return fmt::format("{}: baseline {}; new {}", difference.what, difference.baseline, difference.current);
}

}  // namespace words
}  // namespace output
