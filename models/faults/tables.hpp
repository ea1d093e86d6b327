// How faults are read.
#pragma once
#include "models/faults/settings.hpp"
#include "sim/settings/table.hpp"

namespace faults {

// A fault as it is written: its hub by number from 1 or by name.
struct FaultGiven {
  Fault fault;
  std::string hub;
};

sim::settings::Table<FaultGiven> fault_table();

}  // namespace faults
