// How actions are read, and the catalog of their figures.
#pragma once
#include "models/actions/settings.hpp"
#include "sim/settings/table.hpp"

namespace actions {

// Whom an action is about, as it is written: device thermostats/17, or a group and a share of it.
struct TargetGiven {
  std::optional<std::string> device, group;
  std::optional<double> share;
  std::optional<Duration> ttl;  // of a manual failover
};

// The export by name.
struct RestartGiven {
  std::string name;
  Duration off{0};
};

// An action as it is written: exactly one of its kinds.
struct ActionGiven {
  Action action;
  std::optional<TargetGiven> manual_failover, manual_failback, block, unblock, approve;
  std::optional<Migrate> migrate;
  std::optional<std::string> fail_over, fail_back;  // a region or a hub
  std::optional<RestartGiven> restart_export;
};

sim::settings::Table<ActionGiven> action_table();

// The keys of the kinds, in the order of the table.
const std::vector<std::string>& kind_keys();

// How long a manual failover lasts unless its scenario says so.
Duration default_ttl();

}  // namespace actions
