#include "tools/analysis/contrast.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/analysis/student.hpp"

namespace analysis {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// A weight of zero leaves nothing, of infinity too.
double times(double weight, double x) { return weight == 0 ? 0 : weight * x; }

Interval scaled(double weight, const Interval& x) {
  const double one = times(weight, x.low), other = times(weight, x.high);
  return weight < 0 ? Interval{other, one} : Interval{one, other};
}

Interval contrast_of(const Contrast& contrast, const Interval& a, const Interval& b) {
  const Interval of_a = scaled(contrast.of_a, a), of_b = scaled(contrast.of_b, b);
  return {of_b.low + of_a.low + contrast.plus, of_b.high + of_a.high + contrast.plus};
}

struct Moments {
  double mean = 0;
  double of_mean = 0;  // variance of the mean
};

Moments moments(const std::vector<double>& values) {
  Moments all{mean(values), 0};
  const double n = static_cast<double>(values.size());
  for (const double value : values) all.of_mean += (value - all.mean) * (value - all.mean);
  all.of_mean /= (n - 1) * n;
  return all;
}

enum class End : std::uint8_t { low, high };

// What makes the weighted values smallest or largest.
std::vector<double> ends(const std::vector<Interval>& all, double weight, End end) {
  std::vector<double> values;
  values.reserve(all.size());
  for (const Interval& one : all) {
    const Interval of = scaled(weight, one);
    values.push_back(end == End::low ? of.low : of.high);
  }
  return values;
}

Estimate by_t(ContrastMethod method, double centre, double variance, double freedom, double level) {
  Estimate found{method, centre, {centre, centre}, centre > 0 ? 0.0 : 1.0, true};
  if (variance == 0) return found;
  const double error = std::sqrt(variance);
  const double half = student_quantile(freedom, level) * error;
  found.interval = {centre - half, centre + half};
  found.p_above = student_tail(freedom, centre / error);
  return found;
}

Estimate paired_t(const Sample& sample, const Contrast& contrast, double level, End end) {
  std::vector<double> values;
  for (std::size_t i = 0; i < sample.a.size(); ++i) {
    const Interval one = contrast_of(contrast, sample.a[i], sample.b[i]);
    values.push_back(end == End::low ? one.low : one.high);
  }
  const Moments all = moments(values);
  return by_t(ContrastMethod::paired_t, all.mean, all.of_mean, static_cast<double>(values.size() - 1), level);
}

Estimate welch_t(const Sample& sample, const Contrast& contrast, double level, End end) {
  const Moments a = moments(ends(sample.a, contrast.of_a, end));
  const Moments b = moments(ends(sample.b, contrast.of_b, end));
  const double sum = a.of_mean + b.of_mean;
  const double squares = a.of_mean * a.of_mean / static_cast<double>(sample.a.size() - 1) +
                         b.of_mean * b.of_mean / static_cast<double>(sample.b.size() - 1);
  return by_t(ContrastMethod::welch_t, a.mean + b.mean + contrast.plus, sum,
              squares > 0 ? sum * sum / squares : 1, level);
}

Estimate by_mean(const Sample& sample, const Contrast& contrast, double level, End end) {
  return sample.paired ? paired_t(sample, contrast, level, end) : welch_t(sample, contrast, level, end);
}

bool all_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}

// The median lies between the same two ranks of the lower ends and of the upper ends.
Estimate sign_test(const Sample& sample, const Contrast& contrast, double level) {
  std::vector<double> low, high;
  for (std::size_t i = 0; i < std::min(sample.a.size(), sample.b.size()); ++i) {
    const Interval one = contrast_of(contrast, sample.a[i], sample.b[i]);
    low.push_back(one.low);
    high.push_back(one.high);
  }
  const auto above =
      static_cast<std::size_t>(std::count_if(low.begin(), low.end(), [](double x) { return x > 0; }));
  Estimate found{ContrastMethod::sign_test, 0, {-infinity, infinity}, sign_tail(above, low.size()), false};
  const auto ranks = quantile_ranks(low.size(), 0.5, level);
  if (!ranks) return found;
  std::sort(low.begin(), low.end());
  std::sort(high.begin(), high.end());
  found.interval = {low[ranks->first - 1], high[ranks->second - 1]};
  found.decides = true;
  return found;
}

}  // namespace

Estimate estimate(const Sample& sample, const Contrast& contrast, double level) {
  if (sample.censored) return sign_test(sample, contrast, level);
  return by_mean(sample, contrast, level, End::low);
}

Estimate between_bounds(const Sample& sample, const Contrast& contrast, double level) {
  Estimate found{ContrastMethod::bounds_t, 0, {-infinity, infinity}, 1, true};
  const auto finite = [&](End end) {
    return all_finite(ends(sample.a, contrast.of_a, end)) && all_finite(ends(sample.b, contrast.of_b, end));
  };
  if (finite(End::low)) {
    const Estimate low = by_mean(sample, contrast, level, End::low);
    found.interval.low = low.interval.low;
    found.p_above = low.p_above;
  }
  if (finite(End::high)) found.interval.high = by_mean(sample, contrast, level, End::high).interval.high;
  return found;
}

}  // namespace analysis
