// Student's t distribution with any degrees of freedom, and Holm's correction of p-values. Everything is
// rounded to ten significant digits: the last bits of the C library's functions, which differ between
// processors, never reach a result.
#pragma once
#include <vector>

namespace analysis {

double to_ten_digits(double x);

// The quantile 1 - (1 - confidence) / 2; freedom > 0, not necessarily whole (Welch), 0 < confidence < 1.
double student_quantile(double freedom, double confidence);

// The probability of a value above t.
double student_tail(double freedom, double t);

// The probability of at least `successes` of `trials` fair coins: the p-value of a one-sided sign test.
double sign_tail(std::size_t successes, std::size_t trials);

// Holm (1979), "A simple sequentially rejective multiple test procedure": p-values adjusted so that rejecting
// those up to alpha makes one or more false rejections with a probability of at most alpha, however the tests
// depend on each other. In the order given.
std::vector<double> holm(const std::vector<double>& p);

}  // namespace analysis
