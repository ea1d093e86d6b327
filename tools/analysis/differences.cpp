// The exact gate: two results that should be the same to the last bit.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tools/analysis/comparison.hpp"

namespace analysis {
namespace {

// The shortest text that reads back as the same number.
std::string exact(double x) { return fmt::format("{}", x); }

// "788 (781.5 to 794.5), n = 10".
std::string text(const std::optional<Metric>& metric) {
  if (!metric) return "absent";
  std::string out = metric->value ? exact(*metric->value) : "none";
  if (metric->ci95) out += fmt::format(" ({} to {})", exact(metric->ci95->low), exact(metric->ci95->high));
  if (metric->at_least) out += " at least " + exact(*metric->at_least);
  out += fmt::format(" {}, n = {}", metric->unit, metric->n);
  return metric->censored ? out + fmt::format(", {} censored", *metric->censored) : out;
}

std::string text(const RunValue& run) {
  if (run.at_least) return "at least " + exact(*run.at_least);
  return run.value ? exact(*run.value) : "none";
}

template <class Map>
std::set<std::string> names(const Map& a, const Map& b) {
  std::set<std::string> all;
  for (const auto& [name, value] : a) all.insert(name);
  for (const auto& [name, value] : b) all.insert(name);
  return all;
}

void compare_runs(const std::string& name, const std::vector<RunValue>& a, const std::vector<RunValue>& b,
                  std::vector<Difference>& found) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    if (a[i] != b[i])
      found.push_back({fmt::format("{}, replication {}", name, i + 1), text(a[i]), text(b[i])});
  if (a.size() != b.size())
    found.push_back({name + ", replications", std::to_string(a.size()), std::to_string(b.size())});
}

template <class Map>
auto found_in(const Map& map, const std::string& name) {
  const auto at = map.find(name);
  return at == map.end() ? std::nullopt : std::optional{at->second};
}

}  // namespace

std::vector<Difference> differences(const Side& baseline, const Side& current) {
  std::vector<Difference> found;
  const auto numbers = [&](const char* what, std::uint64_t a, std::uint64_t b) {
    if (a != b) found.push_back({what, std::to_string(a), std::to_string(b)});
  };
  numbers("seed", baseline.seed, current.seed);
  numbers("replications", baseline.replications, current.replications);
  if (!found.empty()) return found;  // all else would differ for that
  for (const std::string& name : names(baseline.metrics, current.metrics)) {
    const auto a = found_in(baseline.metrics, name), b = found_in(current.metrics, name);
    if (a != b) found.push_back({name, text(a), text(b)});
  }
  for (const std::string& name : names(baseline.runs, current.runs)) {
    const auto a = found_in(baseline.runs, name), b = found_in(current.runs, name);
    compare_runs(name, a.value_or(std::vector<RunValue>{}), b.value_or(std::vector<RunValue>{}), found);
  }
  return found;
}

}  // namespace analysis
