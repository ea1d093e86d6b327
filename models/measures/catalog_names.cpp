// The names of metrics: which there are in a scenario, which stand near a wrong one, which words are taken.
#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <set>

#include "models/measures/catalog.hpp"

namespace measures {
namespace {

std::vector<std::string_view> split(std::string_view text, char at = '.') {
  std::vector<std::string_view> words;
  for (std::size_t from = 0;;) {
    const std::size_t dot = text.find(at, from);
    words.push_back(text.substr(from, dot - from));
    if (dot == std::string_view::npos) return words;
    from = dot + 1;
  }
}

struct TimeUnit {
  std::string_view name;
  std::int64_t microseconds;
};
constexpr TimeUnit time_units[] = {{"d", 86'400'000'000}, {"h", 3'600'000'000}, {"m", 60'000'000},
                                   {"s", 1'000'000},      {"ms", 1'000},        {"us", 1}};

// Takes one "<number><unit>" off the front of `label`; nothing when there is none or it is out of range.
std::optional<std::int64_t> take_time(std::string_view& label) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(label.data(), label.data() + label.size(), number);
  if (error != std::errc{} || number < 0) return std::nullopt;
  label.remove_prefix(static_cast<std::size_t>(end - label.data()));
  const std::string_view name = label.substr(0, label.find_first_not_of("dhmsu"));
  label.remove_prefix(name.size());
  for (const TimeUnit& unit : time_units)
    if (unit.name == name && number <= std::numeric_limits<std::int64_t>::max() / 2 / unit.microseconds)
      return number * unit.microseconds;
  return std::nullopt;
}

// A label such as 15m or 1h30m; nothing unless it is a positive duration of whole numbers.
std::optional<sim::Duration> parse_within(std::string_view label) {
  std::int64_t total = 0;
  if (label.empty()) return std::nullopt;
  while (!label.empty()) {
    const std::optional<std::int64_t> part = take_time(label);
    if (!part || *part > std::numeric_limits<std::int64_t>::max() / 2 - total) return std::nullopt;
    total += *part;
  }
  return total > 0 ? std::optional{sim::Duration{total}} : std::nullopt;
}

bool holds(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Where a metric stands for a fault, it may stand for an action if it is one of recovery.*, and stands only
// for faults that take the region if it is one of region.*.
Names names_in(std::string_view metric, Names names) {
  const std::string_view family = metric.substr(0, metric.find('.'));
  if (family == "region") names.faults = names.regions;
  if (family == "recovery")
    names.faults.insert(names.faults.end(), names.actions.begin(), names.actions.end());
  return names;
}

// Of an export and one of its destinations, the one that the other does not exclude.
bool is_delivery(const std::vector<std::string_view>& words, const Names& names) {
  if (words.size() < 3 || words[0] != "export") return true;
  return std::any_of(names.deliveries.begin(), names.deliveries.end(),
                     [&](const auto& pair) { return pair.first == words[1] && pair.second == words[2]; });
}

bool fits(std::string_view pattern, std::string_view word, const Names& names) {
  if (pattern == "<export>") return true;  // see is_delivery()
  if (pattern == "<destination>") return holds(names.destinations, word);
  if (pattern == "<fault>") return holds(names.faults, word);
  if (pattern == "<group>") return holds(names.groups, word);
  if (pattern == "<hub>") return holds(names.hubs, word);
  if (pattern == "<time>") return parse_within(word).has_value();
  return pattern == word;
}

const std::vector<std::string>& default_times() {
  static const std::vector<std::string> times{"5m", "15m", "1h"};
  return times;
}

// The names that may stand for a placeholder; null for a fixed word.
const std::vector<std::string>* choices(std::string_view word, const Names& names) {
  if (word == "<fault>") return &names.faults;
  if (word == "<group>") return &names.groups;
  if (word == "<hub>") return &names.hubs;
  if (word == "<destination>") return &names.destinations;
  if (word == "<time>") return &default_times();
  return nullptr;
}

void expand(const std::string& pattern, const Names& names, std::vector<std::string>& out) {
  const std::size_t open = pattern.find('<');
  if (open == std::string::npos) {
    out.push_back(pattern);
    return;
  }
  constexpr std::string_view delivery = "<export>.<destination>";
  if (pattern.compare(open, delivery.size(), delivery) == 0) {
    for (const auto& [from, to] : names.deliveries)
      expand(std::string(pattern).replace(open, delivery.size(), from + "." + to), names, out);
    return;
  }
  const std::size_t length = pattern.find('>', open) - open + 1;
  for (const std::string& name : *choices(std::string_view(pattern).substr(open, length), names))
    expand(std::string(pattern).replace(open, length, name), names, out);
}

// Edits (insertions, deletions, substitutions) between two words, Levenshtein's distance; more than `most`
// where their lengths alone say so.
std::size_t edits(std::string_view a, std::string_view b, std::size_t most) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > most) return most + 1;
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace

const MetricKind* find_metric(std::string_view metric, const Names& names) {
  const std::vector<std::string_view> words = split(metric);
  const Names there = names_in(metric, names);
  for (const MetricKind& kind : metric_catalog()) {
    const std::vector<std::string_view> pattern = split(kind.pattern);
    if (std::equal(pattern.begin(), pattern.end(), words.begin(), words.end(),
                   [&](std::string_view p, std::string_view w) { return fits(p, w, there); }) &&
        is_delivery(words, names))
      return &kind;
  }
  return nullptr;
}

const MetricKind* metric_kind(std::string_view metric) {
  const std::vector<std::string_view> words = split(metric);
  const auto like = [](std::string_view pattern, std::string_view word) {
    if (pattern == "<time>") return parse_within(word).has_value();
    if (!pattern.starts_with('<')) return pattern == word;
    return !word.empty();
  };
  for (const MetricKind& kind : metric_catalog()) {
    const std::vector<std::string_view> pattern = split(kind.pattern);
    if (std::equal(pattern.begin(), pattern.end(), words.begin(), words.end(), like)) return &kind;
  }
  return nullptr;
}

std::vector<std::string> metric_names(const Names& names) {
  std::vector<std::string> out;
  for (const MetricKind& kind : metric_catalog()) expand(kind.pattern, names_in(kind.pattern, names), out);
  return out;
}

std::vector<std::string> nearest_metrics(std::string_view metric, const Names& names) {
  return nearest_metrics(metric, metric_names(names));
}

std::vector<std::string> nearest_metrics(std::string_view metric, std::vector<std::string> existing) {
  constexpr std::size_t longest = 200;  // longer ones are near nothing: nobody mistypes a text
  std::vector<std::pair<std::size_t, std::string>> near;
  if (metric.size() > longest) return {};
  const std::size_t reach = std::max<std::size_t>(2, metric.size() / 4);
  for (std::string& name : existing) {
    const std::size_t distance = edits(metric, name, reach);
    if (distance <= reach) near.emplace_back(distance, std::move(name));
  }
  std::sort(near.begin(), near.end());
  std::vector<std::string> out;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, near.size()); ++i)
    out.push_back(std::move(near[i].second));
  return out;
}

bool is_metric_word(std::string_view word) {
  static const std::set<std::string, std::less<>> words = [] {
    std::set<std::string, std::less<>> all;
    for (const char* action : {"rebalance", "scale-in"}) all.emplace(action);
    for (const MetricKind& kind : metric_catalog())
      for (const std::string_view part : split(kind.pattern))
        if (part.front() != '<') all.emplace(part);
    all.erase("region");  // only ever the first word: a fault may be called so
    return all;
  }();
  return words.contains(word);
}

std::vector<Within> within_times(const std::vector<std::string>& metrics) {
  std::set<std::string, std::less<>> labels(default_times().begin(), default_times().end());
  for (const std::string& metric : metrics) {
    const std::vector<std::string_view> words = split(metric);
    if (words.size() >= 2 && words[words.size() - 2] == "within" && parse_within(words.back()))
      labels.emplace(words.back());
  }
  std::vector<Within> times;
  times.reserve(labels.size());
  for (const std::string& label : labels) times.push_back({label, *parse_within(label)});
  std::stable_sort(times.begin(), times.end(),
                   [](const Within& a, const Within& b) { return a.time < b.time; });
  return times;
}

}  // namespace measures
