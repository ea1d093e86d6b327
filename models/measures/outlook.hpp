// Which hubs serve and which may be allocated to, over time: what a waiting device could hope for.
#pragma once
#include <cstdint>
#include <vector>

#include "models/signals.hpp"

namespace measures {

using sim::Duration;
using sim::Time;

class Outlook final : public signals::Listener {
 public:
  // What a device finds whose next request goes to a hub.
  enum class View : std::uint8_t {
    serves,
    alternative,  // that hub is down, while DPS and another hub that allocation may use serve
    down,
  };
  // The first `there` of the hubs exist from the start; the others may come.
  Outlook(std::size_t hubs, std::size_t there);
  explicit Outlook(std::size_t hubs) : Outlook(hubs, hubs) {}
  void hub_serves(Time at, int hub, bool serves) override;
  void hub_allocatable(Time at, int hub, bool allocatable) override;

  // Calls use(view, length) for each stretch of [from, to) with one view of `hub`. Only for instants that
  // have passed.
  template <class Use>
  void split(int hub, Time from, Time to, const Use& use) const {
    std::size_t i = index(from);
    while (from < to) {
      const Time end = i + 1 < history_.size() && history_[i + 1].from < to ? history_[i + 1].from : to;
      if (end > from) use(history_[i].view[static_cast<std::size_t>(hub)], end - from);
      from = end;
      ++i;
    }
  }
  View view(int hub) const { return history_.back().view[static_cast<std::size_t>(hub)]; }  // now
  bool allocatable(int hub) const { return allocatable_[static_cast<std::size_t>(hub)]; }

 private:
  struct Snapshot {
    Time from;
    std::vector<View> view;  // of each hub
  };
  std::size_t index(Time t) const;  // of the snapshot that holds at t
  void record(Time at);
  std::vector<bool> serves_, allocatable_;
  std::vector<Snapshot> history_;
};

}  // namespace measures
