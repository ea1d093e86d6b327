#include "tools/output/region_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "models/application/metric_names.hpp"
#include "tools/output/words.hpp"

namespace output {
namespace {

struct Step {
  std::string_view metric;
  const char* name;
  const char* held_up;  // what one waits for before it
};

constexpr std::string_view first_back = "recovery.{}.first";

constexpr Step steps[] = {
    {"region.{}.detected", "loss detected", "noticing the loss"},
    {"region.{}.decided", "failover decided", "deciding to fail over"},
    {"region.{}.dps_back", "DPS back", "bringing DPS back"},
    {"region.{}.hubs_back", "hubs back", "bringing the hubs back"},
    {first_back, "first device back", "the first device to come back"},
    {"recovery.{}.p50", "half of the devices", "half of the devices to come back"},
    {"recovery.{}.p99", "99 % of the devices", "the devices from half of them to 99 %"},
};

struct Reached {
  const Step* step;
  double after;
};

const analysis::Metric& metric_of(const View& view, const faults::Fault& fault, const Step& step) {
  return view.metric(fmt::format(fmt::runtime(step.metric), fault.name));
}

std::string unreached(const analysis::Metric& metric) {
  return metric.at_least ? "> " + words::duration(*metric.at_least) : "-";
}

std::string row(const Step& step, const analysis::Metric& metric, double before) {
  const std::string name = "  " + words::pad(step.name, 22);
  if (!metric.value) return name + words::pad_left(unreached(metric), 12) + "\n";
  const double took = *metric.value - before;
  std::string text = name + words::pad_left(words::duration(*metric.value), 12);
  if (took >= 1) text += words::pad_left("+ " + words::duration(took), 14);
  return text + "\n";
}

// What took longest; what did not happen at all took longer than anything that did.
std::string held_up_by(const View& view, const faults::Fault& fault, const std::vector<Reached>& reached) {
  const auto metric = [&](const Step& step) { return metric_of(view, fault, step); };
  for (const Step& step : steps)
    if (step.metric.starts_with("recovery") && !metric(step).value && metric(step).at_least)
      return fmt::format("What held it up most: {}, not within {}.", step.held_up,
                         words::duration(*metric(step).at_least));
  double before = 0, longest = 0;
  const Step* slowest = nullptr;
  for (const Reached& r : reached) {
    if (r.after - before > longest) longest = r.after - before, slowest = r.step;
    before = r.after;
  }
  if (!slowest) return "";
  const bool moved = view.metric("region." + fault.name + ".rpo").value.has_value();
  const bool waited = !moved && slowest->metric == first_back && fault.duration.count() > 0 &&
                      *metric(*slowest).value >= sim::seconds(fault.duration);
  return fmt::format("What held it up most: {}, {} of {}.",
                     waited ? "the region to come back" : slowest->held_up, words::duration(longest),
                     words::duration(before));
}

std::string what_was_lost(const View& view, const std::string& prefix) {
  const analysis::Metric& rpo = view.metric(prefix + "rpo");
  if (!rpo.value) return "";
  return fmt::format(
      " The copy that it went on with was {} old: {} devices lost the latest change of their twins, {} "
      "messages that nobody had read are gone.",
      words::duration(*rpo.value), view.words(prefix + "twins_lost"), view.words(prefix + "unread_lost"));
}

}  // namespace

std::string region_text(const View& view, const faults::Fault& fault) {
  if (!application::takes_region(fault, view.scenario)) return "";
  // Of several losses the steps are those of the worst, and devices are counted of all.
  const bool one = !fault.chance && !fault.each;
  std::string text = view.style.bold("Step by step") +
                     (one ? ", from the loss of " : ", after the worst loss of ") + view.scenario.region +
                     ":\n";
  std::vector<const Step*> order;
  for (const Step& step : steps) {
    const analysis::Metric& metric = metric_of(view, fault, step);
    if ((one || !step.metric.starts_with("recovery")) && (metric.value || metric.at_least))
      order.push_back(&step);
  }
  if (order.empty()) return "";
  const auto after = [&](const Step* step) { return metric_of(view, fault, *step).value.value_or(1e300); };
  std::stable_sort(order.begin(), order.end(),
                   [&](const Step* a, const Step* b) { return after(a) < after(b); });
  std::vector<Reached> reached;
  for (const Step* step : order) {
    const analysis::Metric& found = metric_of(view, fault, *step);
    text += row(*step, found, reached.empty() ? 0 : reached.back().after);
    if (found.value) reached.push_back({step, *found.value});
  }
  const std::string lost = what_was_lost(view, "region." + fault.name + ".");
  return text + words::wrap((one ? held_up_by(view, fault, reached) : "") + lost);
}

}  // namespace output
