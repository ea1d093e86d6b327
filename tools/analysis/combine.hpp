// From the reports of the replications to one value and interval a metric.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/measures/report.hpp"
#include "tools/analysis/interval.hpp"

namespace analysis {

struct Metric {
  std::string unit;
  std::optional<double> value;     // the mean; absent when any run has no value for censoring, or n is 0
  std::optional<double> at_least;  // the mean of the bounds; with a value: marks it a lower bound
  std::optional<Interval> ci95;    // Student t; absent without a value or with n < 2
  std::uint64_t n = 0;             // runs that count: all but those with nobody affected
  std::optional<std::uint64_t> censored;  // devices never back, summed over the runs
  bool operator==(const Metric&) const = default;
};

using Metrics = std::map<std::string, Metric>;

// Reports in the order of the replications: the result depends on nothing else. Adds
// recovery.<fault>.pooled_p99.
Metrics combine(const std::vector<measures::Report>& reports);

}  // namespace analysis
