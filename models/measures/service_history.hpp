// Which services serve, which hubs may be allocated to, and which groups of devices reach them, over time:
// what a waiting device could hope for.
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/signals.hpp"

namespace measures {

using ids::GroupId;
using ids::HubId;
using sim::Duration;
using sim::Time;

struct Subject;

class ServiceHistory final : public signals::Listener {
 public:
  // What a device finds whose next request goes to a hub, or to DPS.
  enum class Prospect : std::uint8_t {
    serves,
    alternative,  // that hub is down, while DPS and another hub that allocation may use serve
    down,
  };
  // The first `there` of the hubs exist from the start; the others may come. `paths`: of each group the
  // number of the access path of its devices; groups with the same number reach the same services at all
  // times.
  ServiceHistory(std::size_t hubs, std::size_t there, const std::vector<std::size_t>& paths);
  explicit ServiceHistory(std::size_t hubs) : ServiceHistory(hubs, hubs, {0}) {}
  void hub_serves(Time at, HubId hub, bool serves) override;
  void hub_allocatable(Time at, HubId hub, bool allocatable) override;
  void dps_serves(Time at, bool serves) override;
  void path_open(Time at, GroupId group, HubId hub, bool open) override;

  // Calls use(view, length) for stretches of [from, to) with one view of a hub, or of DPS (none), by the
  // devices of a group. Only for instants that have passed.
  template <class Use>
  void split(GroupId group, HubId hub, Time from, Time to, const Use& use) const {
    if (to <= from) return;
    const std::size_t seen = sight_.known(group);
    const Change& latest = latest_[seen * (serves_.size() + 1) + place(hub)];
    if (from >= latest.from) return use(latest.view, to - from);
    split_past(seen, hub, from, to, use);
  }
  // Calls use(from, to, allowed) for stretches of [from, to) in which allocation may, or may not, use a hub.
  template <class Use>
  void split_allocation(HubId hub, Time from, Time to, const Use& use) const {
    const std::vector<Allowed>& history = allowed_[hub];
    for (std::size_t i = 0; i < history.size() && from < to; ++i) {
      const Time end = i + 1 < history.size() && history[i + 1].from < to ? history[i + 1].from : to;
      if (end <= from) continue;
      use(from, end, history[i].allowed);
      from = end;
    }
  }
  Prospect view(GroupId group, HubId hub) const {  // now
    return latest_[sight_[group] * (serves_.size() + 1) + place(hub)].view;
  }
  bool allocatable(HubId hub) const { return allocatable_[hub]; }

 private:
  struct Change {
    Time from;
    Prospect view;
  };
  using History = std::vector<Change>;
  struct Allowed {
    Time from;
    bool allowed;
  };
  // What the devices of some groups see. They see what all do until one of their paths is cut; from then on
  // they have a sight of their own.
  struct Sight {
    Time since = Time::min();
    std::vector<bool> open;          // their paths to DPS, then to the hubs
    ids::PerId<HubId, bool> usable;  // hubs that serve, are reached and may be allocated to
    std::size_t usable_hubs = 0;
    bool elsewhere = false;      // whether DPS would give them one of these
    std::vector<History> views;  // of DPS, then of the hubs
  };
  static std::size_t place(HubId hub) { return hub == HubId::none ? 0 : hub.index() + 1; }
  template <class Use>
  [[gnu::noinline]] void split_past(std::size_t seen, HubId hub, Time from, Time to, const Use& use) const {
    const Sight& own = sights_[seen];
    if (from >= own.since) return split(own.views[place(hub)], from, to, use);
    const Time apart = std::min(own.since, to);
    split(sights_.front().views[place(hub)], from, apart, use);
    split(own.views[place(hub)], apart, to, use);
  }
  template <class Use>
  static void split(const History& history, Time from, Time to, const Use& use) {
    std::size_t i = from >= history.back().from ? history.size() - 1 : search(history, from);
    for (; from < to; ++i) {
      const Time end = i + 1 < history.size() && history[i + 1].from < to ? history[i + 1].from : to;
      if (end > from) use(history[i].view, end - from);
      from = end;
    }
  }
  static std::size_t search(const History& history, Time t);
  bool up(const Sight& sight, HubId hub) const { return serves_[hub] && sight.open[place(hub)]; }
  Sight& sight_apart(Time at, GroupId group);
  void look(Time at, HubId target);
  void look(Sight& sight, Time at, HubId target);
  void see(Sight& sight, Time at, HubId target);
  ids::PerId<HubId, bool> serves_, allocatable_;
  ids::PerId<HubId, std::vector<Allowed>> allowed_;  // over time
  bool dps_serves_ = true;
  ids::PerId<GroupId, std::size_t> access_paths_, sight_;
  std::vector<Sight> sights_;  // the first is that of all whose paths were never cut
  // The last of each history, sight by sight: what nearly all is asked of, in one place.
  std::vector<Change> latest_;
};

std::unique_ptr<ServiceHistory> make_outlook(const Subject& subject);

}  // namespace measures
