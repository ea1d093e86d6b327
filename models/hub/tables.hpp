// How the settings of hubs are read, and their catalogs.
#pragma once
#include <map>

#include "models/hub/settings.hpp"
#include "sim/settings/table.hpp"

namespace hub {

// The catalog editions.yaml.
const std::map<Edition, EditionLimits>& editions();
std::string edition_name(Edition edition);

// A hub as it is where nothing is said about it: traffic shaping as in the catalog, the rest to be resolved.
Settings default_settings();

// So many equal hubs.
struct Several {
  std::uint32_t count = 0;
  Settings each;
};

sim::settings::Table<Settings> settings_table();  // an entry of a list of hubs
sim::settings::Table<Several> several_table();    // {count, ...}

}  // namespace hub
