#include "tools/study/constraints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cfenv>
#include <cmath>

#include "sim/settings/text.hpp"

namespace study {
namespace {

using sim::settings::Problem;

// Whether it sets something, or lists several results: muParser takes both, and neither is a condition.
// Commas between the arguments of a function are something else.
bool assigns(const std::string& formula) {
  int depth = 0;
  for (std::size_t i = 0; i < formula.size(); ++i) {
    if (formula[i] == '(') ++depth;
    if (formula[i] == ')') --depth;
    if (formula[i] == ',' && depth <= 0) return true;
    if (formula[i] != '=') continue;
    const bool second = i > 0 && std::string("=<>!").find(formula[i - 1]) != std::string::npos;
    const bool first = i + 1 < formula.size() && formula[i + 1] == '=';
    if (!second && !first) return true;
  }
  return false;
}

bool has_numbers(const Axis& axis) {
  return std::all_of(axis.levels.begin(), axis.levels.end(),
                     [](const Level& level) { return level.number.has_value(); });
}

const Problem no_comparison{"is no comparison",
                            "write one comparison, with == for \"is equal\", such as units * hubs <= 12"};

// Readies a parser for a formula over these values, of an axis each.
std::optional<Problem> prepare(mu::Parser& parser, const Settings& settings, const std::string& formula,
                               std::vector<double>& values) {
  if (assigns(formula)) return no_comparison;
  std::vector<std::string> names;
  for (std::size_t j = 0; j < settings.axes.size(); ++j) {
    if (!has_numbers(settings.axes[j])) continue;
    names.push_back(settings.axes[j].name);
    parser.DefineVar(settings.axes[j].name, &values[j]);
  }
  const std::string may_use =
      "it may use " + (names.empty() ? "numbers only, no axis has any" : sim::settings::listed(names));
  try {
    parser.SetExpr(formula);
    parser.Eval();
    return parser.GetNumResults() == 1 ? std::nullopt : std::optional(no_comparison);
  } catch (const mu::Parser::exception_type& error) {
    if (error.GetCode() == mu::ecINTERNAL_ERROR) return Problem{"is no formula", no_comparison.hint};
    return Problem{"cannot be read: " + sim::settings::excerpt(error.GetMsg(), 200), may_use};
  }
}

}  // namespace

std::optional<Problem> constraint_problem(const Settings& settings, const std::string& formula) {
  std::vector<double> values(settings.axes.size(), 0);
  mu::Parser parser;
  return prepare(parser, settings, formula, values);
}

Constraints::Constraints(const Settings& settings)
    : settings_(settings), values_(settings.axes.size(), 0), parsers_(settings.constraints.size()) {
  for (std::size_t i = 0; i < parsers_.size(); ++i)
    if (const auto problem = prepare(parsers_[i], settings_, settings_.constraints[i], values_))
      throw Unusable(fmt::format("constraint {} {}; {}", sim::settings::quoted(settings_.constraints[i]),
                                 problem->what, problem->hint));
}

bool Constraints::hold(const Combination& combination) {
  for (std::size_t i = 0; i < combination.size(); ++i)
    values_[i] = settings_.axes[i].levels[combination[i]].number.value_or(0);
  for (std::size_t i = 0; i < parsers_.size(); ++i)
    if (value(i, combination) == 0) return false;
  return true;
}

// What divides by zero, or takes the root of less than nothing, is neither true nor false, whatever is
// compared with it.
double Constraints::value(std::size_t i, const Combination& combination) const {
  std::feclearexcept(FE_ALL_EXCEPT);
  const double found = parsers_[i].Eval();
  if (std::isfinite(found) && std::fetestexcept(FE_DIVBYZERO | FE_INVALID) == 0) return found;
  throw Unusable(fmt::format(
      "constraint {} has no value at {}: it divides by zero, or the like; exclude the point, or write it "
      "without",
      sim::settings::quoted(settings_.constraints[i]), label(settings_, combination)));
}

}  // namespace study
