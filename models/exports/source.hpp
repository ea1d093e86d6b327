// What there is to export: messages and property changes that the hubs have taken, and what becomes of
// devices.
#pragma once
#include <array>
#include <memory>
#include <vector>

#include "models/exports/settings.hpp"
#include "models/hub/hub.hpp"
#include "models/signals.hpp"

namespace exports {

using signals::Device;

// Connectivity as IoT Central tells it: once in a period, the devices that are in another state than at the
// last one. Lifecycle: devices provisioned, deleted, blocked, unblocked and approved, told in the same
// rhythm.
class DeviceEvents final : public signals::Listener {
 public:
  DeviceEvents(std::size_t devices, Duration period);
  void offline(Device d, Time at, ids::HubId, ids::CauseId, bool) override { turn(d, at); }
  void online(Device d, Time at, Time since, ids::HubId) override;
  void assigned(Device d, Time at, ids::HubId from, ids::HubId to) override;
  void left(Device d, Time at, ids::HubId hub) override;
  void operated(Device, Time at, signals::Operation, ids::CauseId) override { count(lifecycle_, at, 1); }

  // In periods that are over at `now`, since the start.
  std::uint64_t connectivity(Time now) { return connectivity_.up_to(period_of(now)); }
  std::uint64_t lifecycle(Time now) { return lifecycle_.up_to(period_of(now)); }

 private:
  struct Tally {
    std::vector<std::int64_t> in_period;
    std::size_t closed = 0;  // periods that are in the sum
    std::uint64_t sum = 0;
    std::uint64_t up_to(std::size_t period);
  };
  std::size_t period_of(Time t) const { return static_cast<std::size_t>(t.time_since_epoch() / period_); }
  void turn(Device d, Time at);
  void count(Tally& tally, Time at, int n);
  Duration period_;
  Tally connectivity_, lifecycle_;
  std::vector<std::uint32_t> turned_;  // of each device: its last period with a turn, twice, plus one if odd
};

class Source {
 public:
  // events: null unless some export wants them.
  Source(const hub::Hubs& hubs, DeviceEvents* events, const Figures& figures)
      : hubs_(hubs), events_(events), figures_(figures) {}
  // All of it up to now; amounts of a flow, so not whole. Bytes without envelope, but of events whole.
  struct Amount {
    hub::Taken enveloped, events;
    std::array<double, 4> by_kind{};  // messages: telemetry, properties, connectivity, lifecycle
    double messages() const { return enveloped.messages + events.messages; }
    Amount operator-(const Amount& o) const;
  };
  Amount up_to(Time now, const Data& data);

 private:
  void read(Time now);
  const hub::Hubs& hubs_;
  DeviceEvents* events_;
  const Figures& figures_;
  Time at_{Duration{-1}};
  hub::Taken telemetry_, properties_;
};

}  // namespace exports
