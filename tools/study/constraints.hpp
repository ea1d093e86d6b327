// The constraints of a study: formulas over the axes that have numbers.
#pragma once
#include <muParser.h>

#include <optional>
#include <string>
#include <vector>

#include "sim/settings/quantity.hpp"
#include "tools/study/points.hpp"

namespace study {

// What is wrong with a formula as such, as "it may use units"; nothing for one that can be evaluated.
std::optional<sim::settings::Problem> constraint_problem(const Settings& settings,
                                                         const std::string& formula);

class Constraints {
 public:
  // Throws Unusable for a formula that is none.
  explicit Constraints(const Settings& settings);
  // Whether all are true. Throws Unusable where one is neither true nor false.
  bool hold(const Combination& combination);

 private:
  double value(std::size_t i, const Combination& combination) const;
  const Settings& settings_;
  std::vector<double> values_;
  std::vector<mu::Parser> parsers_;
};

}  // namespace study
