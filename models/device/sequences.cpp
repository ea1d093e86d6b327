#include "models/device/sequences.hpp"

#include <algorithm>

#include "models/device/retry.hpp"

namespace device {

Sequences::Sequences(const Retry& retry, MessageClock clock, Time at)
    : retry_(&retry), clock_(clock), messages_from_(at), running_{{at, at + retry.first, 0}} {}

Time Sequences::next(Time from) const {
  Time first = clock_.next(messages_from_);
  for (const Sequence& s : running_) first = std::min(first, s.due);
  return first == sim::never ? first : std::max(first, from);
}

void Sequences::start_messages(Time up_to) {
  for (Time t = clock_.next(messages_from_); t <= up_to; t = clock_.next(t)) {
    running_.push_back({t, t, 0});
    messages_from_ = t;
  }
}

void Sequences::advance(Sequence& s, Time at, const sim::Draw& draw) const {
  ++s.failures;
  s.due = at + retry_delay(*retry_, s.failures, Duration{0}, draw);
  if (retry_->limit.count() > 0 && s.due > s.started + retry_->limit) s.due = sim::never;
}

}  // namespace device
