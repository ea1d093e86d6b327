#include "models/faults/naming.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/settings/text.hpp"

namespace faults {

using sim::settings::quoted;

std::set<std::string> Naming::regions_in_use() const {
  std::set<std::string> used{topology.home};
  const bool leaves = topology.leaves || std::any_of(all.begin(), all.end(), [&](const FaultGiven& one) {
                        return one.region == topology.home || one.each == Target::region;
                      });
  if (leaves && !topology.recovery.empty()) used.insert(topology.recovery);
  for (const auto* hubs : {&topology.hubs, &topology.later_hubs})
    for (const Topology::Hub& hub : *hubs) used.insert(hub.region);
  for (const Topology::Destination& destination : topology.destinations) {
    used.insert(destination.region);
    if (!destination.failover.empty()) used.insert(destination.failover);
  }
  return used;
}

void Naming::check_region(std::initializer_list<Step> steps, const std::string& region) const {
  const std::set<std::string> used = regions_in_use();
  if (!origin.good({"application"}) || used.contains(region)) return;
  error(steps, fmt::format("nothing of the application is in {}", quoted(region)),
        "write " + sim::settings::listed({used.begin(), used.end()}));
}

bool Naming::spans_zones(const std::string& name) const {
  const auto region = topology.places->find(name);
  return region != topology.places->end() && region->second.cloud && region->second.spans_zones();
}

// "westeurope/1"; the name alone where the number is none.
bool Naming::zone_is_spanned() const {
  if (!fault.each) return spans_zones(given.zone->substr(0, given.zone->find('/')));
  const std::set<std::string> used = regions_in_use();
  return std::all_of(used.begin(), used.end(), [&](const std::string& name) { return spans_zones(name); });
}

const Topology::Destination* Naming::find_destination(const char* key, const std::string& name) {
  if (!origin.good({"destinations"})) return nullptr;
  const auto& there = topology.destinations;
  const auto found = std::find_if(there.begin(), there.end(), [&](const auto& d) { return d.name == name; });
  std::vector<std::string> names;
  for (const Topology::Destination& destination : there) names.push_back(destination.name);
  if (found == there.end()) {
    error({key}, fmt::format("no destination {}", quoted(name)),
          names.empty() ? "list it under destinations" : "write " + sim::settings::listed(names));
    return nullptr;
  }
  fault.destination = static_cast<std::uint32_t>(found - there.begin());
  return &*found;
}

}  // namespace faults
