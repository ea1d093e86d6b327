#include "models/application/ground.hpp"

#include <map>
#include <set>

namespace application {

faults::Ground ground_of(const Scenario& scenario) {
  // DPS, and hubs that span zones, are in all of them; else DPS is in the first.
  std::map<std::string, std::set<std::uint32_t>> zones;
  const auto use = [&](const std::string& region, std::uint32_t zone) {
    if (scenario.regions.at(region).spans_zones())
      zones[region].insert({1, 2, 3});
    else
      zones[region].insert(zone);
  };
  faults::Ground ground;
  use(scenario.region, 1);
  for (const hub::Settings& hub : scenario.hubs) {
    ground.hubs.push_back({hub.name, hub.region, hub.zone});
    use(hub.region, hub.zone);
  }
  for (const exports::Destination& destination : scenario.destinations) {
    ground.destinations.push_back(destination.name);
    use(destination.region, destination.zone);
  }
  for (const auto& [region, numbers] : zones) {
    ground.regions.push_back(region);
    for (const std::uint32_t zone : numbers) ground.zones.push_back({region, zone});
  }
  return ground;
}

faults::Span span_of(const Scenario& scenario) {
  return {sim::Time{scenario.warmup}, sim::Time{scenario.duration}};
}

}  // namespace application
