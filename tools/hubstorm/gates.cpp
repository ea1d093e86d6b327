#include "tools/hubstorm/gates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/application/tolerances.hpp"
#include "sim/settings/text.hpp"
#include "tools/hubstorm/exit_code.hpp"

namespace hubstorm {
namespace {

using output::StoredSummary;
using sim::settings::excerpt;
using sim::settings::quoted;

constexpr const char* default_tolerance = "2%";

bool has(const StoredSummary& summary, const std::string& metric) {
  return summary.side.metrics.contains(metric);
}

bool in_either(const output::Compared& compared, const std::string& metric) {
  return has(compared.baseline, metric) || has(compared.result, metric);
}

// The metric must be one that can get better or worse, and the text an amount of it. `code` and `where` are
// for errors.
analysis::Gate gate(const std::string& metric, const std::string& text, Exit code, const std::string& where) {
  const measures::MetricKind* kind = measures::metric_kind(metric);
  if (!kind)
    throw Failure(
        code, fmt::format("{}: no metric {}; hubstorm catalog metrics lists them", where, quoted(metric)));
  if (const auto problem = application::no_tolerance(*kind))
    throw Failure(code, fmt::format("{}: {} {}; {}", where, quoted(metric), problem->what, problem->hint));
  const auto parsed = application::parse_tolerance(metric, text, kind->unit);
  if (const auto* problem = std::get_if<sim::settings::Problem>(&parsed))
    throw Failure(code, fmt::format("{}: {} {}{}", where, quoted(text), problem->what,
                                    problem->hint.empty() ? "" : "; " + problem->hint));
  return {std::get<application::Tolerance>(parsed), kind->unit, kind->direction};
}

bool can_be_judged(const std::string& metric) {
  const measures::MetricKind* kind = measures::metric_kind(metric);
  return kind && !application::no_tolerance(*kind);
}

void add_default_metrics(const StoredSummary& result, std::set<std::string>& metrics) {
  for (const std::string& metric : result.expected)
    if (can_be_judged(metric)) metrics.insert(metric);
  for (const auto& [name, metric] : result.side.metrics) {
    const measures::MetricKind* kind = measures::metric_kind(name);
    if (kind && (kind->pattern == "recovery.<fault>.p99" || kind->pattern == "recovery.<fault>.unrecovered"))
      metrics.insert(name);
  }
}

// Whether the second allows more than the first; not known of a share and an amount.
bool wider(const std::string& metric, const std::string& before, const std::string& now) {
  const measures::MetricKind* kind = measures::metric_kind(metric);
  if (!kind) return true;
  const auto a = application::parse_tolerance(metric, before, kind->unit);
  const auto b = application::parse_tolerance(metric, now, kind->unit);
  const auto* first = std::get_if<application::Tolerance>(&a);
  const auto* second = std::get_if<application::Tolerance>(&b);
  return !first || !second || first->relative != second->relative || second->amount > first->amount;
}

// A change that loosens its own gates should not go unnoticed.
std::vector<std::string> loosened(const StoredSummary& baseline,
                                  const std::map<std::string, analysis::Gate>& gates) {
  std::vector<std::string> notes;
  for (const auto& [metric, text] : baseline.tolerances) {
    const auto now = gates.find(metric);
    if (now == gates.end())
      notes.push_back(
          fmt::format("{} is not judged, and in the baseline it has a tolerance of {}.", metric, text));
    else if (now->second.tolerance.text != text && wider(metric, text, now->second.tolerance.text))
      notes.push_back(fmt::format("{} has a tolerance of {}, and in the baseline one of {}.", metric,
                                  now->second.tolerance.text, text));
  }
  return notes;
}

std::string option(const GivenTolerance& given) {
  constexpr std::size_t most = 200;  // characters
  return fmt::format("--tolerance {}={}", excerpt(given.metric, most), excerpt(given.text, most));
}

}  // namespace

std::vector<GivenTolerance> parse_tolerances(const std::vector<std::string>& texts) {
  std::vector<GivenTolerance> all;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
      throw Failure(exit_usage,
                    fmt::format("--tolerance {}: write it like recovery.hub2.p99=5%", excerpt(text)));
    GivenTolerance given{text.substr(0, equals), text.substr(equals + 1)};
    for (const GivenTolerance& before : all)
      if (before.metric == given.metric)
        throw Failure(exit_usage, fmt::format("--tolerance {} is given twice", excerpt(given.metric)));
    all.push_back(std::move(given));
  }
  return all;
}

void check_tolerances(const std::vector<GivenTolerance>& given, const std::vector<output::Compared>& all) {
  for (const GivenTolerance& one : given) {
    const bool known = std::any_of(all.begin(), all.end(), [&](const output::Compared& compared) {
      return in_either(compared, one.metric);
    });
    if (known) {
      gate(one.metric, one.text, exit_usage, option(one));
      continue;
    }
    std::set<std::string> names;
    for (const output::Compared& compared : all)
      for (const auto* side : {&compared.baseline.side, &compared.result.side})
        for (const auto& [name, metric] : side->metrics) names.insert(name);
    const auto near =
        measures::nearest_metrics(one.metric, std::vector<std::string>(names.begin(), names.end()));
    throw Failure(exit_usage,
                  fmt::format("{}: these results have no metric {}{}", option(one), quoted(one.metric),
                              near.empty() ? "; their \"metrics\" lists those there are"
                                           : fmt::format("; did you mean {}?", sim::settings::listed(near))));
  }
}

Gates gates_of(const StoredSummary& baseline, const StoredSummary& result,
               const std::vector<GivenTolerance>& given) {
  std::map<std::string, analysis::Gate> gates;
  for (const auto& [metric, text] : result.tolerances)
    gates.insert_or_assign(metric, gate(metric, text, exit_invalid, "the tolerances of the new result"));
  for (const GivenTolerance& one : given)
    if (has(baseline, one.metric) || has(result, one.metric))
      gates.insert_or_assign(one.metric, gate(one.metric, one.text, exit_usage, option(one)));
  Gates found;
  found.by_default = gates.empty();
  std::set<std::string> metrics;
  if (found.by_default)
    for (const StoredSummary* one : {&baseline, &result}) add_default_metrics(*one, metrics);
  for (const std::string& metric : metrics)
    gates.insert_or_assign(metric, gate(metric, default_tolerance, exit_invalid, "the results"));
  found.notes = loosened(baseline, gates);
  if (gates.empty())
    throw Failure(exit_usage,
                  fmt::format("{}: nothing to compare: neither a tolerance, nor a fault, nor an expectation; "
                              "name a metric, such as --tolerance availability=1%",
                              result.scenario));
  for (auto& [metric, one] : gates) found.gates.push_back(std::move(one));
  return found;
}

}  // namespace hubstorm
