// What the parts of the terminal summary read from.
#pragma once
#include <string>
#include <vector>

#include "models/application/scenario.hpp"
#include "tools/output/result.hpp"
#include "tools/output/style.hpp"

namespace output {

struct View {
  const application::Scenario& scenario;
  const Result& result;
  Style style;

  // The metric, or one without value and samples where the run reported none of this name.
  const analysis::Metric& metric(const std::string& name) const;
  // Its value, or zero; for what is counted, not for what may be censored.
  double amount(const std::string& name) const { return metric(name).value.value_or(0); }
  // The hubs that were there at any time: those of the scenario, and those that came.
  std::vector<hub::Settings> hubs() const;
  // Its value in words, with the interval.
  std::string words(const std::string& name) const;
};

}  // namespace output
