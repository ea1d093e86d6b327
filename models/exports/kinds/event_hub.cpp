#include "models/exports/kinds/event_hub.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace exports {

EventHub::EventHub(const Destination& settings, const Setup& setup, const EventHubsFigures& figures)
    : Sink(settings, setup),
      figures_(figures),
      tier_(figures.tiers.at(settings.tier)),
      own_(settings_of(settings, tier_)),
      space_(static_cast<EventHub&>(first())),
      in_(limits(own_.events_in, own_.bytes_in, setup_.all_senders)),
      demand_(setup_.all_senders) {
  if (own_.partition_limit)
    partition_.emplace(limits(figures.partition_events, figures.partition_bytes, setup_.senders));
  if (setup_.all_readers > 1) out_.emplace(limits(tier_.events_out, tier_.bytes_out, setup_.all_readers));
  set_rates(Time{});
}

EventHubSettings EventHub::settings_of(const Destination& settings, const EventHubsTier& tier) {
  EventHubSettings own = settings.own.of<EventHubSettings>();
  if (own.events_in <= 0) own.events_in = tier.events_in;
  if (own.bytes_in <= 0) own.bytes_in = tier.bytes_in;
  return own;
}

EventHub::Limits EventHub::limits(double events, double bytes, std::size_t senders) const {
  const Duration longest = std::max(setup_.longest, figures_.busy_wait);
  return {SharedLimit(events * settings_.units.count, figures_.window, longest, senders),
          SharedLimit(bytes * settings_.units.count, figures_.window, longest, senders)};
}

void EventHub::Limits::set_rates(Time now, double events_a_second, double bytes_a_second) {
  events.set_rate(now, events_a_second);
  bytes.set_rate(now, bytes_a_second);
}

double EventHub::Limits::available(Time now, std::size_t sender, double messages, double bytes_each,
                                   Duration span) {
  const double by_events = events.available(now, sender, messages, span);
  const double by_bytes = bytes.available(now, sender, messages * bytes_each, span);
  return bytes_each > 0 ? std::min(by_events, by_bytes / bytes_each) : by_events;
}

void EventHub::Limits::take(double messages, double bytes_each) {
  events.take(messages);
  bytes.take(messages * bytes_each);
}

// How many times the throughput of the fullest partition all that are there take together: what is sent goes
// to them by fixed shares, and a sender whose fullest partition is busy waits with all of it.
double EventHub::partitions_worth(bool well) const {
  double all = 0, most = 0;
  for (std::uint32_t p = 0; p < settings_.partitions; ++p) {
    if (!well && partitions_out().contains(p)) continue;
    const double share = setup_.shares.empty() ? 1 : setup_.shares[p];
    all += share;
    most = std::max(most, share);
  }
  return most > 0 ? all / most : 0;
}

double EventHub::takes_per_second(double bytes_each) const {
  double events = own_.events_in * units(), bytes = own_.bytes_in * units();
  if (own_.partition_limit) {
    const double worth = partitions_worth(true);
    events = std::min(events, figures_.partition_events * worth);
    bytes = std::min(bytes, figures_.partition_bytes * worth);
  }
  return bytes_each > 0 ? std::min(events, bytes / bytes_each) : events;
}

void EventHub::apply_limits(Time now) { set_rates(now); }

void EventHub::set_rates(Time now) {
  const double share = capacity(), all = units() * share;
  in_.set_rates(now, own_.events_in * all, own_.bytes_in * all);
  if (out_) out_->set_rates(now, tier_.events_out * all, tier_.bytes_out * all);
  if (!partition_) return;
  const double worth = partitions_worth(false) * share;
  partition_->set_rates(now, figures_.partition_events * worth, figures_.partition_bytes * worth);
}

std::uint64_t EventHub::admit(Time now, const Offer& offer) {
  const auto wanted = static_cast<double>(offer.messages);
  const std::size_t sender = setup_.senders_before + offer.sender;
  const double waits = wanted - static_cast<double>(std::min(offer.fresh, offer.messages));
  const double rate = offer.arriving + waits / sim::seconds(figures_.inflate_step);
  space_.demand_[sender] = {rate, rate * offer.bytes_each};
  if (own_.inflates == Inflates::load) space_.follow_load(offer.span);
  const double by_units = space_.in_.available(now, sender, wanted, offer.bytes_each, offer.span);
  double able = by_units;
  if (partition_)
    able = std::min(able, partition_->available(now, offer.sender, wanted, offer.bytes_each, offer.span));
  const auto n = std::min(offer.messages, whole(able));
  space_.in_.take(static_cast<double>(n), offer.bytes_each);
  if (partition_) partition_->take(static_cast<double>(n), offer.bytes_each);
  if (own_.inflates == Inflates::refused && whole(by_units) < offer.messages) space_.inflate(now);
  return n;
}

double EventHub::units_needed() const {
  Demand all;
  for (const Demand& one : demand_) {
    all.events += one.events;
    all.bytes += one.bytes;
  }
  return std::ceil(std::max(all.events / own_.events_in, all.bytes / own_.bytes_in));
}

// One step to the units that are needed, and never back.
void EventHub::inflate(Time now) {
  const std::uint32_t most = settings_.units.most;
  if (units() >= most || resizing() || now < inflate_at_) return;
  const double next = std::clamp(units_needed(), static_cast<double>(units() + 1), static_cast<double>(most));
  resize(now, static_cast<std::uint32_t>(next), figures_.resize);
  inflate_at_ = now + figures_.inflate_step;
}

// As the page on auto-inflate promises: before anything is refused, for what is read as well as for what
// comes in.
void EventHub::follow_load(Duration span) {
  const std::uint32_t most = settings_.units.most;
  if (units() >= most) return;
  double events = 0, bytes = 0;
  for (const Sink* member : members()) {
    const auto& hub = static_cast<const EventHub&>(*member);
    const double reads = hub.reading_demand(figures_.inflate_step);
    events += reads;
    bytes += reads * hub.bytes_each();
  }
  const double needed =
      std::max(units_needed(), std::ceil(std::max(events / tier_.events_out, bytes / tier_.bytes_out)));
  if (needed <= units()) return;
  const auto next = static_cast<std::uint32_t>(std::min(needed, static_cast<double>(most)));
  const double more = (next - units()) * capacity() * sim::seconds(std::max(span, figures_.window));
  grow(next);
  in_.events.take(-own_.events_in * more);
  in_.bytes.take(-own_.bytes_in * more);
}

// Of a lone consumer; several share it.
double EventHub::egress() const {
  if (space_.out_) return std::numeric_limits<double>::infinity();
  const double bytes = std::max(bytes_each(), 1.0);
  return std::min(tier_.events_out, tier_.bytes_out / bytes) * units() * capacity();
}

double EventHub::let_read(Time now, std::size_t reader, double may, double there, Duration span) {
  if (!space_.out_) return may;
  return space_.out_->available(now, setup_.readers_before + reader, std::min(may, there), bytes_each(),
                                span);
}

void EventHub::charge_read(std::uint64_t messages) {
  if (space_.out_) space_.out_->take(static_cast<double>(messages), bytes_each());
}

Duration EventHub::longest_read() const {
  return space_.out_ ? space_.out_->events.longest() : Duration::max();
}

}  // namespace exports
