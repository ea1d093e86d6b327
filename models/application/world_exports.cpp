// The part of the world that has to do with exports: what they are built on.
#include <algorithm>

#include "models/application/topology.hpp"
#include "models/application/world.hpp"
#include "models/exports/tables.hpp"

namespace application {

namespace {

constexpr std::uint64_t partition_salt = 0x7061727469746e73;  // any: a static hash, the same in all runs

}  // namespace

// How much of what devices send goes to each partition, by the hash of their names.
std::vector<double> World::partition_shares(std::uint32_t partitions) const {
  std::vector<double> shares(partitions);
  double all = 0;
  for (const device::Kind& kind : devices_->kinds()) {
    const double rate = 1 / sim::seconds(kind.group->telemetry.every);
    for (device::Device d = kind.first; d < kind.first + kind.group->devices; ++d)
      shares[sim::mix(dps_->key(d), partition_salt) % partitions] += rate;
    all += rate * kind.group->devices;
  }
  for (double& share : shares) share /= all;
  return shares;
}

void World::build_exports() {
  const exports::Figures& figures = exports::figures();
  const bool events = std::any_of(scenario_.exports.begin(), scenario_.exports.end(), [](const auto& one) {
    return one.data.connectivity || one.data.lifecycle;
  });
  if (events) {
    device_events_ = std::make_unique<exports::DeviceEvents>(devices_->size(), figures.snapshot);
    board_.subscribe(*device_events_);
  }
  exports::Exports::World world;
  world.stage = &stage_;
  world.board = &board_;
  world.streams = &streams_;
  world.hubs = &hubs_;
  world.events = device_events_.get();
  world.keyed = [this](std::uint32_t partitions) { return partition_shares(partitions); };
  world.round_trip = [this](const std::string& region) {
    const double km =
        network::distance_km(scenario_.regions.at(scenario_.region), scenario_.regions.at(region));
    return network::median_round_trip(km, scenario_.distance) + sim::Duration{1000};  // twice its own link
  };
  world.moved = [this](sim::Time now, std::size_t) { conditions_->destination_moved(now); };
  exports_ = std::make_unique<exports::Exports>(std::move(world), central, scenario_.destinations,
                                                scenario_.exports, figures);
  export_totals_ = std::make_unique<exports::Totals>(*exports_, scenario_.exports);
  build_delivery_measure();
}

void World::build_delivery_measure() {
  measures::Deliveries::Setup setup;
  setup.warmup = sim::Time{scenario_.warmup};
  for (const exports::Exports::Route& route : exports_->routes()) {
    setup.names.push_back(scenario_.exports[route.source].name + "." +
                          scenario_.destinations[route.destination].name);
    setup.faults.emplace_back();
    const faults::Site site = site_of(scenario_, route.destination);
    for (const CauseId i : incidents_.ids())
      if (faults::concerns(incidents_[i].what, site)) setup.faults.back().push_back(i);
  }
  deliveries_ = std::make_unique<measures::Deliveries>(std::move(setup));
  board_.subscribe(*deliveries_);
}

}  // namespace application
