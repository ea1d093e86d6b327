// What contradicts itself in provisioning, and between it, the hubs and the fleet.
#pragma once
#include <string>
#include <vector>

#include "models/hub/settings.hpp"
#include "models/provisioning/settings.hpp"
#include "sim/settings/origin.hpp"

namespace provisioning {

// `enrollments`: what each group of the fleet names. A fixed window loses the burst that it has by default.
void check(Settings& settings, const std::vector<hub::Settings>& hubs,
           const std::vector<std::string>& enrollments, std::vector<std::string>& warnings,
           const sim::settings::Origin& origin);

}  // namespace provisioning
