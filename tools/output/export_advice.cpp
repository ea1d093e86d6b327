#include "tools/output/export_advice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/exports/destination_kind.hpp"
#include "tools/output/words.hpp"

namespace output {
namespace {

using exports::Destination;

// What would make the destination take more; empty where a scenario has no key for it.
std::string more_room(const Destination& to, std::size_t index) {
  if (to.units.most > to.units.count) return "";  // it has grown as far as it may
  const std::string setting = to.kind->more_room(to);
  return setting.empty() ? "" : fmt::format("destinations[{}].{}", index, setting);
}

Advice against_failure(const View& view, std::size_t source, std::size_t index) {
  const exports::Export& from = view.scenario.exports[source];
  const Destination& to = view.scenario.destinations[index];
  const std::string prefix = "export." + from.name + "." + to.name + ".";
  const bool by_a_fault = view.metric(prefix + "failed_after").value.has_value();
  if (!by_a_fault && view.amount("destination." + to.name + ".throttled") > 0)
    return {fmt::format(
                "{} could not take what came in, and was failed when the oldest message had waited for {}; "
                "with more room it would not have been.",
                to.name, words::duration(sim::seconds(from.retry.window))),
            more_room(to, index)};
  const bool region =
      std::any_of(view.scenario.faults.begin(), view.scenario.faults.end(),
                  [&](const auto& f) { return f.target == faults::Target::region && f.region == to.region; });
  const std::string copy = to.kind->copy_elsewhere();
  if (region && !to.failover && !copy.empty())
    return {fmt::format("{} was in the region that was lost. With a copy elsewhere ({}) and failover: "
                        "{{after: 1h}} it would have taken data again.",
                        to.name, copy),
            ""};
  const std::string why = fmt::format(
      "{} was failed for {}. An operator's restart_export finds a destination that is back at once", to.name,
      words::duration(view.amount(prefix + "failed_for")));
  if (from.keeps) return {why + ".", ""};
  return {
      why + "; and data that is kept meanwhile comes late instead of never, as far as the window reaches.",
      fmt::format("exports[{}].while_failed=kept", source)};
}

}  // namespace

std::vector<std::pair<std::string, Advice>> export_advice(const View& view) {
  std::vector<std::pair<std::string, Advice>> all;
  for (std::size_t d = 0; d < view.scenario.destinations.size(); ++d) {
    const std::string& to = view.scenario.destinations[d].name;
    for (std::size_t e = 0; e < view.scenario.exports.size(); ++e) {
      const exports::Export& from = view.scenario.exports[e];
      const bool feeds = std::find(from.to.begin(), from.to.end(), to) != from.to.end();
      if (!feeds || view.amount("export." + from.name + "." + to + ".failures") == 0) continue;
      all.emplace_back(from.name, against_failure(view, e, d));
      break;
    }
  }
  return all;
}

}  // namespace output
