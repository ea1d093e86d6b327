// Which services serve, which hubs may be allocated to, and which groups of devices reach them, over time:
// what a waiting device could hope for.
#pragma once
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
  // The first `there` of the hubs exist from the start; the others may come.
  Outlook(std::size_t hubs, std::size_t there, std::size_t groups);
  explicit Outlook(std::size_t hubs) : Outlook(hubs, hubs, 1) {}
  void hub_serves(Time at, int hub, bool serves) override;
  void hub_allocatable(Time at, int hub, bool allocatable) override;
  void dps_serves(Time at, bool serves) override;
  void path_open(Time at, std::size_t group, int hub, bool open) override;

  // Calls use(view, length) for each stretch of [from, to) with one view of a hub, or of DPS (no_hub), by the
  // devices of a group. Only for instants that have passed.
  template <class Use>
  void split(std::size_t group, int hub, Time from, Time to, const Use& use) const {
    std::size_t i = index(from);
    while (from < to) {
      const Time end = i + 1 < history_.size() && history_[i + 1].from < to ? history_[i + 1].from : to;
      if (end > from) use(history_[i].view[place(group, hub)], end - from);
      from = end;
      ++i;
    }
  }
  View view(std::size_t group, int hub) const { return history_.back().view[place(group, hub)]; }  // now
  bool allocatable(int hub) const { return allocatable_[static_cast<std::size_t>(hub)]; }

 private:
  struct Snapshot {
    Time from;
    std::vector<View> view;  // see place()
  };
  // A group sees what all do until one of its paths has been cut: then groups have views of their own. DPS
  // first, then the hubs.
  std::size_t place(std::size_t group, int hub) const {
    return (apart_ ? group : 0) * (serves_.size() + 1) + static_cast<std::size_t>(hub + 1);
  }
  // Of the snapshot that holds at t.
  std::size_t index(Time t) const { return t >= history_.back().from ? history_.size() - 1 : search(t); }
  std::size_t search(Time t) const;
  void record(Time at);
  void add_views(std::size_t group, std::vector<View>& views) const;
  bool open(std::size_t group, int hub) const {
    return !apart_ || open_[group * (serves_.size() + 1) + static_cast<std::size_t>(hub + 1)];
  }
  std::vector<bool> serves_, allocatable_;
  bool dps_serves_ = true;
  std::size_t groups_;
  bool apart_ = false;
  std::vector<bool> open_;  // of each group: DPS, then the hubs
  std::vector<Snapshot> history_;
};

}  // namespace measures
