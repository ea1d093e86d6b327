#include "tools/output/view.hpp"

#include "tools/output/words.hpp"

namespace output {

const analysis::Metric& View::metric(const std::string& name) const {
  static const analysis::Metric none;
  const auto found = result.metrics.find(name);
  return found == result.metrics.end() ? none : found->second;
}

std::vector<hub::Settings> View::hubs() const {
  std::vector<hub::Settings> there = scenario.hubs;
  for (const std::vector<hub::Settings>* others : {&scenario.recovery_hubs, &scenario.later_hubs})
    for (const hub::Settings& hub : *others)
      if (metric("hub." + hub.name + ".availability").n > 0) there.push_back(hub);
  return there;
}

std::string View::words(const std::string& name) const { return words::value(metric(name)); }

}  // namespace output
