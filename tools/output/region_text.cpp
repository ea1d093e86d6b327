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

// "Most of it, 3h50m of 4h16m, went by bringing DPS back."
std::string held_up_by(const std::vector<Reached>& reached, bool moved) {
  double before = 0, longest = 0;
  const Step* slowest = nullptr;
  for (const Reached& r : reached) {
    if (r.after - before > longest) longest = r.after - before, slowest = r.step;
    before = r.after;
  }
  if (!slowest) return "";
  const bool waited = !moved && slowest->metric == first_back;
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
  std::string text = view.style.bold("Step by step") + ", from the loss of " + view.scenario.region + ":\n";
  std::vector<Reached> reached;
  std::vector<const Step*> order;
  const auto metric = [&](const Step& step) -> const analysis::Metric& {
    return view.metric(fmt::format(fmt::runtime(step.metric), fault.name));
  };
  // Without a failover, or before one is decided, its steps tell nothing.
  const std::string prefix = "region." + fault.name + ".";
  const bool moved = view.metric(prefix + "rpo").value.has_value();
  const bool ordered = view.metric(prefix + "decided").value.has_value();
  for (const Step& step : steps)
    if (moved || ordered || metric(step).value || step.metric.starts_with("recovery")) order.push_back(&step);
  const auto after = [&](const Step* step) { return metric(*step).value.value_or(1e300); };
  std::stable_sort(order.begin(), order.end(),
                   [&](const Step* a, const Step* b) { return after(a) < after(b); });
  double before = 0;
  for (const Step* step : order) {
    const analysis::Metric& found = metric(*step);
    text += row(*step, found, before);
    if (!found.value) continue;
    reached.push_back({step, *found.value});
    before = *found.value;
  }
  const std::string held_up = held_up_by(reached, moved);
  return text +
         words::wrap(held_up + (moved ? "" : " Nothing was moved elsewhere.") + what_was_lost(view, prefix));
}

}  // namespace output
