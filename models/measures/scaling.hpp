// What the control plane did to the hubs: the timeline of its decisions, and how many hubs and units there
// were, for how long. Listens only.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/hub/settings.hpp"
#include "models/measures/measure.hpp"
#include "models/signals.hpp"

namespace measures {

using sim::Duration;

struct Subject;

class Scaling final : public signals::Listener, public Measure {
 public:
  // A change that is undone within `oscillation` counts as one; counts begin at `warmup`.
  Scaling(ids::PerId<HubId, std::string> hubs, Time warmup, Duration oscillation);
  void hub_sized(Time at, HubId hub, const signals::Size& size) override;
  void decided(const signals::Decision& decision) override;

  void finish(Time end) override;
  void report(Report& report) const override;
  const std::map<hub::Edition, double>& unit_hours() const { return unit_hours_; }
  std::map<hub::Edition, double> unit_hours(Time at) const;  // up to an instant, since the last change
  bool was_there(HubId hub) const { return there_[hub]; }    // at some time
  std::uint64_t hubs() const { return hubs_now_; }
  std::uint64_t units() const { return units_now_; }

 private:
  void advance(Time to);
  void note_direction(HubId hub, bool grows, Time at);
  struct Last {
    Time at = Time::min();
    bool grew = false;
  };
  ids::PerId<HubId, std::string> names_;
  Time warmup_, at_{};
  Duration oscillation_;
  ids::PerId<HubId, signals::Size> sizes_;
  ids::PerId<HubId, bool> there_;
  std::map<hub::Edition, double> unit_hours_;  // after the warm-up
  std::map<HubId, Last> last_;                 // change of each hub; none: of their number
  std::uint64_t hubs_now_ = 0, units_now_ = 0, hubs_peak_ = 0, units_peak_ = 0;
  std::uint64_t done_[7] = {};  // by kind
  std::uint64_t oscillations_ = 0;
  std::vector<Event> timeline_;
};

std::unique_ptr<Scaling> make_scaling(const Subject& subject);

}  // namespace measures
