// What an operator does: filled in from what a scenario says, and what contradicts itself.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/actions/tables.hpp"
#include "models/device/settings.hpp"
#include "models/exports/settings.hpp"
#include "models/failover/resolve.hpp"
#include "models/hub/settings.hpp"
#include "sim/settings/origin.hpp"

namespace actions {

// What there is to act on.
struct Context {
  const std::string& region;
  const std::string& recovery_region;  // empty: none
  const std::vector<hub::Settings>& hubs;
  const std::map<hub::Edition, hub::EditionLimits>& editions;
  const std::vector<device::Group>& fleet;
  const std::vector<exports::Export>& exports;
  bool legacy = false;         // the application is of the era of single hubs
  std::uint64_t linkable = 0;  // hubs that a provisioning service can link
  bool documented = true;      // the limits of the platform hold
};

// The actions with what they name; `given` is completed as it is to be written. Contradictions are reported.
std::vector<Action> resolve(std::vector<ActionGiven>& given, const Context& context,
                            const sim::settings::Origin& origin);

// Once the fleet and the hubs are known.
void check(const std::vector<ActionGiven>& given, const std::vector<Action>& all, const Context& context,
           std::vector<std::string>& warnings, const sim::settings::Origin& origin);

// Those among them that fail over or back, by time.
std::vector<failover::Order> orders(const std::vector<ActionGiven>& given, const std::vector<Action>& all,
                                    const Context& context, const sim::settings::Origin& origin);

}  // namespace actions
