#include "tools/output/recovery_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "models/application/metric_names.hpp"
#include "tools/output/export_text.hpp"
#include "tools/output/fault_text.hpp"
#include "tools/output/region_text.hpp"
#include "tools/output/storm_text.hpp"
#include "tools/output/words.hpp"

namespace output {
namespace {

using analysis::Metric;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

// "Counted from the start of the fault, the first was back after 2m, half after 6m10s and ... . 99 % and the
// last: not reached (at least 4h12m)."
std::string quantiles_sentence(const View& view, const std::string& prefix, const char* from) {
  const std::pair<const char*, const char*> quantiles[] = {
      {"first", "the first"}, {"p50", "half"}, {"p90", "90 %"}, {"p99", "99 %"}, {"max", "the last"}};
  std::vector<std::string> reached;
  std::vector<std::string> missing;
  const Metric* bound = nullptr;
  for (const auto& [name, who] : quantiles) {
    const Metric& metric = view.metric(prefix + name);
    if (metric.value)
      reached.push_back(
          fmt::format("{}{} after {}", who, reached.empty() ? " was back" : "", words::value(metric)));
    if (!metric.value && metric.at_least) missing.emplace_back(who), bound = bound ? bound : &metric;
  }
  std::string text;
  if (!reached.empty()) text = fmt::format(" Counted from {}, {}.", from, joined(reached));
  if (bound) text += fmt::format(" The return of {}: {}.", joined(missing), words::value(*bound));
  return text;
}

std::string never_back(const View& view, const std::string& prefix) {
  if (view.amount(prefix + "unrecovered") == 0) return "All came back.";
  const bool once = view.amount(prefix + "episodes") <= view.amount(prefix + "affected");
  return fmt::format("{} of {} {}.", view.words(prefix + "unrecovered"), view.words(prefix + "affected"),
                     once ? "never came back" : "were not back at the end");
}

// "120 of the returns did not last a minute; for good 99 % were back after 2h."
std::string relapses_sentence(const View& view, const std::string& prefix) {
  if (view.amount(prefix + "relapses") == 0) return "";
  std::string text = " " + view.words(prefix + "relapses") + " of the returns did not last for a minute";
  const Metric &half = view.metric(prefix + "lasting.p50"), &most = view.metric(prefix + "lasting.p99");
  if (!half.value && !half.at_least) return text + ".";
  if (half.value) text += "; for good half were back after " + words::value(half);
  if (half.value && most.value) text += ", 99 % after " + words::value(most);
  if (!most.value)
    text += fmt::format("; for good {} were not back at the end", half.value ? "99 %" : "half");
  return text + ".";
}

// Where devices lose service long after the fault began, the times from its start are mostly the time until
// their loss.
std::string spread_sentence(const View& view, const std::string& prefix, const char* from) {
  constexpr double notable_s = 60;
  const Metric &recovery = view.metric(prefix + "mean"), &outage = view.metric(prefix + "outage.mean"),
               &most = view.metric(prefix + "outage.p99");
  if (!recovery.value || !outage.value) return "";
  const double later_s = *recovery.value - *outage.value;
  if (later_s < std::max(notable_s, *outage.value / 2)) return "";
  std::string text = fmt::format(
      " Note that devices lost service {} after {} on average: the times from there hold that as well.",
      words::duration(later_s), from);
  if (most.value)
    text += fmt::format(" Counted from each device's own loss (outage), 99 % were back after {}.",
                        words::value(most));
  return text;
}

// Two figures that nobody publishes decide whether firmware that ends with a failed registration is lost: how
// long DPS tries a hub that is silent, and how soon that is taken out of allocation. Said where devices met
// both.
std::string hangs_on_sentence(const View& view, const std::string& prefix) {
  const provisioning::Settings& dps = view.scenario.provisioning;
  const auto ends = [](const device::Group& group) {
    return group.client.on_dps_failure == device::OnDpsFailure::stop;
  };
  const std::vector<device::Group>& fleet = view.scenario.fleet;
  if (view.amount(prefix + "stuck_at_dps") == 0 || dps.write_retry_hub != provisioning::WriteRetryHub::same ||
      std::none_of(fleet.begin(), fleet.end(), ends))
    return "";
  std::string excluded = "nothing takes a failed hub out of allocation";
  if (dps.exclude_failed_hubs)
    excluded = fmt::format(
        "the prober takes it out of allocation after {} to {}",
        words::duration(sim::seconds((dps.probe.failures - 1) * dps.probe.every + dps.probe.timeout)),
        words::duration(sim::seconds(dps.probe.failures * dps.probe.every + dps.probe.timeout)));
  const std::string who =
      view.amount("dps.unanswered") > 0
          ? view.words("dps.unanswered") +
                " registrations failed on that, and firmware that "
                "ends with one was lost"
          : "no registration failed on that, or firmware that ends with one would be lost";
  return fmt::format(
      " This hangs on figures that are not published: DPS tried the hub that was down for {}, and {}; {}. "
      "Look at "
      "it with provisioning.write_retry.hub=another, and other write_retry.for and probe.",
      words::duration(sim::seconds(dps.write_retry_for)), excluded, who);
}

std::string side_effects(const View& view, const std::string& prefix) {
  const std::pair<const char*, const char*> effects[] = {
      {"prolonged", " outages of an earlier fault ran into this one too."},
      {"collateral",
       " other devices lost service before it was over though it was not on their path (throttling, a failed "
       "renewal)."}};
  std::string text = relapses_sentence(view, prefix);
  for (const auto& [name, what] : effects)
    if (view.amount(prefix + name) > 0) text += " " + view.words(prefix + name) + what;
  return text;
}

std::string within_sentence(const View& view, const std::string& prefix) {
  std::vector<std::string> shares;
  bool nobody = false;  // by the time before
  for (const measures::Within& within : application::within_times(view.scenario)) {
    const Metric& metric = view.metric(prefix + "within." + within.label);
    if (!metric.value && !metric.at_least) continue;
    shares.push_back(fmt::format("{}{} within {}", metric.value ? "" : "at least ",
                                 words::share(metric.value ? *metric.value : *metric.at_least),
                                 within.label));
    const bool none = metric.value == 0;
    if (none && nobody) shares.erase(shares.end() - 2);
    nobody = none;
    if (!metric.value || *metric.value == 1) break;
  }
  return shares.empty() ? "" : " Back were " + joined(shares) + ".";
}

// Who is connected still lacks its twin while the hub's limit of twin reads holds it up: said where that
// takes notably longer than the connection.
std::string ready_sentence(const View& view, const std::string& prefix) {
  constexpr double notable_s = 10, notable_share = 1.1;
  const Metric &back = view.metric(prefix + "p99"), &ready = view.metric(prefix + "ready.p99");
  const std::optional<double> when = ready.value ? ready.value : ready.at_least;
  if (!back.value || !when) return "";
  if (*when < std::max(*back.value + notable_s, *back.value * notable_share)) return "";
  return " Reading their device twins, which the hubs let in at a limited rate, 99 % were ready after " +
         words::value(ready) + ".";
}

std::string devices_sentence(const View& view, const std::string& prefix,
                             const char* from = "the start of the fault") {
  const double devices = view.amount("devices.total");
  std::string text =
      view.words(prefix + "affected") + " of " + words::count(devices) + " devices lost service";
  if (view.amount(prefix + "episodes") > view.amount(prefix + "affected"))
    text += fmt::format(", {} times in all", view.words(prefix + "episodes"));
  const Metric& outage = view.metric(prefix + "outage.mean");
  if (outage.value) text += ", for " + words::value(outage) + " on average";
  return text + ". " + never_back(view, prefix) + quantiles_sentence(view, prefix, from) +
         within_sentence(view, prefix) + spread_sentence(view, prefix, from) + ready_sentence(view, prefix);
}

std::string group_row(const View& view, const std::string& prefix, const device::Group& group) {
  const std::string& name = group.name;
  const auto cell = [&](const char* metric) {
    const Metric& found = view.metric(prefix + "group." + name + "." + metric);
    if (found.value) return words::in_unit(*found.value, found.unit);
    return found.at_least ? "> " + words::in_unit(*found.at_least, found.unit) : std::string("-");
  };
  std::string row = "  " + words::pad(name + (group.edge ? " (IoT Edge)" : ""), 22);
  for (const char* metric : {"affected", "p50", "p99", "max", "unrecovered"})
    row += words::pad_left(cell(metric), 11);
  return row + "\n";
}

std::string groups_table(const View& view, const std::string& prefix) {
  if (view.scenario.fleet.size() < 2) return "";
  std::string text = "  " + words::pad("group", 22);
  for (const char* head : {"affected", "half back", "99 % back", "last back", "never"})
    text += words::pad_left(head, 11);
  text = view.style.faint(text) + "\n";
  for (const device::Group& group : view.scenario.fleet) text += group_row(view, prefix, group);
  return text;
}

// `moved`: by an action, away from a hub that serves.
const char* meaning(const std::string& part, bool moved) {
  if (moved && part == "stuck") return "asks its old hub, or gave up";
  static const std::map<std::string, const char*> meanings{{"detection", "not noticed to be dead"},
                                                           {"stuck", "its hub down, or gave up"},
                                                           {"service_down", "down, or out of its reach"},
                                                           {"network", "on the wire"},
                                                           {"hub_queue", "held by a hub's shaping"},
                                                           {"dps_throttle", "DPS or registry throttle"},
                                                           {"dps_processing", "DPS at work, polls"},
                                                           {"backoff", "planned by the client"},
                                                           {"no_power", "without power"},
                                                           {"boot", "until its program runs"}};
  return meanings.at(part);
}

std::string bar(double share) {
  constexpr int width = 16;
  const int full = static_cast<int>(std::lround(share * width));
  std::string text = full == 0 ? "▏" : "";
  for (int i = 0; i < full; ++i) text += "█";
  return words::pad(text, width);
}

std::string wait_bars(const View& view, const std::string& fault, bool moved = false) {
  const std::vector<WaitShare> shares = wait_shares(view, fault);
  if (shares.empty()) return "";
  std::string text = view.style.bold("Where the time went") + " while a device was away, on average:\n";
  for (const WaitShare& wait : shares)
    text += fmt::format("  {} {} {} {}  {}\n", words::pad(wait.part, 14), bar(wait.share),
                        words::pad_left(words::share(wait.share), 11),
                        words::pad_left(words::duration(wait.seconds), 7), meaning(wait.part, moved));
  return text;
}

}  // namespace

std::vector<WaitShare> wait_shares(const View& view, const std::string& fault) {
  std::vector<WaitShare> shares;
  const std::string prefix = "recovery." + fault + ".wait.";
  double total = 0;
  for (const std::string& part : measures::wait_parts()) {
    const double seconds = view.amount(prefix + part);
    total += seconds;
    if (seconds > 0) shares.push_back({part, 0, seconds});
  }
  for (WaitShare& wait : shares) wait.share = wait.seconds / total;
  std::stable_sort(shares.begin(), shares.end(),
                   [](const WaitShare& a, const WaitShare& b) { return a.seconds > b.seconds; });
  return shares;
}

std::string action_text(const View& view, const std::string& action) {
  const std::string prefix = "recovery." + action + ".";
  if (view.amount(prefix + "affected") == 0) return "";
  const std::vector<actions::Action>& all = view.scenario.actions;
  const auto own = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == action; });
  const std::string what =
      own != all.end() ? "an operator's " + actions::describe(own->kind) + "."
      : action == "scale-in"
          ? "the control plane moved devices away from hubs that went, an outage of its making."
          : "the control plane moved devices to where allocation would put them, an outage of "
            "its making.";
  const std::string text = words::wrap(view.style.bold(action) + ": " + what + " " +
                                       devices_sentence(view, prefix, "when it began"));
  const std::string bars = wait_bars(view, action, true);
  return text + (bars.empty() ? "" : "\n" + bars) + "\n";
}

