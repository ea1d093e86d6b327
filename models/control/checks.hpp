// What contradicts itself in what the control plane is told to do.
#pragma once
#include <cstdint>
#include <map>
#include <vector>

#include "models/control/settings.hpp"
#include "models/hub/settings.hpp"
#include "sim/settings/origin.hpp"

namespace control {

// What the control plane finds in the application it scales.
struct Context {
  const std::vector<hub::Settings>& hubs;
  const std::map<hub::Edition, hub::EditionLimits>& editions;
  const Limits& limits;         // the bounds it keeps to, resolved
  std::uint32_t era_least = 1;  // hubs of an application of its era
  std::uint64_t linkable = 0;   // hubs that a provisioning service can link
  bool documented = true;       // the limits of the platform hold
  bool finds_failed = false;    // somebody finds out which hubs have failed
};

void check(const Settings& scaling, const Context& context, const sim::settings::Origin& origin);

}  // namespace control
