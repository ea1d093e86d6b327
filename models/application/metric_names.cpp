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

bool rebalances(const Scenario& scenario) {
  const control::Settings& scaling = scenario.scaling;
  const bool fails = !scenario.faults.empty() || actions::moves_hub(scenario.actions);
  // Where no prober finds hubs that are back, the coordinator does, if they have gone on in a lost region.
  const bool found_back = fails && (scenario.provisioning.exclude_failed_hubs ||
                                    scenario.failover.standby == failover::Standby::active);
  return (scaling.rebalance.hub_return && found_back) || scaling.rebalance.scale_out ||
         scaling.policy != control::PolicyKind::none;
}

bool scales_in(const Scenario& scenario) { return control::takes_hubs_away(scenario.scaling); }

bool cuts_off(const Scenario& scenario, const signals::Causes& causes, signals::CauseId action) {
  if (action == causes.rebalance()) return rebalances(scenario);
  if (action == causes.scale_in()) return scales_in(scenario);
  return actions::cuts_off(scenario.actions[causes.action_of(action)].kind);
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
  for (const actions::Action& action : scenario.actions)
    if (actions::cuts_off(action.kind)) names.actions.push_back(action.name);
  if (rebalances(scenario)) names.actions.emplace_back(signals::Causes::rebalance_name);
  if (scales_in(scenario)) names.actions.emplace_back(signals::Causes::scale_in_name);
  return names;
}

std::vector<measures::Within> within_times(const Scenario& scenario) {
  std::vector<std::string> metrics = scenario.asked;
  for (const Expectation& expectation : scenario.expect) metrics.push_back(expectation.metric);
  for (const Tolerance& tolerance : scenario.tolerances) metrics.push_back(tolerance.metric);
  return measures::within_times(metrics);
}

}  // namespace application
