// A study file: a base scenario, what is varied, how often each point runs and what is asked of it.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/settings/shape.hpp"
#include "sim/settings/source.hpp"

namespace study {

// One value of an axis.
struct Level {
  std::string label;             // as tables show it
  std::string value;             // YAML on one line, as it stands behind "path="
  std::optional<double> number;  // in its base unit (seconds, bytes, a second, 1), where it is one
};

// A thing that is varied: every path is set to the same value.
struct Axis {
  std::string name;
  std::vector<std::string> paths;  // such as application.hubs.units
  std::vector<Level> levels;       // not empty, labels differ
};

// Replications until the interval of the metric's mean is narrow enough.
struct Precision {
  std::string metric;
  std::string limit;     // of half of the 95 % interval, as it is written: "5%" of the mean, or "10s"
  double within = 0.05;  // the same: a share, or an amount in the metric's base unit
  bool relative = true;
  std::uint32_t least = 10, most = 50;  // replications
};

// What `study optimise` looks for, among the points that meet the expectations.
struct Optimise {
  std::string small, large;  // one of the two is the metric to make small or large
  bool maximise() const { return !large.empty(); }
  const std::string& metric() const { return maximise() ? large : small; }
  double confidence = 0.95;
  std::uint32_t first = 3, most = 30;  // replications of a point: of every one to begin with, and at most
};

// What `study headroom` looks for: how often the fleet of the base scenario still meets the expectations.
struct Headroom {
  std::vector<std::string> groups;  // those that grow; empty: all
  double from = 1, to = 64;         // times the devices of the scenario
  double within = 0.02;             // how far the two ends may be apart at last, as a share
  double confidence = 0.95;
  std::uint32_t first = 3, most = 30;  // replications of a fleet
};

inline constexpr std::uint32_t most_replications = 100'000;
inline constexpr std::size_t most_constraints = 1000;
inline constexpr std::size_t most_axes = 1000;  // a column each of tables, of which SQLite takes 2000

struct Settings {
  std::string name;
  std::string description;
  std::string scenario;          // path of the base scenario, from the folder of the study file
  std::vector<std::string> set;  // overrides of every point, "path=value"
  std::vector<Axis> axes;
  std::vector<std::vector<std::string>> zip;                 // names of axes that go together
  std::vector<std::map<std::string, std::string>> excluded;  // labels by axis: points that are left out
  std::vector<std::string> constraints;                      // formulas over the axes that must be true
  std::optional<std::uint32_t> replications;                 // absent with a precision
  std::optional<Precision> precision;
  std::optional<std::uint64_t> seed;               // absent: the scenario's
  bool common_seeds = true;                        // the same random draws at every point
  std::vector<std::string> metrics;                // of interest; empty: those of the expectations
  std::optional<std::vector<std::string>> expect;  // instead of the scenario's own
  std::optional<Optimise> optimise;
  std::optional<Headroom> headroom;
};

// Reads a study. `file_name` stands in messages and names the study where the text does not. Throws
// sim::settings::Invalid with every error of the text; whether metrics exist is for the plan to say.
Settings load(const std::string& text, const std::string& file_name);

// What a study file may hold.
const sim::settings::Shape& shape();

}  // namespace study
