// From the reports of the replications to one value and interval a metric, and to their single values.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/measures/report.hpp"
#include "tools/analysis/interval.hpp"

namespace analysis {

// How an interval came about; see docs/statistics.md.
enum class Method : std::uint8_t {
  student_t,         // of the mean of the replications' values
  wilson,            // of a share of the replications
  order_statistics,  // of a quantile over the devices of all replications
};
const char* method_name(Method method);  // "student-t", "wilson", "order-statistics"

struct Metric {
  std::string unit;
  std::optional<double> value;     // the mean; absent when any run has no value for censoring, or n is 0
  std::optional<double> at_least;  // the mean of the bounds; with a value: marks it a lower bound
  std::optional<Interval> ci95;    // by `method`; absent without a value or with n < 2, for some with more
  std::uint64_t n = 0;             // runs that count: all but those with nobody affected
  std::optional<std::uint64_t> censored;  // devices never back, summed over the runs
  Method method = Method::student_t;
  bool operator==(const Metric&) const = default;
};

using Metrics = std::map<std::string, Metric>;

// Reports in the order of the replications: the result depends on nothing else. Adds
// recovery.<fault>.pooled_p99. storm.<fault>.detected, a share of the replications, has Wilson's interval.
Metrics combine(const std::vector<measures::Report>& reports);

// One metric in one replication: a value, or the bound it lies beyond when it is censored, or neither when
// nobody was affected. Never both: a value that is only a lower bound (measures::Value with both) is a bound.
struct RunValue {
  std::optional<double> value;
  std::optional<double> at_least;
  bool operator==(const RunValue&) const = default;
};

// By metric name; the replications in their order, as many for each metric.
using Runs = std::map<std::string, std::vector<RunValue>>;

RunValue run_value(const std::optional<double>& value, const std::optional<double>& at_least);
Runs single_runs(const std::vector<measures::Report>& reports);

}  // namespace analysis
