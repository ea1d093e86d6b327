#include "models/exports/event_hub.hpp"

#include <algorithm>
#include <cmath>

namespace exports {

EventHub::EventHub(const Destination& settings, const Setup& setup, const EventHubsFigures& figures)
    : Sink(settings, setup),
      figures_(figures),
      tier_(figures.tiers.at(settings.tier)),
      events_(tier_.events_in * settings.units.count, figures.window,
              std::max(setup.longest, figures.busy_wait), setup.senders),
      bytes_(tier_.bytes_in * settings.units.count, figures.window,
             std::max(setup.longest, figures.busy_wait), setup.senders),
      demand_(setup.senders) {}

double EventHub::takes_per_second(double bytes_each) const {
  const double events = tier_.events_in * units();
  return bytes_each > 0 ? std::min(events, tier_.bytes_in * units() / bytes_each) : events;
}

void EventHub::apply_limits(Time now) {
  events_.set_rate(now, tier_.events_in * units() * capacity());
  bytes_.set_rate(now, tier_.bytes_in * units() * capacity());
}

std::uint64_t EventHub::admit(Time now, const Offer& offer) {
  const auto wanted = static_cast<double>(offer.messages);
  const double events = events_.available(now, offer.sender, wanted, offer.span);
  const double bytes = bytes_.available(now, offer.sender, wanted * offer.bytes_each, offer.span);
  const double able = std::min(events, offer.bytes_each > 0 ? bytes / offer.bytes_each : wanted);
  const auto n = std::min(offer.messages, whole(able));
  events_.take(static_cast<double>(n));
  bytes_.take(static_cast<double>(n) * offer.bytes_each);
  const double waits = wanted - static_cast<double>(std::min(offer.fresh, offer.messages));
  const double rate = offer.arriving + waits / sim::seconds(figures_.inflate_step);
  demand_[offer.sender] = {rate, rate * offer.bytes_each};
  if (n < offer.messages) inflate(now);
  return n;
}

// One step to the units that are needed, and never back.
void EventHub::inflate(Time now) {
  const std::uint32_t most = settings_.units.most;
  if (units() >= most || resizing() || now < inflate_at_) return;
  Demand all;
  for (const Demand& one : demand_) {
    all.events += one.events;
    all.bytes += one.bytes;
  }
  const double needed = std::ceil(std::max(all.events / tier_.events_in, all.bytes / tier_.bytes_in));
  const double next = std::clamp(needed, static_cast<double>(units() + 1), static_cast<double>(most));
  resize(now, static_cast<std::uint32_t>(next), figures_.resize);
  inflate_at_ = now + figures_.inflate_step;
}

double EventHub::egress() const {
  const double bytes = std::max(bytes_each(), 1.0);
  return std::min(tier_.events_out, tier_.bytes_out / bytes) * units() * capacity();
}

}  // namespace exports
