// results.csv and runs.csv of a study.
#include <fmt/format.h>

#include "tools/output/csv.hpp"
#include "tools/output/escape.hpp"
#include "tools/output/study_writers.hpp"

namespace output {
namespace {

// "point,units,quota," and the values of a point in that order.
std::string head(const study::Results& results) {
  std::string text = "point";
  for (const study::Axis& axis : results.settings.axes) text += "," + escape::csv(axis.name);
  return text;
}

std::string place(const study::PointResult& point) {
  std::string text = std::to_string(point.number);
  for (const std::string& level : point.levels) text += "," + escape::csv(level);
  return text;
}

std::string ends(const analysis::Metric& metric) {
  return metric.ci95 ? csv::number(metric.ci95->low) + "," + csv::number(metric.ci95->high) + ",0.95" : ",,";
}

}  // namespace

std::string study_csv(const study::Results& results) {
  std::string text = head(results) + ",metric,unit,value,at_least,low,high,level,method,n,censored\n";
  for (const study::PointResult& point : results.points)
    for (const std::string& name : results.metrics) {
      const auto found = point.metrics.find(name);
      if (found == point.metrics.end()) continue;
      const analysis::Metric& metric = found->second;
      text += fmt::format("{},{},{},{},{},{},{},{},{}\n", place(point), escape::csv(name),
                          escape::csv(metric.unit), csv::number(metric.value), csv::number(metric.at_least),
                          ends(metric), metric.ci95 ? analysis::method_name(metric.method) : "", metric.n,
                          metric.censored ? std::to_string(*metric.censored) : "");
    }
  return text;
}

std::string study_runs_csv(const study::Results& results) {
  std::string text = head(results) + ",replication,metric,unit,value,at_least,censored\n";
  for (const study::PointResult& point : results.points)
    for (std::size_t r = 0; r < point.replications.size(); ++r)
      for (const std::string& name : results.metrics) {
        const measures::Value& value = point.runs.at(name)[r];
        if (value.unit.empty()) continue;  // the point has no such metric, or only one over all replications
        text += fmt::format("{},{},{},{},{},{},{}\n", place(point), point.replications[r], escape::csv(name),
                            escape::csv(value.unit), csv::number(value.value), csv::number(value.at_least),
                            value.censored ? std::to_string(*value.censored) : "");
      }
  return text;
}

}  // namespace output
