#include "models/application/contexts.hpp"

#include <algorithm>

#include "models/application/metric_names.hpp"

namespace application {

actions::Context actions_context(const Scenario& scenario) {
  return {scenario.region,
          scenario.recovery_region,
          scenario.hubs,
          scenario.editions,
          scenario.fleet,
          scenario.exports,
          scenario.era == Era::legacy,
          limits_of(scenario.quotas).hubs,
          scenario.limits_documented};
}

control::Context control_context(const Scenario& scenario) {
  return {scenario.hubs,
          scenario.editions,
          scenario.scaling_limits,
          rule_of(scenario.era).hubs_min,
          limits_of(scenario.quotas).hubs,
          scenario.limits_documented,
          scenario.provisioning.exclude_failed_hubs};
}

exports::Context exports_context(const Scenario& scenario) {
  exports::Context context{scenario.region,
                           scenario.regions,
                           scenario.warmup,
                           scenario.duration,
                           scenario.limits_documented,
                           0,
                           0,
                           false};
  for (const device::Group& group : scenario.fleet) {
    context.telemetry_bytes = std::max(context.telemetry_bytes, group.telemetry.bytes);
    if (group.properties) context.property_bytes = std::max(context.property_bytes, group.properties->bytes);
    context.lumps = context.lumps || group.telemetry.synchronised;
  }
  return context;
}

failover::Context failover_context(const Scenario& scenario) {
  std::vector<failover::Loss> losses;
  for (const faults::Fault& fault : scenario.faults)
    if (takes_region(fault, scenario))
      losses.push_back({!fault.chance && fault.instants == 0, fault.at, fault.end()});
  const auto elsewhere = scenario.regions.find(scenario.recovery_region);
  // An application of one hub has no recovery (facts, platform 1.1).
  const bool migrates = std::any_of(scenario.actions.begin(), scenario.actions.end(), [](const auto& action) {
    return std::holds_alternative<actions::Migrate>(action.kind);
  });
  return {scenario.region,
          scenario.recovery_region,
          elsewhere == scenario.regions.end() ? nullptr : &elsewhere->second,
          scenario.hubs,
          scenario.later_hubs,
          std::move(losses),
          scenario.era != Era::legacy || migrates,
          limits_of(scenario.quotas).hubs,
          scenario.limits_documented};
}

}  // namespace application
