#include "tools/output/settling_text.hpp"

#include <fmt/format.h>

#include "tools/output/escape.hpp"
#include "tools/output/words.hpp"

namespace output {
namespace {

// The state before a fault is not judged where something happens earlier, or before the warm-up ends.
std::string unchecked(const View& view, const analysis::SettlingFacts& facts) {
  if (!facts.fault_s || (facts.until_s == *facts.fault_s && facts.until_s > facts.from_s)) return "";
  const std::string why =
      facts.until_s <= facts.from_s
          ? "the warm-up ends at " + words::duration(facts.from_s) + ", not before the first event"
          : "judged is the time up to the first event, at " + words::duration(facts.until_s);
  return words::wrap(fmt::format("{}whether the state before the first fault, at {}, was steady: {}.",
                                 view.style.unsure("Not checked: "), words::duration(*facts.fault_s), why));
}

}  // namespace

std::string settling_text(const View& view) {
  const auto named = [&](bool (analysis::SettlingSummary::*is)() const) {
    std::string names;
    for (const analysis::SettlingSummary& one : view.result.settling)
      if ((one.*is)()) names += (names.empty() ? "" : ", ") + escape::terminal(one.series);
    return names;
  };
  const application::Scenario& scenario = view.scenario;
  const analysis::SettlingFacts facts = analysis::settling_facts(scenario, 0);
  std::string text = unchecked(view, facts);
  if (view.result.settling.empty()) return text;
  const std::string warmup = words::duration(sim::seconds(scenario.warmup));
  const bool eventful = facts.until_s < sim::seconds(scenario.duration);
  if (const std::string names = named(&analysis::SettlingSummary::unsettled); !names.empty() && eventful)
    text += words::wrap(fmt::format(
        "{}{} (MSER-5, from the end of the warm-up to the first event); use a longer warmup than {}. If "
        "that does not help there is no steady state: the load grows beyond what is served.",
        view.style.unsure("Not settled: "), names, warmup));
  else if (!names.empty())
    text += words::wrap(fmt::format(
        "{}{} (MSER-5, from the end of the warm-up on); averages depend on the length of the run. If there "
        "is a steady state, a longer warmup than {} leads to it.",
        view.style.unsure("Not steady: "), names, warmup));
  if (const std::string names = named(&analysis::SettlingSummary::unknown); !names.empty())
    text += words::wrap(fmt::format(
        "Not known to be settled: {} changed, and {} samples from the end of the warm-up to the first event "
        "are the least to judge; let the first event happen later.",
        names, analysis::settling_batch * analysis::settling_batches));
  return text;
}

}  // namespace output
