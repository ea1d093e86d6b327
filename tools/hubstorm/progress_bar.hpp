// A line on stderr that shows how far a run or a study is.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "sim/time.hpp"
#include "tools/hubstorm/replications.hpp"

namespace hubstorm {

// The text of the line, at most 79 columns: a bar, the simulated time, speed, replications done, time left.
std::string progress_line(const Progress& progress, sim::Duration duration, double wall_s);

// The same of a study, whose units are replications.
std::string study_progress_line(std::uint64_t done, std::uint64_t units, double wall_s);

class ProgressBar {
 public:
  enum class Place : std::uint8_t {
    terminal,  // one line, drawn again and again
    log        // a line every half minute
  };
  explicit ProgressBar(Place place) : place_(place) {}
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar();  // wipes the line of a terminal
  // Asks for the text, given the seconds since the bar was made, when it is time to draw it.
  void show(const std::function<std::string(double wall_s)>& line);

 private:
  using Wall = std::chrono::steady_clock;
  Place place_;
  Wall::time_point started_ = Wall::now();
  double drawn_s_ = 0;
  bool shown_ = false;
};

}  // namespace hubstorm
