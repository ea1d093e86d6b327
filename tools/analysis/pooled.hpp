// A quantile over the devices of all replications together, with an interval that allows for devices of one
// replication being alike.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "models/measures/report.hpp"
#include "tools/analysis/interval.hpp"

namespace analysis {

// Microseconds.
struct PooledQuantile {
  std::optional<double> value;   // absent: nobody affected, or the rank falls on a device that is not back
  std::optional<Interval> ci95;  // absent when the replications are too few or too different to bound it
  std::uint64_t n = 0;           // replications with anybody affected
  std::uint64_t censored = 0;
  double effective = 0;  // as many independent devices would tell as much; zero with n < 3
};

// The nearest rank at `percent`, 0 < percent < 100; devices that are not back lie beyond all others. The
// interval is that of the order statistics of `effective` independent values (Woodruff 1952): affected
// devices over the design effect (Kish 1965), which is the variance of the share of devices back by a time,
// from the replications, over that of independent devices. The largest one counts of several times and of
// the end, at least 1, and few replications are allowed for by (z/t)^2 (Korn and Graubard 1998). An end that
// falls on a device that is not back is none, and neither is the interval then.
PooledQuantile pooled_quantile(const std::vector<const measures::Pool*>& pools, std::uint64_t percent);

}  // namespace analysis
