// The table of a study for a terminal, and as Markdown.
#include "tools/output/study_writers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tools/output/escape.hpp"
#include "tools/output/grid.hpp"
#include "tools/output/words.hpp"

namespace output {
namespace {

using analysis::Verdict;
using escape::terminal;
using study::PointResult;
using study::Results;

bool expects(const Results& results) {
  return std::any_of(results.points.begin(), results.points.end(),
                     [](const PointResult& point) { return !point.judgements.empty(); });
}

// The expectations of all points, each once: the table refers to them by letter.
std::vector<std::string> expectations(const Results& results) {
  std::vector<std::string> all;
  for (const PointResult& point : results.points)
    for (const analysis::Judgement& one : point.judgements)
      if (std::find(all.begin(), all.end(), one.expectation.text) == all.end())
        all.push_back(one.expectation.text);
  return all;
}

std::string letter_of(std::size_t i) {
  return i < 26 ? std::string(1, static_cast<char>('a' + i)) : std::to_string(i + 1);
}

// "✗ b, 3 of 10 runs": which expectations the means do not meet.
std::string verdict_cell(const PointResult& point, const std::vector<std::string>& all, const Style& style) {
  if (!point.progress.settled) return style.unsure("?") + " incomplete";
  if (point.verdict == Verdict::inconclusive) return style.unsure("?") + " under 3 runs";
  std::string missed;
  bool straddles = false;
  for (const analysis::Judgement& one : point.judgements) {
    straddles = straddles || one.straddles;
    if (one.verdict == Verdict::pass) continue;
    const auto at = std::find(all.begin(), all.end(), one.expectation.text) - all.begin();
    missed += (missed.empty() ? "" : " ") + letter_of(static_cast<std::size_t>(at));
  }
  return (missed.empty() ? style.good("✓") : style.bad("✗") + " " + missed + ",") +
         fmt::format(" {} of {} runs{}", point.met, point.replications.size(), straddles ? ", close" : "");
}

std::string value_cell(const PointResult& point, const std::string& metric) {
  const auto found = point.metrics.find(metric);
  if (found == point.metrics.end()) return "-";
  if (!found->second.value && found->second.at_least)
    return "over " + words::in_unit(*found->second.at_least, found->second.unit);
  if (!found->second.value) return "-";
  return words::value(found->second);
}

// The rows of a table with these metrics.
std::vector<Row> rows(const Results& results, const std::vector<std::string>& metrics,
                      const std::vector<std::string>& names, const Style& style) {
  Row head;
  for (const study::Axis& axis : results.settings.axes) head.push_back(terminal(axis.name));
  if (head.empty()) head.push_back("point");
  for (const std::string& name : names) head.push_back(terminal(name));
  const bool judged = expects(results);
  const std::vector<std::string> expected = expectations(results);
  const bool vary = results.settings.precision.has_value();
  if (vary) head.push_back("n");
  if (judged) head.push_back("expectations");
  std::vector<Row> all{head};
  for (const PointResult& point : results.points) {
    Row row;
    for (const std::string& level : point.levels) row.push_back(terminal(level));
    if (row.empty()) row.push_back("base");
    for (const std::string& metric : metrics) row.push_back(value_cell(point, metric));
    if (vary) row.push_back(std::to_string(point.replications.size()));
    if (judged) row.push_back(verdict_cell(point, expected, style));
    all.push_back(std::move(row));
  }
  return all;
}

constexpr std::size_t table_indent = 2;

// As many metrics a table as the terminal has room for, one at least.
std::string tables(const Results& results, const std::vector<std::string>& names, const Style& style) {
  std::string text;
  for (std::size_t from = 0; from < results.metrics.size();) {
    std::size_t to = results.metrics.size();
    std::vector<Row> table;
    for (;; --to) {
      const auto part = [&](const std::vector<std::string>& all) {
        return std::vector<std::string>(all.begin() + static_cast<std::ptrdiff_t>(from),
                                        all.begin() + static_cast<std::ptrdiff_t>(to));
      };
      table = rows(results, part(results.metrics), part(names), style);
      if (to == from + 1 || grid_width(table, table_indent) <= words::width) break;
    }
    text += grid(table, table_indent) + "\n";
    from = to;
  }
  return text;
}

std::string extent(const Results& results) {
  std::uint64_t least = ~std::uint64_t{0}, most = 0;
  for (const PointResult& point : results.points) {
    least = std::min<std::uint64_t>(least, point.replications.size());
    most = std::max<std::uint64_t>(most, point.replications.size());
  }
  const std::string runs = least == most
                               ? fmt::format("{} each", words::counted(most, "replication", "replications"))
                               : fmt::format("{} to {} replications", least, most);
  return fmt::format("{}, {}, {} seeds", words::counted(results.points.size(), "point", "points"), runs,
                     results.settings.common_seeds ? "common" : "independent");
}

std::string missing(const Results& results) {
  std::uint64_t there = 0, wanted = 0;
  for (const PointResult& point : results.points) {
    there += point.progress.there;
    wanted += point.progress.wanted;
  }
  return fmt::format("Incomplete: {} of {} are there; figures are preliminary.",
                     words::count(static_cast<double>(there)),
                     words::counted(wanted, "replication", "replications"));
}

std::string imprecise(const Results& results) {
  std::size_t n = 0;
  for (const PointResult& point : results.points) {
    const auto& precision = results.settings.precision;
    const auto found = point.metrics.find(precision->metric);
    if (!point.progress.settled || point.replications.size() < precision->most) continue;
    const double mean = found == point.metrics.end() ? 0 : found->second.value.value_or(0);
    const double limit = precision->relative ? precision->within * std::abs(mean) : precision->within;
    if (!point.progress.half_width || *point.progress.half_width > limit) ++n;
  }
  return n == 0 ? ""
                : fmt::format("{} did not reach the precision within {} replications.",
                              words::counted(n, "point", "points"), results.settings.precision->most);
}

// Points whose runs had not settled when something first happened: half of the runs, less may be chance.
std::string unsettled(const Results& results) {
  std::string text;
  for (const PointResult& point : results.points)
    for (const auto& [series, n] : point.unsettled)
      if (2 * n >= point.replications.size())
        text += fmt::format("{}{} at {}", text.empty() ? "" : "; ", series, point.label);
  return text.empty() ? ""
                      : "Not settled before the first event (MSER-5): " + text + ". Use a longer warmup.";
}

// What the short names and signs of the table mean.
std::vector<std::string> legend(const Results& results, const std::vector<std::string>& names) {
  std::vector<std::string> lines;
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] != results.metrics[i])
      text += fmt::format("{}{} is {}", text.empty() ? "" : ", ", names[i], results.metrics[i]);
  if (!text.empty()) lines.push_back(text + ".");
  lines.push_back(
      "± is half of the 95 % interval of the mean (Student t over replications); \"over\" is a lower bound "
      "where not "
      "all are back.");
  if (!expects(results)) return lines;
  const std::vector<std::string> all = expectations(results);
  std::string expected;
  for (std::size_t i = 0; i < all.size(); ++i)
    expected += fmt::format("{}({}) {}", i == 0 ? "" : ", ", letter_of(i), all[i]);
  lines.push_back("Expected of the means: " + expected +
                  ". Runs are those that meet all by themselves; close: an interval holds a limit.");
  return lines;
}

