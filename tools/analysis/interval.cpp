#include "tools/analysis/interval.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <charconv>
#include <cmath>

#include "sim/random.hpp"

namespace analysis {
namespace {

double to_ten_digits(double x) {
  const std::string text = fmt::format("{:.10g}", x);
  double rounded = x;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

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
  const boost::math::students_t distribution(static_cast<double>(freedom));
  return to_ten_digits(boost::math::quantile(boost::math::complement(distribution, (1 - confidence) / 2)));
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
  std::uint64_t low = 0;  // the greatest rank with P(values below < rank) <= tail
  while (low < count && boost::math::cdf(below, static_cast<double>(low)) <= tail) ++low;
  std::uint64_t high = count + 1;  // the least rank with P(values below >= rank) <= tail
  while (high > 1 && boost::math::cdf(boost::math::complement(below, static_cast<double>(high) - 2)) <= tail)
    --high;
  if (low == 0 || high > count) return std::nullopt;
  return std::pair{low, high};
}

}  // namespace analysis
