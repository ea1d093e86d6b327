#include "tools/study/results.hpp"

#include <algorithm>
#include <set>

#include "models/digest.hpp"
#include "tools/analysis/combine.hpp"

namespace study {
namespace {

using analysis::Verdict;

constexpr std::size_t least_for_verdict = 3;  // replications

bool meets_all(const std::vector<application::Expectation>& expectations, const measures::Report& report) {
  const analysis::Metrics alone = analysis::combine({report});
  return std::all_of(expectations.begin(), expectations.end(), [&](const application::Expectation& one) {
    return analysis::judge(one, alone, false).verdict == Verdict::pass;
  });
}

PointResult start(const Plan& plan, const Point& point) {
  PointResult result;
  result.number = point.number;
  for (std::size_t i = 0; i < point.combination.size(); ++i)
    result.levels.push_back(plan.settings.axes[i].levels[point.combination[i]].label);
  result.label = point.label;
  result.set = point.set;
  result.scenario_hash = point.scenario_hash;
  result.seed = point.seed;
  return result;
}

void judge(PointResult& result, const std::vector<application::Expectation>& expectations) {
  for (const application::Expectation& one : expectations)
    result.judgements.push_back(analysis::judge(one, result.metrics, false));
  result.verdict = analysis::overall(result.judgements);
  const bool too_few = !result.progress.settled || result.replications.size() < least_for_verdict;
  if (too_few && !result.judgements.empty()) result.verdict = Verdict::inconclusive;
}

PointResult collect(const Plan& plan, const Point& point, const Store& store, Needs& needs) {
  PointResult result = start(plan, point);
  result.progress = needs.of(point);
  std::vector<measures::Report> reports;
  for (const std::uint32_t r : needs.files(point)) {
    if (r >= result.progress.wanted) break;
    std::optional<Kept> kept = store.read(unit_id(point, r));
    if (!kept) continue;
    measures::Report& report = kept->report;
    for (const std::string& series : kept->unsettled) ++result.unsettled[series];
    result.replications.push_back(r + 1);
    for (const std::string& metric : plan.metrics) {
      const auto found = report.values.find(metric);
      result.runs[metric].push_back(found == report.values.end() ? measures::Value{} : found->second);
    }
    if (meets_all(point.expect, report)) ++result.met;
    reports.push_back(std::move(report));
  }
  result.metrics = analysis::combine(reports);
  judge(result, point.expect);
  return result;
}

// The replications that all points have.
std::set<std::uint32_t> common_replications(const Results& results) {
  std::map<std::uint32_t, std::size_t> points;
  for (const PointResult& point : results.points)
    for (const std::uint32_t replication : point.replications) ++points[replication];
  std::set<std::uint32_t> common;
  for (const auto& [replication, n] : points)
    if (n == results.points.size()) common.insert(replication);
  return common;
}

// The values of a metric at every point in these replications; why not, where they cannot be had.
std::string cells_of(const Results& results, const Plan& plan, const std::string& metric,
                     const std::set<std::uint32_t>& common, std::vector<Cell>& cells) {
  if (common.empty()) return "replications are missing";
  for (std::size_t i = 0; i < results.points.size(); ++i) {
    const PointResult& point = results.points[i];
    Cell cell{plan.points[i].combination, {}};
    for (std::size_t r = 0; r < point.replications.size(); ++r) {
      if (common.count(point.replications[r]) == 0) continue;
      const measures::Value& value = point.runs.at(metric)[r];
      if (value.at_least) return "not reached in all runs at " + point.label;
      if (!value.value) return "no value in all runs at " + point.label;
      cell.values.push_back(*value.value);
    }
    cells.push_back(std::move(cell));
  }
  return "";
}

void describe(Results& results, const Plan& plan) {
  for (const std::string& metric : plan.metrics) {
    const auto kind = plan.kinds.find(metric);
    if (kind == plan.kinds.end()) continue;
    results.directions[metric] = kind->second->direction;
    results.units[metric] = kind->second->unit;
    results.formulas[metric] = kind->second->formula;
  }
}

}  // namespace

Results collect(const Plan& plan, const Store& store) {
  Results results;
  results.settings = plan.settings;
  results.version = HUBSTORM_VERSION;
  results.model = model_digest();
  results.metrics = plan.metrics;
  describe(results, plan);
  Needs needs(plan, store);
  results.complete = true;
  for (const Point& point : plan.points) {
    results.points.push_back(collect(plan, point, store, needs));
    if (!results.points.back().progress.settled) results.complete = false;
  }
  const std::set<std::uint32_t> common = common_replications(results);
  for (const std::string& metric : plan.metrics) {
    std::vector<Cell> cells;
    std::string missing = cells_of(results, plan, metric, common, cells);
    Effects found;
    if (missing.empty()) found = effects(metric, plan.settings.axes, plan.settings.zip, cells);
    found.metric = metric;
    found.missing = std::move(missing);
    results.effects.push_back(std::move(found));
  }
  return results;
}

}  // namespace study
