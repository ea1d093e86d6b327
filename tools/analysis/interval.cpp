#include "tools/analysis/interval.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>

#include "sim/random.hpp"
#include "tools/analysis/student.hpp"

namespace analysis {
namespace {

// Of the mean, from the sum of squared deviations.
double standard_error(const std::vector<double>& values, double centre) {
  double squares = 0;
  for (const double value : values) squares += (value - centre) * (value - centre);
  const double n = static_cast<double>(values.size());
  return std::sqrt(squares / (n - 1) / n);
}

}  // namespace

double mean(const std::vector<double>& values) {
  if (values.empty()) return 0;
  double sum = 0;
  for (const double value : values) sum += value;
  // Equal values must give themselves back, whatever rounding did to the sum.
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return std::clamp(sum / static_cast<double>(values.size()), *low, *high);
}

double student_t(std::uint64_t freedom, double confidence) {
  return student_quantile(static_cast<double>(freedom), confidence);
}

std::optional<Interval> mean_interval(const std::vector<double>& values, double confidence) {
  if (values.size() < 2) return std::nullopt;
  const double centre = mean(values);
  const double half = student_t(values.size() - 1, confidence) * standard_error(values, centre);
  return Interval{centre - half, centre + half};
}

Interval share_interval(std::uint64_t successes, std::uint64_t trials, double confidence) {
  const double n = static_cast<double>(trials);
  const double share = static_cast<double>(successes) / n;
  const double z = sim::normal_quantile(1 - (1 - confidence) / 2);
  const double z2 = z * z;
  const double centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const double half = z / (1 + z2 / n) * std::sqrt(share * (1 - share) / n + z2 / (4 * n * n));
  return {successes == 0 ? 0 : centre - half, successes == trials ? 1 : centre + half};
}

double rule_of_three(std::uint64_t runs) { return runs <= 3 ? 1 : 3 / static_cast<double>(runs); }

std::optional<std::pair<std::uint64_t, std::uint64_t>> quantile_ranks(std::uint64_t count, double share,
                                                                      double confidence) {
  // The quantile lies below rank r with the probability that fewer than r values are below it, and so on.
  const double tail = (1 - confidence) / 2;
  const boost::math::binomial below(static_cast<double>(count), share);
  const auto few = [&](std::uint64_t rank) {  // P(values below < rank) <= tail
    return rank == 0 || boost::math::cdf(below, static_cast<double>(rank) - 1) <= tail;
  };
  const auto many = [&](std::uint64_t rank) {  // P(values below >= rank) <= tail
    return rank > count ||
           boost::math::cdf(boost::math::complement(below, static_cast<double>(rank) - 1)) <= tail;
  };
  std::uint64_t low = 0;  // the greatest rank with few below it; they become more from rank to rank
  for (std::uint64_t beyond = count + 1; beyond - low > 1;) {
    const std::uint64_t middle = low + (beyond - low) / 2;
    (few(middle) ? low : beyond) = middle;
  }
  std::uint64_t high = count + 1;  // the least rank with many
  for (std::uint64_t short_of = 0; high - short_of > 1;) {
    const std::uint64_t middle = short_of + (high - short_of) / 2;
    (many(middle) ? high : short_of) = middle;
  }
  if (low == 0 || high > count) return std::nullopt;
  return std::pair{low, high};
}

}  // namespace analysis
