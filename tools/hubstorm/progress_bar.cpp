#include "tools/hubstorm/progress_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "tools/output/words.hpp"

namespace hubstorm {
namespace {

using output::words::duration;

constexpr double patience_s = 0.5;  // a run that is over sooner shows no bar
constexpr double redraw_s = 0.1;
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

ProgressBar::ProgressBar(sim::Duration duration) : duration_(duration) {}

ProgressBar::~ProgressBar() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
}

void ProgressBar::show(const Progress& progress) {
  const double wall_s = std::chrono::duration<double>(Wall::now() - started_).count();
  if (wall_s < patience_s || wall_s < drawn_s_ + redraw_s) return;
  drawn_s_ = wall_s;
  fmt::print(stderr, "\r{}\x1b[K", progress_line(progress, duration_, wall_s));
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace hubstorm
