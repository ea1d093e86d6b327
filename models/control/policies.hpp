// Scaling policies: what each hub's size should be, from what the control plane knows. A policy is one class;
// make_policy() is the one place that knows them all.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/control/metrics.hpp"
#include "models/control/settings.hpp"

namespace control {

inline constexpr Duration day = std::chrono::hours{24};  // of a quota

// A hub as a policy sees it.
struct HubView {
  HubId hub;
  std::uint32_t units = 1;
  const hub::EditionLimits* limits = nullptr;  // of its edition
  Metrics metrics;
  double used_now = 0;  // blocks of the day, as the hub itself says
};

struct Observation {
  Time now{};
  Duration clock{0};          // time of the day, UTC, at `now`
  std::vector<HubView> hubs;  // those that answered and have metrics
};

// What a hub should be able to carry: so many blocks of the quota a day and messages a second, and the units
// of its present edition that do.
struct Wish {
  HubId hub;
  std::uint32_t units = 1;
  double blocks_a_day = 0, sends = 0;
  std::string reason;
};

class Policy {
 public:
  virtual ~Policy() = default;
  // For each hub a wish at most; none: as it is.
  virtual std::vector<Wish> decide(const Observation& view) = 0;
  // How many hubs there should be at least; the era's rule holds besides.
  virtual std::uint32_t hubs(const Observation&) { return 0; }
  // Whether hold times apply to what it wishes.
  virtual bool holds() const { return true; }
};

// Null for PolicyKind::none.
std::unique_ptr<Policy> make_policy(const Settings& settings);

// The least units of an edition that carry this.
std::uint32_t units_for(const hub::EditionLimits& limits, double blocks_a_day, double sends);

}  // namespace control
