// A group of the fleet: filled in from what a scenario says, and what contradicts itself.
#pragma once
#include <string>
#include <vector>

#include "models/device/tables.hpp"
#include "sim/settings/origin.hpp"

namespace device {

// Leaves the group complete, and what was given as it is to be written. `region`: where its devices are
// unless they say so.
void resolve(GroupGiven& given, std::size_t index, const std::string& region,
             const sim::settings::Origin& origin);

// The load profile of a group, complete: a file read, defaults of the catalog filled in; contradictions are
// reported.
void resolve_profile(Profile& profile, std::size_t group, const sim::settings::Origin& origin);

// What contradicts the times of the run, or itself.
void check(const std::vector<Group>& fleet, Duration warmup, Duration duration,
           std::vector<std::string>& warnings, const sim::settings::Origin& origin);

}  // namespace device
