// Times to failure and to repair, drawn from distributions that are given by their mean.
#pragma once
#include "models/faults/settings.hpp"
#include "sim/random.hpp"

namespace faults {

// The gamma function for 1 <= x <= 20, the same bits on every machine; relative error below 1e-11.
double gamma_function(double x);

// The stretches of one target, which has a stream of its own.
class Renewal {
 public:
  Renewal(const Chance& chance, const sim::Streams& streams, std::uint64_t key);

  // The draw behind outage number `index`; its words: time to failure, time to repair, whether it takes the
  // zone along, whether the region.
  sim::Draw draw(std::uint32_t index) const;
  sim::Duration up(const sim::Draw& draw) const;
  sim::Duration down(const sim::Draw& draw) const;
  // What is left of a stretch that has been going on for long: the time to the first failure of a target that
  // is up.
  sim::Duration first_up() const;

 private:
  double weibull(double unit_exponential) const;
  double gamma_variate(double shape, double& spare) const;
  const Chance& chance_;
  const sim::Streams& streams_;
  std::uint64_t key_;
  double scale_;  // Weibull's, microseconds
};

}  // namespace faults
