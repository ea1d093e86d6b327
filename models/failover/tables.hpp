// How the settings of failover are read, and their catalog.
#pragma once
#include "models/failover/settings.hpp"
#include "sim/settings/table.hpp"

namespace failover {

// The catalog failover.yaml: its row "measured".
Settings default_settings();

sim::settings::Table<Settings> settings_table();
sim::settings::Value<Settings> settings_value();  // writes what matters under these settings
bool applies(const Settings& settings, const std::string& key);

// The line through the documented figures, an alternative to the measured one.
HubFailover documented_line();

}  // namespace failover
