#include "tools/analysis/student.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <charconv>
#include <numeric>

namespace analysis {

double to_ten_digits(double x) {
  const std::string text = fmt::format("{:.10g}", x);
  double rounded = x;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

double student_quantile(double freedom, double confidence) {
  const boost::math::students_t distribution(freedom);
  return to_ten_digits(boost::math::quantile(boost::math::complement(distribution, (1 - confidence) / 2)));
}

double student_tail(double freedom, double t) {
  const boost::math::students_t distribution(freedom);
  return to_ten_digits(boost::math::cdf(boost::math::complement(distribution, t)));
}

double sign_tail(std::size_t successes, std::size_t trials) {
  if (successes == 0) return 1;
  const boost::math::binomial fair(static_cast<double>(trials), 0.5);
  return to_ten_digits(boost::math::cdf(boost::math::complement(fair, static_cast<double>(successes) - 1)));
}

std::vector<double> holm(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size());
  double least = 0;  // no p-value is adjusted below a smaller one
  for (std::size_t i = 0; i < order.size(); ++i) {
    least = std::max(least, std::min(1.0, static_cast<double>(order.size() - i) * p[order[i]]));
    adjusted[order[i]] = least;
  }
  return adjusted;
}

}  // namespace analysis
