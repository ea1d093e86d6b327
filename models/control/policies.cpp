#include "models/control/policies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/settings/quantity.hpp"

namespace control {
namespace {

double seconds_to_midnight(const Observation& view, const Metrics& metrics) {
  const Duration clock = (view.clock - (view.now - metrics.to) + day) % day;
  return sim::seconds(day - clock);
}

double quota_of(const HubView& hub, std::uint32_t units) {
  return static_cast<double>(hub.limits->messages_a_day) * units;
}

std::string percent(double share) { return fmt::format("{:.3g}%", share * 100); }

// Assumption A-2: a unit more when the quota will not last until midnight, or a share of it has been used, or
// messages are held up; a unit less when one less would do until midnight.
class Threshold final : public Policy {
 public:
  explicit Threshold(const Settings& settings)
      : quota_(settings.quota),
        throttled_(settings.throttled),
        by_projection_(settings.quota_use == QuotaUse::projected) {}
  std::vector<Wish> decide(const Observation& view) override {
    std::vector<Wish> wishes;
    for (const HubView& hub : view.hubs) {
      const Metrics& m = hub.metrics;
      const double projected = m.used + m.metered * seconds_to_midnight(view, m);
      const double counts = by_projection_ ? projected : hub.used_now;
      const double share = counts / quota_of(hub, hub.units);
      const auto wish = [&](std::uint32_t units, const std::string& why) {
        wishes.push_back({hub.hub, units, std::min(projected / quota_, quota_of(hub, units)),
                          hub.limits->sends.at(units), why});
      };
      if (share >= quota_)
        wish(hub.units + 1, fmt::format("{} of the daily quota {}", percent(share),
                                        by_projection_ ? "by midnight" : "used so far"));
      else if (m.throttled > throttled_)
        wish(hub.units + 1, fmt::format("{} of the messages throttled", percent(m.throttled)));
      else if (by_projection_ && would_do(hub, projected))
        wish(hub.units - 1, fmt::format("{} of the daily quota by midnight with a unit less",
                                        percent(projected / quota_of(hub, hub.units - 1))));
    }
    return wishes;
  }

 private:
  // Whether a unit less would.
  bool would_do(const HubView& hub, double projected) const {
    return hub.units > 1 && projected < quota_ * quota_of(hub, hub.units - 1) &&
           hub.metrics.arrived <= hub.limits->sends.at(hub.units - 1);
  }
  double quota_, throttled_;
  bool by_projection_;
};

// Keeps quota and rate in use up to a target: as many units as that takes.
class TargetTracking final : public Policy {
 public:
  explicit TargetTracking(const Settings& settings) : target_(settings.target) {}
  std::vector<Wish> decide(const Observation& view) override {
    std::vector<Wish> wishes;
    for (const HubView& hub : view.hubs) {
      const Metrics& m = hub.metrics;
      const double projected = m.used + m.metered * seconds_to_midnight(view, m);
      const double blocks = projected / target_, sends = m.arrived / target_;
      const std::uint32_t units = units_for(*hub.limits, blocks, sends);
      if (units != hub.units)
        wishes.push_back({hub.hub, units, blocks, sends,
                          fmt::format("{} of the daily quota by midnight, {} of the rate",
                                      percent(projected / quota_of(hub, hub.units)),
                                      percent(m.arrived / hub.limits->sends.at(hub.units)))});
    }
    return wishes;
  }

 private:
  double target_;
};

// The sizes that the user gives for times of the day.
class Schedule final : public Policy {
 public:
  explicit Schedule(const Settings& settings) : shifts_(settings.schedule) {
    std::sort(shifts_.begin(), shifts_.end(), [](const Shift& a, const Shift& b) { return a.at < b.at; });
  }
  std::vector<Wish> decide(const Observation& view) override {
    std::vector<Wish> wishes;
    const auto& [at, units] = latest(view.clock, &Shift::units);
    for (const HubView& hub : view.hubs)
      if (units && *units != hub.units)
        wishes.push_back({hub.hub, *units, quota_of(hub, *units), hub.limits->sends.at(*units),
                          fmt::format("the schedule from {}", sim::settings::format_time_of_day(at))});
    return wishes;
  }
  std::uint32_t hubs(const Observation& view) override {
    return latest(view.clock, &Shift::hubs).second.value_or(0);
  }
  bool holds() const override { return false; }

