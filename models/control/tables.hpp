// How the settings of IoT Central's control plane are read, and their catalog.
#pragma once
#include "models/control/settings.hpp"
#include "sim/settings/table.hpp"

namespace control {

sim::settings::Table<Settings> settings_table();
// As a value of a scenario: keys that do not apply are left out when it is written.
sim::settings::Value<Settings> settings_value();

// A key that only some settings use: with others nothing would come of it.
struct Condition {
  std::vector<std::string> path;  // in `scaling`
  bool (*applies)(const Settings&);
  const char* to;  // completes "it belongs to ..."
};
const std::vector<Condition>& conditions();

Settings default_settings();  // from scaling.yaml

}  // namespace control
