// Moves an application whose cloud region is lost to its recovery region, and back when an operator says so;
// and carries out the manual failover of single hubs. An actor on a host that no fault touches.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/control/lifecycle.hpp"
#include "models/control/mover.hpp"
#include "models/failover/settings.hpp"

namespace failover {

using ids::CauseId;
using ids::HubId;
using signals::Device;

class Coordinator final : public signals::Listener {
 public:
  // What it cannot reach itself: where services are, and what devices see of them.
  struct Hands {
    std::function<void(Time, const std::string& region)> move_dps;
    // The hub's name leads to this region from now on; `old`: what devices with the old address meet there.
    std::function<void(Time, HubId hub, const std::string& region, hub::Mode old, CauseId cause)> move_hub;
    // The hub answers nobody while it fails over.
    std::function<void(Time, HubId hub, bool away, CauseId cause)> set_away;
    std::function<bool(const std::string& region)> lost;
    std::function<Duration(Device)> property_period;  // zero: it reports no properties
  };
  struct Dependencies {
    sim::Stage* stage = nullptr;
    control::Inventory* inventory = nullptr;
    provisioning::Service* dps = nullptr;
    control::Mover* mover = nullptr;  // null where nobody fails back
    const sim::Streams* streams = nullptr;
    signals::Board* board = nullptr;
    std::string home, recovery;                   // regions; no recovery region: empty
    std::vector<HubId> home_hubs, recovery_hubs;  // one there for each one here
    control::Triangular create;                   // of a hub or a provisioning service
    bool limits = true;                           // a hub moves once an hour (facts, platform 3.7)
    bool probed = true;                           // a prober finds hubs that are back
    Hands hands;
  };
  // Spawned on host `here`.
  Coordinator(const Dependencies& needs, const std::string& here, const Settings& settings);

  // A fault takes a region; to be told before it acts.
  void region_lost(Time now, CauseId fault, const std::string& region);
  // Other faults act now: the region may be back.
  void look(Time now);
  // What an operator says. False, with the reason in the timeline, where it cannot be done.
  bool fail_over(Time now);
  bool fail_back(Time now, CauseId action);
  // Its manual failover: to the recovery region, or home.
  bool fail_over_hub(Time now, HubId hub, bool home, CauseId action);

  void assigned(Device, Time at, HubId from, HubId to) override;

 private:
  struct Loss {
    CauseId fault;
    std::string region;
    Time at{};
    double unread = 0;
    bool detected = false, asked = false, decided = false, dps_moved = false, over = false;
    std::vector<bool> had_hub;  // of those of the home region: it was there and worked there
    std::size_t hubs_to_come = 0;
    std::vector<std::function<void(Time)>> held;  // steps that wait for the recovery region, lost as well
  };
  bool current(CauseId fault) const { return loss_ && loss_->fault == fault && !loss_->over; }
  void detect(Time now);
  void decide(Time now);
  void at(Time t, std::function<void(Time)> what);
  void from(Time now, Time t, const std::function<void(Time)>& what);
  void in_recovery_from(Time now, Time t, const std::function<void(Time)>& what);
  std::vector<HubId> hubs_in(const std::string& region) const;
  std::vector<HubId> guests() const;
  void bring_dps_back(Time now);
  void bring_hubs_back(Time now);
  void bring_hub_back(Time now, std::size_t i);
  void finish_hubs(Time now);
  void call_off(Time now);
  void forget_what_is_lost(Time now);
  void return_home(Time now, CauseId action);
  void open_home(Time now);
  void leave_recovery(Time now, CauseId action);
  void leave(Time now, HubId hub, CauseId action);
  void hub_left(Time now, HubId hub);
  void interrupt_return(Time now);
  std::string obstacle_to_failover(Time now, HubId hub, const std::string& to) const;
  void switch_hub(Time now, HubId hub, const std::string& to, CauseId action);
  void hub_returned(Time now, HubId hub);
  Duration drawn(const Delay& delay, const char* what, std::size_t index = 0) const;
  // Of a way from one of the two regions to the other.
  void say(Time now, signals::Decision::Outcome outcome, const std::string& to, const std::string& why,
           HubId hub = HubId::none) const;
  void step(Time now, signals::RegionStep which) const;
  signals::Size size_like(HubId hub) const;

  Dependencies needs_;
  Settings settings_;
  control::Lifecycle steps_;
  std::string where_;  // the region of the application
  std::optional<Loss> loss_;
  bool going_home_ = false;
  CauseId home_action_;              // what ordered the way home
  std::size_t leaving_ = 0;          // hubs that are left on the way home
  std::string staying_;              // hubs of them that devices cannot leave, for the timeline
  bool interrupted_ = false;         // the way home, by another loss of the home region
  std::set<HubId> native_;           // hubs that belong to the recovery region
  std::map<HubId, Time> hub_moved_;  // hubs that have failed over by themselves, when last
  std::uint32_t losses_ = 0;
  std::deque<std::pair<Time, Device>> recent_;  // assignments younger than the copy of the registry
  std::set<HubId> returning_;                   // hubs that fail over to the home region with it
  std::set<HubId> failing_over_;                // hubs
};

}  // namespace failover
