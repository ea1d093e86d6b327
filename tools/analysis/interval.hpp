// Confidence intervals: of a mean (Student t), of a share (Wilson), of a quantile (order statistics).
#pragma once
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace analysis {

struct Interval {
  double low = 0;
  double high = 0;
  bool operator==(const Interval&) const = default;
};

// The mean of the values, added up in their order; 0 when there are none.
double mean(const std::vector<double>& values);

// The quantile 1 - (1 - confidence) / 2 of Student's t distribution, freedom >= 1, rounded to ten significant
// digits: the last bits of the C library's functions, which differ between processors, never reach a result.
double student_t(std::uint64_t freedom, double confidence);

// Of the mean of independent values; nothing with fewer than two.
std::optional<Interval> mean_interval(const std::vector<double>& values, double confidence = 0.95);

// Of a share of which `successes` of `trials` independent trials are an estimate (Wilson's score interval).
// trials > 0. With no success the upper bound is about 3.84 / (trials + 3.84).
Interval share_interval(std::uint64_t successes, std::uint64_t trials, double confidence = 0.95);

// What has happened in none of so many independent runs happens in one with a probability below this, at 95
// %: (1 - 3/n)^n < 0.05. At most 1.
double rule_of_three(std::uint64_t runs);

// The ranks (from 1) of the order statistics between which the quantile `share` of the distribution lies with
// at least this confidence: the narrowest pair with equal tails, from the binomial distribution of the number
// of values below the quantile. Nothing when `count` values are too few. 0 < share < 1.
std::optional<std::pair<std::uint64_t, std::uint64_t>> quantile_ranks(std::uint64_t count, double share,
                                                                      double confidence = 0.95);

}  // namespace analysis
