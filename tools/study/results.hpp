// What came of a study: of every point each metric with its interval, the single replications, whether the
// expectations hold; and what each axis does.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/measures/catalog.hpp"
#include "tools/analysis/verdict.hpp"
#include "tools/study/effects.hpp"
#include "tools/study/samples.hpp"

namespace study {

struct PointResult {
  std::size_t number = 1;
  std::vector<std::string> levels;  // a label an axis
  std::string label;
  std::vector<std::string> set;
  std::string scenario_hash;
  std::uint64_t seed = 1;
  Progress progress;
  std::vector<std::uint32_t> replications;                   // those that are there, from 1
  analysis::Metrics metrics;                                 // all, over these
  std::map<std::string, std::vector<measures::Value>> runs;  // of the metrics of interest, one a replication
  std::vector<analysis::Judgement> judgements;
  analysis::Verdict verdict = analysis::Verdict::pass;  // inconclusive while replications are missing
  std::map<std::string, std::uint64_t> unsettled;       // series, and replications in which it was not steady
  std::uint64_t met = 0;  // replications in which every expectation holds by itself
};

struct Results {
  Settings settings;
  std::string version, model;
  std::vector<std::string> metrics;                       // of interest
  std::map<std::string, measures::Direction> directions;  // of these
  std::map<std::string, std::string> units, formulas;     // of these
  std::vector<PointResult> points;
  std::vector<Effects> effects;  // a metric of interest each
  bool complete = false;         // no replication is missing
};

// Reads what is in the store. Replications that are missing are left out and make a point's verdict
// inconclusive.
Results collect(const Plan& plan, const Store& store);

}  // namespace study
