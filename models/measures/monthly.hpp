// What a month costs as a run goes while nothing is wrong with it: sizes and rates of its steady time.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "models/exports/destination_kind.hpp"
#include "models/hub/settings.hpp"
#include "models/measures/measure.hpp"
#include "models/signals.hpp"

namespace measures {

struct Subject;
struct Usage;

// The steady time of a run, and what there is to pay for in a month whatever happens in it.
struct Steady {
  Time from{}, to{};
  double devices = 0;
  double messages_a_month = 0;  // of all devices, as a plan counts them
};

class Monthly final : public signals::Listener, public Measure {
 public:
  explicit Monthly(const Subject& subject);

  // The next instant before which it wants to look; never, when it has seen both ends of the steady time.
  Time next_look() const;
  void look(Time now);
  void assigned(Device, Time at, HubId from, HubId to) override;

  void finish(Time end) override;
  void report(Report& report) const override;

 private:
  // Where things stand at an instant.
  struct Stand {
    std::map<hub::Edition, double> unit_hours;
    double registrations = 0;
    struct Destination {
      exports::SinkCounters counted;
      Time until{};  // of what is counted
      double unit_hours = 0, hours_begun = 0;
    };
    std::vector<Destination> destinations{};
  };
  Stand stand(Time at) const;
  exports::Usage of_a_month(std::size_t destination) const;
  Usage usage() const;
  const Subject& subject_;
  const Steady steady_;
  std::uint64_t first_registrations_ = 0;  // in the steady time, of devices that joined
  std::optional<Stand> begin_, end_;
};

std::unique_ptr<Monthly> make_monthly(const Subject& subject);

}  // namespace measures
