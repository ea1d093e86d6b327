#include "tools/study/samples.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/analysis/interval.hpp"

namespace study {

std::uint32_t next_look(const Precision& precision, std::uint32_t look) {
  return look == 0 ? precision.least : std::min(precision.most, look + std::max(1u, look / 2));
}

bool Needs::there(const Point& point, std::uint32_t replication) {
  const std::string id = unit_id(point, replication);
  if (whole_.count(id) > 0) return true;
  if (store_.state(id) != Store::State::whole) return false;
  whole_.insert(id);
  return true;
}

const measures::Value& Needs::value(const Point& point, std::uint32_t replication) {
  const auto key = std::pair(point.number, replication);
  const auto known = values_.find(key);
  if (known != values_.end()) return known->second;
  const std::optional<Kept> kept = store_.read(unit_id(point, replication));
  measures::Value found;
  if (kept) {
    const auto at = kept->report.values.find(plan_.settings.precision->metric);
    if (at != kept->report.values.end()) found = at->second;
  }
  return values_[key] = found;
}

// A metric without values, or of which some are not reached, never gets precise.
bool Needs::precise(const Point& point, std::uint32_t look, Progress& progress) {
  std::vector<double> values;
  for (std::uint32_t r = 0; r < look; ++r) {
    const measures::Value& one = value(point, r);
    if (one.at_least) return false;
    if (one.value) values.push_back(*one.value);
  }
  const std::optional<analysis::Interval> interval = analysis::mean_interval(values);
  if (!interval) return false;
  const Precision& precision = *plan_.settings.precision;
  progress.half_width = (interval->high - interval->low) / 2;
  const double limit =
      precision.relative ? precision.within * std::abs(analysis::mean(values)) : precision.within;
  return *progress.half_width <= limit;
}

Progress Needs::of(const Point& point) {
  Progress progress;
  const std::optional<Precision>& precision = plan_.settings.precision;
  std::uint32_t look = precision ? next_look(*precision, 0) : most_wanted(plan_.settings, point);
  for (;;) {
    progress.wanted = look;
    progress.there = 0;
    for (std::uint32_t r = 0; r < look; ++r) progress.there += there(point, r) ? 1 : 0;
    if (progress.there < look) return progress;
    progress.settled = true;
    if (!precision || precise(point, look, progress) || look == precision->most) return progress;
    progress.settled = false;
    look = next_look(*precision, look);
  }
}

std::vector<Unit> Needs::missing() {
  std::vector<Unit> units;
  for (const Point& point : plan_.points) {
    const Progress progress = of(point);
    for (std::uint32_t r = 0; r < progress.wanted; ++r)
      if (progress.there < progress.wanted && !there(point, r)) units.push_back({&point, r});
  }
  std::stable_sort(units.begin(), units.end(),
                   [](const Unit& a, const Unit& b) { return a.replication < b.replication; });
  return units;
}

}  // namespace study
