#include "models/device/sequences.hpp"

#include <algorithm>

#include "models/device/retry.hpp"

namespace device {

Sequences::Sequences(const Retry& retry, MessageClock clock, Time lost, Time noticed)
    : retry_(&retry), clock_(clock), messages_from_(noticed) {
  if (!retry.per_message) {
    running_.push_back({Kind::timer, noticed, noticed + retry.first, 0});
    return;
  }
  for (std::uint32_t i = 0; i < retry.listeners; ++i)
    running_.push_back({Kind::listener, noticed, noticed + retry.first, 0});
  // What was sent in vain has failed once, and its time runs since it was sent.
  for (Time t = clock_.next(lost); t <= noticed; t = clock_.next(t))
    if (retry.limit.count() == 0 || noticed < t + retry.limit)
      running_.push_back({Kind::message, t, noticed + retry.min, 1});
}

Time Sequences::next(Time from) const {
  Time first = clock_.next(messages_from_);
  for (const Sequence& s : running_) first = std::min(first, s.due);
  return first == sim::never ? first : std::max(first, from);
}

void Sequences::start_messages(Time up_to) {
  const Kind kind = retry_->per_message ? Kind::message : Kind::send;
  for (Time t = clock_.next(messages_from_); t <= up_to; t = clock_.next(t)) {
    running_.push_back({kind, t, t, 0});
    messages_from_ = t;
  }
}

Sequences::Sequence* Sequences::due_by(Time t) {
  const auto first = std::min_element(running_.begin(), running_.end(),
                                      [](const Sequence& a, const Sequence& b) { return a.due < b.due; });
  return first == running_.end() || first->due > t ? nullptr : &*first;
}

// The limit is tested when an attempt fails: a failure before it is followed by one more, however late that
// is.
void Sequences::advance(Sequence& s, Time start, Time at, bool rejected, const sim::Draw& draw) const {
  const bool over = retry_->limit.count() > 0 && at >= s.started + retry_->limit;
  if (s.kind == Kind::send || over || (rejected && s.kind != Kind::listener)) {
    s.due = sim::never;
    return;
  }
  ++s.failures;
  const Duration wait = retry_delay(*retry_, s.failures, Duration{0}, draw);
  s.due = retry_->from_attempt ? std::max(at, start + wait) : at + wait;
}

}  // namespace device
