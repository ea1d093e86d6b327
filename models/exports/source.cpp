#include "models/exports/source.hpp"

#include <algorithm>

namespace exports {

DeviceEvents::DeviceEvents(std::size_t devices, Duration period) : period_(period), turned_(devices) {}

// Instants may lie ahead; what belongs to a period that has been told already is told with the next.
void DeviceEvents::count(Tally& tally, Time at, int n) {
  const std::size_t period = std::max(period_of(at), tally.closed);
  if (period >= tally.in_period.size()) tally.in_period.resize(period + 1);
  tally.in_period[period] += n;
}

std::uint64_t DeviceEvents::Tally::up_to(std::size_t period) {
  for (; closed < period; ++closed)
    if (closed < in_period.size())
      sum += static_cast<std::uint64_t>(std::max<std::int64_t>(0, in_period[closed]));
  return sum;
}

// Two turns within a period leave the device as it was.
void DeviceEvents::turn(Device d, Time at) {
  const auto period = static_cast<std::uint32_t>(std::max(period_of(at), connectivity_.closed));
  std::uint32_t& turned = turned_[d];
  const bool odd = turned == 2 * period + 1;
  count(connectivity_, at, odd ? -1 : 1);
  turned = 2 * period + (odd ? 0 : 1);
}

// Who is connected from the start on has not come.
void DeviceEvents::online(Device d, Time at, Time, ids::HubId) {
  if (at > Time{}) turn(d, at);
}

void DeviceEvents::left(Device d, Time at, ids::HubId hub) {
  count(lifecycle_, at, 1);
  if (hub != ids::HubId::none) turn(d, at);
}

void DeviceEvents::assigned(Device, Time at, ids::HubId from, ids::HubId to) {
  if (from == ids::HubId::none && to != ids::HubId::none && at > Time{}) count(lifecycle_, at, 1);
}

void Source::read(Time now) {
  if (now == at_) return;
  at_ = now;
  telemetry_ = properties_ = {};
  for (hub::Hub* hub : hubs_) {
    hub->advance_ingress(now);
    telemetry_ += hub->ingress().messages_taken();
    properties_ += hub->ingress().properties_taken();
  }
}

Source::Amount Source::Amount::operator-(const Amount& o) const {
  Amount rest{enveloped - o.enveloped, events - o.events, by_kind};
  for (std::size_t kind = 0; kind < by_kind.size(); ++kind) rest.by_kind[kind] -= o.by_kind[kind];
  return rest;
}

Source::Amount Source::up_to(Time now, const Data& data) {
  read(now);
  Amount amount;
  const auto add = [&](std::size_t kind, hub::Taken& to, const hub::Taken& more) {
    to += more;
    amount.by_kind[kind] = more.messages;
  };
  const auto events = [](std::uint64_t n, std::uint64_t bytes) {
    return hub::Taken{static_cast<double>(n), static_cast<double>(n * bytes)};
  };
  if (data.telemetry) add(0, amount.enveloped, telemetry_);
  if (data.properties) add(1, amount.enveloped, properties_);
  if (data.connectivity)
    add(2, amount.events, events(events_->connectivity(now), figures_.connectivity_event));
  if (data.lifecycle) add(3, amount.events, events(events_->lifecycle(now), figures_.lifecycle_event));
  return amount;
}

}  // namespace exports
