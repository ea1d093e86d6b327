#include "tools/study/levels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>

#include "sim/random.hpp"
#include "sim/settings/emit.hpp"
#include "sim/settings/number.hpp"
#include "sim/settings/table.hpp"
#include "sim/settings/text.hpp"

namespace study {
namespace {

using namespace sim::settings;

// "100/min" is 100 and "/min".
struct Quantity {
  double number = 0;
  std::string unit;
};

Parsed<Quantity> parse_quantity(std::string_view text) {
  const Parsed<Leading> parsed = leading_number(text);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
  const Leading& leading = std::get<Leading>(parsed);
  const std::string unit(leading.rest);
  if (unit.find_first_of("0123456789") != std::string::npos)
    return Problem{"is more than one number", "write one number with one unit, such as 90m"};
  return Quantity{std::get<double>(parse_decimal(leading.written)), unit};
}

struct Range {
  Quantity from, to, step{0, ""};
  std::uint32_t points = 0;
};

// An axis as it is being read.
struct Draft {
  Axis axis;
  std::optional<Node> values;
  std::optional<Range> range, log;
};

Value<Quantity> quantity() {
  Shape shape;
  shape.says = "a number, with a unit where the key takes one, such as 100/min";
  shape.example = "100/min";
  shape.free = true;  // the key it is for has the range
  return from_text<Quantity>(shape, parse_quantity,
                             [](const Quantity& q) { return format_decimal(q.number) + q.unit; });
}

Parsed<std::string> parse_axis_name(std::string_view text) {
  const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  constexpr std::string_view taken[] = {"point",   "replication",  "metric",  "unit",  "value",  "at_least",
                                        "low",     "high",         "n",       "level", "method", "censored",
                                        "verdict", "replications", "runs_met"};
  if (std::find(std::begin(taken), std::end(taken), text) != std::end(taken))
    return Problem{"is a column of the tables", "choose another name"};
  if (text.empty() || text.size() > 24 || !std::all_of(text.begin(), text.end(), good) || text[0] < 'a')
    return Problem{"is not a name",
                   "at most 24 lower-case letters, digits and \"_\", starting with a letter"};
  return std::string(text);
}

Value<std::string> path() {
  Shape shape;
  shape.says = "a path such as application.hubs.units";
  shape.example = "application.hubs.units";
  shape.free = true;  // the scenario knows its keys
  return from_text<std::string>(shape, parse_path, [](const std::string& path) { return path; });
}

Table<Range> range_table(bool logarithmic) {
  Table<Range> table(logarithmic ? "a range such as {from: 1000, to: 100000, points: 5}"
                                 : "a range such as {from: 1, to: 5, step: 1}");
  table.field("from", &Range::from, quantity(), "The first value.").required();
  table.field("to", &Range::to, quantity(), "The last value.").required();
  if (logarithmic)
    table.field("points", &Range::points, whole<std::uint32_t>(2, most_levels), "How many.").required();
  else
    table.field("step", &Range::step, quantity(), "From one to the next.").required();
  return table;
}

Table<Draft> axis_table() {
  Shape axis_name;
  axis_name.says = "a name such as units";
  axis_name.example = "units";
  axis_name.free = true;
  Table<Draft> table("an axis such as {name: units, path: application.hubs.units, values: [1, 2]}",
                     "{name: units, path: application.hubs.units, values: [1, 2]}");
  table
      .field(
          "name", [](auto& draft) -> auto& { return draft.axis.name; },
          from_text<std::string>(axis_name, parse_axis_name, [](const std::string& name) { return name; }),
          "As tables and formulas call it.")
      .required();
  table
      .field(
          "path", [](auto& draft) -> auto& { return draft.axis.paths; },
          one_or_more<std::string>(path(), "a list of paths"),
          "The key of the scenario that is set; a list: several, to the same value.")
      .required();
  table.field("values", &Draft::values,
              optional(anything("a list such as [1, 2, 4], or a map of labels and values", "[1, 2, 4]")),
              "What it is set to, one after the other.");
  table.field("range", &Draft::range, optional(nested(range_table(false))), "From, to and step.");
  table.field("log", &Draft::log, optional(nested(range_table(true))),
              "From, to and points, in equal ratios.");
  return table;
}

double rounded(double x, int digits) {
  const std::string text = fmt::format("{:.{}g}", x, digits);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Level level(std::string label, std::string value) {
  const std::optional<double> number = number_of(value);
  return {std::move(label), std::move(value), number};
}

class LevelReader {
 public:
  LevelReader(Reader& reader, const Node& node, Draft& draft) : reader_(reader), node_(node), draft_(draft) {}

  bool read() {
    const int given = draft_.values.has_value() + draft_.range.has_value() + draft_.log.has_value();
    if (given != 1)
      return reader_.fail(node_, given == 0 ? "has no values" : "has values twice",
                          "give one of values, range and log");
    if (draft_.values && !from_values(*draft_.values)) return false;
    if (draft_.range && !from_range(*draft_.range)) return false;
    if (draft_.log && !from_log(*draft_.log)) return false;
    return all_differ();
  }

 private:
  bool from_values(const Node& values) {
    for (const Node& item : values.items) {
      const std::string text = flow_yaml(item);
      draft_.axis.levels.push_back(level(text, text));
    }
    for (const Entry& entry : values.entries)
      draft_.axis.levels.push_back(level(entry.key, flow_yaml(entry.value)));
    if (draft_.axis.levels.empty())
      return reader_.fail(values, "has no values", "write a list such as [1, 2, 4], or labels with values");
    if (draft_.axis.levels.size() > most_levels)
      return reader_.fail(values, "has too many values", fmt::format("at most {}", most_levels));
    return true;
  }

  bool same_units(const Range& range, const std::string& key) {
    const bool step = key == "range";
    if (range.from.unit == range.to.unit && (!step || range.step.unit == range.from.unit)) return true;
    return reader_.fail(
        *node_.find(key), "mixes units",
        fmt::format("write all in {}", range.from.unit.empty() ? "plain numbers" : range.from.unit));
  }

  bool from_range(const Range& range) {
    const Node& node = *node_.find("range");
    if (!same_units(range, "range")) return false;
    if (range.step.number <= 0 || range.to.number < range.from.number)
      return reader_.fail(node, "leads nowhere", "step is above 0, and `to` not below `from`");
    const double steps = (range.to.number - range.from.number) / range.step.number;
    if (steps >= most_levels)
      return reader_.fail(node, "has too many values", fmt::format("at most {}", most_levels));
    constexpr int digits = 12;  // what is left over of binary fractions goes
    for (int i = 0; i <= steps + 1e-9; ++i)
      add(format_decimal(rounded(range.from.number + i * range.step.number, digits)) + range.from.unit);
    return true;
  }

  bool from_log(const Range& range) {
    const Node& node = *node_.find("log");
    if (!same_units(range, "log")) return false;
    if (range.from.number <= 0 || range.to.number <= range.from.number)
      return reader_.fail(node, "leads nowhere", "`from` is above 0, and `to` above `from`");
    constexpr int digits = 3;
    const double ratio = sim::exact_log(range.to.number / range.from.number);
    for (std::uint32_t i = 0; i < range.points; ++i) {
      const double x = range.from.number * sim::exact_exp(ratio * i / (range.points - 1));
      const bool inside = i > 0 && i + 1 < range.points;
      const double kept = whole(range) ? std::round(rounded(x, digits)) : rounded(x, digits);
      add(format_decimal(inside ? kept : i == 0 ? range.from.number : range.to.number) + range.from.unit);
    }
    return true;
  }

  static bool whole(const Range& range) {
    return range.from.unit.empty() && range.from.number == std::floor(range.from.number) &&
           range.to.number == std::floor(range.to.number);
  }

  void add(const std::string& text) { draft_.axis.levels.push_back(level(text, text)); }

  bool all_differ() {
    std::vector<std::string> labels;
    for (const Level& one : draft_.axis.levels) labels.push_back(one.label);
    std::sort(labels.begin(), labels.end());
    const auto twice = std::adjacent_find(labels.begin(), labels.end());
    if (twice == labels.end()) return true;
    return reader_.fail(node_, fmt::format("has {} twice", sim::settings::quoted(*twice)), "each value once");
  }

  Reader& reader_;
  const Node& node_;
  Draft& draft_;
};

template <class T>
std::optional<double> parsed(const Parsed<T>& value, double scale = 1) {
  if (std::holds_alternative<Problem>(value)) return std::nullopt;
  return static_cast<double>(std::get<T>(value)) * scale;
}

}  // namespace

std::optional<double> number_of(const std::string& text) {
  if (const auto number = parsed(parse_decimal(text))) return number;
  if (const auto share = parsed(parse_share(text))) return share;
  if (const auto size = parsed(parse_size(text))) return size;
  const Parsed<sim::Duration> duration = parse_duration(text);
  if (const auto* time = std::get_if<sim::Duration>(&duration)) return sim::seconds(*time);
  const Parsed<Rate> rate = parse_rate(text);
  if (const auto* found = std::get_if<Rate>(&rate)) return found->per_second();
  return std::nullopt;
}

// What stands behind the first "=" would be the value, and that of the study would be lost.
Parsed<std::string> parse_path(std::string_view text) {
  if (text.empty()) return Problem{"is empty", ""};
  if (text.find('=') != std::string_view::npos)
    return Problem{"is no path: \"=\" stands in it",
                   "write keys and indices with dots between, such as fleet.0.devices"};
  return std::string(text);
}

Value<Axis> axis_value() {
  const auto table = std::make_shared<const Table<Draft>>(axis_table());
  Value<Axis> value;
  value.shape = table->shape();
  value.read = [table](Reader& reader, const Node& node, Axis& axis) {
    Draft draft;
    if (!table->read(reader, node, draft)) return false;
    if (!LevelReader(reader, node, draft).read()) return false;
    axis = std::move(draft.axis);
    return true;
  };
  value.write = [](const Axis&) { return Node{}; };
  return value;
}

}  // namespace study
