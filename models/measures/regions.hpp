// What becomes of an application whose cloud region is lost: when it was noticed, when services were back,
// what the copy in the other region did not have. Listens only.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "models/measures/measure.hpp"
#include "models/signals.hpp"

namespace measures {

using sim::Duration;

class Regions final : public signals::Listener, public Measure {
 public:
  // Of each incident: the name of those that take the region, empty for others. The first `there` of the hubs
  // exist from the start. `rpo`: the age of the copy.
  // `recovers`: whether it moves at all. `names`: the faults that may take the region, whether they happen
  // or not.
  Regions(ids::PerId<CauseId, std::string> faults, std::size_t hubs, std::size_t there, Duration rpo,
          bool recovers, std::vector<std::string> names);

  void region_step(Time at, CauseId fault, signals::RegionStep step) override;
  void region_forgot(Time at, CauseId fault, std::uint64_t twins, double messages) override;
  void dps_serves(Time at, bool serves) override;
  void hub_serves(Time at, HubId hub, bool serves) override;
  void hub_allocatable(Time at, HubId hub, bool allocatable) override;

  void finish(Time end) override { end_ = end; }
  void report(Report& report) const override;

 private:
  struct Loss {
    Time at{};
    std::optional<Time> detected, decided, dps_back, hubs_back, served;
    std::uint64_t twins = 0;
    double unread = 0;
    bool moved = false, called_off = false;
  };
  void look(Time at);
  Duration rto(const Loss& loss) const;
  void report(Report& report, const std::string& fault, const std::optional<Loss>& loss) const;
  void set(ids::PerId<HubId, bool>& of_hubs, HubId hub, bool value);
  std::vector<std::string> names_;
  ids::PerId<CauseId, std::string> faults_;
  ids::PerId<CauseId, std::optional<Loss>> losses_;
  std::vector<CauseId> unserved_;  // those whose loss no service has followed yet
  ids::PerId<HubId, bool> serves_, allocatable_;
  std::size_t usable_ = 0;  // hubs that are both
  bool dps_ = true;
  bool recovers_;
  Duration rpo_;
  Time end_{};
};

}  // namespace measures
