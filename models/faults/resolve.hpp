// Faults as a scenario gives them: what they name, when they happen, and what contradicts itself.
#pragma once
#include <vector>

#include "models/faults/incidents.hpp"
#include "models/faults/tables.hpp"
#include "models/faults/topology.hpp"
#include "sim/settings/origin.hpp"

namespace faults {

// Fills in targets and modes; what was given is completed as it is to be written.
void resolve(std::vector<FaultGiven>& given, const Topology& topology, const sim::settings::Origin& origin);

// When they happen.
void resolve_times(std::vector<FaultGiven>& given, const sim::settings::Origin& origin);

struct Replications {
  std::uint64_t planned = 1, most = 1;
};
// Once the rest is known: whether there are too many incidents, or as many replications as places.
void check_counts(const std::vector<Fault>& all, const Topology& topology, const Span& span,
                  const Replications& replications, const sim::settings::Origin& origin);

}  // namespace faults
