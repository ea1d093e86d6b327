#include "models/application/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/measures/catalog.hpp"
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

void check_joins(Scenario& scenario, std::size_t index, const Origin& origin) {
  const std::vector<Step> path{"fleet", index, "joins"};
  const device::Group& group = scenario.fleet[index];
  if (!group.joins || !origin.good(path)) return;
  if (origin.good({"warmup"}) && group.joins->start < scenario.warmup)
    origin.error(path, "devices join before the end of the warm-up",
                 fmt::format("write at {} over {}", format_duration(scenario.warmup),
                             format_duration(group.joins->over)));
  if (!origin.good({"duration"})) return;
  if (group.joins->start >= scenario.duration)
    origin.error(path, "nobody joins before the end of the run",
                 fmt::format("the duration is {}", format_duration(scenario.duration)));
  else if (group.joins->over > scenario.duration - group.joins->start)
    scenario.warnings.push_back(
        fmt::format("group {}: some devices join only after the end of the run", group.name));
}

void check_leaves(const Scenario& scenario, std::size_t index, const Origin& origin) {
  const std::vector<Step> path{"fleet", index, "leaves"};
  const device::Group& group = scenario.fleet[index];
  if (!group.leaves || !origin.good(path)) return;
  if (origin.good({"warmup"}) && group.leaves->start < scenario.warmup)
    origin.error(path, "devices leave before the end of the warm-up",
                 fmt::format("write at {} over {}", format_duration(scenario.warmup),
                             format_duration(group.leaves->over)));
  if (origin.good({"duration"}) && group.leaves->start >= scenario.duration)
    origin.error(path, "nobody leaves before the end of the run",
                 fmt::format("the duration is {}", format_duration(scenario.duration)));
  if (!group.joins || !origin.good({"fleet", index, "joins"})) return;
  // Both go evenly from the first device to the last.
  for (const std::uint32_t i : {0u, group.devices - 1})
    if (group.leaves->of(i, group.devices) <= group.joins->of(i, group.devices))
      return origin.error(path, fmt::format("device {} would leave before it joins", i),
                          fmt::format("it joins at {}", format_duration(group.joins->of(i, group.devices))));
}

void check_load(const Scenario& scenario, std::size_t index, const Origin& origin) {
  const std::vector<Step> path{"fleet", index, "telemetry"};
  if (!origin.good(path)) return;
  const auto at = [&](const std::vector<Step>& rest) {
    std::vector<Step> full = path;
    full.insert(full.end(), rest.begin(), rest.end());
    return full;
  };
  const device::Telemetry& load = scenario.fleet[index].telemetry;
  if (!load.synchronised && load.jitter > Duration{0})
    origin.error(at({"jitter"}), "the messages are spread over the whole period anyway",
                 "remove it, or write phase: synchronised");
  if (load.jitter > load.every)
    origin.error(at({"jitter"}), fmt::format("{} is longer than the period", format_duration(load.jitter)),
                 fmt::format("at most {}", format_duration(load.every)));
  if (load.flush <= 0)
    origin.error(at({"flush"}), "what a device has to keep would never be sent", "write a rate such as 10/s");
  if (!origin.good({"duration"})) return;
  for (std::size_t i = 0; i < load.surges.size(); ++i)
    if (load.surges[i].at >= scenario.duration)
      origin.error(at({"surges", i, "at"}),
                   fmt::format("{} is not before the end of the run", format_duration(load.surges[i].at)),
                   fmt::format("the duration is {}", format_duration(scenario.duration)));
}

// A certificate is not renewed; a renewal that is given nevertheless is a mistake.
void check_credentials(const Scenario& scenario, std::size_t index, const Origin& origin) {
  const std::vector<Step> path{"fleet", index, "client", "renewal"};
  if (scenario.fleet[index].credentials != provisioning::Attestation::x509 || !origin.good(path)) return;
  const sim::settings::Node* renewal = sim::settings::value_at(origin.root, path);
  if (renewal && std::get<Duration>(sim::settings::parse_duration(renewal->text)) > Duration{0})
    origin.error(path, "certificates are not renewed", "remove it, or write credentials: sas");
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
  for (std::size_t i = 0; i < scenario.fleet.size(); ++i) {
    check_joins(scenario, i, origin);
    check_leaves(scenario, i, origin);
    check_credentials(scenario, i, origin);
    check_load(scenario, i, origin);
  }
}

void check(Draft& draft, const Origin& origin) {
  check_names(draft, origin);
  check_times(draft, origin);
  check_provisioning(draft, origin);
  check_platform(draft, origin);
  check_scaling(draft, origin);
  check_actions(draft, origin);
}

}  // namespace application
