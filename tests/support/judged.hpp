// Runs a scenario as every valid one must run: on both carriers with the same bytes, within bounds of time
// and memory.
#pragma once
#include <string>

#include "models/application/scenario.hpp"

namespace support {

struct Outcome {
  std::string fault;  // what went wrong; empty if nothing did
  double cpu_s = 0;   // of the slower run
  long peak_rss_bytes = 0;
};

// Each carrier in a process of its own; the carrier of an actor a device without parking unless `parking`.
Outcome judged(const application::Scenario& scenario, bool parking);

}  // namespace support
