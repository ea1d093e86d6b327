#include "models/device/pings.hpp"

#include <algorithm>

namespace device {

namespace {

// The first of first, first + step, ... after t.
Time first_after(Time first, Duration step, Time t) {
  return first > t ? first : first + ((t - first) / step + 1) * step;
}

}  // namespace

Time Pings::last_message(Time t) const {
  return messages_.period.count() > 0 ? std::max(opened_, messages_.last(t)) : opened_;
}

// A look that meets a packet as old as the period does not ping: the answer to that packet came after it. A
// ping's own answer is what the next look counts from, so that a quiet connection has a ping at each look.
Pings::Row Pings::row_after(Time packet) const {
  if (every_.count() == 0) return {sim::never, Duration{1}};
  if (idle_ == Idle::none) return {opened_ + every_, every_};
  if (idle_ != Idle::received || look_.count() == 0) return {packet + every_, every_};
  return {first_after(opened_, look_, packet + every_), (every_ + look_ - Duration{1}) / look_ * look_};
}

Time Pings::last_sent(Time t) const {
  const Time message = last_message(t);
  const Row row = row_after(message);
  if (row.first > t) return message;
  return std::max(message, first_after(row.first, row.step, t) - row.step);
}

Time Pings::next(Time t) const {
  const Row row = row_after(last_message(t));
  return row.first == sim::never ? sim::never : first_after(row.first, row.step, t);
}

Time Pings::first_unanswered(Time lost, Time until) const {
  if (every_.count() == 0) return sim::never;
  if (idle_ == Idle::sent) return put_off_by_sends(lost, until);
  if (idle_ == Idle::both) return put_off_by_both(lost, until);
  return next(lost);  // what is sent in vain puts nothing off
}

// Messages go on, though none is acknowledged.
Time Pings::put_off_by_sends(Time lost, Time until) const {
  Time ping = next(lost);
  for (Time message = messages_.next(lost); message <= ping;) {
    const Time following = messages_.next(message);
    const bool for_ever = !messages_.pace || messages_.pace->next_change(message) == sim::never;
    ping = message + every_;
    if (message > until || (for_ever && following <= ping)) return sim::never;
    message = following;
  }
  return ping;
}

// The first look after everything was lost. The first of all is a period after the opening; each that does
// not ping leads to the next one a period after the packet last sent.
Pings::Look Pings::first_look(Time lost) const {
  const Duration period = messages_.period;
  if (period.count() > 0 && messages_.pace) return look_by_look(lost);
  const Time sent = last_sent(lost);
  if (period.count() == 0 || period > every_) return {next(lost), sent, sent};
  const Time first = opened_ + every_;
  if (first > lost) return {first, sent, opened_};
  // From then on looks are a period after each `stride`th message.
  const std::int64_t message = messages_.count(first), stride = every_ / period;
  const Time look = first_after(messages_.at(message) + every_, stride * period, lost);
  return {look, sent, opened_};
}

// Where the load follows a profile: from so many periods before on, which is long enough to fall into step.
Pings::Look Pings::look_by_look(Time lost) const {
  constexpr std::int64_t most = 32;
  const std::int64_t periods = std::max((lost - opened_) / every_ - most, std::int64_t{0});
  Time ping = opened_, look = opened_ + (periods + 1) * every_;
  while (look <= lost) {
    const Time sent = std::max(ping, last_message(look));
    if (look - sent >= every_) ping = look;
    look = std::max(ping, sent) + every_;
  }
  return {look, std::max(ping, last_message(lost)), ping};
}

// At a look it pings if nothing was sent for a period, or nothing received for longer.
Time Pings::put_off_by_both(Time lost, Time until) const {
  auto [look, received, pinged] = first_look(lost);
  while (look <= until) {
    const Time sent = std::max(pinged, last_message(look));
    if (look - received > every_ || look - sent >= every_) return look;
    look = sent + every_;
  }
  return sim::never;
}

}  // namespace device
