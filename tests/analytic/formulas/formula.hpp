// A history made by hand, and what the metrics of it are by their definitions (docs/metrics.md), computed on
// paper. Every metric of the catalog has one: the list of all histories is held against it.
#pragma once
#include <chrono>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "models/ids.hpp"
#include "models/measures/report.hpp"
#include "models/signals.hpp"

namespace formula {

inline constexpr double none = std::numeric_limits<double>::quiet_NaN();  // the metric has no value

struct Expected {
  std::string metric;
  double value;
  double tolerance = 1e-9;  // of the value, absolute
};

class History {
 public:
  // `tell` gives the report of the history; the expectations stand in the list of all.
  History(std::function<measures::Report()> tell, std::vector<Expected> expected);
  // Runs it, and checks each expectation.
  void check() const;
  const std::vector<Expected>& expected() const { return expected_; }
  static const std::vector<const History*>& all();

 private:
  std::function<measures::Report()> tell_;
  std::vector<Expected> expected_;
};

// Hubs and causes by number, from 0.
constexpr ids::HubId hub_no(std::size_t number) { return ids::HubId(number); }
constexpr ids::CauseId cause_no(std::size_t number) { return ids::CauseId(number); }
// Their names, or what else there is of each.
template <class Id, class T>
ids::PerId<Id, T> by(std::vector<T> list) {
  return ids::PerId<Id, T>(std::move(list));
}

// An instant, in seconds.
constexpr sim::Time at(double seconds) {
  return sim::Time{sim::Duration{static_cast<std::int64_t>(seconds * 1e6 + 0.5)}};
}

}  // namespace formula
