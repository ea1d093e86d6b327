// How a group's load changes over time, as the user describes it: over the day, over the week, by a table,
// and in surges. The mean of a diurnal or weekly profile is 1.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/device/pace.hpp"

namespace device {

struct Profile {
  enum class Kind : std::uint8_t { constant, diurnal, weekly };
  std::optional<Kind> kind;  // absent: the table
  std::optional<double>
      peak_to_mean;                 // of a day, 1..2: 1 + (peak_to_mean - 1) cos(2 pi (t - peak_at) / 24 h)
  std::optional<Duration> peak_at;  // time of day, UTC
  std::optional<double> weekend;    // weekly: a Saturday or Sunday to another day
  std::string csv;                  // the file that the table comes from; empty once it is read
  std::optional<Duration> every;    // of the table, which starts at midnight UTC and repeats
  std::vector<double> factors;      // 0..1000
};

// Between `at` and at + length the load is `factor` times what it were.
struct Surge {
  Duration at{0};
  Duration length{0};
  double factor = 1;
};

inline constexpr Duration day = std::chrono::hours{24};
// The rows of a table are no closer than this.
inline constexpr Duration profile_every_least = std::chrono::minutes{1}, profile_every_most = day * 3660;
// How far apart a diurnal or weekly profile changes; between two changes it is at the mean of that time.
inline constexpr Duration profile_step = std::chrono::minutes{15};

// The pace of a run of this length that starts at this instant, seconds since 1970. The profile is resolved.
std::vector<Pace::Step> pace_steps(const Profile& profile, const std::vector<Surge>& surges,
                                   std::int64_t start_utc_s, Duration run);
// Whether all of it is there that pace_steps() needs: a profile with an error may lack some.
bool complete(const Profile& profile);
// Long-run mean of the factor, surges apart.
double mean_factor(const Profile& profile);

}  // namespace device
