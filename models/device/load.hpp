// What changes in the load of all hubs by the clock: the paces of the groups, the messages of synchronised
// groups, the days of the quota. A service of the calendar.
#pragma once
#include <optional>
#include <vector>

#include "models/device/devices.hpp"

namespace device {

class Load {
 public:
  // The run starts at `start_utc_s`, seconds since 1970. quota_used: blocks of that day, of all hubs.
  Load(const Devices& devices, std::vector<hub::Hub*> hubs, std::int64_t start_utc_s,
       std::optional<std::uint64_t> quota_used);
  // At the start, when the devices are placed: today's quota is used as it is given, or as if the same fleet
  // had sent since midnight. Returns when it is to be served first.
  Time begin();
  Time serve(Time now);

 private:
  Time next_change(std::size_t group, Time after) const;
  // Of a synchronised group: when its clock is next so far into a round; never for other groups.
  Time next_round(std::size_t group, Duration into, Time after) const;
  double used_by(std::size_t hub, Duration since_midnight) const;
  double share_of_devices(std::size_t hub) const;
  const Devices& devices_;
  std::vector<hub::Hub*> hubs_;
  std::int64_t start_utc_s_;
  std::optional<std::uint64_t> quota_used_;
};

}  // namespace device
