#include "models/faults/chance.hpp"

#include <algorithm>
#include <cmath>

#include "models/purpose.hpp"

namespace faults {

namespace {

constexpr double longest = 1e16;  // microseconds, more than three hundred years

// Whole microseconds, at least one: an outage has a length, and two of one target are apart.
sim::Duration as_duration(double us) {
  return sim::Duration{std::max<std::int64_t>(1, std::llround(std::min(us, longest)))};
}

double microseconds(sim::Duration d) { return static_cast<double>(d.count()); }

}  // namespace

// Stirling's series where it is exact enough, and the recurrence down from there.
double gamma_function(double x) {
  constexpr double half_log_two_pi = 0.91893853320467274178;
  constexpr int steps = 10;
  double product = 1;
  for (int i = 0; i < steps; ++i) product *= x + i;
  const double z = x + steps, z2 = z * z;
  const double series = (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / 1680 / z2) / z2) / z2) / z;
  return sim::exact_exp((z - 0.5) * sim::exact_log(z) - z + half_log_two_pi + series -
                        sim::exact_log(product));
}

Renewal::Renewal(const Chance& chance, const sim::Streams& streams, std::uint64_t key)
    : chance_(chance),
      streams_(streams),
      key_(key),
      scale_(microseconds(chance.mtbf) / gamma_function(1 + 1 / chance.shape)) {}

sim::Draw Renewal::draw(std::uint32_t index) const { return streams_.draw(key_, purpose::outage, index); }

double Renewal::weibull(double unit_exponential) const {
  if (chance_.shape == 1) return scale_ * unit_exponential;
  return scale_ * sim::exact_exp(sim::exact_log(unit_exponential) / chance_.shape);
}

sim::Duration Renewal::up(const sim::Draw& draw) const {
  return as_duration(weibull(-sim::exact_log(draw.uniform(0))));
}

sim::Duration Renewal::down(const sim::Draw& draw) const {
  const double mean = microseconds(chance_.mttr), sigma = chance_.sigma;
  switch (chance_.repair) {
    case Chance::Repair::exponential:
      return as_duration(-mean * sim::exact_log(draw.uniform(1)));
    case Chance::Repair::fixed:
      return chance_.mttr;
    case Chance::Repair::lognormal:
      return as_duration(mean * sim::exact_exp(sigma * (sim::normal_quantile(draw.uniform(1)) - sigma / 2)));
  }
  return chance_.mttr;
}

// Marsaglia and Tsang's method, for a shape of at least 1. `spare` is a uniform number left over.
double Renewal::gamma_variate(double shape, double& spare) const {
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (std::uint32_t i = 0;; ++i) {
    const sim::Draw draw = streams_.draw(key_, purpose::first_outage, i);
    const double normal = sim::normal_quantile(draw.uniform(0));
    const double root = 1 + c * normal, v = root * root * root;
    spare = draw.uniform(2);
    if (root <= 0) continue;
    if (sim::exact_log(draw.uniform(1)) < normal * normal / 2 + d - d * v + d * sim::exact_log(v))
      return d * v;
  }
}

// A stretch that a fixed instant falls into is found with a probability that grows with its length; its
// (length / scale)^shape then is a gamma variate, and the instant falls anywhere in it.
sim::Duration Renewal::first_up() const {
  double where = 0;
  const double whole = weibull(gamma_variate(1 + 1 / chance_.shape, where));
  return as_duration(whole * where);
}

}  // namespace faults
