// What IoT Central's own control plane does to the hubs of an application, as the user describes it.
#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "models/hub/settings.hpp"
#include "sim/time.hpp"

namespace control {

using sim::Duration;
using sim::Time;

enum class PolicyKind : std::uint8_t { none, threshold, target_tracking, schedule, predictive };

// What the threshold policy compares with the quota of the day: what will have been used by midnight if the
// present rate goes on, or what has been used so far.
enum class QuotaUse : std::uint8_t { projected, used };

// A time with a triangular distribution, least <= mode <= most.
struct Triangular {
  Duration least{0}, mode{0}, most{0};
  Duration at(double uniform) const;  // its quantile
};

// Where a count is kept; the largest is the platform's unless given.
struct Bounds {
  std::uint32_t least = 1;
  std::optional<std::uint32_t> most;
};

// From this time of the day (UTC) on, every day.
struct Shift {
  Duration at{0};
  std::optional<std::uint32_t> units;  // of each hub
  std::optional<std::uint32_t> hubs;
};

struct Rebalance {
  bool hub_return = true;
  bool scale_out = false;
  std::optional<double> pace;  // devices a second; half the registration limit unless given
  Duration batch{0};           // they are moved in lots, one each so long
};

struct Settings {
  PolicyKind policy = PolicyKind::none;
  Duration every{0};      // between two looks at the metrics, which are as old as that
  Duration hold_up{0};    // of a hub, after it was made larger
  Duration hold_down{0};  // a hub must have been too large for this long
  Triangular resize, create;
  Duration command_timeout{0};
  double quota = 0;  // threshold: use of the daily quota
  QuotaUse quota_use = QuotaUse::projected;
  double throttled = 0;  // threshold: share of messages delayed or refused
  double target = 0;     // target-tracking and predictive: share of quota and rate to be in use
  Duration ahead{0};     // predictive: how far it looks ahead
  std::vector<Shift> schedule;
  Bounds units;
  std::optional<std::uint32_t> hubs_least, hubs_most;  // the era's and the platform's unless given
  std::optional<std::uint32_t> devices_per_hub;        // the era's unless given; 0: the number does not grow
  bool scale_in = false;                               // hubs are taken away when fewer would do
  bool change_edition = false;                         // to the cheapest of the tier
  Duration drain{0};                                   // from the last device moved to the hub's end
  Duration oscillation{0};                             // a change undone within this time is one
  Rebalance rebalance;
  std::optional<Duration> replace_failed_after;

  // Not given: an operator or a failover has hubs made, or devices moved, at the same terms.
  bool makes_for_others = false, moves_for_others = false;

  bool adds_hubs() const { return policy != PolicyKind::none || replace_failed_after; }
  bool moves_devices() const {
    return policy != PolicyKind::none || rebalance.hub_return || rebalance.scale_out;
  }
};

// A schedule that gives numbers of hubs asks for fewer where it gives fewer.
inline bool takes_hubs_away(const Settings& s) {
  const bool scheduled = s.policy == PolicyKind::schedule &&
                         std::any_of(s.schedule.begin(), s.schedule.end(),
                                     [](const Shift& shift) { return shift.hubs.has_value(); });
  return scheduled || (s.scale_in && s.policy != PolicyKind::none);
}

// What bounds the controller, resolved.
struct Limits {
  std::uint32_t hubs_least = 1, hubs_most = 1;
  std::uint32_t devices_per_hub = 0;  // connected; 0: the number of hubs does not follow them
  std::uint32_t units_least = 1, units_most = UINT32_MAX;
  std::map<hub::Edition, double> price;  // of a unit and month
};

}  // namespace control
