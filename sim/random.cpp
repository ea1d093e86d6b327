#include "sim/random.hpp"

#include <bit>
#include <cmath>
#include <map>
#include <stdexcept>

#include "sim/invariant.hpp"

namespace sim {

namespace {

// No delay is longer than this, about 31 years: it keeps instants far from the end of time.
constexpr double longest_delay_us = 1e15;

// c[0] + c[1] x + c[2] x^2 + ...
template <std::size_t N>
constexpr double polynomial(const double (&c)[N], double x) {
  double sum = c[N - 1];
  for (std::size_t i = N - 1; i-- > 0;) sum = sum * x + c[i];
  return sum;
}

// ln 2 in two parts; the first has so few bits that its product with a binary exponent is exact.
constexpr double ln2_high = 0x1.62e42fee00000p-1;
constexpr double ln2_low = 0x1.a39ef35793c76p-33;

}  // namespace

std::uint64_t Draw::below(std::uint64_t n, std::size_t i) const {
  __extension__ typedef unsigned __int128 Product;
  return static_cast<std::uint64_t>(Product{u64(i)} * n >> 64);
}

Streams::Streams(std::uint64_t seed, std::uint32_t replication) : seed_(seed), replication_(replication) {
  require(replication < 1u << 24, "replication number too large for a stream");
}

std::uint64_t hash_text(const char* text, std::size_t length) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (std::size_t i = 0; i < length; ++i) {
    hash ^= static_cast<unsigned char>(text[i]);
    hash *= 0x100000001b3u;
  }
  return mix(hash);
}

std::string fingerprint(const std::string& text) {
  const std::string salted = "fingerprint\n" + text;
  constexpr const char* digits = "0123456789abcdef";
  std::string out;
  for (const std::uint64_t half :
       {hash_text(text.data(), text.size()), hash_text(salted.data(), salted.size())})
    for (int shift = 60; shift >= 0; shift -= 4) out += digits[half >> shift & 15];
  return out;
}

// With x = m 2^e and s = (m - 1) / (m + 1): log x = e ln 2 + 2 (s + s^3/3 + s^5/5 + ...), |s| < 0.172.
double exact_log(double x) {
  int exponent = 0;
  double m = std::frexp(x, &exponent);
  if (m < 0x1.6a09e667f3bcdp-1) {  // 1 / sqrt 2
    m *= 2;
    --exponent;
  }
  const double s = (m - 1) / (m + 1);
  static constexpr double series[] = {2.0 / 3,  2.0 / 5,  2.0 / 7,  2.0 / 9,  2.0 / 11, 2.0 / 13,
                                      2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23};
  const double square = s * s;
  const double log_m = 2 * s + s * square * polynomial(series, square);
  return exponent * ln2_high + (log_m + exponent * ln2_low);
}

// With x = k ln 2 + r, |r| <= ln 2 / 2: exp x = 2^k exp r.
double exact_exp(double x) {
  const int k = static_cast<int>(x * 0x1.71547652b82fep0 + (x < 0 ? -0.5 : 0.5));  // times 1 / ln 2
  const double r = (x - k * ln2_high) - k * ln2_low;
  static constexpr double series[] = {1.0,
                                      1.0,
                                      1.0 / 2,
                                      1.0 / 6,
                                      1.0 / 24,
                                      1.0 / 120,
                                      1.0 / 720,
                                      1.0 / 5040,
                                      1.0 / 40320,
                                      1.0 / 362880,
                                      1.0 / 3628800,
                                      1.0 / 39916800,
                                      1.0 / 479001600,
                                      1.0 / 6227020800};
  return polynomial(series, r) * std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);  // 2^k
}

