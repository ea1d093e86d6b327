// A study worked out: its points with their scenarios, and the units, a replication of a point each.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/application/scenario.hpp"
#include "models/measures/catalog.hpp"
#include "tools/study/points.hpp"
#include "tools/study/settings.hpp"

namespace study {

// Loads the base scenario with overrides; its exceptions pass through.
using LoadScenario = std::function<application::Scenario(const std::vector<std::string>& overrides)>;

struct Point {
  std::size_t number = 1;  // from 1, in the order of the axes
  Combination combination;
  std::string label;
  std::vector<std::string> set;  // overrides that make it out of the base scenario, the seed among them
  // Of its scenario, which takes a thousand times as much memory and is not kept where there are many.
  std::string scenario_hash;
  std::uint64_t seed = 1;
  std::optional<std::uint32_t> places;  // that its faults go through, a replication each
  std::vector<application::Expectation> expect;
  std::string content;  // fingerprint of all that its results depend on, the replication apart
  std::shared_ptr<const application::Scenario> scenario;  // see scenario_of; always there of the first point
};

struct Plan {
  Settings settings;
  LoadScenario load_scenario;
  std::vector<Point> points;
  std::vector<std::string> metrics;  // of interest: as given, or those of the expectations
  std::map<std::string, const measures::MetricKind*>
      kinds;  // of these and those that are asked for, as they are known
};

inline constexpr std::uint32_t default_replications = 10;

// Throws Unusable for what is wrong across the study: formulas, metrics that no point has, an expectation or
// goal that is missing where it is needed. A scenario that cannot be loaded stops it with the point named.
// `on_step` (may be empty) is called now and then, and may throw.
Plan make_plan(Settings settings, LoadScenario load_scenario, const std::function<void()>& on_step = {});

// The scenario of a point: as it was kept, or loaded once more. Throws Unusable where it has changed
// meanwhile.
std::shared_ptr<const application::Scenario> scenario_of(const Plan& plan, const Point& point);

// How many replications a point has at most: as the study says, or the scenario when its faults go through
// places.
std::uint32_t most_wanted(const Settings& settings, const Point& point);

// One point more, of overrides beside those of the axes; for searches.
Point make_point(const Settings& settings, const LoadScenario& load_scenario, std::size_t number,
                 const Combination& combination, const std::vector<std::string>& more);

// The name under which the result of a replication (from 0) is kept: the same for equal content only.
std::string unit_id(const Point& point, std::uint32_t replication);

// The command that runs one replication of a point (from 0) by itself.
std::string reproduce(const std::string& scenario_path, const Point& point, std::uint32_t replication);

}  // namespace study
