// A scenario after reading, resolving and validating: everything a simulation is built from, immutable from
// here on.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/actions/settings.hpp"
#include "models/control/settings.hpp"
#include "models/device/settings.hpp"
#include "models/exports/settings.hpp"
#include "models/failover/settings.hpp"
#include "models/faults/settings.hpp"
#include "models/hub/settings.hpp"
#include "models/measures/cost.hpp"
#include "models/network/network.hpp"
#include "models/provisioning/settings.hpp"

namespace application {

enum class Era : std::uint8_t { legacy, y2021, y2023 };
enum class Metering : std::uint8_t { y2018, y2023 };  // texts of the billing page, by year
enum class Comparison : std::uint8_t { less, less_equal, greater, greater_equal, equal, not_equal };

// One line of `expect`: metric, comparison, limit in the metric's base unit (seconds, messages, share, ...).
struct Expectation {
  std::string text;
  std::string metric;
  Comparison comparison = Comparison::less;
  double limit = 0;
};

// How much worse than a baseline a metric may be (`tolerances`).
struct Tolerance {
  std::string metric;
  std::string text;       // as written: "5%", "30s"
  bool relative = false;  // amount is a share of the baseline's mean, else it is in the metric's base unit
  double amount = 0;      // not negative
  bool operator==(const Tolerance&) const = default;
};

inline constexpr std::uint32_t most_replications = 1'000'000;

struct Scenario {
  std::string name;
  std::string description;
  std::int64_t start_utc_s = 0;  // simulated wall clock at time zero, seconds since 1970
  sim::Duration duration{0};
  sim::Duration warmup{0};
  std::uint64_t seed = 1;
  std::uint32_t replications = 1;
  bool limits_documented = true;
  Era era = Era::y2021;
  std::uint32_t quotas = 2023;
  Metering metering = Metering::y2023;
  std::string region;
  std::string recovery_region;                          // empty: none
  std::map<hub::Edition, hub::EditionLimits> editions;  // from the catalog
  double application_sends = 0;                         // messages a second; zero: no limit
  std::optional<std::uint64_t> quota_used;              // blocks of the day before the start
  std::uint64_t meter = 1;                              // bytes of a block of the paid editions
  std::map<std::string, network::Region> regions;       // every region of the catalog, by name
  network::Constants distance;                          // what distance costs, from the catalog
  std::vector<hub::Settings> hubs;
  std::vector<hub::Settings> recovery_hubs;  // those of the recovery region, one for each hub of the region
  std::vector<hub::Settings> later_hubs;  // those that the control plane may make, like the first of `hubs`
  provisioning::Settings provisioning;
  control::Settings scaling;
  control::Limits scaling_limits;
  failover::Settings failover;
  std::vector<exports::Destination> destinations;
  std::vector<exports::Export> exports;
  measures::Prices prices;
  std::vector<device::Group> fleet;
  std::vector<faults::Fault> faults;
  std::vector<actions::Action> actions;
  std::vector<Expectation> expect;
  std::vector<Tolerance> tolerances;
  std::vector<std::string> asked;     // metrics that someone wants beside those of the expectations
  std::vector<std::string> warnings;  // what `limits: off` let pass, and the like
  std::string resolved;  // canonical YAML with every default filled in, also the base of the scenario hash

  hub::Meter meter_of(hub::Edition edition) const {
    return {editions.at(edition).block, metering == Metering::y2023};
  }
  hub::Meter paid_meter() const { return {meter, metering == Metering::y2023}; }
};

}  // namespace application
