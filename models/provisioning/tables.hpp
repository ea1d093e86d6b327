// How the settings of the provisioning service are read, and its catalog.
#pragma once
#include "models/provisioning/settings.hpp"
#include "sim/settings/table.hpp"

namespace provisioning {

// The service as the catalog service.yaml describes it for a year of quotas, and the polls it admits for each
// registration where a scenario does not say.
struct ServiceFigures {
  Settings settings;  // with the enrollment group "default"
  double polls_per_registration = 0;
};
const ServiceFigures& service(std::uint32_t quotas);
std::vector<std::uint32_t> years();  // for which there are figures

// The keys of `provisioning`. Reads into settings that have the enrollment group "default".
sim::settings::Table<Settings> settings_table();

}  // namespace provisioning
