#include "tools/study/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/settings/emit.hpp"
#include "sim/settings/reader.hpp"
#include "sim/settings/table.hpp"
#include "sim/settings/text.hpp"
#include "tools/study/constraints.hpp"
#include "tools/study/levels.hpp"

namespace study {
namespace {

using namespace sim::settings;

constexpr double most_confidence = 0.9999, least_precision = 0.000001;

Value<std::vector<std::string>> texts(const std::string& says, const std::string& example) {
  return one_or_more<std::string>(text(says, example), "a list");
}

Value<Node> setting() { return anything("a value of the scenario", "2"); }

// path -> value, each as it stands behind "path=".
Value<std::vector<std::string>> assignments() {
  const auto map =
      by_key<Node>(setting(), "overrides such as {application.hubs.units: 2}", "application.hubs.units");
  Value<std::vector<std::string>> value;
  value.shape = map.shape;
  value.read = [map](Reader& reader, const Node& node, std::vector<std::string>& out) {
    std::vector<std::pair<std::string, Node>> all;
    if (!map.read(reader, node, all)) return false;
    bool good = true;
    for (const Entry& entry : node.entries) {
      const Parsed<std::string> path = parse_path(entry.key);
      if (const auto* problem = std::get_if<Problem>(&path))
        good =
            reader.fail(entry.place, sim::settings::quoted(entry.key) + " " + problem->what, problem->hint);
    }
    for (const auto& [path, set] : all) out.push_back(path + "=" + flow_yaml(set));
    return good;
  };
  value.write = [](const std::vector<std::string>&) { return Node{}; };
  return value;
}

// axis -> label.
Value<std::map<std::string, std::string>> exclusion() {
  const auto map = by_key<Node>(setting(), "axes and their values such as {units: 1, quota: 100}", "units");
  Value<std::map<std::string, std::string>> value;
  value.shape = map.shape;
  value.read = [map](Reader& reader, const Node& node, std::map<std::string, std::string>& out) {
    std::vector<std::pair<std::string, Node>> all;
    if (!map.read(reader, node, all)) return false;
    if (all.empty()) return reader.fail(node, "leaves out nothing", "name an axis");
    for (const auto& [axis, label] : all) out[axis] = flow_yaml(label);
    return true;
  };
  value.write = [](const std::map<std::string, std::string>&) { return Node{}; };
  return value;
}

// "5%" of the mean, or an amount of the metric's unit as in an expectation.
Value<Precision> within() {
  Value<Precision> value;
  value.shape.says = "a share of the mean such as 5%, or an amount such as 10s";
  value.shape.example = "5%";
  value.shape.ranges = {{format_share(least_precision), format_share(1)}};
  value.read = [shape = value.shape](Reader& reader, const Node& node, Precision& out) {
    if (!reader.expect(node, Node::Kind::scalar, shape)) return false;
    out.limit = node.text;
    out.relative = node.text.ends_with('%');
    if (!out.relative) return true;  // an amount: in the metric's unit, which the plan knows
    const Parsed<double> share =
        sim::settings::within<double>(parse_share(node.text), least_precision, 1, format_share);
    if (const auto* problem = std::get_if<Problem>(&share)) return reader.fail(node, *problem, shape);
    out.within = std::get<double>(share);
    return true;
  };
  value.write = [](const Precision& precision) { return Node::scalar(precision.limit); };
  return value;
}

Value<double> confidence() { return share(0.5, most_confidence, "95%"); }
Value<std::uint32_t> runs(std::uint32_t least) { return whole<std::uint32_t>(least, most_replications); }

Table<Precision> precision_table() {
  Table<Precision> table("a precision such as {metric: recovery.hub2.p99, within: 5%}",
                         "{metric: recovery.hub2.p99, within: 5%}");
  table.field("metric", &Precision::metric, text("a metric", "recovery.hub2.p99"), "Whose mean.").required();
  table
      .field(
          "within", [](auto& p) -> auto& { return p; }, within(), "Half of the 95 % interval.")
      .required();
  table.field("min", &Precision::least, runs(3), "Replications at least.");
  table.field("max", &Precision::most, runs(3), "Replications at most.");
  return table;
}

Table<Optimise> optimise_table() {
  Table<Optimise> table("a goal such as {minimise: cost.plan}", "{minimise: cost.plan}");
  table.field("minimise", &Optimise::small, text("a metric", "cost.plan"), "The metric to make small.");
  table.field("maximise", &Optimise::large, text("a metric", "availability"),
              "The metric to make large, instead.");
  table.field("confidence", &Optimise::confidence, confidence(), "Of the choice.");
  table.field("first", &Optimise::first, runs(3), "Replications of every point to begin with.");
  table.field("max", &Optimise::most, runs(3), "Replications of a point at most.");
  return table;
}

Table<Headroom> headroom_table() {
  Table<Headroom> table("a search such as {to: 20}", "{to: 20}");
  table.field("groups", &Headroom::groups, texts("a group", "thermostats"),
              "Those that grow; all unless given.");
  table.field("from", &Headroom::from, decimal(0.0001, 1e6, "1"), "Times the devices of the scenario.");
  table.field("to", &Headroom::to, decimal(0.0001, 1e6, "64"), "Times the devices of the scenario.");
  table.field("within", &Headroom::within, share(0.0001, 1, "2%"), "How close the answer is.");
  table.field("confidence", &Headroom::confidence, confidence(), "Of the answer.");
  table.field("first", &Headroom::first, runs(3), "Replications of a fleet to begin with.");
  table.field("max", &Headroom::most, runs(3), "Replications of a fleet at most.");
  return table;
}

Table<Settings> settings_table() {
  Table<Settings> table("a study");
  table.field("name", &Settings::name, name("units-and-cost"), "Unless given, the name of the file.");
  table.field("description", &Settings::description, text("a text", "What units buy."), "What is asked.");
  table
      .field("scenario", &Settings::scenario, text("a file", "hub-outage.yaml"),
             "The base, beside the study.")
      .required();
  table.field("set", &Settings::set, assignments(), "Overrides of every point.");
  table.field("axes", &Settings::axes, at_most(most_axes, list<Axis>(axis_value(), "a list of axes")),
              "What is varied.");
  table.field(
      "zip", &Settings::zip,
      list<std::vector<std::string>>(list<std::string>(text("an axis", "units"), "axes"), "lists of axes"),
      "Axes that go together, value by value.");
  table.field(
      "exclude", &Settings::excluded,
      list<std::map<std::string, std::string>>(exclusion(), "a list such as [{units: 1, quota: 100}]"),
      "Points that are left out.");
  table.field("constraint", &Settings::constraints,
              at_most(most_constraints, texts("a formula", "units * hubs <= 12")),
              "What must be true of a point.");
  table.field("replications", &Settings::replications, optional(runs(1)), "Of every point.");
  table.field("precision", &Settings::precision, optional(nested(precision_table())),
              "Replications until an interval is narrow enough.");
  table.field("seed", &Settings::seed, optional(whole<std::uint64_t>(0)), "Instead of the scenario's.");
  table.field("seeds", &Settings::common_seeds, choice<bool>({{"common", true}, {"independent", false}}),
              "Whether all points meet the same random draws.");
  table.field("metrics", &Settings::metrics, texts("a metric", "recovery.hub2.p99"), "Those of interest.");
  table.field("expect", &Settings::expect,
              optional(list<std::string>(text("an expectation", "recovery.hub2.p99 < 15m"), "a list")),
              "Instead of the scenario's own.");
  table.field("optimise", &Settings::optimise, optional(nested(optimise_table())), "For study optimise.");
  table.field("headroom", &Settings::headroom, optional(nested(headroom_table())), "For study headroom.");
  return table;
}

const Table<Settings>& table() {
  static const Table<Settings> once = settings_table();
  return once;
}

class Checker {
 public:
  Checker(const Settings& settings, const Node& root, Diagnostics& diagnostics)
      : settings_(settings), root_(root), diagnostics_(diagnostics) {}

