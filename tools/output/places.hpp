// What the replications tell of faults whose times are drawn, or that go through places.
#pragma once
#include <vector>

#include "models/application/scenario.hpp"
#include "tools/output/result.hpp"

namespace output {

// Where a fault that goes through places struck in each replication, and how that went; empty without one.
std::vector<PlacedRun> placed_runs(const application::Scenario& scenario,
                                   const std::vector<measures::Report>& reports);

// Faults by chance that happened in none of the replications.
std::vector<Unseen> unseen_faults(const application::Scenario& scenario,
                                  const std::vector<measures::Report>& reports);

// Whether this one went worse: who is never back first, then by the time until 99 % were back, then by the
// devices affected.
bool worse(const PlacedRun& a, const PlacedRun& b);

}  // namespace output
