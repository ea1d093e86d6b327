// The state of the application over time, about 360 samples of a run.
#pragma once
#include "models/measures/subject.hpp"

namespace measures {

class Sampler final : public Measure {
 public:
  explicit Sampler(const Subject& subject);
  // Takes the samples that are due by now; returns the instant of the next.
  Time sample_until(Time now);
  // Hubs that were never there have no columns.
  void report(Report& report) const override;

 private:
  void sample(Time t);
  void add_connects(Series& series) const;
  const hub::Hubs& hubs_;
  const provisioning::Counters& dps_;
  const exports::Exports* exports_;
  const Balance& balance_;
  const Scaling& scaling_;
  sim::Duration every_;
  Time next_{};
  Series series_;
};

}  // namespace measures
