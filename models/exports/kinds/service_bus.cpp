#include "models/exports/kinds/service_bus.hpp"

#include <algorithm>
#include <limits>

namespace exports {

namespace {

constexpr Duration window = std::chrono::seconds(1);  // credits are given once a second

// The next size of a namespace, up or down; the same where there is none within the bounds.
std::uint32_t step(const std::vector<std::uint32_t>& sizes, std::uint32_t now, const Units& bounds, bool up) {
  std::uint32_t next = now;
  for (const std::uint32_t size : sizes) {
    if (size < bounds.count || size > bounds.most) continue;
    if (up && size > now) return size;
    if (!up && size < now) next = size;
  }
  return next;
}

}  // namespace

ServiceBus::ServiceBus(const Destination& settings, const Setup& setup, const ServiceBusFigures& figures)
    : Sink(settings, setup),
      figures_(figures),
      own_(settings.own.of<BusSettings>()),
      premium_(settings.tier == Tier::premium),
      space_(static_cast<ServiceBus&>(first())),
      limit_(premium_ ? own_.bytes_per_unit * settings.units.count : own_.credits, window,
             std::max(setup.longest, figures.busy_wait), setup_.all_senders + setup_.all_readers) {
  samples_.push_back({Time{}, 0, 0});
}

double ServiceBus::rate() const {
  return (premium_ ? own_.bytes_per_unit * units() : own_.credits) * capacity();
}

// Of what its consumer leaves, where that does not keep up.
double ServiceBus::takes_per_second(double bytes_each) const {
  const double all = premium_ ? own_.bytes_per_unit * units() : own_.credits;
  const double sent = sending_costs(bytes_each);
  if (sent <= 0) return all;
  if (settings_.consumers.empty()) return all / sent;
  const double read = reading_costs(bytes_each), both = all / (sent + read);
  const std::optional<double>& reads = settings_.consumers.front().reads;
  return reads && *reads < both ? (all - *reads * read) / sent : both;
}

void ServiceBus::apply_limits(Time now) {
  if (&space_ == this) limit_.set_rate(now, rate());
}

// Unless a consumer is described, what comes in goes out at once.
double ServiceBus::sending_costs(double bytes_each) const {
  const double sent = premium_ ? bytes_each : 1 + own_.filters;
  return settings_.consumers.empty() ? sent + reading_costs(bytes_each) : sent;
}

double ServiceBus::reading_costs(double bytes_each) const {
  return own_.subscriptions * (premium_ ? bytes_each : 1);
}

std::uint64_t ServiceBus::admit(Time now, const Offer& offer) {
  const double each = sending_costs(offer.bytes_each);
  const double wanted = static_cast<double>(offer.messages) * each;
  const double able =
      each > 0 ? space_.limit_.available(now, setup_.senders_before + offer.sender, wanted, offer.span) / each
               : static_cast<double>(offer.messages);
  const auto n = std::min(offer.messages, whole(able));
  space_.limit_.take(static_cast<double>(n) * each);
  space_.carried_ += static_cast<double>(n) * each;
  return n;
}

double ServiceBus::let_read(Time now, std::size_t reader, double may, double there, Duration span) {
  const double each = reading_costs(std::max(bytes_each(), 1.0));
  const std::size_t self = setup_.all_senders + setup_.readers_before + reader;
  return space_.limit_.available(now, self, std::min(may, there) * each, span) / each;
}

void ServiceBus::charge_read(std::uint64_t messages) {
  const double costs = static_cast<double>(messages) * reading_costs(std::max(bytes_each(), 1.0));
  space_.limit_.take(costs);
  space_.carried_ += costs;
}

double ServiceBus::bytes_free() const {
  if (settings_.consumers.empty()) return std::numeric_limits<double>::infinity();
  return static_cast<double>(own_.size) - static_cast<double>(lag()) * bytes_each();
}

double ServiceBus::in_use(Time now) const {
  const Sample& then = samples_.front();
  const double able = able_ + rate() * sim::seconds(now - sampled_) - then.able;
  return able > 0 ? (carried_ - then.carried) / able : 0;
}

Time ServiceBus::next_look() const {
  return premium_ && &space_ == this && settings_.units.most > settings_.units.count
             ? sampled_ + figures_.period
             : sim::never;
}

// The scaling engine looks at whole periods, at the mean of the time it looks back.
void ServiceBus::look_at_units(Time now) {
  able_ += rate() * sim::seconds(now - sampled_);
  sampled_ = now;
  samples_.push_back({now, carried_, able_});
  while (samples_.size() > 1 && samples_[1].at <= now - figures_.look_back) samples_.pop_front();
  if (now < cool_until_ || resizing() || now - samples_.front().at < figures_.look_back) return;
  const double used = in_use(now);
  const bool up = used > figures_.up;
  if (!up && used >= figures_.down) return;
  const std::uint32_t next = step(figures_.sizes, units(), settings_.units, up);
  if (next == units()) return;
  resize(now, next, figures_.resize);
  cool_until_ = now + figures_.cooldown;
}

}  // namespace exports
