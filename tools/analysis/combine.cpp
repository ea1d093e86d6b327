#include "tools/analysis/combine.hpp"

#include <algorithm>
#include <set>

#include "tools/analysis/pooled.hpp"

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
  Metric metric{all.unit, {}, {}, {}, all.values.size(), all.censored, Method::student_t};
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
  std::vector<const measures::Pool*> pools;
  for (const measures::Report& report : reports)
    if (const auto found = report.pools.find(fault); found != report.pools.end())
      pools.push_back(&found->second);
  const PooledQuantile pooled = pooled_quantile(pools, 99);
  Metric metric{"s", {}, {}, {}, pooled.n, pooled.censored, Method::order_statistics};
  if (pooled.value) metric.value = *pooled.value / 1e6;
  if (pooled.ci95) metric.ci95 = Interval{pooled.ci95->low / 1e6, pooled.ci95->high / 1e6};
  if (!pooled.value && pooled.n > 0) metric.at_least = horizon(reports, fault);
  return metric;
}

// 1 in a replication where it was so, else 0: the mean is a share of the replications.
bool is_share_of_runs(const std::string& name) {
  return name.starts_with("storm.") && name.ends_with(".detected");
}

Metric summarise_share(const Gathered& all) {
  Metric metric = summarise(all);
  if (!metric.value || all.values.size() < 2) return metric;
  const auto hits = std::count_if(all.values.begin(), all.values.end(), [](double x) { return x > 0; });
  metric.method = Method::wilson;
  metric.ci95 = share_interval(static_cast<std::uint64_t>(hits), all.values.size());
  return metric;
}

}  // namespace

const char* method_name(Method method) {
  switch (method) {
    case Method::student_t:
      return "student-t";
    case Method::wilson:
      return "wilson";
    case Method::order_statistics:
      return "order-statistics";
  }
  return "";
}

Metrics combine(const std::vector<measures::Report>& reports) {
  std::map<std::string, Gathered> gathered;
  std::set<std::string> faults;
  for (const measures::Report& report : reports) {
    for (const auto& [name, value] : report.values) gather(gathered[name], value);
    for (const auto& [fault, pool] : report.pools) faults.insert(fault);
  }
  Metrics metrics;
  for (const auto& [name, all] : gathered)
    metrics[name] = is_share_of_runs(name) ? summarise_share(all) : summarise(all);
  for (const std::string& fault : faults)
    metrics["recovery." + fault + ".pooled_p99"] = pooled_p99(reports, fault);
  return metrics;
}

RunValue run_value(const std::optional<double>& value, const std::optional<double>& at_least) {
  return at_least ? RunValue{std::nullopt, at_least} : RunValue{value, std::nullopt};
}

Runs single_runs(const std::vector<measures::Report>& reports) {
  Runs runs;
  for (std::size_t i = 0; i < reports.size(); ++i)
    for (const auto& [name, value] : reports[i].values) {
      std::vector<RunValue>& values = runs[name];
      values.resize(reports.size());
      values[i] = run_value(value.value, value.at_least);
    }
  return runs;
}

}  // namespace analysis
