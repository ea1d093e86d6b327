#include "models/device/roster.hpp"

#include "models/purpose.hpp"

namespace device {

namespace {

std::size_t total_of(const RunGroups& groups) {
  std::size_t total = 0;
  for (const RunGroup& one : groups) total += one.group->devices;
  return total;
}

}  // namespace

// The flow of a synchronised group begins with the round and takes as long as its jitter; without jitter it
// is a lump at the instant of the clocks.
double flow_ahead(const RunGroup& group, const MessageClock& clock, Time t) {
  const Telemetry& load = group.group->telemetry;
  if (!load.synchronised) return clock.part(t);
  if (load.jitter.count() == 0) return 0;
  const MessageClock rounds{Duration{0}, clock.period, clock.pace};
  const double into = rounds.part(t) * static_cast<double>(clock.period.count());
  const double flowed = std::min(into / static_cast<double>(load.jitter.count()), 1.0);
  return flowed - static_cast<double>(clock.count(t) - rounds.count(t) + 1);
}

Roster::Roster(const sim::Streams& streams, RunGroups groups, std::size_t hubs)
    : streams_(streams),
      groups_(std::move(groups)),
      clients_(total_of(groups_)),
      by_hub_(hubs, clients_.size()) {
  for (const GroupId g : groups_.ids())
    for (Device i = 0; i < groups_[g].group->devices; ++i) clients_[groups_[g].first + i].group = g;
}

MessageClock Roster::message_clock(Device device) const {
  const RunGroup& k = group_of(device);
  const Telemetry& telemetry = k.group->telemetry;
  const Pace* pace = k.pace ? &*k.pace : nullptr;
  const Duration spread = telemetry.synchronised ? telemetry.jitter : telemetry.every;
  if (spread.count() == 0) return {Duration{0}, telemetry.every, pace};
  const double u = drawn_once(device, purpose::telemetry_phase);
  return {sim::uniform_between(Duration{0}, spread, u), telemetry.every, pace};
}

Time Roster::departure_of(Device d, const Joins& leaves) const {
  const RunGroup& k = group_of(d);
  return Time{leaves.of(d - k.first, k.group->devices)};
}

}  // namespace device
