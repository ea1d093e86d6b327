// Decisions from as few replications as they need: intervals that hold together at a stated confidence, and a
// race between points in which replications go to those that are not decided yet.
//
// The method is racing (Maron and Moore, "Hoeffding Races", NIPS 6, 1994) with Student-t intervals, extended
// to constraints as in Andradottir and Kim, "Fully sequential procedures for comparing constrained systems
// via simulation", Naval Research Logistics 57, 2010; what is looked at next follows LUCB (Kalyanakrishnan et
// al., ICML 2012): the most promising of those that are open. The error is shared out over points,
// comparisons and looks (Bonferroni), so that all that is said holds together with the confidence, provided
// that means of per-run values are about normal.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/application/scenario.hpp"
#include "models/measures/report.hpp"
#include "tools/analysis/verdict.hpp"

namespace study {

// Where replications come from.
struct Source {
  using Asked = std::pair<std::size_t, std::uint32_t>;  // a point (from 0) and a replication (from 0)
  // Has them all run, as far as they are missing.
  std::function<void(const std::vector<Asked>&)> ensure;
  // Values of one that was ensured before.
  std::function<const measures::Report&(std::size_t point, std::uint32_t replication)> report;
};

// The numbers of replications after which a decision is tried: the first, then a half more each time, up to
// the most.
std::vector<std::uint32_t> looks(std::uint32_t first, std::uint32_t most);

// Replications in which a metric must have been equal before that counts for its mean being met.
inline constexpr std::uint32_t seen_enough = 10;

// The expectations of a point against its first `n` replications: pass when the intervals of all means hold,
// fail when one is wholly beyond its limit, else inconclusive. `error` is the probability that an interval
// may fail to hold on one side.
analysis::Verdict judge_all(const std::vector<application::Expectation>& expectations, const Source& source,
                            std::size_t point, std::uint32_t n, double error);

enum class Standing : std::uint8_t { open, meets, misses };

struct Contender {
  std::size_t point = 0;
  std::uint32_t n = 0;
  Standing standing = Standing::open;      // towards the expectations
  bool dominated = false;                  // shown not to be better than the winner, or equal to it and later
  std::optional<double> objective;         // its mean so far; absent where it has no value
  std::optional<analysis::Interval> ci95;  // of it by itself, Student t
};

struct Race {
  std::optional<std::size_t> winner;  // the best of those that are shown to meet the expectations
  bool certain = false;               // nothing that may be better was left open
  std::vector<Contender> points;      // all, in their order
  std::uint64_t replications = 0;     // used, all together
};

struct RaceRules {
  std::string metric;  // to be small, or large
  bool maximise = false;
  double confidence = 0.95;
  std::uint32_t first = 3, most = 30;
  std::uint32_t confirm = seen_enough;  // replications of the winner at least
};

// Expectations of each point; with none, every point meets them.
Race race(const std::vector<std::vector<application::Expectation>>& expectations, const Source& source,
          const RaceRules& rules);

}  // namespace study
