// Which services serve, which hubs may be allocated to, and which groups of devices reach them, over time:
// what a waiting device could hope for.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/signals.hpp"

namespace measures {

using sim::Duration;
using sim::Time;

class Outlook final : public signals::Listener {
 public:
  // What a device finds whose next request goes to a hub, or to DPS.
  enum class View : std::uint8_t {
    serves,
    alternative,  // that hub is down, while DPS and another hub that allocation may use serve
    down,
  };
  // The first `there` of the hubs exist from the start; the others may come. `ways`: of each group the number
  // of the way that its devices take; groups with the same number reach the same services at all times.
  Outlook(std::size_t hubs, std::size_t there, const std::vector<std::size_t>& ways);
  explicit Outlook(std::size_t hubs) : Outlook(hubs, hubs, {0}) {}
  void hub_serves(Time at, int hub, bool serves) override;
  void hub_allocatable(Time at, int hub, bool allocatable) override;
  void dps_serves(Time at, bool serves) override;
  void path_open(Time at, std::size_t group, int hub, bool open) override;

  // Calls use(view, length) for stretches of [from, to) with one view of a hub, or of DPS (no_hub), by the
  // devices of a group. Only for instants that have passed.
  template <class Use>
  void split(std::size_t group, int hub, Time from, Time to, const Use& use) const {
    const Sight& own = sights_[sight_[group]];
    if (from >= own.since) return split(own.views[place(hub)], from, to, use);
    const Time apart = std::min(own.since, to);
    split(sights_.front().views[place(hub)], from, apart, use);
    split(own.views[place(hub)], apart, to, use);
  }
  View view(std::size_t group, int hub) const {  // now
    return sights_[sight_[group]].views[place(hub)].back().view;
  }
  bool allocatable(int hub) const { return allocatable_[static_cast<std::size_t>(hub)]; }

 private:
  struct Change {
    Time from;
    View view;
  };
  using History = std::vector<Change>;
  // What the devices of some groups see. They see what all do until one of their paths is cut; from then on
  // they have a sight of their own.
  struct Sight {
    Time since = Time::min();
    std::vector<bool> open;    // their paths to DPS, then to the hubs
    std::vector<bool> usable;  // hubs that serve, are reached and may be allocated to
    std::size_t usable_hubs = 0;
    bool elsewhere = false;      // whether DPS would give them one of these
    std::vector<History> views;  // of DPS, then of the hubs
  };
  static std::size_t place(int hub) { return static_cast<std::size_t>(hub + 1); }
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
  bool up(const Sight& sight, std::size_t hub) const { return serves_[hub] && sight.open[hub + 1]; }
  Sight& sight_apart(Time at, std::size_t group);
  void look(Time at, int target);
  void look(Sight& sight, Time at, int target) const;
  void see(Sight& sight, Time at, int target) const;
  std::vector<bool> serves_, allocatable_;
  bool dps_serves_ = true;
  std::vector<std::size_t> ways_;   // of each group
  std::vector<std::size_t> sight_;  // of each group
  std::vector<Sight> sights_;       // the first is that of all whose paths were never cut
};

}  // namespace measures
