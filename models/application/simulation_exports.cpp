// The part of the simulation that has to do with exports: what they are built on.
#include <algorithm>

#include "models/application/simulation.hpp"
#include "models/application/topology.hpp"
#include "models/exports/tables.hpp"

namespace application {

namespace {

constexpr std::uint64_t partition_salt = 0x7061727469746e73;  // any: a static hash, the same in all runs

}  // namespace

// How much of what devices send goes to each partition, by the hash of their names.
std::vector<double> Simulation::partition_shares(std::uint32_t partitions) const {
  std::vector<double> shares(partitions);
  double all = 0;
  for (const device::RunGroup& one : devices_->roster().groups()) {
    const double rate = 1 / sim::seconds(one.group->telemetry.every);
    for (device::Device d = one.first; d < one.first + one.group->devices; ++d)
      shares[sim::mix(dps_->key(d), partition_salt) % partitions] += rate;
    all += rate * one.group->devices;
  }
  for (double& share : shares) share /= all;
  return shares;
}

void Simulation::build_exports() {
  const exports::Figures& figures = exports::figures();
  const bool events = std::any_of(scenario_.exports.begin(), scenario_.exports.end(), [](const auto& one) {
    return one.data.connectivity || one.data.lifecycle;
  });
  exports::Exports::Dependencies needs;
  needs.stage = &stage_;
  needs.board = &board_;
  needs.streams = &streams_;
  needs.hubs = &hubs_;
  if (events) {
    needs.events = std::make_unique<exports::DeviceEvents>(devices_->roster().size(), figures.snapshot);
    board_.subscribe(*needs.events);
  }
  for (const device::Group& group : scenario_.fleet) {
    needs.telemetry.push_back({group.devices / sim::seconds(group.telemetry.every), group.telemetry.bytes});
    if (group.properties)
      needs.properties.push_back(
          {group.devices / sim::seconds(group.properties->every), group.properties->bytes});
  }
  needs.into_hour = std::chrono::seconds((scenario_.start_utc_s % 3600 + 3600) % 3600);
  needs.keyed = [this](std::uint32_t partitions) { return partition_shares(partitions); };
  needs.round_trip = [this](const std::string& region) {
    const double km =
        network::distance_km(scenario_.regions.at(scenario_.region), scenario_.regions.at(region));
    return network::median_round_trip(km, scenario_.distance) + sim::Duration{1000};  // twice its own link
  };
  needs.moved = [this](sim::Time now, std::size_t) { conditions_->destination_moved(now); };
  exports_ = std::make_unique<exports::Exports>(std::move(needs), central, scenario_.destinations,
                                                scenario_.exports, figures);
}

std::vector<measures::Subject::Delivery> Simulation::deliveries() const {
  std::vector<measures::Subject::Delivery> all;
  for (const exports::Exports::Channel& channel : exports_->channels()) {
    all.push_back(
        {scenario_.exports[channel.source].name + "." + scenario_.destinations[channel.destination].name});
    const faults::Site site = site_of(scenario_, channel.destination);
    for (const CauseId i : incidents_.ids())
      if (faults::concerns(incidents_[i].what, site)) all.back().faults.push_back(i);
  }
  return all;
}

}  // namespace application
