// What a fault may strike: a row for each kind of target, with all that is to be known of it to read, name
// and spread faults of it. What it makes of the application is in states.hpp.
#pragma once
#include <string>
#include <vector>

#include "models/faults/naming.hpp"

namespace faults {

struct TargetKind {
  const char* key;      // in a scenario, and what it is called in messages
  const char* example;  // of a value, for the hint where a fault has no target
  std::vector<hub::Mode>
      modes;        // that it can have, the first unless a fault says which; none: it has no mode
  bool impairable;  // a path that may be slower, or lose more
  void (*add_key)(sim::settings::Table<FaultGiven>& table);
  bool (*was_read)(const FaultGiven& given);  // without an error
  void (*resolve)(Naming& naming);            // what was read
  // A fault for each target of this kind, in the order of the topology; none where there is no such fault.
  std::vector<Fault> (*each)(const Fault& fault, const Topology& topology);
  // "hub-2", "westeurope/1", "westeurope", "dps".
  std::string (*name)(const Fault& fault, const Topology& topology);
};

// Rows in files of their own: ways between devices and services (targets_network.cpp), the power of devices
// (targets_power.cpp).
const TargetKind& link_target();
const TargetKind& access_target();
const TargetKind& backbone_target();
const TargetKind& power_target();

const TargetKind& kind_of(Target target);
// In the order of the scenario's keys.
const std::vector<Target>& all_targets();

// What the target of a fault is called.
std::string target_name(const Fault& fault, const Topology& topology);

}  // namespace faults
