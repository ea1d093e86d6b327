#include "models/exports/sink.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "sim/invariant.hpp"

namespace exports {

Sink::Sink(const Destination& settings, const Setup& setup)
    : settings_(settings),
      setup_(setup),
      region_(settings.region),
      units_(settings.units.count),
      units_peak_(settings.units.count),
      arriving_(setup.senders) {}

double Sink::takes_per_second() const { return takes_per_second(bytes_each()); }

double Sink::bytes_each() const {
  return counters_.accepted > 0 ? counters_.bytes / static_cast<double>(counters_.accepted) : 0;
}

double Sink::let_read(Time, double may, double, Duration) { return may; }

double Sink::bytes_free() const { return std::numeric_limits<double>::infinity(); }

std::optional<std::string> Sink::front_end(std::size_t sender) {
  if (!hub::answers(mode_)) return std::nullopt;
  if (mode_ == hub::Mode::refuse) return "reset";
  if (!serves()) return "503";
  arrived_.insert(sender);
  return "ok";
}

void Sink::pass(Time to) {
  counters_.unit_seconds += units_ * sim::seconds(to - at_);
  if (!serves()) {
    counters_.unavailable += to - at_;
    if (!readable_while_lost()) counters_.unreadable += to - at_;
  }
  at_ = to;
}

void Sink::go_to(Time now) {
  sim::require(now >= at_, "destination {} goes back in time", settings_.name);
  while (std::min(resize_at_, next_look()) <= now) {
    pass(std::max(std::min(resize_at_, next_look()), at_));
    if (resize_at_ > at_) {
      look_at_units(at_);
      continue;
    }
    if (setup_.resized) setup_.resized(at_, units_, resize_to_);
    units_ = resize_to_;
    units_peak_ = std::max(units_peak_, units_);
    resize_at_ = sim::never;
    apply_limits(at_);
  }
  pass(now);
}

void Sink::advance(Time now) {
  go_to(now);
  read(now);
}

bool Sink::takes(Time now) {
  advance(now);
  return serves() && bytes_free() >= std::max(bytes_each(), 1.0);
}

void Sink::resize(Time now, std::uint32_t units, Duration delay) {
  resize_to_ = units;
  resize_at_ = now + delay;
}

void Sink::set_state(Time now, hub::Mode mode, double capacity,
                     const std::set<std::uint32_t>& partitions_out) {
  advance(now);
  mode_ = mode;
  capacity_ = capacity;
  partitions_out_ = partitions_out;
  apply_limits(now);
}

std::uint64_t Sink::left_behind(Time) const { return stored_.count(); }

void Sink::fail_over(Time now, const std::string& region, Time lost) {
  advance(now);
  counters_.unreplicated += left_behind(lost);
  stored_.clear();
  region_ = region;
  go_on();
}

// Up to now; what the consumer cannot use of its time is gone with it.
void Sink::read(Time now) {
  while (read_at_ < now) {
    const bool idle = !settings_.reads || stored_.empty() || now - read_at_ <= longest_read();
    const Time to = idle ? now : read_at_ + longest_read();
    const double seconds = sim::seconds(to - read_at_);
    const Duration span = to - read_at_;
    read_at_ = to;
    if (!settings_.reads) continue;
    if (settings_.retention.count() > 0) counters_.missed += stored_.drop_before(to - settings_.retention);
    const double may = serves() ? std::min(*settings_.reads, egress()) * seconds : 0;
    // As many come as before.
    const double rate = came_over_.count() > 0 ? came_ / sim::seconds(came_over_)
                                               : std::accumulate(arriving_.begin(), arriving_.end(), 0.0);
    const double coming = rate * seconds;
    came_ = 0;
    came_over_ = span;
    reading_ =
        std::min(reading_, 1.0) + let_read(to, may, static_cast<double>(stored_.count()) + coming, span);
    read_stored();
  }
}

void Sink::read_stored() {
  const std::uint64_t n = serves() ? std::min(stored_.count(), whole(reading_)) : 0;
  stored_.take(n, [](const Piece&) {});
  counters_.read += n;
  reading_ -= static_cast<double>(n);
  charge_read(n);
  lag_peak_ = std::max(lag_peak_, stored_.count());
}

// The consumer reads what came in over a span in that span, after what was there before.
Admission Sink::offer(Time now, const Offer& offer) {
  arriving_[offer.sender] = offer.arriving;
  arrival_peak_ = std::max(arrival_peak_, std::accumulate(arriving_.begin(), arriving_.end(), 0.0));
  advance(now);
  Offer fitting = offer;
  const double room = bytes_free() / std::max(offer.bytes_each, 1.0);
  if (room < static_cast<double>(offer.messages)) fitting.messages = whole(room);
  Admission admission;
  admission.messages = fitting.messages > 0 ? admit(now, fitting) : 0;
  admission.full = fitting.messages < offer.messages;
  admission.busy = admission.messages < fitting.messages;
  counters_.accepted += admission.messages;
  counters_.bytes += static_cast<double>(admission.messages) * offer.bytes_each;
  counters_.busy += admission.busy;
  counters_.full += admission.full && !admission.busy;
  if (settings_.reads) {
    if (stored_.empty()) reading_ = std::min(reading_, *settings_.reads * sim::seconds(offer.span) + 1);
    came_ += static_cast<double>(admission.messages);
    stored_.add({now - offer.span, now, admission.messages, offer.bytes_each});
    read_stored();
  }
  return admission;
}

void Sink::forget_peaks() {
  units_peak_ = units_;
  arrival_peak_ = 0;
  lag_peak_ = stored_.count();
}

}  // namespace exports
