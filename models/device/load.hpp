// What changes in the load of all hubs by the clock: the paces of the groups, the messages of synchronised
// groups, the days of the quota, and each hub's share of what the application may send. A service of the
// calendar.
#pragma once
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "models/device/devices.hpp"

namespace device {

class Load {
 public:
  struct Settings {
    std::int64_t start_utc_s = 0;             // of the run, seconds since 1970
    std::optional<std::uint64_t> quota_used;  // blocks of that day, of all hubs
    double sends = 0;                         // a second, of the whole application; zero: no limit
  };
  Load(const Devices& devices, hub::Hubs hubs, const Settings& settings);
  // At the start, when the devices are placed: today's quota is used as it is given, or as if the same fleet
  // had sent since midnight. Returns when it is to be served first.
  Time begin();
  Time serve(Time now);

 private:
  Time next_change(GroupId group, Time after) const;
  // Of a synchronised group: when its clock is next so far into a round; never for other groups.
  Time next_round(GroupId group, Duration into, Time after) const;
  Time next_of(GroupId group, Time after) const;
  void serve_group(GroupId group, Time now);
  ids::PerId<GroupId, double> shown_since(Duration midnight) const;
  double used_by(HubId hub, Duration since_midnight, const ids::PerId<GroupId, double>& shown) const;
  double hubs_there() const;
  ids::PerId<HubId, double> shares_of_devices() const;
  void bound_sends(Time now, const ids::PerId<HubId, double>& offered);
  void share_out(Time now);
  const Devices& devices_;
  hub::Hubs hubs_;
  Settings settings_;
  std::set<std::pair<Time, GroupId>> due_;  // when which groups change next
  ids::PerId<HubId, double> arrived_;       // messages at each hub, when the shares were given last
};

}  // namespace device
