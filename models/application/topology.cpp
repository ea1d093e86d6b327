#include "models/application/topology.hpp"

#include <map>
#include <set>

#include "models/exports/destination_kind.hpp"

namespace application {

faults::Topology topology_of(const Scenario& scenario) {
  // DPS, and hubs that span zones, are in all of them; else DPS is in the first.
  std::map<std::string, std::set<std::uint32_t>> zones;
  const auto use = [&](const std::string& region, std::uint32_t zone) {
    if (scenario.regions.at(region).spans_zones())
      zones[region].insert({1, 2, 3});
    else
      zones[region].insert(zone);
  };
  faults::Topology topology;
  use(scenario.region, 1);
  for (const hub::Settings& hub : scenario.hubs) {
    topology.hubs.push_back({hub.name, hub.region, hub.zone});
    use(hub.region, hub.zone);
  }
  for (const exports::Destination& destination : scenario.destinations) {
    topology.destinations.push_back({destination.name, destination.region, destination.zone,
                                     destination.spans_zones(),
                                     destination.kind->has_partitions() ? destination.partitions : 0,
                                     destination.failover ? destination.failover->region : ""});
    use(destination.region, destination.zone);
  }
  for (const auto& [region, numbers] : zones) {
    topology.regions.push_back(region);
    for (const std::uint32_t zone : numbers) topology.zones.push_back({region, zone});
  }
  for (const hub::Settings& hub : scenario.later_hubs)
    topology.later_hubs.push_back({hub.name, hub.region, hub.zone});
  topology.home = scenario.region;
  topology.recovery = scenario.recovery_region;
  topology.leaves = actions::moves_hub(scenario.actions) || scenario.failover.stands_by();
  topology.places = &scenario.regions;
  for (const device::Group& group : scenario.fleet) {
    topology.device_regions.insert(group.region);
    topology.access_networks.insert(group.access.name);
    topology.groups.insert(group.name);
  }
  topology.registrations = scenario.provisioning.registrations_per_minute;
  topology.polls = scenario.provisioning.polls_per_minute;
  topology.whole_requests = scenario.provisioning.limiter == provisioning::LimiterKind::fixed_window;
  return topology;
}

faults::Site site_of(const Scenario& scenario, std::size_t destination) {
  const exports::Destination& d = scenario.destinations[destination];
  return {static_cast<std::uint32_t>(destination), d.region, d.zone, d.spans_zones(), scenario.region};
}

faults::Span span_of(const Scenario& scenario) {
  return {sim::Time{scenario.warmup}, sim::Time{scenario.duration}};
}

}  // namespace application
