// When and where faults happen in one replication: at the time they give, by chance, or at one of the places
// that replications go through in turn.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "models/faults/settings.hpp"
#include "models/faults/topology.hpp"
#include "sim/random.hpp"

namespace faults {

// The part of a run in which faults may begin: from the end of the warm-up on, before the end.
struct Span {
  sim::Time from, to;
  sim::Duration length() const { return to - from; }
};

// A fault for each of its targets, by the order of the topology; the fault itself where it has one.
std::vector<Fault> targets(const Fault& fault, const Topology& topology);

// Of a fault that goes through places: where and when it strikes in this replication. The instants of the
// first target come first; they divide the span evenly, beginning with its start.
Fault placed(const Fault& fault, const Topology& topology, const Span& span, std::uint32_t replication);

// How many incidents are to be expected of a fault by chance.
double expected_incidents(const Fault& fault, const Topology& topology, const Span& span);

// All incidents of a replication, by fault and then by time.
std::vector<Incident> incidents(const std::vector<Fault>& faults, const Topology& topology,
                                const sim::Streams& streams, const Span& span);

}  // namespace faults
