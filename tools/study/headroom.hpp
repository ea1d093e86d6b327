// How large a fleet may get before the expectations are missed: a search by halving in which every step is
// decided at a stated confidence.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "tools/study/race.hpp"

namespace study {

// What is known of one size.
struct Probe {
  double factor = 1;    // times the fleet of the scenario
  std::uint32_t n = 0;  // replications
  Standing standing = Standing::open;
  bool possible = true;  // otherwise the scenario is invalid at this size, which counts as a miss
};

struct HeadroomRules {
  double from = 1, to = 64;
  double within = 0.02;
  double confidence = 0.95;
  std::uint32_t first = 3, most = 30;
  std::size_t expectations = 1;  // how many there are, for sharing out the error
};

// Judges a fleet of `factor` by its first `n` replications with this error on one side of an interval;
// nothing when the scenario is invalid at this size.
using JudgeSize =
    std::function<std::optional<analysis::Verdict>(double factor, std::uint32_t n, double error)>;

struct HeadroomFound {
  std::optional<double> meets;   // the largest size shown to meet the expectations
  std::optional<double> misses;  // the smallest shown to miss them
  std::vector<Probe> probes;     // in the order of the search
  std::uint64_t replications = 0;
};

// Assumes that a larger fleet does not do better. When neither end is decided at a size, both ends are sought
// on their own, so that the truth lies between them with the confidence.
HeadroomFound headroom(const JudgeSize& judge, const HeadroomRules& rules);

}  // namespace study
