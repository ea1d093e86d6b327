#include "tools/study/headroom.hpp"

#include <algorithm>
#include <cmath>

#include "sim/random.hpp"

namespace study {
namespace {

using analysis::Verdict;

class Search {
 public:
  Search(const JudgeSize& judge, const HeadroomRules& rules)
      : judge_(judge), rules_(rules), looks_(looks(rules.first, rules.most)) {
    const double doublings = std::ceil(std::log2(rules.to / rules.from));
    const double halvings =
        std::ceil(std::log2(std::max(2.0, sim::exact_log(2) / sim::exact_log(1 + rules.within))));
    // Doubling from the one end, then two searches by halving.
    const double sizes = 1 + doublings + 2 * (halvings + 1);
    error_ = (1 - rules.confidence) / (sizes * static_cast<double>(rules.expectations * looks_.size()));
  }

  HeadroomFound run() {
    // Small fleets are simulated sooner: doubling, until one misses.
    double size = rules_.from;
    Standing standing = probe(size).standing;
    const Standing low = standing;
    while (standing != Standing::misses && size < rules_.to) {
      size = std::min(rules_.to, 2 * size);
      standing = probe(size).standing;
    }
    last_ = size;
    if (low == Standing::meets) found_.meets = standing == Standing::meets ? size : halve(Standing::meets);
    if (standing == Standing::misses) found_.misses = low == standing ? rules_.from : halve(Standing::misses);
    for (const Probe& one : found_.probes) found_.replications += one.n;
    return std::move(found_);
  }

 private:
  // Whether the size sought is this one or a larger one.
  static bool below(Standing standing, Standing sought) {
    return sought == Standing::meets ? standing == Standing::meets : standing != Standing::misses;
  }

  // The largest size that surely meets, or the smallest that surely misses.
  double halve(Standing sought) {
    double good = rules_.from, bad = last_;
    // What the other search has found helps this one.
    for (const Probe& one : found_.probes) {
      if (below(one.standing, sought)) good = std::max(good, one.factor);
    }
    for (const Probe& one : found_.probes) {
      if (!below(one.standing, sought) && one.factor > good) bad = std::min(bad, one.factor);
    }
    while (bad / good > 1 + rules_.within) {
      const double middle = rounded(std::sqrt(good * bad));
      if (middle <= good || middle >= bad) break;
      (below(probe(middle).standing, sought) ? good : bad) = middle;
    }
    return sought == Standing::meets ? good : bad;
  }

  // To six digits: sizes are the same on every machine.
  static double rounded(double x) {
    const double scale = std::pow(10.0, 5 - std::floor(std::log10(x)));
    return std::round(x * scale) / scale;
  }

  const Probe& probe(double factor) {
    for (const Probe& one : found_.probes)
      if (one.factor == factor) return one;
    Probe one{factor, 0, Standing::open, true};
    for (const std::uint32_t n : looks_) {
      const std::optional<Verdict> verdict = judge_(factor, n, error_);
      if (!verdict) {
        one.possible = false;
        one.standing = Standing::misses;
        break;
      }
      one.n = n;
      if (*verdict == Verdict::inconclusive) continue;
      one.standing = *verdict == Verdict::pass ? Standing::meets : Standing::misses;
      break;
    }
    found_.probes.push_back(one);
    return found_.probes.back();
  }

  const JudgeSize& judge_;
  const HeadroomRules& rules_;
  std::vector<std::uint32_t> looks_;
  double error_ = 0;
  double last_ = 0;  // the largest size tried
  HeadroomFound found_;
};

}  // namespace

HeadroomFound headroom(const JudgeSize& judge, const HeadroomRules& rules) {
  return Search(judge, rules).run();
}

}  // namespace study
