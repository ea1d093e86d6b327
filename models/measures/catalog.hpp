// The metric catalog: every metric a run can report, known without a run, so that `expect` is checked before
// time zero.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/counters.hpp"
#include "sim/time.hpp"

namespace measures {

using counters::Direction;

// A family of metrics. Its pattern holds placeholders for the names a scenario gives: <fault>, <group>,
// <hub>, <export>, <destination>; <time> stands for a duration such as 15m or 1h30m.
struct MetricKind {
  std::string pattern;
  std::string unit;  // "s", "devices", "messages", "operations", "1", "1/s"
  Direction direction = Direction::neutral;
  std::string formula;  // one sentence
  std::string also{};   // the metric of which an expectation of this one must hold too; none if empty
};

// Sorted by subject, as a reader wants them listed.
const std::vector<MetricKind>& metric_catalog();

// The names that replace the placeholders; application::metric_names() collects them from a scenario.
struct Names {
  std::vector<std::string> faults;
  std::vector<std::string> groups;
  std::vector<std::string> hubs;
  std::vector<std::string> regions{};  // faults that take the region of the application
  std::vector<std::string> destinations{};
  std::vector<std::pair<std::string, std::string>> deliveries{};  // export and destination
  std::vector<std::string> actions{};  // they move devices, and recovery.* measures them like faults
};

// The kind a metric name belongs to, or null when these names give no such metric.
const MetricKind* find_metric(std::string_view metric, const Names& names);
inline bool metric_exists(std::string_view metric, const Names& names) {
  return find_metric(metric, names) != nullptr;
}

// The kind whose pattern a metric name has, whatever names a scenario gives; null when no scenario has such a
// metric. For results that are read without their scenario.
const MetricKind* metric_kind(std::string_view metric);

// All metric names there are, <time> replaced by the times that every run reports.
std::vector<std::string> metric_names(const Names& names);

// At most three existing names that look like `metric`, the nearest first; none when nothing is near.
std::vector<std::string> nearest_metrics(std::string_view metric, const Names& names);
std::vector<std::string> nearest_metrics(std::string_view metric, std::vector<std::string> existing);

// Whether the word is a fixed part of a metric name (also of those to come), and so no name for a fault,
// group or hub.
bool is_metric_word(std::string_view word);

// A time for `within`, with the label it has in the metric name.
struct Within {
  std::string label;
  sim::Duration time{0};
  bool operator==(const Within&) const = default;
};

// 5m, 15m, 1h, and those that the given metric names ask for; by time, then label.
std::vector<Within> within_times(const std::vector<std::string>& metrics);

// The eight wait parts in the order of precedence.
const std::vector<std::string>& wait_parts();

}  // namespace measures
