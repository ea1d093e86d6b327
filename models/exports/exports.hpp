// Data export as a whole: destinations on hosts of their own, an actor for each export and destination, and
// one for each destination that its owner fails over when its region is lost.
#pragma once
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/exports/delivery.hpp"

namespace exports {

class Exports {
 public:
  struct Dependencies {
    sim::Stage* stage = nullptr;
    const signals::Board* board = nullptr;
    const sim::Streams* streams = nullptr;
    const hub::Hubs* hubs = nullptr;
    std::unique_ptr<DeviceEvents> events{};  // none, where no export wants them
    // How much of the telemetry, and of the property updates, has which size: weights and bytes.
    struct Sizes {
      double weight = 0;
      std::uint64_t bytes = 0;
    };
    std::vector<Sizes> telemetry{}, properties{};
    Duration into_hour{0};  // of the clock, when the run starts
    // Share of what devices send that goes to each of so many partitions, by their names.
    std::function<std::vector<double>(std::uint32_t partitions)> keyed;
    std::function<Duration(const std::string& region)> round_trip;  // from those who decide
    std::function<bool(const std::string& region)> lost;            // whether the region is
    std::function<void(Time, std::size_t destination)> moved;       // a destination is in another region now
  };
  // Spawns its actors on host `here`; the hosts of the destinations are there already, see address().
  Exports(Dependencies needs, const std::string& here, const std::vector<Destination>& destinations,
          const std::vector<Export>& exports, const Figures& figures);

  // The host of a destination in a region.
  static std::string address(const std::string& destination, const std::string& region) {
    return destination + " in " + region;
  }

  std::size_t destinations() const { return sinks_.size(); }
  Sink& sink(std::size_t destination) { return *sinks_[destination]; }
  const Sink& sink(std::size_t destination) const { return *sinks_[destination]; }
  struct Channel {
    std::size_t source, destination;  // indices of an export and a destination
    std::unique_ptr<Delivery> delivery;
  };
  // In the order of the scenario: each export, each of its destinations.
  const std::vector<Channel>& channels() const { return channels_; }

  // A destination is about to change, and has.
  // breaks: it will not be reached, or not serve.
  void before_change(Time now, std::size_t destination, bool breaks);
  void set_state(Time now, std::size_t destination, hub::Mode mode, double capacity,
                 const std::set<std::uint32_t>& partitions_out, bool reached);
  // Whether the region of the destination is lost, for its owner.
  void region_changed(Time now, std::size_t destination, bool lost);
  // An operator disables the export and enables it again after `off`. False if it is not on.
  bool restart(Time now, std::size_t source, Duration off);
  // While the application's region is lost nothing is exported; then all exports start anew.
  void set_managed(Time now, bool managed);
  void settle(Time now);  // all of them
  void forget_peaks();

 private:
  struct Pair {
    std::size_t source, destination, sender;
  };
  Delivery::Dependencies delivery_of(const Pair& pair, const Figures& figures);
  void make_sinks(std::vector<Sink::Setup>& setups);
  const std::vector<double>& shares_of(std::uint32_t partitions);
  std::array<double, 4> blocks_of(const Export& from, const Destination& to, const Figures& figures) const;
  void spawn(const std::string& here);
  void tell(Time now, std::size_t destination, const std::string& what) const;
  void guard(sim::Member& me, std::size_t destination);
  std::string mailbox(const Channel& channel, const std::string& region) const;
  void respond(const Channel& channel, std::size_t sender, const std::string& region);
  void reach(const Channel& channel, const std::string& region);
  Dependencies needs_;
  const std::vector<Destination>& settings_;
  const std::vector<Export>& exports_;
  Source source_;
  std::map<std::uint32_t, std::vector<double>> shares_;  // of what devices send, by the number of partitions
  std::vector<std::unique_ptr<Sink>> sinks_;
  std::vector<Channel> channels_;
  struct Guard {
    sim::Member* member = nullptr;
    bool lost = false;
    bool done = false;
    Time since{};  // lost
  };
  std::vector<Guard> guards_;  // of each destination
  bool managed_ = true;
  std::size_t holding_ = 0;  // deliveries that hold the hubs
};

}  // namespace exports
