#include "tools/study/samples.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/analysis/interval.hpp"

namespace study {

std::uint32_t next_look(const Precision& precision, std::uint32_t look) {
  return look == 0 ? precision.least : std::min(precision.most, look + std::max(1u, look / 2));
}

const std::vector<std::uint32_t>& Needs::files(const Point& point) const {
  static const std::vector<std::uint32_t> none;
  const auto found = there_.find(point.content);
  return found == there_.end() ? none : found->second;
}

std::size_t Needs::stale() const {
  std::map<std::string, std::uint32_t> wanted;  // by content, which points may share
  for (const Point& point : plan_.points) {
    std::uint32_t& most = wanted[point.content];
    most = std::max(most, most_wanted(plan_.settings, point));
  }
  std::size_t n = 0;
  for (const auto& [content, replications] : there_) {
    const auto known = wanted.find(content);
    const std::uint32_t end = known == wanted.end() ? 0 : known->second;
    n += static_cast<std::size_t>(replications.end() -
                                  std::lower_bound(replications.begin(), replications.end(), end));
  }
  return n;
}

bool Needs::there(const Point& point, std::uint32_t replication) {
  const std::vector<std::uint32_t>& all = files(point);
  if (!std::binary_search(all.begin(), all.end(), replication)) return false;
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

void Needs::count(const Point& point, Progress& progress) {
  progress.there = progress.torn = 0;
  for (const std::uint32_t r : files(point)) {
    if (r >= progress.wanted) break;
    ++(there(point, r) ? progress.there : progress.torn);
  }
}

Progress Needs::of(const Point& point) {
  Progress progress;
  const std::optional<Precision>& precision = plan_.settings.precision;
  std::uint32_t look = precision ? next_look(*precision, 0) : most_wanted(plan_.settings, point);
  for (;;) {
    progress.wanted = look;
    count(point, progress);
    if (progress.there < look) return progress;
    progress.settled = true;
    if (!precision || precise(point, look, progress) || look == precision->most) return progress;
    progress.settled = false;
    look = next_look(*precision, look);
  }
}

std::vector<Unit> Needs::missing() {
  there_ = store_.there();
  std::vector<std::pair<const Point*, std::uint32_t>> open;  // and how many replications are wanted
  for (const Point& point : plan_.points) {
    const Progress progress = of(point);
    if (progress.there < progress.wanted) open.emplace_back(&point, progress.wanted);
  }
  std::vector<Unit> units;
  for (std::uint32_t r = 0; !open.empty(); ++r) {
    for (const auto& [point, wanted] : open) {
      if (units.size() == most_missing) return units;
      if (!there(*point, r)) units.push_back({point, r});
    }
    std::erase_if(open, [&](const auto& one) { return one.second == r + 1; });
  }
  return units;
}

}  // namespace study
