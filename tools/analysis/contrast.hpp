// Estimates of a weighted difference of a metric between two designs, from their single replications.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "tools/analysis/interval.hpp"

namespace analysis {

// The same metric in two designs. An entry is a value (low == high) or, censored, all that it may be.
struct Sample {
  std::vector<Interval> a, b;
  bool paired = false;    // by index, and as many of each: common random numbers
  bool censored = false;  // any entry is wider than a value
};

// of_a * A + of_b * B + plus.
struct Contrast {
  double of_a = -1;
  double of_b = 1;
  double plus = 0;
};

enum class ContrastMethod {
  paired_t,   // mean of the differences of pairs, Student t
  welch_t,    // difference of means of independent samples, unequal variances (Welch 1947)
  bounds_t,   // mean of the bounds of each difference, by the t above that fits: for censored values
  sign_test,  // median of the differences of pairs between order statistics, for censored values
};

struct Estimate {
  ContrastMethod method = ContrastMethod::paired_t;
  double centre = 0;    // of a t method
  Interval interval;    // two-sided; ends may be infinite where values are censored
  double p_above = 1;   // one-sided p-value against "at most zero": small when the contrast lies above zero
  bool decides = true;  // false: too few pairs for an interval of the sign test
};

// At least two entries on each side. Where all values are equal the interval has no width. Samples with
// censored values that are not paired are taken pair by pair all the same, as many as there are, which is
// valid for independent samples.
Estimate estimate(const Sample& sample, const Contrast& contrast, double level);

// For a censored sample: the mean of the contrast, which lies between that of its lower and that of its upper
// bounds. An end is infinite, and p_above 1 for the lower one, where a single bound is.
Estimate between_bounds(const Sample& sample, const Contrast& contrast, double level);

}  // namespace analysis
