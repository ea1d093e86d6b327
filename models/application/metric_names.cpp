#include "models/application/metric_names.hpp"

#include <algorithm>

namespace application {

bool takes_region(const faults::Fault& fault, const Scenario& scenario) {
  return fault.target == faults::Target::region && (fault.each || fault.region == scenario.region);
}

bool loses_region(const Scenario& scenario) {
  return std::any_of(scenario.faults.begin(), scenario.faults.end(),
                     [&](const faults::Fault& fault) { return takes_region(fault, scenario); });
}

std::vector<std::string> actions(const Scenario& scenario) {
  const control::Settings& scaling = scenario.scaling;
  const bool returns = scaling.rebalance.hub_return && scenario.provisioning.exclude_failed_hubs &&
                       (!scenario.faults.empty() || actions::moves_hub(scenario.actions));
  std::vector<std::string> names;
  for (const actions::Action& action : scenario.actions) names.push_back(action.name);
  if (returns || scaling.rebalance.scale_out || scaling.policy != control::PolicyKind::none)
    names.emplace_back("rebalance");
  if (scaling.policy != control::PolicyKind::none) names.emplace_back("scale-in");
  return names;
}

bool cuts_off(const Scenario& scenario, std::size_t action) {
  return action >= scenario.actions.size() || actions::cuts_off(scenario.actions[action].kind);
}

bool goes_through_places(const Scenario& scenario) {
  return std::any_of(scenario.faults.begin(), scenario.faults.end(),
                     [](const faults::Fault& fault) { return fault.instants > 0; });
}

measures::Names metric_names(const Scenario& scenario) {
  measures::Names names;
  for (const faults::Fault& fault : scenario.faults) {
    names.faults.push_back(fault.name);
    if (takes_region(fault, scenario)) names.regions.push_back(fault.name);
  }
  for (const device::Group& group : scenario.fleet) names.groups.push_back(group.name);
  for (const hub::Settings& hub : scenario.hubs) names.hubs.push_back(hub.name);
  for (const hub::Settings& hub : scenario.recovery_hubs) names.hubs.push_back(hub.name);
  for (const hub::Settings& hub : scenario.later_hubs) names.hubs.push_back(hub.name);
  for (const exports::Destination& destination : scenario.destinations)
    names.destinations.push_back(destination.name);
  for (const exports::Export& one : scenario.exports)
    for (const std::string& to : one.to) names.deliveries.emplace_back(one.name, to);
  const std::vector<std::string> all = actions(scenario);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (cuts_off(scenario, i)) names.actions.push_back(all[i]);
  return names;
}

std::vector<measures::Within> within_times(const Scenario& scenario) {
  std::vector<std::string> metrics = scenario.asked;
  for (const Expectation& expectation : scenario.expect) metrics.push_back(expectation.metric);
  for (const Tolerance& tolerance : scenario.tolerances) metrics.push_back(tolerance.metric);
  return measures::within_times(metrics);
}

}  // namespace application
