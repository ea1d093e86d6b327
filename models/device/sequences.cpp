#include "models/device/sequences.hpp"

#include "models/device/retry.hpp"

namespace device {

void Sequences::begin(const Owner& owner, Time lost, Time noticed) {
  const Retry& retry = owner.retry;
  messages_from_ = noticed;
  operations_.clear();
  timer_ = {};
  if (!retry.per_message) {
    timer_ = {Kind::timer, noticed, noticed + retry.first, 0};
    return;
  }
  for (std::uint32_t i = 0; i < retry.listeners; ++i)
    operations_.push_back({Kind::listener, noticed, noticed + retry.first, 0});
  // What was sent in vain has failed once, and its time runs since it was sent.
  for (Time t = owner.clock.next(lost); t <= noticed; t = owner.clock.next(t))
    if (retry.limit.count() == 0 || noticed < t + retry.limit)
      operations_.push_back({Kind::message, t, noticed + retry.min, 1});
}

Time Sequences::next(const Owner& owner, Time from) const {
  Time first = std::min(owner.clock.next(messages_from_), timer_.due);
  for (const Sequence& s : operations_) first = std::min(first, s.due);
  return first == sim::never ? first : std::max(first, from);
}

void Sequences::start_messages(const MessageClock& clock, Time up_to) {
  for (Time t = clock.next(messages_from_); t <= up_to; t = clock.next(t)) {
    operations_.push_back({Kind::message, t, t, 0});
    messages_from_ = t;
  }
}

Sequences::Sequence* Sequences::due_by(Time t) {
  const auto first = std::min_element(operations_.begin(), operations_.end(),
                                      [](const Sequence& a, const Sequence& b) { return a.due < b.due; });
  return first == operations_.end() || first->due > t ? nullptr : &*first;
}

// The limit is tested when an attempt fails: a failure before it is followed by one more, however late that
// is.
void Sequences::advance(Sequence& s, const Retry& retry, const Attempt& attempt, const sim::Draw& draw) {
  const bool over = retry.limit.count() > 0 && attempt.at >= s.started + retry.limit;
  if (over || (attempt.rejected && s.kind != Kind::listener)) {
    s.due = sim::never;
    return;
  }
  ++s.failures;
  const Duration wait = retry_delay(retry, s.failures, Duration{0}, draw);
  s.due = retry.from_attempt ? std::max(attempt.at, attempt.start + wait) : attempt.at + wait;
}

}  // namespace device