  void check() const {
    axes();
    paths();
    zips();
    exclusions();
    constraints();
    replications();
    searches();
  }

 private:
  void error(const std::vector<Step>& path, const std::string& what, const std::string& hint) const {
    diagnostics_.error(place_of(root_, path), path_text(path) + ": " + what, hint);
  }

  const Axis* axis(const std::string& name) const {
    const auto found = std::find_if(settings_.axes.begin(), settings_.axes.end(),
                                    [&](const Axis& one) { return one.name == name; });
    return found == settings_.axes.end() ? nullptr : &*found;
  }

  std::string names() const {
    std::vector<std::string> all;
    for (const Axis& one : settings_.axes) all.push_back(one.name);
    return all.empty() ? "there are no axes" : "axes are " + listed(all);
  }

  void axes() const {
    for (std::size_t i = 0; i < settings_.axes.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (settings_.axes[i].name == settings_.axes[j].name)
          error({"axes", i, "name"}, sim::settings::quoted(settings_.axes[i].name) + " is taken",
                "each axis has its own name");
  }

  // "fleet[0].devices", "fleet.0.devices" and "fleet.00.devices" are one path.
  static std::string plain(const std::string& path) {
    std::string out;
    for (const char c : path) {
      const bool starts = out.empty() || out.back() == '.';
      if (c == '[' || c == '.') {
        if (!starts) out += '.';
      } else if (c != ']') {
        const bool zero = out.ends_with(".0") && c >= '0' && c <= '9';
        if (zero) out.pop_back();
        out += c;
      }
    }
    return out;
  }

  // What the study itself decides, or sets twice, would be ignored.
  void paths() const {
    std::map<std::string, std::string> seen;  // and what sets it
    const auto take = [&](const std::vector<Step>& place, const std::string& path, const std::string& who) {
      const std::string whole = plain(path);
      for (const std::string own : {"seed", "replications", "expect"})
        if (whole == own || whole.starts_with(own + "."))
          return error(place, sim::settings::quoted(path) + " is decided by the study itself",
                       own == "seed"
                           ? "write seed: at the top of the study; replications vary the random draws"
                           : "write " + own + ": at the top of the study");
      // What is set inside of another thing that is set would be lost, or overwritten.
      for (const auto& [other, by] : seen)
        if (whole == other || whole.starts_with(other + ".") || other.starts_with(whole + "."))
          return error(place, sim::settings::quoted(path) + " is set by " + by + " already", "once only");
      seen.emplace(whole, who);
    };
    for (const std::string& assignment : settings_.set) {
      const std::string path = assignment.substr(0, assignment.find('='));
      take({"set", path}, path, "set");
    }
    for (std::size_t i = 0; i < settings_.axes.size(); ++i)
      for (const std::string& path : settings_.axes[i].paths)
        take({"axes", i, "path"}, path, settings_.axes[i].name);
  }

  void zips() const {
    std::map<std::string, std::size_t> used;
    for (std::size_t i = 0; i < settings_.zip.size(); ++i) {
      const std::vector<std::string>& group = settings_.zip[i];
      if (group.size() < 2) error({"zip", i}, "one axis goes with nothing", "name two or more");
      for (std::size_t j = 0; j < group.size(); ++j) {
        const Axis* one = axis(group[j]);
        if (!one) {
          error({"zip", i, j}, "no axis " + sim::settings::quoted(group[j]), names());
          continue;
        }
        if (used[group[j]]++ > 0)
          error({"zip", i, j}, sim::settings::quoted(group[j]) + " is zipped already", "once only");
        const Axis* first = axis(group[0]);
        if (first && one->levels.size() != first->levels.size())
          error({"zip", i, j},
                fmt::format("{} has {} values, {} has {}", one->name, one->levels.size(), first->name,
                            first->levels.size()),
                "axes that go together have equally many");
      }
    }
  }

  void exclusions() const {
    for (std::size_t i = 0; i < settings_.excluded.size(); ++i)
      for (const auto& [name, label] : settings_.excluded[i]) {
        const Axis* one = axis(name);
        if (!one) {
          error({"exclude", i, name}, "no axis " + sim::settings::quoted(name), names());
          continue;
        }
        std::vector<std::string> labels;
        for (const Level& level : one->levels) labels.push_back(level.label);
        if (std::find(labels.begin(), labels.end(), label) == labels.end())
          error({"exclude", i, name}, fmt::format("{} is never {}", name, sim::settings::quoted(label)),
                "it is " + listed(labels));
      }
  }

  void constraints() const {
    const Node* given = value_at(root_, {"constraint"});
    for (std::size_t i = 0; i < settings_.constraints.size(); ++i) {
      const std::string& formula = settings_.constraints[i];
      const auto problem = constraint_problem(settings_, formula);
      if (!problem) continue;
      std::vector<Step> place{"constraint"};
      if (given && given->kind == Node::Kind::list) place.emplace_back(i);
      error(place, sim::settings::quoted(formula) + " " + problem->what, problem->hint);
    }
  }

  void replications() const {
    if (settings_.replications && settings_.precision)
      error({"precision"}, "replications are given already", "remove one of the two");
    if (settings_.precision && settings_.precision->least > settings_.precision->most)
      error({"precision", "min"}, "is more than max", "lower it");
  }

  void searches() const {
    if (const auto& goal = settings_.optimise) {
      if (goal->small.empty() && goal->large.empty())
        error({"optimise"}, "nothing to look for", "write minimise: cost.plan");
      if (!goal->small.empty() && !goal->large.empty())
        error({"optimise", "maximise"}, "minimise and maximise are both given", "remove one of the two");
      if (goal->first > goal->most) error({"optimise", "first"}, "is more than max", "lower it");
    }
    if (const auto& search = settings_.headroom) {
      if (search->from >= search->to) error({"headroom", "from"}, "is not below `to`", "lower it");
      if (search->first > search->most) error({"headroom", "first"}, "is more than max", "lower it");
    }
  }

  const Settings& settings_;
  const Node& root_;
  Diagnostics& diagnostics_;
};

// A file may be called anything, what tables and databases hold is UTF-8.
std::string study_named_by(const std::string& file_name) {
  const std::string stem = std::filesystem::path(file_name).stem().string();
  return first_invalid_utf8(stem) ? "study" : stem;
}

}  // namespace

const Shape& shape() {
  static const Shape once = table().described(Settings{});
  return once;
}

Settings load(const std::string& text, const std::string& file_name) {
  Diagnostics diagnostics;
  const Document document(file_name, text, diagnostics);
  if (diagnostics.errors() > 0) throw Invalid(diagnostics);
  Settings settings;
  Reader reader(diagnostics, []() -> const Shape& { return table().shape(); });
  table().read(reader, document.root(), settings);
  if (diagnostics.errors() == 0) Checker(settings, document.root(), diagnostics).check();
  if (diagnostics.errors() > 0) throw Invalid(diagnostics);
  if (settings.name.empty()) settings.name = study_named_by(file_name);
  return settings;
}

}  // namespace study
