// The life of one device in words, with the cause of each step. Listens only.
#pragma once
#include <string>
#include <vector>

#include "models/measures/report.hpp"
#include "models/signals.hpp"

namespace measures {

using signals::Device;
using sim::Time;

class Trace final : public signals::Listener {
 public:
  // `actions`: what moves devices or is done to them, numbered on after the faults.
  Trace(Device device, std::vector<std::string> hubs, std::vector<std::string> faults,
        std::vector<std::string> actions)
      : device_(device), hubs_(std::move(hubs)), faults_(std::move(faults)), actions_(std::move(actions)) {}

  void offline(Device, Time at, int hub, int fault, bool planned) override;
  void failed(Device, Time start, Time at, int hub, signals::Error, int fault) override;
  void activity(Device, Time from, signals::Activity, int hub) override;
  void online(Device, Time at, Time since, int hub) override;
  void renewed(Device, Time at, int hub) override;
  void gave_up(Device, Time at) override;
  void joined(Device, Time at) override;
  void left(Device, Time at, int hub) override;
  void assigned(Device, Time at, int from, int to) override;
  void moved(Device, Time at, int hub, int action) override;
  void operated(Device, Time at, signals::Operation, int action) override;
  void fault_began(Time at, int fault) override;
  void fault_ended(Time at, int fault) override;
  void hub_allocatable(Time at, int hub, bool allocatable) override;

  // The lines in order of time, those within the run.
  void report(Report& report, Time end) const;

 private:
  std::string name(int hub) const;
  std::string cause(int fault) const;
  void say(Time at, std::string text) { lines_.push_back({sim::seconds(at), std::move(text)}); }
  Device device_;
  std::vector<std::string> hubs_, faults_, actions_;
  std::vector<TraceLine> lines_;
};

}  // namespace measures
