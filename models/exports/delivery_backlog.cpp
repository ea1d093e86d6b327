// What comes in for a delivery and waits, what leaves it and how late.
#include <algorithm>

#include "models/exports/delivery.hpp"
#include "models/purpose.hpp"
#include "sim/invariant.hpp"

namespace exports {

using signals::Delivering;

namespace {

constexpr std::uint64_t timed_apart = 8;  // parts of a piece whose delays are told apart

}  // namespace

// What has come in since the last time.
void Delivery::take(Time now) {
  if (!exists_) return;
  // Nobody is given up late: that happens in the attempt at the deadline.
  const Time over = deadline();
  sim::require(!on_ || over >= now - last_attempt(),
               "an export has not been failed at {} us, at {} us it waits still",
               over.time_since_epoch().count(), now.time_since_epoch().count());
  const Source::Amount all = needs_.source->up_to(now, settings_.data), more = all - taken_;
  const std::uint64_t n = whole(all.messages() - created_.messages()) - counters_.received;
  const std::uint64_t passed_before = counters_.received - counters_.filtered;
  counters_.received += n;
  const double bytes = more.enveloped.bytes + more.events.bytes +
                       more.enveloped.messages * static_cast<double>(settings_.envelope) +
                       more.messages() * static_cast<double>(settings_.enrichment);
  const std::uint64_t all_passed = whole(static_cast<double>(counters_.received) * settings_.filter);
  const std::uint64_t passed = std::min(all_passed - passed_before, n);
  counters_.filtered += n - passed;
  const double seconds = sim::seconds(now - taken_until_);
  arriving_ = seconds > 0 ? more.messages() * settings_.filter / seconds : arriving_;
  fresh_ = passed;
  for (std::size_t kind = 0; kind < kinds_.size(); ++kind)
    kinds_[kind] = kinds_[kind] || more.by_kind[kind] > 0;
  if (on_)
    take_in(
        {taken_until_, now, passed, more.messages() > 0 ? bytes / more.messages() : 0, blocks_each(more)});
  else
    counters_.dropped += passed;
  taken_ = all;
  taken_until_ = now;
  look_at_backlog(now);
}

double Delivery::blocks_each(const Source::Amount& more) const {
  if (!bills_blocks_ || more.messages() <= 0) return 1;
  double blocks = 0;
  for (std::size_t kind = 0; kind < needs_.blocks.size(); ++kind)
    blocks += more.by_kind[kind] * needs_.blocks[kind];
  return blocks / more.messages();
}

// What a batch holds while all goes well is not waiting.
void Delivery::look_at_backlog(Time now) {
  const bool behind = said_ == Delivering::behind || said_ == Delivering::failed;
  if (behind) peak_ = std::max(peak_, waiting());
  press(now, behind);
}

// Only where a setting says so: messages wait in the hubs from the limit on until half of it is gone.
void Delivery::press(Time now, bool behind) {
  if (!settings_.backpressure) return;
  const bool press =
      behind && waiting() >= (presses_ ? *settings_.backpressure / 2 + 1 : *settings_.backpressure);
  if (press == presses_) return;
  presses_ = press;
  needs_.hold(now, press);
}

void Delivery::take_in(const Piece& piece) {
  if (failed_ && !settings_.keeps) {
    counters_.dropped += piece.count;
    return;
  }
  add(piece);
  if (!failed_) return;
  count_dropped(open_.drop_before(piece.to - settings_.retry.window));
  for (auto& [partition, held] : held_)
    counters_.dropped += held.backlog.drop_before(piece.to - settings_.retry.window);
}

void Delivery::add(const Piece& piece) {
  std::uint64_t rest = piece.count;
  for (auto& [partition, held] : held_) {
    held.due += static_cast<double>(piece.count) * needs_.keyed[partition];
    const std::uint64_t part = std::min(whole(held.due) - held.given, rest);
    held.given += part;
    rest -= part;
    held.backlog.add({piece.from, piece.to, part, piece.bytes_each, piece.blocks_each});
  }
  open_.add({piece.from, piece.to, rest, piece.bytes_each, piece.blocks_each});
}

// The oldest of the backlog; those that the destination has without anybody knowing it are not lost.
void Delivery::count_dropped(std::uint64_t messages) {
  const std::uint64_t there = std::min(unacknowledged_, messages);
  unacknowledged_ -= there;
  counters_.exported += there;
  counters_.dropped += messages - there;
}

void Delivery::drop_all() {
  count_dropped(open_.clear());
  for (auto& [partition, held] : held_) counters_.dropped += held.backlog.clear();
  std::erase_if(held_, [&](const auto& one) { return !held_back(one.first); });
}

// Messages that are sent as they come have the latency alone; others waited before.
void Delivery::count_delays(const Piece& piece, Time now) {
  const sim::Draw draw = needs_.streams->draw(needs_.number, purpose::export_latency, draws_++);
  const Duration latency = latency_.of(draw);
  if (streams_ && said_ == Delivering::current && !needs_.waits_for_file) {
    delays_.add(latency.count(), piece.count);
    return;
  }
  const std::uint64_t parts = std::min(piece.count, timed_apart);
  for (std::uint64_t i = 0; i < parts; ++i) {
    const std::uint64_t begin = piece.count * i / parts, end = piece.count * (i + 1) / parts;
    const Duration waited = now - piece.arrival(begin + (end - begin + 1) / 2);
    delays_.add((latency + waited).count(), end - begin);
  }
}

}  // namespace exports