std::string level_label(const Results& results, const study::Effect& effect, std::size_t level) {
  const std::string first = effect.axis.substr(0, effect.axis.find(' '));
  for (const study::Axis& axis : results.settings.axes)
    if (axis.name == first) return axis.levels[level].label;
  return "";
}

std::string effect_sentence(const Results& results, const study::Effects& one, const study::Effect& effect) {
  const std::string unit = results.units.count(one.metric) > 0 ? results.units.at(one.metric) : "";
  if (effect.ci95 && effect.ci95->low <= 0) return effect.axis + " no effect that is shown";
  std::string text = fmt::format(
      "{} {} of the variation: {} ({}) to {} ({})", effect.axis, words::share(effect.share),
      words::in_unit(effect.means[effect.lowest], unit), level_label(results, effect, effect.lowest),
      words::in_unit(effect.means[effect.highest], unit), level_label(results, effect, effect.highest));
  if (effect.ci95)
    text += fmt::format("; difference {} ± {}", words::in_unit(effect.difference, unit),
                        words::half_width((effect.ci95->high - effect.ci95->low) / 2, unit));
  return text;
}

constexpr const char* effects_note =
    "± of a difference is half of the 95 % interval: Student t over replications, Bonferroni over the pairs "
    "of an axis's "
    "values.";