// sin(2 pi t) by its series in the first quarter of a turn.
double exact_sine(double turns) {
  double t = turns - static_cast<double>(static_cast<std::int64_t>(turns));  // (-1, 1)
  if (t < 0) t += 1;
  const double sign = t < 0.5 ? 1 : -1;
  if (t >= 0.5) t -= 0.5;
  if (t > 0.25) t = 0.5 - t;
  const double x = t * 0x1.921fb54442d18p+2, square = x * x;  // times 2 pi
  double sum = 0;
  for (int k = 21; k >= 1; k -= 2) sum = 1 - square * sum / ((k + 1) * (k + 2));
  return sign * x * sum;
}

namespace {

// The three rational approximations of AS 241 (Applied Statistics 37, 1988): centre, tail, far tail.
double quantile_centre(double q) {
  static constexpr double a[] = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                                 1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                                 3.3430575583588128105e4, 2.5090809287301226727e3};
  static constexpr double b[] = {1.0,
                                 4.2313330701600911252e1,
                                 6.8718700749205790830e2,
                                 5.3941960214247511077e3,
                                 2.1213794301586595867e4,
                                 3.9307895800092710610e4,
                                 2.8729085735721942674e4,
                                 5.2264952788528545610e3};
  const double r = 0.180625 - q * q;
  return q * polynomial(a, r) / polynomial(b, r);
}

double quantile_tail(double r) {
  static constexpr double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                 5.76949722146069140550e0,  3.64784832476320460504e0,
                                 1.27045825245236838258e0,  2.41780725177450611770e-1,
                                 2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static constexpr double d[] = {1.0,
                                 2.05319162663775882187e0,
                                 1.67638483018380384940e0,
                                 6.89767334985100004550e-1,
                                 1.48103976427480074590e-1,
                                 1.51986665636164571966e-2,
                                 5.47593808499534494600e-4,
                                 1.05075007164441684324e-9};
  return polynomial(c, r - 1.6) / polynomial(d, r - 1.6);
}

double quantile_far_tail(double r) {
  static constexpr double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                 1.78482653991729133580e0,  2.96560571828504891230e-1,
                                 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                 2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static constexpr double f[] = {1.0,
                                 5.99832206555887937690e-1,
                                 1.36929880922735805310e-1,
                                 1.48753612908506148525e-2,
                                 7.86869131145613259100e-4,
                                 1.84631831751005468180e-5,
                                 1.42151175831644588870e-7,
                                 2.04426310338993978564e-15};
  return polynomial(e, r - 5) / polynomial(f, r - 5);
}

}  // namespace

double normal_quantile(double p) {
  const double q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) return quantile_centre(q);
  const double r = std::sqrt(-exact_log(q < 0 ? p : 1 - p));
  const double z = r <= 5 ? quantile_tail(r) : quantile_far_tail(r);
  return q < 0 ? -z : z;
}

LogNormal::LogNormal(Duration median, Duration p95) : median_(median), p95_(p95) {
  if (median < Duration{0} || p95 < median) throw std::invalid_argument("a delay needs 0 <= median <= p95");
  if (median == Duration{0} && p95 > median)
    throw std::invalid_argument("a delay with median 0 must have p95 0");
  if (p95 == median) return;
  sigma_ = exact_log(static_cast<double>(p95.count()) / static_cast<double>(median.count())) /
           normal_quantile(0.95);
  // Equal delays share a table: what is looked up often stays in the cache.
  static std::map<std::pair<Duration, Duration>, std::weak_ptr<const std::vector<double>>> tables;
  auto& shared = tables[{median, p95}];
  table_ = shared.lock();
  if (table_) return;
  std::vector<double> quantiles(intervals + 1);
  for (std::size_t i = tail; i <= intervals - tail; ++i)
    quantiles[i] = exact_at(static_cast<double>(i) / intervals);
  table_ = std::make_shared<const std::vector<double>>(std::move(quantiles));
  shared = table_;
}

double LogNormal::exact_at(double uniform) const {
  const double exponent = sigma_ * normal_quantile(uniform);
  const double delay = static_cast<double>(median_.count()) * exact_exp(exponent < 50 ? exponent : 50);
  return delay < longest_delay_us ? delay : longest_delay_us;
}

}  // namespace sim