 private:
  using Given = std::optional<std::uint32_t>;
  // The value that the last shift to give one gave, yesterday's last before today's first.
  std::pair<Duration, Given> latest(Duration clock, Given Shift::*value) const {
    std::pair<Duration, Given> found{Duration{0}, std::nullopt}, last = found;
    for (const Shift& shift : shifts_) {
      if (!(shift.*value)) continue;
      last = {shift.at, shift.*value};
      if (shift.at <= clock) found = last;
    }
    return found.second ? found : last;
  }
  std::vector<Shift> shifts_;
};

// Fits the load of the application over the day, as a mean over the days seen, and sizes each hub for the
// largest load of the time ahead and for the quota until midnight. What it has not seen yet it takes to go on
// as now.
class Predictive final : public Policy {
 public:
  explicit Predictive(const Settings& settings) : target_(settings.target), ahead_(settings.ahead) {}
  std::vector<Wish> decide(const Observation& view) override {
    if (view.hubs.empty()) return {};
    learn(view);
    std::vector<Wish> wishes;
    for (const HubView& hub : view.hubs) {
      const Metrics& m = hub.metrics;
      const Duration clock = (view.clock - (view.now - m.to) + day) % day;
      const double here = expected(just_before(clock));  // the metrics are of the time before
      // How much larger the load of the hub will be than it is now.
      const auto factor = [&](Duration at) {
        const double then = expected(at % day);
        return here > 0 && then > 0 ? then / here : 1.0;
      };
      double peak = 1, blocks = m.used;
      for (Duration t = clock; t <= clock + (view.now - m.to) + ahead_; t += slot)
        peak = std::max(peak, factor(t));
      for (Duration t = clock; t < day; t += slot)
        blocks += m.metered * factor(t) * sim::seconds(std::min(slot, day - t));
      const double sends = m.arrived * peak / target_;
      const std::uint32_t units = units_for(*hub.limits, blocks / target_, sends);
      if (units != hub.units)
        wishes.push_back({hub.hub, units, blocks / target_, sends,
                          fmt::format("{} of the daily quota expected by midnight, {} of the rate within {}",
                                      percent(blocks / quota_of(hub, hub.units)),
                                      percent(m.arrived * peak / hub.limits->sends.at(hub.units)),
                                      sim::settings::format_duration(ahead_))});
    }
    return wishes;
  }

 private:
  static constexpr Duration slot = std::chrono::minutes{15};
  static constexpr std::size_t slots = static_cast<std::size_t>(day / slot);
  struct Seen {
    double sum = 0, count = 0;
  };
  // A period that ends at a time of the day belongs to the slot before it.
  static Duration just_before(Duration clock) { return (clock + day - Duration{1}) % day; }
  void learn(const Observation& view) {
    double sends = 0;
    for (const HubView& hub : view.hubs) sends += hub.metrics.arrived;
    const Duration clock = (view.clock - (view.now - view.hubs.front().metrics.to) + day) % day;
    Seen& seen = seen_[static_cast<std::size_t>(just_before(clock) / slot)];
    seen.sum += sends;
    seen.count += 1;
  }
  // Messages a second of the application at a time of the day; zero where nothing is known.
  double expected(Duration clock) const {
    const Seen& seen = seen_[static_cast<std::size_t>(clock / slot)];
    return seen.count > 0 ? seen.sum / seen.count : 0;
  }
  double target_;
  Duration ahead_;
  std::array<Seen, slots> seen_{};
};

}  // namespace

std::uint32_t units_for(const hub::EditionLimits& limits, double blocks_a_day, double sends) {
  constexpr double most = 1e6;
  double units = std::ceil(blocks_a_day / static_cast<double>(limits.messages_a_day));
  if (sends > limits.sends.flat) units = std::max(units, std::ceil(sends / limits.sends.per_unit));
  return static_cast<std::uint32_t>(std::clamp(units, 1.0, most));
}

std::unique_ptr<Policy> make_policy(const Settings& settings) {
  switch (settings.policy) {
    case PolicyKind::none:
      return nullptr;
    case PolicyKind::threshold:
      return std::make_unique<Threshold>(settings);
    case PolicyKind::target_tracking:
      return std::make_unique<TargetTracking>(settings);
    case PolicyKind::schedule:
      return std::make_unique<Schedule>(settings);
    case PolicyKind::predictive:
      return std::make_unique<Predictive>(settings);
  }
  return nullptr;
}

}  // namespace control