std::string stranded_text(const View& view, const std::string& action) {
  const std::string prefix = "recovery." + action + ".";
  const double away = view.amount(prefix + "unrecovered");
  const char* key = action == "scale-in"    ? "scaling.scale_in"
                    : action == "rebalance" ? "scaling.rebalance.when"
                                            : nullptr;
  if (away == 0 || !key) return "";
  return words::wrap(
      view.style.bad("!") +
      fmt::format(" {} of {} devices that the control plane itself moved ({}, {}) are without "
                  "service at the end: they ask the hub that has them no longer until a rule of "
                  "their client sends them to DPS, if it has one.",
                  view.words(prefix + "unrecovered"), view.words(prefix + "affected"), action, key));
}

std::string recovery_text(const View& view, const faults::Fault& fault) {
  const std::string prefix = "recovery." + fault.name + ".";
  const std::string storm = storm_text(view, fault.name);
  std::string text = view.style.bold(fault.name) + ": " + what_happened(view, fault) + " ";
  if (view.amount(prefix + "affected") == 0)
    return words::wrap(text + "No device lost service to it." + side_effects(view, prefix)) + storm +
           delivery_text(view, fault);
  text = words::wrap(text + devices_sentence(view, prefix) + hangs_on_sentence(view, prefix) +
                     side_effects(view, prefix)) +
         storm + delivery_text(view, fault);
  const std::string groups = groups_table(view, prefix);
  const std::string steps = region_text(view, fault);
  const std::string bars = wait_bars(view, fault.name);
  for (const std::string& part : {steps, groups, bars})
    if (!part.empty()) text += "\n" + part;
  return text;
}

}  // namespace output
