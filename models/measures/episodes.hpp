// Each recovery episode by itself, for whoever asks: what each device met, and when it was back. Recovery
// says which fault owns an episode and when it ends; the rest is listened to.
#pragma once
#include <functional>
#include <unordered_map>
#include <vector>

#include "models/measures/measure.hpp"

namespace measures {

// An episode as Recovery closes it. begin: of the incident that owns it; noticed: when the device knew that
// it had lost its connection; at: when it was back, or the end of the run or its leaving. attempts: to
// connect to a hub since it lost service, the one that succeeded included; registrations: requests to be
// registered.
struct EndedEpisode {
  Device device = 0;
  GroupId group;
  CauseId fault;
  Time begin, lost, noticed, at;
  bool back = false;
  std::uint32_t attempts = 0, registrations = 0;
};

class Episodes final : public signals::Listener, public Measure {
 public:
  struct Setup {
    std::vector<std::string> faults;            // names
    ids::PerId<CauseId, std::size_t> fault_of;  // index of its name
    ids::PerId<CauseId, bool> action;           // of IoT Central or an operator: no relapse
    ids::PerId<GroupId, std::string> groups;
    ids::PerId<GroupId, Device> first_of;  // device of each group
    ids::PerId<HubId, std::string> hubs;
    sim::Duration relapse{0};  // a loss so soon after the return is one of the same episode
  };
  explicit Episodes(Setup setup);

  void ended(const EndedEpisode& episode);

  void offline(Device, Time at, HubId hub, CauseId fault, bool planned) override;
  void activity(Device, Time from, signals::Activity, HubId hub) override;
  void online(Device, Time at, Time since, HubId hub) override;
  void gave_up(Device, Time at) override;
  void left(Device, Time at, HubId hub) override;

  void report(Report& report) const override;

 private:
  // A device without service.
  struct Away {
    HubId before;         // whose connection it lost; none, if it had none
    Time attempt{};       // start of the latest attempt
    bool queued = false;  // its CONNECT is held
    bool gave_up = false;
  };
  struct Return {
    std::size_t episode;
    Time at;
  };
  Setup setup_;
  EpisodeTable table_;
  std::unordered_map<Device, Away> away_;        // never iterated
  std::unordered_map<Device, Return> returned_;  // the latest return of each; never iterated
  std::unordered_map<Device, std::size_t>
      relapsed_;  // episodes of devices that are away again; never iterated
};

}  // namespace measures
