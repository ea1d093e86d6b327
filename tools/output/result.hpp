// The result of a run: what every writer of this folder writes in its own form.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/measures/report.hpp"
#include "tools/analysis/settling.hpp"
#include "tools/analysis/verdict.hpp"

namespace output {

// What the result depends on.
struct Manifest {
  std::string version;
  std::string scenario;
  std::string scenario_hash;
  std::uint64_t seed = 1;
  std::uint32_t replications = 1;
  std::string simgrid;
  std::string reproduce;              // a command line
  std::vector<std::string> warnings;  // limits of the platform that the scenario exceeds
};

// What the result does not depend on.
struct Meta {
  double wall_s = 0;  // of reading the scenario and simulating it
  double cpu_s = 0;
  std::int64_t peak_rss_bytes = 0;  // of the largest process
  std::uint64_t device_events = 0;  // summed over the replications, as are the next
  std::uint64_t parked_attempts = 0;
  double simulation_s = 0;  // wall-clock time in the simulation alone
};

// A replication of a fault that goes through places.
struct PlacedRun {
  std::uint32_t replication = 1;  // from 1
  std::string fault, target;
  double at_s = 0;
  double affected = 0;
  std::optional<double> p99, at_least;  // as in the report of the run
};

// A fault by chance that did not happen.
struct Unseen {
  std::string fault;
  std::size_t replications = 0;
  double probability_below = 1;  // of one or more in a run, at 95 %
};

struct Result {
  Manifest manifest;
  analysis::Verdict verdict = analysis::Verdict::pass;
  std::vector<analysis::Judgement> judgements;
  analysis::Metrics metrics;
  analysis::Runs runs;                                          // of two or more replications
  std::vector<std::pair<std::string, std::string>> tolerances;  // metric and text, as the scenario has them
  std::vector<measures::TraceLine> trace;                       // of the first replication, when asked for
  std::vector<measures::Event> timeline;                        // of the first replication
  std::vector<PlacedRun> placed;
  std::vector<Unseen> unseen;
  std::vector<analysis::SettlingSummary> settling;
  Meta meta;
};

const char* verdict_word(analysis::Verdict verdict);  // "pass", "fail", "inconclusive"

// The hash that says whether two results are of the same scenario: of the resolved text without what changes
// no simulated number (seed, replications, description, expect, tolerances), since results that differ in
// these may be compared. 32 hexadecimal digits.
std::string scenario_hash(const std::string& resolved);

}  // namespace output
