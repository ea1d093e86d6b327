#include "models/application/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/application/contexts.hpp"
#include "models/device/resolve.hpp"
#include "models/measures/catalog.hpp"
#include "models/provisioning/checks.hpp"
#include "sim/settings/text.hpp"

namespace application {
namespace {

using sim::Duration;
using sim::settings::format_duration;
using sim::settings::quoted;
using sim::settings::Step;

// Names of one kind: each once, none a word of the metric tree.
class Names {
 public:
  Names(const Origin& origin, std::string kind, std::vector<Step> list)
      : origin_(origin), kind_(std::move(kind)), list_(std::move(list)) {}

  void add(std::size_t index, const std::string& name) {
    std::vector<Step> path = list_;
    path.emplace_back(index);
    path.emplace_back("name");
    if (!origin_.good(path)) return;
    if (measures::is_metric_word(name))
      origin_.error(path, fmt::format("{} is a word of the metric names", quoted(name)),
                    "choose another name");
    const auto [first, fresh] = seen_.emplace(name, index);
    if (!fresh)
      origin_.error(path, fmt::format("a second {} named {}", kind_, quoted(name)),
                    fmt::format("the first is {}[{}]", sim::settings::path_text(list_), first->second));
  }

 private:
  const Origin& origin_;
  std::string kind_;
  std::vector<Step> list_;
  std::map<std::string, std::size_t> seen_;
};

// `list`: faults or actions.
void check_instant(const Scenario& scenario, const char* list, std::size_t index, sim::Time time,
                   const Origin& origin) {
  const std::vector<Step> path{list, index, "at"};
  const Duration at = time - sim::start_of_run;
  if (!origin.given(path) || !origin.good(path)) return;
  if (origin.good({"warmup"}) && at < scenario.warmup)
    origin.error(path, fmt::format("{} is before the end of the warm-up", format_duration(at)),
                 fmt::format("at least {}", format_duration(scenario.warmup)));
  if (origin.good({"duration"}) && at >= scenario.duration)
    origin.error(path, fmt::format("{} is not before the end of the run", format_duration(at)),
                 fmt::format("the duration is {}", format_duration(scenario.duration)));
}

}  // namespace

void check_names(const Draft& draft, const Origin& origin) {
  const Scenario& scenario = draft.scenario;
  Names groups(origin, "group", {"fleet"}), faults(origin, "fault", {"faults"}),
      actions(origin, "action", {"actions"}), hubs(origin, "hub", {"application", "hubs"}),
      destinations(origin, "destination", {"destinations"}), exports(origin, "export", {"exports"});
  for (std::size_t i = 0; i < scenario.fleet.size(); ++i) groups.add(i, scenario.fleet[i].name);
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) faults.add(i, scenario.faults[i].name);
  for (std::size_t i = 0; i < scenario.actions.size(); ++i) {
    const std::string& name = scenario.actions[i].name;
    actions.add(i, name);
    const bool taken = std::any_of(scenario.faults.begin(), scenario.faults.end(),
                                   [&](const faults::Fault& fault) { return fault.name == name; });
    if (taken && origin.good({"actions", i, "name"}))
      origin.error({"actions", i, "name"}, fmt::format("a fault is named {}", quoted(name)),
                   "choose another name");
  }
  for (std::size_t i = 0; i < scenario.hubs.size(); ++i) hubs.add(i, scenario.hubs[i].name);
  for (std::size_t i = 0; i < scenario.destinations.size(); ++i)
    destinations.add(i, scenario.destinations[i].name);
  for (std::size_t i = 0; i < scenario.exports.size(); ++i) exports.add(i, scenario.exports[i].name);
}

void check_times(Draft& draft, const Origin& origin) {
  Scenario& scenario = draft.scenario;
  if (origin.good({"warmup"}) && origin.good({"duration"}) && scenario.warmup >= scenario.duration)
    origin.error({"warmup"}, fmt::format("{} is not shorter than the run", format_duration(scenario.warmup)),
                 fmt::format("the duration is {}", format_duration(scenario.duration)));
  for (std::size_t i = 0; i < scenario.faults.size(); ++i)
    check_instant(scenario, "faults", i, scenario.faults[i].at, origin);
  for (std::size_t i = 0; i < scenario.actions.size(); ++i)
    check_instant(scenario, "actions", i, scenario.actions[i].at, origin);
  device::check(scenario.fleet, scenario.warmup, scenario.duration, scenario.warnings, origin);
}

void check(Draft& draft, const Origin& origin) {
  Scenario& scenario = draft.scenario;
  check_names(draft, origin);
  check_times(draft, origin);
  std::vector<std::string> enrollments;
  for (const device::Group& group : scenario.fleet) enrollments.push_back(group.enrollment);
  provisioning::check(scenario.provisioning, scenario.hubs, enrollments, scenario.warnings, origin);
  check_platform(draft, origin);
  control::check(scenario.scaling, control_context(scenario), origin);
  const actions::Context acting = actions_context(scenario);
  actions::check(draft.actions, scenario.actions, acting, scenario.warnings, origin);
  failover::check_orders(scenario.failover, actions::orders(draft.actions, scenario.actions, acting, origin),
                         failover_context(scenario), scenario.warnings, origin);
}

}  // namespace application
