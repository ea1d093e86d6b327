#include "models/application/metric_names.hpp"

namespace application {

measures::Names metric_names(const Scenario& scenario) {
  measures::Names names;
  for (const faults::Fault& fault : scenario.faults) names.faults.push_back(fault.name);
  for (const device::Group& group : scenario.fleet) names.groups.push_back(group.name);
  for (const hub::Settings& hub : scenario.hubs) names.hubs.push_back(hub.name);
  for (const hub::Settings& hub : scenario.later_hubs) names.hubs.push_back(hub.name);
  for (const char* action : actions) names.faults.emplace_back(action);
  return names;
}

std::vector<measures::Within> within_times(const Scenario& scenario) {
  std::vector<std::string> metrics;
  for (const Expectation& expectation : scenario.expect) metrics.push_back(expectation.metric);
  return measures::within_times(metrics);
}

}  // namespace application