std::string effects_of(const Results& results, const study::Effects& one) {
  if (!one.missing.empty()) return fmt::format("no ranking, {}", one.missing);
  if (!one.varies) return "the same everywhere";
  std::string text;
  for (const study::Effect& effect : one.ranked) {
    constexpr double worth_naming = 0.001;
    if (effect.share >= worth_naming)
      text += (text.empty() ? "" : "; ") + effect_sentence(results, one, effect);
  }
  if (text.empty()) text = "no axis does anything by itself: they act together only, or never change apart";
  constexpr double worth_saying = 0.005;
  if (one.together > worth_saying)
    text += fmt::format("; {} by axes acting together, or chance", words::share(one.together));
  if (!one.balanced) text += "; points are left out, so that the shares need not add up";
  return text;
}

std::set<std::string> axis_names(const Results& results) {
  std::set<std::string> names;
  for (const study::Axis& axis : results.settings.axes) names.insert(axis.name);
  return names;
}

bool has_effects(const Results& results) {
  return std::any_of(results.effects.begin(), results.effects.end(),
                     [](const study::Effects& one) { return !one.ranked.empty(); });
}

}  // namespace

std::vector<std::string> short_names(const std::vector<std::string>& metrics,
                                     const std::set<std::string>& taken) {
  std::vector<std::string> names;
  for (const std::string& metric : metrics) {
    std::string name = metric;
    for (std::size_t dot = metric.rfind('.'); dot != std::string::npos && dot > 0;
         dot = metric.rfind('.', dot - 1)) {
      const std::string end = metric.substr(dot);
      const auto same = std::count_if(metrics.begin(), metrics.end(),
                                      [&](const std::string& other) { return other.ends_with(end); });
      if (same > 1 || taken.count(end.substr(1)) > 0 || (end[1] >= '0' && end[1] <= '9')) continue;
      name = end.substr(1);
      break;
    }
    names.push_back(name);
  }
  return names;
}

std::string study_text(const Results& results, const Style& style) {
  const std::vector<std::string> names = short_names(results.metrics, axis_names(results));
  std::string text = style.bold(terminal(results.settings.name));
  if (!results.settings.description.empty()) text += ": " + terminal(results.settings.description);
  text = words::wrap(text) + words::wrap(extent(results) + ".");
  if (!results.complete) text += words::wrap(style.unsure(missing(results)));
  text += "\n" + tables(results, names, style);
  if (results.settings.precision && !imprecise(results).empty()) text += words::wrap(imprecise(results));
  if (const std::string found = unsettled(results); !found.empty()) text += words::wrap(terminal(found));
  for (const std::string& line : legend(results, names)) text += words::wrap(terminal(line));
  if (!has_effects(results)) return text;
  text += "\n" + style.bold("What the axes do") + "\n";
  for (std::size_t i = 0; i < results.effects.size(); ++i)
    text +=
        words::wrap(terminal(names[i] + ": " + effects_of(results, results.effects[i])) + ".", table_indent);
  return text + words::wrap(effects_note);
}

std::string study_markdown(const Results& results) {
  const std::vector<std::string> names = short_names(results.metrics, axis_names(results));
  std::string text = "## " + escape::markdown(results.settings.name) + "\n\n";
  if (!results.settings.description.empty()) text += escape::markdown(results.settings.description) + "\n\n";
  text += extent(results) + ".\n\n";
  if (!results.complete) text += missing(results) + "\n\n";
  text += markdown_grid(rows(results, results.metrics, names, Style{})) + "\n";
  if (results.settings.precision && !imprecise(results).empty()) text += imprecise(results) + "\n\n";
  if (const std::string found = unsettled(results); !found.empty()) text += escape::markdown(found) + "\n\n";
  for (const std::string& line : legend(results, names)) text += escape::markdown(line) + "\n";
  if (!has_effects(results)) return text;
  text += "\n";
  for (std::size_t i = 0; i < results.effects.size(); ++i)
    text += "- " + escape::markdown(names[i] + ": " + effects_of(results, results.effects[i])) + ".\n";
  return text + "\n" + effects_note + "\n";
}

}  // namespace output
