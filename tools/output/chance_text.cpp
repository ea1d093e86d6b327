#include "tools/output/chance_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/output/places.hpp"
#include "tools/output/words.hpp"

namespace output {
namespace {

std::string not_seen(const Unseen& unseen) {
  const std::string runs =
      unseen.replications == 1
          ? "in this run"
          : fmt::format("in {} replications", words::count(static_cast<double>(unseen.replications)));
  if (unseen.probability_below >= 1) return fmt::format("not once {}, too few to tell how rare it is.", runs);
  return fmt::format("not once {}: at 95 % the probability that it happens in one is below {}.", runs,
                     words::share(unseen.probability_below));
}

// As many digits as tell it from one: 99.7 %, 99.97 %, 99.9997 %.
std::string precise_share(double share) {
  if (share <= 0 || share >= 1) return words::share(share);
  const int digits = std::clamp(static_cast<int>(std::ceil(-std::log10(100 * (1 - share)))) + 1, 1, 7);
  return fmt::format("{:.{}f} %", 100 * share, digits);
}

std::string how_it_went(const PlacedRun& run) {
  const std::string where =
      fmt::format("{} at {} (replication {})", run.target, words::duration(run.at_s), run.replication);
  if (run.affected == 0) return where + ", nobody lost service";
  if (!run.p99) return where + ", 99 % were not back by the end";
  return fmt::format("{}, 99 % back after {}", where, words::duration(*run.p99));
}

}  // namespace

std::string how_often(const View& view, const faults::Fault& fault) {
  const faults::Chance& chance = *fault.chance;
  const std::string text = fmt::format(
      "at random, on average after {} of service and for {}: ", words::duration(sim::seconds(chance.mtbf)),
      words::duration(sim::seconds(chance.mttr)));
  for (const Unseen& unseen : view.result.unseen)
    if (unseen.fault == fault.name) return text + not_seen(unseen);
  const std::string prefix = "recovery." + fault.name + ".";
  return fmt::format("{}{} times a run, {} in all.", text, view.words(prefix + "incidents"),
                     view.words(prefix + "downtime"));
}

std::string where_it_struck(const View& view, const faults::Fault& fault) {
  std::string text =
      fmt::format("at one of {} instants, another place in each replication, {}.", fault.instants,
                  fault.duration.count() == 0 ? "to the end of the run"
                                              : "for " + words::duration(sim::seconds(fault.duration)));
  std::vector<PlacedRun> runs;
  for (const PlacedRun& run : view.result.placed)
    if (run.fault == fault.name) runs.push_back(run);
  if (runs.empty()) return text;
  std::stable_sort(runs.begin(), runs.end(), worse);
  return fmt::format("{} Worst was {}; mildest {}.", text, how_it_went(runs.front()),
                     how_it_went(runs.back()));
}

std::string uptime_text(const View& view) {
  const std::vector<faults::Fault>& faults = view.scenario.faults;
  const analysis::Metric& metric = view.metric("hubs.availability");
  if (!metric.value || std::none_of(faults.begin(), faults.end(),
                                    [](const faults::Fault& fault) { return fault.chance.has_value(); }))
    return "";
  std::string text = "Hubs served " + precise_share(*metric.value) + " of the time";
  if (metric.ci95)
    text += fmt::format(" (95 % interval {} to {})", precise_share(metric.ci95->low),
                        precise_share(std::min(1.0, metric.ci95->high)));
  return words::wrap(text + ".");
}

}  // namespace output
