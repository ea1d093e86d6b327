#include "models/exports/sink.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "sim/invariant.hpp"

namespace exports {

namespace {

constexpr Duration hour = std::chrono::hours(1);
constexpr double unbounded = 1e9;  // messages a second of a consumer that reads whatever it is let

}  // namespace

Sink::Sink(const Destination& settings, const Setup& setup)
    : settings_(settings),
      setup_(setup),
      region_(settings.region),
      units_(settings.units.count),
      units_peak_(settings.units.count),
      arriving_(setup.senders) {
  for (const Consumer& consumer : settings.consumers)
    readers_.emplace_back().rate = consumer.reads.value_or(unbounded);
  if (setup_.all_senders == 0) setup_.all_senders = setup_.senders;
  if (setup_.all_readers == 0) setup_.all_readers = readers_.size();
  hours_.most = units_;
  hours_.end = Time{hour - setup_.into_hour % hour};
  first().members_.push_back(this);
}

double Sink::takes_per_second() const { return takes_per_second(bytes_each()); }

double Sink::bytes_each() const {
  return counters_.accepted > 0 ? counters_.bytes / static_cast<double>(counters_.accepted) : 0;
}

double Sink::let_read(Time, std::size_t, double may, double, Duration) { return may; }

double Sink::bytes_free() const { return std::numeric_limits<double>::infinity(); }

std::optional<std::string> Sink::front_end(std::size_t sender) {
  if (!hub::answers(mode_)) return std::nullopt;
  if (mode_ == hub::Mode::refuse) return "reset";
  if (!serves()) return "503";
  arrived_.insert(sender);
  return "ok";
}

// An hour that has begun counts, with the most units that there are in it.
void Sink::count_hours(Time to) {
  const auto begin = [this] {
    hours_.billed += hours_.most;
    hours_.most = units_;
    ++hours_.begun;
    hours_.end += hour;
  };
  if (at_ == hours_.end) begin();
  hours_.most = std::max(hours_.most, units_);
  while (hours_.end < to) begin();
}

void Sink::pass(Time to) {
  if (to > at_) count_hours(to);
  const double seconds = sim::seconds(to - at_);
  counters_.unit_seconds += units() * seconds;
  counters_.byte_seconds += counters_.bytes * seconds;
  if (!serves()) {
    counters_.unavailable += to - at_;
    if (!readable_while_lost()) counters_.unreadable += to - at_;
  }
  at_ = to;
}

void Sink::go_to(Time now) {
  if (setup_.first != nullptr) setup_.first->advance(now);
  sim::require(now >= at_, "destination {} goes back in time", settings_.name);
  while (std::min(resize_.at, next_look()) <= now) {
    pass(std::max(std::min(resize_.at, next_look()), at_));
    if (resize_.at > at_) {
      look_at_units(at_);
      continue;
    }
    grow(resize_.to);
    resize_.at = sim::never;
  }
  pass(now);
}

void Sink::advance(Time now) {
  go_to(now);
  for (std::size_t r = 0; r < readers_.size(); ++r) read(now, r);
}

bool Sink::takes(Time now) {
  advance(now);
  return serves() && bytes_free() >= std::max(bytes_each(), 1.0);
}

void Sink::grow(std::uint32_t units) {
  if (setup_.resized) setup_.resized(at_, units_, units);
  units_ = units;
  units_peak_ = std::max(units_peak_, units_);
  apply_limits(at_);
}

double Sink::capacity() const {
  double least = 1;
  for (const Sink* member : first().members_) least = std::min(least, member->capacity_);
  return least;
}

double Sink::reading_demand(Duration clearing) const {
  const double arriving = std::accumulate(arriving_.begin(), arriving_.end(), 0.0);
  double all = 0;
  for (const Reader& reader : readers_)
    all +=
        std::min(reader.rate, arriving + static_cast<double>(reader.stored.count()) / sim::seconds(clearing));
  return all;
}

void Sink::resize(Time now, std::uint32_t units, Duration delay) { resize_ = {now + delay, units}; }

void Sink::set_state(Time now, hub::Mode mode, double capacity,
                     const std::set<std::uint32_t>& partitions_out) {
  advance(now);
  mode_ = mode;
  capacity_ = capacity;
  partitions_out_ = partitions_out;
  first().apply_limits(now);
  if (setup_.first != nullptr) apply_limits(now);
}

std::uint64_t Sink::lag() const {
  std::uint64_t most = 0;
  for (const Reader& reader : readers_) most = std::max(most, reader.stored.count());
  return most;
}

std::uint64_t Sink::left_behind(Time) const { return lag(); }

void Sink::fail_over(Time now, const std::string& region, Time lost) {
  advance(now);
  counters_.unreplicated += left_behind(lost);
  for (Reader& reader : readers_) reader.stored.clear();
  region_ = region;
  moved_ = Moved{now, counters_};
  go_on(now);
}

// Up to now; what the consumer cannot use of its time is gone with it.
void Sink::read(Time now, std::size_t index) {
  Reader& reader = readers_[index];
  while (reader.at < now) {
    const bool idle = reader.stored.empty() || now - reader.at <= longest_read();
    const Time to = idle ? now : reader.at + longest_read();
    const double seconds = sim::seconds(to - reader.at);
    const Duration span = to - reader.at;
    reader.at = to;
    if (settings_.retention.count() > 0)
      counters_.missed += reader.stored.drop_before(to - settings_.retention);
    const double may = serves() ? std::min(reader.rate, egress()) * seconds : 0;
    // As many come as before.
    const double rate = reader.came_over.count() > 0
                            ? reader.came / sim::seconds(reader.came_over)
                            : std::accumulate(arriving_.begin(), arriving_.end(), 0.0);
    const double coming = rate * seconds;
    reader.came = 0;
    reader.came_over = span;
    reader.reading = std::min(reader.reading, 1.0) +
                     let_read(to, index, may, static_cast<double>(reader.stored.count()) + coming, span);
    read_stored(reader);
  }
}

void Sink::read_stored(Reader& reader) {
  const std::uint64_t n = serves() ? std::min(reader.stored.count(), whole(reader.reading)) : 0;
  reader.stored.take(n, [this](const Piece& piece) {
    counters_.blocks_read += static_cast<double>(piece.count) * piece.blocks_each;
  });
  counters_.read += n;
  reader.reading -= static_cast<double>(n);
  charge_read(n);
  lag_peak_ = std::max(lag_peak_, reader.stored.count());
}

// The consumer reads what came in over a span in that span, after what was there before.
Admission Sink::offer(Time now, const Offer& offer) {
  arriving_[offer.sender] = offer.arriving;
  offered_ = now;
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
  counters_.blocks += static_cast<double>(admission.messages) * offer.blocks_each;
  for (Reader& reader : readers_) {
    if (reader.stored.empty())
      reader.reading = std::min(reader.reading, reader.rate * sim::seconds(offer.span) + 1);
    reader.came += static_cast<double>(admission.messages);
    reader.stored.add({now - offer.span, now, admission.messages, offer.bytes_each, offer.blocks_each});
    read_stored(reader);
  }
  return admission;
}

void Sink::forget_peaks() {
  units_peak_ = units_;
  hours_.billed = 0;
  hours_.most = units_;
  hours_.begun = 1;
  if (at_ == hours_.end) hours_.end += hour;
  arrival_peak_ = 0;
  lag_peak_ = lag();
}

}  // namespace exports
