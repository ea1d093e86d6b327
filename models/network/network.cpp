#include "models/network/network.hpp"

#include <cmath>
#include <cstdint>
#include <numbers>

#include "sim/invariant.hpp"

namespace network {

namespace {

constexpr double earth_radius_km = 6371.0;
// The grain of a path's median. Sines differ in their last bits between machines; rounding hides that.
constexpr sim::Duration grain{100};

// RFC 6298, rules 2.1, 5.5 and 2.5: the first time-out of a packet, its doubling, the least bound allowed.
constexpr sim::Duration first_timeout{1'000'000};
constexpr sim::Duration longest_timeout{60'000'000};
constexpr int most_losses = 64;  // of one round trip; the connection has failed long before

double radians(double degrees) { return degrees * (std::numbers::pi / 180); }

// Whole microseconds of `factor` times a duration.
sim::Duration times(sim::Duration d, double factor) {
  return sim::Duration{static_cast<std::int64_t>(static_cast<double>(d.count()) * factor + 0.5)};
}

// The time lost by `trips` round trips in a row. `uniform` decides for one after the other: whether the
// packet is lost says in which part of the range it lay, and where it lay within that part is uniform again.
sim::Duration lost_time(double loss, int trips, double uniform) {
  if (uniform >= trips * loss) return sim::Duration{0};  // by Bernoulli's inequality, no packet is lost
  sim::Duration lost{0};
  for (int i = 0; i < trips; ++i) {
    sim::Duration timeout = first_timeout;
    for (int k = 0; k < most_losses && uniform < loss; ++k) {
      lost += timeout;
      timeout = timeout * 2 < longest_timeout ? timeout * 2 : longest_timeout;
      uniform /= loss;
    }
    uniform = (uniform - loss) / (1 - loss);
  }
  return lost;
}

}  // namespace

double distance_km(const Region& a, const Region& b) {
  const double north = std::sin(radians(b.latitude - a.latitude) / 2);
  const double east = std::sin(radians(b.longitude - a.longitude) / 2);
  const double chord =
      north * north + std::cos(radians(a.latitude)) * std::cos(radians(b.latitude)) * east * east;
  return 2 * earth_radius_km * std::asin(std::sqrt(chord < 1 ? chord : 1));
}

sim::Duration median_round_trip(double km, const Constants& constants) {
  const double per_km = static_cast<double>(constants.per_1000km.count()) / 1000;
  const double us = static_cast<double>(constants.overhead.count()) + constants.stretch * km * per_km;
  return grain * static_cast<std::int64_t>(us / static_cast<double>(grain.count()) + 0.5);
}

Path path(const Region& device, const Access& access, const Region& cloud, const Constants& constants) {
  const sim::Duration median = median_round_trip(distance_km(device, cloud), constants) + access.rtt;
  return {sim::LogNormal(median, times(median, constants.jitter)), access.loss};
}

Exchange exchange(const Path& path, int trips, const sim::Draw& draw) {
  const sim::Duration once = path.rtt.of(draw);
  const double uniform = static_cast<double>(draw.u64(1) >> 11) * 0x1p-53;
  return {once, once * trips + lost_time(path.loss, trips, uniform)};
}

}  // namespace network
