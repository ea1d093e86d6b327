// What each axis does to a metric: main effects, and a ranking of the axes by their share of the variation
// between points.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/analysis/interval.hpp"
#include "tools/study/settings.hpp"

namespace study {

// The points of a study as numbers: of each its place on the axes and a value of each replication.
struct Cell {
  std::vector<std::size_t> levels;  // an index an axis
  std::vector<double> values;       // by replication
};

struct Effect {
  std::string axis;                        // or several that go together: "hubs + units"
  std::vector<double> means;               // of each level, all else equal (least squares)
  std::size_t lowest = 0, highest = 0;     // levels
  double difference = 0;                   // of their means
  std::optional<analysis::Interval> ci95;  // of the difference: Student t over the replications that all
                                           // points have, Bonferroni over pairs of levels
  std::uint64_t n = 0;                     // these replications
  double share = 0;  // of the variation between the points' means: what goes unexplained without this axis
};

struct Effects {
  std::string metric;
  std::vector<Effect> ranked;  // the largest share first; empty when there is nothing to rank
  bool varies = false;         // the points' means differ
  double together = 0;   // the share that main effects do not explain: axes that act together, or chance
  bool balanced = true;  // every combination is there; otherwise shares overlap and do not add up to one
  std::string missing;   // why there are none: a value that was not reached, say
};

// Of at least two points. Axes with one level are left out.
Effects effects(const std::string& metric, const std::vector<Axis>& axes,
                const std::vector<std::vector<std::string>>& zip, const std::vector<Cell>& cells);

}  // namespace study
