#include "tools/output/scaling_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/settings/quantity.hpp"
#include "tools/output/escape.hpp"
#include "tools/output/words.hpp"

namespace output {
namespace {

constexpr std::size_t most_lines = 16;  // of a timeline; of a longer one, its beginning

std::string counts_sentence(const View& view) {
  const std::pair<const char*, const char*> counts[] = {{"scaling.up", "larger hubs"},
                                                        {"scaling.down", "smaller hubs"},
                                                        {"scaling.out", "new hubs"},
                                                        {"scaling.in", "deleted hubs"}};
  std::string text;
  for (const auto& [name, what] : counts)
    if (view.amount(name) > 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", view.words(name), what);
  if (text.empty()) text = "no hub was changed";
  if (view.amount("scaling.oscillations") > 0)
    text += fmt::format("; {} of the changes undid the one before", view.words("scaling.oscillations"));
  return fmt::format("{}: {}. At the end {} hubs with {} units, at most {} with {}.",
                     view.style.bold("Scaling"), text, view.words("hubs.count"), view.words("units.count"),
                     view.words("hubs.peak"), view.words("units.peak"));
}

// What was begun is told where it has no other end: a refusal, or a move; and of an operator's actions.
bool worth_a_line(const measures::Event& e) {
  return e.outcome != "begun" || e.kind == "move" || e.kind == "action";
}

bool of_exports(const measures::Event& e) { return e.kind == "export" || e.kind == "destination"; }

std::string change(const measures::Event& e) {
  const std::string from = escape::terminal(e.from), to = escape::terminal(e.to);
  if (from.empty()) return to;
  return to.empty() ? from : from + " -> " + to;
}

std::string timeline_rows(const View& view) {
  std::string text;
  std::size_t lines = 0, more = 0;
  for (const measures::Event& e : view.result.timeline) {
    if (!worth_a_line(e)) continue;
    if (++lines > most_lines) {
      ++more;
      continue;
    }
    const std::string reason = escape::terminal(e.reason);
    const std::string what =
        (e.outcome == "refused" && !of_exports(e) ? "not " : "") + escape::terminal(e.kind);
    const std::string line = fmt::format("  {} {} {} {}", words::pad_left(words::duration(e.time_s), 7),
                                         words::pad(escape::terminal(e.hub), 7), what, change(e));
    const bool fits = words::columns(line) + words::columns(reason) + 2 <= words::width;
    text += fits ? line + ": " + reason + "\n" : line + ":\n" + words::wrap(reason, 18);
  }
  if (more > 0)
    text += fmt::format("  ... {} more; --export timeline.csv has them all\n",
                        words::count(static_cast<double>(more)));
  return text;
}

}  // namespace

std::string scaling_text(const View& view) {
  const bool scales = view.scenario.scaling.policy != control::PolicyKind::none;
  const auto& timeline = view.result.timeline;
  if (!scales && timeline.empty()) return "";
  const bool of_hubs = scales || std::any_of(timeline.begin(), timeline.end(),
                                             [](const measures::Event& e) { return !of_exports(e); });
  const std::string first =
      of_hubs ? words::wrap(counts_sentence(view)) : view.style.bold("Timeline") + ":\n";
  return first + timeline_rows(view);
}

// A month first: that is what somebody will pay.
std::string cost_text(const View& view) {
  const auto dollars = [&](const std::string& name) { return view.words(name) + " USD"; };
  const auto parts = [&](const std::string& prefix) {
    const std::string exports = view.scenario.destinations.empty()
                                    ? ""
                                    : ", " + dollars(prefix + "exports") + " for destinations of exports";
    return dollars(prefix + "hubs") + " of it for hubs" + exports + " and " + dollars(prefix + "dps") +
           " for registrations";
  };
  const bool disturbed = !view.scenario.faults.empty() || !view.scenario.actions.empty();
  const std::string day = sim::settings::format_instant(view.scenario.prices.date_utc_s).substr(0, 10);
  return words::wrap(fmt::format(
      "{}: {} a month as it goes {}, at prices of {}: {}; under the cheapest plan of IoT Central {}. The "
      "simulated time: {}, {}; under a plan {}.",
      view.style.bold("Cost"), dollars("cost.month"), disturbed ? "before the first fault" : "here", day,
      parts("cost.month."), dollars("cost.month.plan"), dollars("cost.total"), parts("cost."),
      dollars("cost.plan")));
}

}  // namespace output
