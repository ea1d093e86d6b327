#include "tools/study/effects.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace study {
namespace {

// An axis, or axes that go together: the index of one of them stands for all.
struct Factor {
  std::string name;
  std::size_t axis;
  std::size_t levels;
};

std::vector<Factor> factors(const std::vector<Axis>& axes, const std::vector<std::vector<std::string>>& zip) {
  std::vector<Factor> all;
  std::set<std::string> placed;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i].levels.size() < 2 || placed.count(axes[i].name) > 0) continue;
    std::string name = axes[i].name;
    for (const std::vector<std::string>& group : zip) {
      if (std::find(group.begin(), group.end(), axes[i].name) == group.end()) continue;
      for (const std::string& other : group) {
        if (other != axes[i].name) name += " + " + other;
        placed.insert(other);
      }
    }
    all.push_back({name, i, axes[i].levels.size()});
  }
  return all;
}

constexpr std::size_t least_runs = 3;  // for an interval to mean something

double square(double x) { return x * x; }

// An additive model, mean + what each factor's level adds, fitted by least squares: factor by factor to what
// the others leave over (backfitting), until nothing changes. With every combination there it is done at
// once, and the sums of the levels are their plain means; where points are left out it keeps the factors
// apart as far as that can be.
class Additive {
 public:
  Additive(const std::vector<Cell>& cells, const std::vector<Factor>& factors,
           const std::vector<double>& values)
      : cells_(cells), factors_(factors), mean_(analysis::mean(values)) {
    for (const double value : values) left_.push_back(value - mean_);
    for (const Factor& factor : factors) adds_.emplace_back(factor.levels, 0.0);
    for (const double rest : left_) scale_ = std::max(scale_, std::abs(rest));
    constexpr int most_rounds = 1000;
    constexpr double enough = 1e-10;  // of the largest distance from the mean
    for (int round = 0; round < most_rounds; ++round)
      if (improve() <= enough * scale_) break;
  }

  // The mean at each level, all else equal.
  std::vector<double> means(std::size_t factor) const {
    std::vector<double> all;
    for (const double add : adds_[factor]) all.push_back(clean(mean_ + add));
    return all;
  }

  double unexplained() const {
    double sum = 0;
    for (const double rest : left_) sum += square(rest);
    return sum;
  }

 private:
  double improve() {
    double most = 0;
    for (std::size_t f = 0; f < factors_.size(); ++f) {
      std::vector<double> sums(factors_[f].levels, 0), counts(factors_[f].levels, 0);
      for (std::size_t i = 0; i < cells_.size(); ++i) {
        sums[level(i, f)] += left_[i];
        ++counts[level(i, f)];
      }
      for (std::size_t l = 0; l < sums.size(); ++l) {
        sums[l] = counts[l] > 0 ? sums[l] / counts[l] : 0;
        adds_[f][l] += sums[l];
        most = std::max(most, std::abs(sums[l]));
      }
      for (std::size_t i = 0; i < cells_.size(); ++i) left_[i] -= sums[level(i, f)];
    }
    return most;
  }

  std::size_t level(std::size_t cell, std::size_t factor) const {
    return cells_[cell].levels[factors_[factor].axis];
  }

  const std::vector<Cell>& cells_;
  const std::vector<Factor>& factors_;
  // What rounding leaves over of zero.
  double clean(double x) const { return std::abs(x) <= 1e-9 * scale_ ? 0 : x; }

  double mean_;
  double scale_ = 0;  // the largest distance from the mean
  std::vector<double> left_;
  std::vector<std::vector<double>> adds_;
};

