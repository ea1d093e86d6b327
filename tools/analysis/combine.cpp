#include "tools/analysis/combine.hpp"

#include <algorithm>
#include <set>

namespace analysis {
namespace {

// The values of one metric over the runs.
struct Gathered {
  std::string unit;
  std::vector<double> values;  // or the bound, where a run has no value
  std::vector<double> bounds;  // or the value, where a run has no bound
  bool bounded = false;
  bool missing = false;
  std::optional<std::uint64_t> censored;
};

void gather(Gathered& all, const measures::Value& one) {
  all.unit = one.unit;
  if (one.censored) all.censored = all.censored.value_or(0) + *one.censored;
  if (!one.value && !one.at_least) return;  // nobody affected: the run leaves n
  all.values.push_back(one.value ? *one.value : *one.at_least);
  all.bounds.push_back(one.at_least ? *one.at_least : *one.value);
  if (one.at_least) all.bounded = true;
  if (!one.value) all.missing = true;
}

Metric summarise(const Gathered& all) {
  Metric metric{all.unit, {}, {}, {}, all.values.size(), all.censored};
  if (all.values.empty()) return metric;
  if (all.bounded) metric.at_least = mean(all.bounds);
  if (all.missing) return metric;
  metric.value = mean(all.values);
  metric.ci95 = mean_interval(all.values);
  return metric;
}

// When the observation of a fault's devices ends, after the start of the fault: the bound of its longest
// recovery.
std::optional<double> horizon(const std::vector<measures::Report>& reports, const std::string& fault) {
  std::optional<double> least;
  for (const measures::Report& report : reports) {
    const auto found = report.values.find("recovery." + fault + ".max");
    if (found == report.values.end() || !found->second.at_least) continue;
    least = std::min(least.value_or(*found->second.at_least), *found->second.at_least);
  }
  return least;
}

Metric pooled_p99(const std::vector<measures::Report>& reports, const std::string& fault) {
  measures::Pool pool;
  Metric metric{"s", {}, {}, {}, 0, {}};
  for (const measures::Report& report : reports) {
    const auto found = report.pools.find(fault);
    if (found == report.pools.end()) continue;
    pool.recovery.merge(found->second.recovery);
    pool.censored += found->second.censored;
    if (found->second.recovery.count() + found->second.censored > 0) ++metric.n;
  }
  metric.censored = pool.censored;
  const std::uint64_t affected = pool.recovery.count() + pool.censored;
  const std::uint64_t rank = (99 * affected + 99) / 100;
  if (rank == 0) return metric;
  if (rank <= pool.recovery.count())
    metric.value = static_cast<double>(pool.recovery.at_rank(rank)) / 1e6;
  else
    metric.at_least = horizon(reports, fault);
  return metric;
}

}  // namespace

Metrics combine(const std::vector<measures::Report>& reports) {
  std::map<std::string, Gathered> gathered;
  std::set<std::string> faults;
  for (const measures::Report& report : reports) {
    for (const auto& [name, value] : report.values) gather(gathered[name], value);
    for (const auto& [fault, pool] : report.pools) faults.insert(fault);
  }
  Metrics metrics;
  for (const auto& [name, all] : gathered) metrics[name] = summarise(all);
  for (const std::string& fault : faults)
    metrics["recovery." + fault + ".pooled_p99"] = pooled_p99(reports, fault);
  return metrics;
}

}  // namespace analysis
