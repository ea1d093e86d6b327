// The life of one device in words, with the cause of each step. Listens only.
#pragma once
#include <string>
#include <vector>

#include "models/causes.hpp"
#include "models/measures/measure.hpp"
#include "models/signals.hpp"

namespace measures {

class Trace final : public signals::Listener, public Measure {
 public:
  Trace(Device device, ids::PerId<HubId, std::string> hubs, signals::Causes causes)
      : device_(device), hubs_(std::move(hubs)), causes_(std::move(causes)) {}

  void offline(Device, Time at, HubId hub, CauseId fault, bool planned) override;
  void failed(Device, Time start, Time at, HubId hub, signals::Error, CauseId fault) override;
  void activity(Device, Time from, signals::Activity, HubId hub) override;
  void online(Device, Time at, Time since, HubId hub) override;
  void ready(Device, Time at) override;
  void renewed(Device, Time at, HubId hub) override;
  void gave_up(Device, Time at) override;
  void stopped(Device, Time at, CauseId fault, Time plan, HubId hub) override;
  void started(Device, Time at) override;
  void joined(Device, Time at) override;
  void left(Device, Time at, HubId hub) override;
  void assigned(Device, Time at, HubId from, HubId to) override;
  void chosen_in_vain(Device, Time at, HubId hub, bool stays) override;
  void moved(Device, Time at, HubId hub, CauseId action) override;
  void operated(Device, Time at, signals::Operation, CauseId action) override;
  void fault_began(Time at, CauseId fault) override;
  void fault_ended(Time at, CauseId fault) override;
  void hub_allocatable(Time at, HubId hub, bool allocatable) override;

  void finish(Time end) override { end_ = end; }
  // The lines in order of time, those within the run.
  void report(Report& report) const override;

 private:
  std::string name(HubId hub) const;
  void say(Time at, std::string text) { lines_.push_back({sim::seconds(at), std::move(text)}); }
  Device device_;
  ids::PerId<HubId, std::string> hubs_;
  signals::Causes causes_;
  std::vector<TraceLine> lines_;
  Time end_{};
};

}  // namespace measures