class Analysis {
 public:
  Analysis(const std::vector<Cell>& cells, const std::vector<Factor>& factors)
      : cells_(cells), factors_(factors) {
    common_ = cells[0].values.size();
    for (const Cell& cell : cells) {
      means_.push_back(analysis::mean(cell.values));
      common_ = std::min(common_, cell.values.size());
    }
    const double grand = analysis::mean(means_);
    for (const double mean : means_) total_ += square(mean - grand);
    // What rounding leaves over of equal values is no variation.
    constexpr double rounding = 1e-24;
    if (total_ <= rounding * square(grand) * static_cast<double>(cells.size())) total_ = 0;
    unexplained_ = Additive(cells, factors, means_).unexplained();
    for (std::size_t r = 0; r < common_; ++r) fits_.emplace_back(cells, factors, at(r));
  }

  Effect of(std::size_t f) const {
    Effect effect;
    effect.axis = factors_[f].name;
    effect.means = Additive(cells_, factors_, means_).means(f);
    const std::vector<bool> there = levels_there(f);
    for (std::size_t l = 0, first = 1; l < there.size(); ++l) {
      if (!there[l]) continue;  // left out by a constraint
      if (first || effect.means[l] < effect.means[effect.lowest]) effect.lowest = l;
      if (first || effect.means[l] > effect.means[effect.highest]) effect.highest = l;
      first = 0;
    }
    effect.difference = effect.means[effect.highest] - effect.means[effect.lowest];
    effect.n = common_;
    if (total_ == 0) return effect;
    std::vector<Factor> others = factors_;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(f));
    effect.share = std::max(0.0, Additive(cells_, others, means_).unexplained() - unexplained_) / total_;
    effect.ci95 = interval(f, effect);
    return effect;
  }

  bool varies() const { return total_ > 0; }
  double together() const { return total_ > 0 ? unexplained_ / total_ : 0; }

 private:
  std::vector<double> at(std::size_t replication) const {
    std::vector<double> values;
    for (const Cell& cell : cells_) values.push_back(cell.values[replication]);
    return values;
  }

  std::vector<bool> levels_there(std::size_t f) const {
    std::vector<bool> there(factors_[f].levels, false);
    for (const Cell& cell : cells_) there[cell.levels[factors_[f].axis]] = true;
    return there;
  }

  // Replication by replication: with common seeds what the levels share in luck goes out of the difference.
  std::optional<analysis::Interval> interval(std::size_t f, const Effect& effect) const {
    if (effect.lowest == effect.highest || fits_.size() < least_runs) return std::nullopt;
    std::vector<double> differences;
    for (const Additive& fit : fits_) {
      const std::vector<double> means = fit.means(f);
      differences.push_back(means[effect.highest] - means[effect.lowest]);
    }
    // The two levels were chosen for being the farthest apart: one interval for each pair there is
    // (Bonferroni).
    const double levels = static_cast<double>(factors_[f].levels);
    return analysis::mean_interval(differences, 1 - 0.05 / (levels * (levels - 1) / 2));
  }

  const std::vector<Cell>& cells_;
  const std::vector<Factor>& factors_;
  std::vector<double> means_;
  std::vector<Additive> fits_;  // of each replication
  std::size_t common_ = 0;
  double total_ = 0;
  double unexplained_ = 0;
};

}  // namespace

Effects effects(const std::string& metric, const std::vector<Axis>& axes,
                const std::vector<std::vector<std::string>>& zip, const std::vector<Cell>& cells) {
  Effects result;
  result.metric = metric;
  const std::vector<Factor> all = factors(axes, zip);
  if (all.empty() || cells.size() < 2) return result;
  std::size_t combinations = 1;
  for (const Factor& factor : all) combinations *= factor.levels;
  result.balanced = combinations == cells.size();
  const Analysis analysis(cells, all);
  for (std::size_t f = 0; f < all.size(); ++f) result.ranked.push_back(analysis.of(f));
  result.together = analysis.together();
  result.varies = analysis.varies();
  std::stable_sort(result.ranked.begin(), result.ranked.end(),
                   [](const Effect& a, const Effect& b) { return a.share > b.share; });
  return result;
}

}  // namespace study
