// A scenario while it is being read: what the file says, before what follows from it is filled in.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "models/actions/tables.hpp"
#include "models/application/scenario.hpp"
#include "models/device/tables.hpp"
#include "models/exports/tables.hpp"
#include "models/faults/tables.hpp"
#include "models/hub/tables.hpp"
#include "sim/settings/table.hpp"

namespace application {

// `hubs`: so many equal ones, a list, or nothing, whereupon they are sized for the fleet.
struct HubsGiven {
  std::optional<hub::Several> several;
  std::vector<hub::Settings> list;
};

struct Draft {
  Scenario scenario;
  HubsGiven hubs;
  std::vector<device::GroupGiven> fleet;
  std::vector<exports::DestinationGiven> destinations;
  std::vector<faults::FaultGiven> faults;
  std::vector<actions::ActionGiven> actions;
  std::vector<std::string> expect;
  std::vector<std::pair<std::string, std::string>> tolerances;  // by metric
  device::GroupGiven group;  // what a group of the fleet is where it says nothing
};

// The field table of a whole scenario; groups of the fleet start as the group of default_draft().
const sim::settings::Table<Draft>& scenario_table();

// The draft of a scenario that says nothing, from the catalog defaults.yaml.
const Draft& default_draft();

// The description of a scenario with all defaults, for hints, the schema and the reference page.
const sim::settings::Shape& scenario_shape();

// How many hubs an application is given, from eras.yaml.
struct EraRule {
  Era era = Era::y2021;
  std::uint32_t hubs_min = 1;
  std::uint32_t devices_per_hub = 0;  // 0: the number does not grow
};
const EraRule& rule_of(Era era);

// What the platform admits and what this program takes on, from limits.yaml.
struct Limits {
  std::uint32_t quotas = 0;
  std::uint64_t devices = 0;
  std::uint64_t hubs = 0;
  std::uint64_t identities = 0;         // a hub
  double device_sends = 0;              // messages a second of a device
  double application_sends = 0;         // and of all together; zero: no limit
  std::uint64_t meter = 0;              // bytes of a metering block
  std::uint64_t memory_per_device = 0;  // bytes
  std::uint64_t memory_max = 0;
};
const Limits& limits_of(std::uint32_t quotas);

}  // namespace application
