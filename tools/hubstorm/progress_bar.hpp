// A line on stderr that shows how far a run is; for terminals only.
#pragma once
#include <chrono>
#include <string>

#include "sim/time.hpp"
#include "tools/hubstorm/replications.hpp"

namespace hubstorm {

// The text of the line, at most 79 columns: a bar, the simulated time, speed, replications done, time left.
std::string progress_line(const Progress& progress, sim::Duration duration, double wall_s);

class ProgressBar {
 public:
  explicit ProgressBar(sim::Duration duration);  // of one replication
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar();  // wipes the line
  void show(const Progress& progress);

 private:
  using Wall = std::chrono::steady_clock;
  sim::Duration duration_;
  Wall::time_point started_ = Wall::now();
  double drawn_s_ = 0;
  bool shown_ = false;
};

}  // namespace hubstorm
