#include "models/application/statistics.hpp"

#include <algorithm>

#include "models/measures/list.hpp"

namespace application {

template <class M>
M* Statistics::keep(std::unique_ptr<M> measure) {
  M* kept = measure.get();
  if (kept != nullptr) measures_.push_back(std::move(measure));
  return kept;
}

// Who is asked comes before those that ask.
Statistics::Statistics(measures::Subject subject)
    : subject_(std::move(subject)), service_history_(measures::make_outlook(subject_)) {
  subject_.service_history = service_history_.get();
  subject_.recovery = recovery_ = keep(measures::make_recovery(subject_));
  storm_ = keep(measures::make_storm(subject_));
  subject_.balance = balance_ = keep(measures::make_balance(subject_));
  subject_.messages = messages_ = keep(measures::make_messages(subject_));
  subject_.scaling = keep(measures::make_scaling(subject_));
  subject_.export_totals = keep(measures::make_export_totals(subject_));
  for (measures::Make* make : measures::unasked) keep(make(subject_));
  monthly_ = keep(measures::make_monthly(subject_));
  sampler_ = keep(std::make_unique<measures::Sampler>(subject_));
}

sim::Time Statistics::watch(sim::Time now) {
  if (!counting_ && now >= subject_.warmup) begin_counting();
  monthly_->look(now);
  const sim::Time next = std::min(sampler_->sample_until(now), monthly_->next_look());
  return counting_ ? next : std::min(next, subject_.warmup);
}

void Statistics::begin_counting() {
  counting_ = true;
  for (const auto& measure : measures_) measure->begin_counting(subject_.warmup);
}

void Statistics::finish() {
  if (!counting_) begin_counting();
  for (const auto& measure : measures_) measure->finish(subject_.end);
}

void Statistics::report(measures::Report& report) const {
  for (const auto& measure : measures_) measure->report(report);
}

}  // namespace application
