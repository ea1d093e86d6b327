#include "tools/study/points.hpp"

#include <fmt/format.h>
#include <muParser.h>

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <stdexcept>

#include "sim/settings/shape.hpp"
#include "sim/settings/text.hpp"

namespace study {
namespace {

// Axes that change together.
std::vector<std::vector<std::size_t>> dimensions(const Settings& settings) {
  std::vector<std::vector<std::size_t>> all;
  std::vector<bool> placed(settings.axes.size(), false);
  for (std::size_t i = 0; i < settings.axes.size(); ++i) {
    if (placed[i]) continue;
    std::vector<std::size_t> together{i};
    for (const std::vector<std::string>& group : settings.zip)
      if (std::find(group.begin(), group.end(), settings.axes[i].name) != group.end()) {
        together.clear();
        for (std::size_t j = 0; j < settings.axes.size(); ++j)
          if (std::find(group.begin(), group.end(), settings.axes[j].name) != group.end())
            together.push_back(j);
      }
    for (const std::size_t j : together) placed[j] = true;
    all.push_back(std::move(together));
  }
  return all;
}

bool excluded(const Settings& settings, const Combination& combination) {
  return std::any_of(settings.excluded.begin(), settings.excluded.end(), [&](const auto& one) {
    for (std::size_t i = 0; i < combination.size(); ++i) {
      const Axis& axis = settings.axes[i];
      const auto found = one.find(axis.name);
      if (found != one.end() && found->second != axis.levels[combination[i]].label) return false;
    }
    return true;
  });
}

// Whether it sets something, or lists several results: muParser takes both, and neither is a condition.
bool assigns(const std::string& formula) {
  for (std::size_t i = 0; i < formula.size(); ++i) {
    if (formula[i] == ',') return true;
    if (formula[i] != '=') continue;
    const bool second = i > 0 && std::string("=<>!").find(formula[i - 1]) != std::string::npos;
    const bool first = i + 1 < formula.size() && formula[i + 1] == '=';
    if (!second && !first) return true;
  }
  return false;
}

// The constraints over the axes that have numbers.
class Constraints {
 public:
  explicit Constraints(const Settings& settings)
      : settings_(settings), values_(settings.axes.size(), 0), parsers_(settings.constraints.size()) {
    for (std::size_t i = 0; i < parsers_.size(); ++i) prepare(i);
  }

  bool hold(const Combination& combination) {
    for (std::size_t i = 0; i < combination.size(); ++i)
      values_[i] = settings_.axes[i].levels[combination[i]].number.value_or(0);
    for (std::size_t i = 0; i < parsers_.size(); ++i)
      if (value(i, combination) == 0) return false;
    return true;
  }

 private:
  // What divides by zero, or takes the root of less than nothing, is neither true nor false, whatever is
  // compared with it.
  double value(std::size_t i, const Combination& combination) const {
    std::feclearexcept(FE_ALL_EXCEPT);
    const double found = parsers_[i].Eval();
    if (std::isfinite(found) && std::fetestexcept(FE_DIVBYZERO | FE_INVALID) == 0) return found;
    throw std::runtime_error(fmt::format(
        "constraint {} has no value at {}: it divides by zero, or the like; exclude the point, or write it "
        "without",
        sim::settings::quoted(settings_.constraints[i]), label(settings_, combination)));
  }

  void prepare(std::size_t i) {
    const std::string& formula = settings_.constraints[i];
    std::vector<std::string> names;
    for (std::size_t j = 0; j < settings_.axes.size(); ++j) {
      const Axis& axis = settings_.axes[j];
      if (!std::all_of(axis.levels.begin(), axis.levels.end(),
                       [](const Level& l) { return l.number.has_value(); }))
        continue;
      names.push_back(axis.name);
      parsers_[i].DefineVar(axis.name, &values_[j]);
    }
    if (assigns(formula))
      throw std::runtime_error(fmt::format("constraint {}: write one comparison, with == for \"is equal\"",
                                           sim::settings::quoted(formula)));
    try {
      parsers_[i].SetExpr(formula);
      parsers_[i].Eval();
    } catch (const mu::Parser::exception_type& error) {
      throw std::runtime_error(
          fmt::format("constraint {}: {}; it may use {}", sim::settings::quoted(formula), error.GetMsg(),
                      names.empty() ? "numbers only, no axis has any" : sim::settings::listed(names)));
    }
  }

  const Settings& settings_;
  std::vector<double> values_;
  std::vector<mu::Parser> parsers_;
};

}  // namespace

std::vector<Combination> combinations(const Settings& settings) {
  const std::vector<std::vector<std::size_t>> all = dimensions(settings);
  Constraints constraints(settings);
  std::vector<Combination> kept;
  std::vector<std::size_t> at(all.size(), 0);
  constexpr std::size_t most_tried = 1'000'000;
  for (std::size_t tried = 0;; ++tried) {
    if (tried == most_tried)
      throw std::runtime_error(fmt::format("more than {} combinations; take out values or axes", most_tried));
    Combination combination(settings.axes.size(), 0);
    for (std::size_t d = 0; d < all.size(); ++d)
      for (const std::size_t axis : all[d]) combination[axis] = at[d];
    if (!excluded(settings, combination) && constraints.hold(combination))
      kept.push_back(std::move(combination));
    if (kept.size() > most_points)
      throw std::runtime_error(fmt::format("more than {} points; take out values or axes", most_points));
    std::size_t d = all.size();
    while (d > 0 && ++at[d - 1] == settings.axes[all[d - 1][0]].levels.size()) at[--d] = 0;
    if (d == 0) break;
  }
  if (kept.empty())
    throw std::runtime_error("no point is left: exclude and constraint leave all of them out");
  return kept;
}

std::string label(const Settings& settings, const Combination& combination) {
  std::string text;
  for (std::size_t i = 0; i < combination.size(); ++i)
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", settings.axes[i].name,
                        settings.axes[i].levels[combination[i]].label);
  return text.empty() ? "the scenario as it is" : text;
}

std::vector<std::string> overrides(const Settings& settings, const Combination& combination) {
  std::vector<std::string> all = settings.set;
  for (std::size_t i = 0; i < combination.size(); ++i)
    for (const std::string& path : settings.axes[i].paths)
      all.push_back(path + "=" + settings.axes[i].levels[combination[i]].value);
  return all;
}

}  // namespace study
