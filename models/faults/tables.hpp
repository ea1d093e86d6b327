// How faults are read.
#pragma once
#include "models/faults/settings.hpp"
#include "sim/settings/table.hpp"

namespace faults {

// What `mode` says.
struct ModeGiven {
  hub::Mode mode = hub::Mode::refuse;
  double capacity = 1;
  std::optional<Impairment> impairment;
};
struct LinkGiven {
  std::optional<std::string> devices, cloud;
};
struct BackboneGiven {
  std::string from, to;
};
struct PowerGiven {
  std::optional<std::string> group, region;
};
struct QuotaGiven {
  std::optional<double> registrations, polls;
};
struct NeighbourGiven {
  double registrations = 0, polls = 0;
};

// How times to failure, or to repair, are spread.
struct SpreadGiven {
  Chance::Repair kind = Chance::Repair::exponential;
  std::optional<double> shape, sigma;  // weibull: of the time to failure; lognormal: of the time to repair
};
struct CorrelatedGiven {
  std::optional<double> zone, region;
};

// A fault as it is written: with one of the targets, its hub by number from 1 or by name.
struct FaultGiven {
  Fault fault;
  std::optional<std::string> hub, region, zone, access;
  std::optional<bool> dps;
  std::optional<QuotaGiven> quota;
  std::optional<NeighbourGiven> neighbour;
  std::optional<LinkGiven> link;
  std::optional<BackboneGiven> backbone;
  std::optional<std::string> destination, partition;
  std::optional<PowerGiven> power;
  std::optional<ModeGiven> mode;
  std::optional<Target> each;  // instead of a target
  std::optional<sim::Time> at;
  std::optional<std::uint32_t> instants;
  std::optional<sim::Duration> mtbf, mttr;
  std::optional<SpreadGiven> time_to_failure, time_to_repair;
  std::optional<CorrelatedGiven> correlated;
};

sim::settings::Table<FaultGiven> fault_table();

// "refuse", as a scenario writes it.
std::string mode_name(hub::Mode mode);

}  // namespace faults
