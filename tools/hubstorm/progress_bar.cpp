#include "tools/hubstorm/progress_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "tools/output/streams.hpp"
#include "tools/output/words.hpp"

namespace hubstorm {
namespace {

using output::words::duration;

constexpr double patience_s = 0.5;  // a run that is over sooner shows no bar
constexpr double redraw_s = 0.1;
constexpr double log_every_s = 30;
constexpr int bar_width = 20;

std::string bar(double share) {
  const auto full = static_cast<std::size_t>(share * bar_width);
  return "[" + std::string(full, '#') + std::string(bar_width - full, '.') + "]";
}

// Whole seconds, since the rest flickers.
std::string rough(double s) { return duration(std::max(1.0, std::round(s))); }

}  // namespace

std::string progress_line(const Progress& progress, sim::Duration run, double wall_s) {
  const double share = std::clamp(progress.simulated / std::max(1u, progress.replications), 0.0, 1.0);
  const double simulated_s = progress.simulated * sim::seconds(run);
  std::string line = fmt::format("{} {:3.0f} %  {} of {}", bar(share), share * 100, duration(simulated_s),
                                 duration(sim::seconds(run) * progress.replications));
  if (wall_s > 0 && simulated_s > 0) line += fmt::format("  {}/s", duration(simulated_s / wall_s));
  if (progress.replications > 1) line += fmt::format("  {}/{} runs", progress.done, progress.replications);
  if (share > 0.02) line += fmt::format("  {} left", rough(wall_s / share * (1 - share)));
  return line.substr(0, output::words::width - 1);
}

std::string study_progress_line(std::uint64_t done, std::uint64_t units, double wall_s) {
  const double share = static_cast<double>(done) / static_cast<double>(std::max<std::uint64_t>(1, units));
  std::string line =
      fmt::format("{} {:3.0f} %  {} of {} replications", bar(share), std::floor(share * 100), done, units);
  if (done > 0) line += fmt::format("  {} left", rough(wall_s / share * (1 - share)));
  return line.substr(0, output::words::width - 1);
}

ProgressBar::~ProgressBar() {
  if (shown_ && place_ == Place::terminal) output::draw("\r\x1b[K");
}

void ProgressBar::show(const std::function<std::string(double wall_s)>& line) {
  const double wall_s = std::chrono::duration<double>(Wall::now() - started_).count();
  const bool terminal = place_ == Place::terminal;
  if (wall_s < (terminal ? patience_s : log_every_s)) return;
  if (wall_s < drawn_s_ + (terminal ? redraw_s : log_every_s)) return;
  drawn_s_ = wall_s;
  if (terminal)
    output::draw(fmt::format("\r{}\x1b[K", line(wall_s)));
  else
    output::say(fmt::format("{}\n", line(wall_s)));
  shown_ = true;
}

}  // namespace hubstorm
