// How the settings of the network are read, and its catalogs.
#pragma once
#include <map>

#include "models/network/network.hpp"
#include "sim/settings/table.hpp"

namespace network {

// The catalogs regions.yaml, access.yaml and path.yaml.
const std::vector<Region>& regions();
const std::vector<Access>& accesses();
const Constants& constants();

// The name of a place where devices are (any region), or of a cloud region.
sim::settings::Value<std::string> place();
sim::settings::Value<std::string> cloud_region();
// An access network: its name, or {rtt, loss}.
sim::settings::Value<Access> access();

}  // namespace network
