#include "tools/output/summary_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/application/metric_names.hpp"
#include "tools/output/advice.hpp"
#include "tools/output/chance_text.hpp"
#include "tools/output/escape.hpp"
#include "tools/output/export_advice.hpp"
#include "tools/output/export_text.hpp"
#include "tools/output/recovery_text.hpp"
#include "tools/output/scaling_text.hpp"
#include "tools/output/services_text.hpp"
#include "tools/output/settling_text.hpp"
#include "tools/output/words.hpp"

namespace output {
namespace {

using analysis::Judgement;
using analysis::Verdict;

std::string badge(const View& view, Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return view.style.good("✓ PASS");
    case Verdict::fail:
      return view.style.bad("✗ FAIL");
    case Verdict::inconclusive:
      return view.style.unsure("? INCONCLUSIVE");
  }
  return "";
}

std::string verdict_text(const View& view) {
  const std::vector<Judgement>& all = view.result.judgements;
  const std::string name = view.style.bold(escape::terminal(view.result.manifest.scenario));
  if (all.empty())
    return words::wrap(view.style.good("✓ DONE") + "  " + name +
                       ": the scenario expects nothing in particular.");
  const auto count = [&](Verdict verdict) {
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](const Judgement& one) { return one.verdict == verdict; }));
  };
  std::string what;
  if (count(Verdict::fail) > 0)
    what = fmt::format("{} of {} not met.", count(Verdict::fail),
                       words::counted(all.size(), "expectation", "expectations"));
  else if (count(Verdict::inconclusive) > 0)
    what = fmt::format("{} of {} undecided.", count(Verdict::inconclusive),
                       words::counted(all.size(), "expectation", "expectations"));
  else
    what = all.size() == 1 ? "the expectation holds." : fmt::format("all {} expectations hold.", all.size());
  return words::wrap(badge(view, view.result.verdict) + "  " + name + ": " + what);
}

std::string standing_by(const application::Scenario& scenario) {
  if (!scenario.failover.stands_by()) return "";
  return fmt::format(" and {} in {}", words::count(static_cast<double>(scenario.recovery_hubs.size())),
                     scenario.recovery_region);
}

std::string setting_text(const View& view) {
  const application::Scenario& scenario = view.scenario;
  std::string text =
      fmt::format("{} on {}, {} simulated",
                  words::counted(static_cast<std::size_t>(view.amount("devices.total")), "device", "devices"),
                  words::counted(scenario.hubs.size(), "hub", "hubs") + standing_by(scenario),
                  words::duration(sim::seconds(scenario.duration)));
  if (view.result.manifest.replications > 1)
    text += fmt::format(", {} replications (mean ± half of the 95 % Student t interval)",
                        view.result.manifest.replications);
  return words::wrap(text + fmt::format(", seed {}.", view.result.manifest.seed));
}

std::string mark(const View& view, Verdict verdict) {
  if (verdict == Verdict::pass) return view.style.good("✓");
  return verdict == Verdict::fail ? view.style.bad("✗") : view.style.unsure("?");
}

std::string observed(const Judgement& judgement) {
  if (judgement.metric.n == 0) return "no sample: there was nothing to measure";
  std::string text = words::value(judgement.metric);
  if (judgement.straddles) text += "; the interval holds the limit, more --replications would tell";
  if (judgement.left_out)
    text +=
        "; it does not hold of all hubs that exist, those included that allocation may not use (all_hubs)";
  const bool no_interval = judgement.metric.value && !judgement.metric.ci95;
  if (judgement.verdict == Verdict::inconclusive && no_interval)
    text += "; one value gives no interval, use --replications";
  return text;
}

std::string expectations_text(const View& view) {
  if (view.result.judgements.empty()) return "";
  std::string text = view.style.bold("Expectations") + "\n";
  for (const Judgement& judgement : view.result.judgements) {
    text +=
        fmt::format("  {} {}\n", mark(view, judgement.verdict), escape::terminal(judgement.expectation.text));
    text += words::wrap("observed " + observed(judgement), 6);
  }
  return text + "\n";
}

std::string advice_text(const View& view, const std::string& file) {
  std::string text;
  std::set<std::string> given;  // two faults may lead to the same advice
  const auto give = [&](const std::string& about, const Advice& found) {
    if (!given.insert(found.reason).second) return;
    text += words::wrap(view.style.bold("Try next") + " (" + about + "): " + found.reason);
    if (!found.setting.empty())
      text += fmt::format("  hubstorm run {} --set {}\n", escape::shell(file), escape::shell(found.setting));
  };
  for (const faults::Fault& fault : view.scenario.faults)
    if (const std::optional<Advice> found = advice(view, fault)) give(fault.name, *found);
  for (const auto& [about, found] : export_advice(view)) give(about, found);
  return text.empty() ? "" : text + "\n";
}

std::string footer(const View& view) {
  const Meta& meta = view.result.meta;
  std::string text = "Reproduce: " + view.result.manifest.reproduce + "\n";
  for (const std::string& warning : view.result.manifest.warnings)
    text += words::wrap("Note: " + escape::terminal(warning));
  return text +
         view.style.faint(fmt::format("Took {} and {}; {} device events.\n", words::duration(meta.wall_s),
                                      words::bytes(static_cast<double>(meta.peak_rss_bytes)),
                                      words::count(static_cast<double>(meta.device_events))));
}

}  // namespace

std::string summary_text(const View& view, const std::string& file) {
  std::string text = verdict_text(view);
  for (const std::string& action : application::metric_names(view.scenario).actions)
    text += stranded_text(view, action);
  text += setting_text(view) + settling_text(view) + "\n";
  for (const faults::Fault& fault : view.scenario.faults) text += recovery_text(view, fault) + "\n";
  for (const std::string& action : application::metric_names(view.scenario).actions)
    text += action_text(view, action);
  text += balance_text(view) + "\n" + exports_text(view) + pressure_text(view) + uptime_text(view) +
          scaling_text(view) + cost_text(view) + "\n";
  return text + advice_text(view, file) + expectations_text(view) + footer(view);
}

std::string trace_text(const std::string& device, const std::vector<measures::TraceLine>& trace) {
  std::string text = "The life of " + escape::terminal(device) + ", first replication:\n";
  for (const measures::TraceLine& line : trace)
    text += fmt::format("{:>14.6f} s  {}\n", line.time_s, escape::terminal(line.text));
  return text + "\n";
}

}  // namespace output
