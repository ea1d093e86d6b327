// Runs the replications of a scenario in processes of their own, several at a time.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "models/measures/report.hpp"

namespace hubstorm {

// How far all of it is.
struct Progress {
  std::uint32_t done = 0;  // replications that have ended
  std::uint32_t replications = 0;
  double simulated = 0;  // replications, parts of running ones included
};

struct Replications {
  std::uint32_t count = 1;
  std::uint32_t jobs = 1;  // processes at a time
  // Runs replication `number` (from 0) in the child; tells `progress` (may be empty) the share that is done.
  std::function<measures::Report(std::uint32_t number, const std::function<void(double)>& progress)> simulate;
  std::function<void(const Progress&)> on_progress;  // may be empty: then nobody asks the children
  std::function<bool()> interrupted;                 // asked a few times a second
};

struct Outcome {
  std::vector<measures::Report> reports;  // in the order of the replications, whatever ended first
  bool interrupted = false;               // then reports are those that were complete
  double cpu_s = 0;                       // of the children
  std::int64_t peak_rss_bytes = 0;        // of the largest child
};

// Throws Failure (internal) with what the child wrote when a replication breaks; no child outlives the call.
Outcome run(const Replications& replications);

}  // namespace hubstorm
