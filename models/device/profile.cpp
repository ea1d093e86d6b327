#include "models/device/profile.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/random.hpp"

namespace device {

namespace {

constexpr double pi = 3.14159265358979323846;

std::int64_t millionths(double factor) {
  const double exact = factor * static_cast<double>(Pace::one);
  return std::llround(std::min(exact, static_cast<double>(Pace::most)));
}

double turns(Duration t) { return static_cast<double>(t.count()) / static_cast<double>(day.count()); }

// Mean over [from, from + profile_step) of 1 + amplitude cos(2 pi (t - peak)); `from` is a time of day.
double diurnal(const Profile& profile, Duration from) {
  const double amplitude = profile.peak_to_mean.value() - 1;
  const double rise = sim::exact_sine(turns(from + profile_step - profile.peak_at.value())) -
                      sim::exact_sine(turns(from - profile.peak_at.value()));
  return 1 + amplitude * rise / (2 * pi * turns(profile_step));
}

// Of the day that holds this instant since 1970, which was a Thursday.
double of_weekday(const Profile& profile, Duration since_1970) {
  const std::int64_t weekday = (since_1970 / day + 3) % 7;  // Monday is 0
  const double weekend = profile.weekend.value(), working_day = 7 / (5 + 2 * weekend);
  return weekday < 5 ? working_day : working_day * weekend;
}

double factor(const Profile& profile, Duration since_1970, Duration first_midnight) {
  if (!profile.kind) {
    const Duration into = since_1970 - first_midnight;
    const auto row = static_cast<std::size_t>(into / profile.every.value());
    return profile.factors[row % profile.factors.size()];
  }
  switch (*profile.kind) {
    case Profile::Kind::constant:
      return 1;
    case Profile::Kind::diurnal:
      return diurnal(profile, since_1970 % day);
    case Profile::Kind::weekly:
      return diurnal(profile, since_1970 % day) * of_weekday(profile, since_1970);
  }
  return 1;
}

double surged(const std::vector<Surge>& surges, Duration t) {
  double factor = 1;
  for (const Surge& surge : surges)
    if (t >= surge.at && t < surge.at + surge.length) factor *= surge.factor;
  return factor;
}

}  // namespace

std::vector<Pace::Step> pace_steps(const Profile& profile, const std::vector<Surge>& surges,
                                   std::int64_t start_utc_s, Duration run) {
  const Duration start = std::chrono::seconds{start_utc_s};
  const Duration midnight = start - start % day;
  const Duration step = profile.kind ? profile_step : profile.every.value();
  std::vector<Duration> changes{Duration{0}};
  if (profile.kind != Profile::Kind::constant)
    for (Duration t = midnight + ((start - midnight) / step + 1) * step - start; t < run; t += step)
      changes.push_back(t);
  for (const Surge& surge : surges)
    for (const Duration t : {surge.at, surge.at + surge.length})
      if (t < run) changes.push_back(t);
  std::sort(changes.begin(), changes.end());
  std::vector<Pace::Step> steps;
  for (const Duration t : changes) {
    const Duration since_midnight = start + t - midnight;
    const Duration begun = midnight + since_midnight / step * step;  // of the profile's own step
    steps.push_back({Time{t}, millionths(factor(profile, begun, midnight) * surged(surges, t))});
  }
  return steps;
}

bool complete(const Profile& profile) {
  if (!profile.kind)
    return !profile.factors.empty() && profile.every.value_or(Duration{0}) >= profile_every_least;
  if (profile.kind == Profile::Kind::constant) return true;
  const bool weekly = profile.kind == Profile::Kind::weekly;
  return profile.peak_to_mean && profile.peak_at && (!weekly || profile.weekend);
}

double mean_factor(const Profile& profile) {
  if (profile.kind || profile.factors.empty()) return 1;
  return std::accumulate(profile.factors.begin(), profile.factors.end(), 0.0) /
         static_cast<double>(profile.factors.size());
}

}  // namespace device
