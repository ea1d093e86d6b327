#include "models/application/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/application/contexts.hpp"
#include "models/application/topology.hpp"
#include "models/device/resolve.hpp"
#include "models/faults/resolve.hpp"
#include "models/measures/cost.hpp"
#include "models/network/tables.hpp"
#include "models/provisioning/tables.hpp"
#include "sim/settings/text.hpp"

namespace application {
namespace {

using sim::Duration;
using sim::settings::Step;

// "scenarios/hub-outage.yaml" -> "hub-outage"; "scenario" if that is no name.
std::string name_from(const std::string& file_name) {
  std::string stem = file_name.substr(file_name.find_last_of('/') + 1);
  stem = stem.substr(0, stem.find('.'));
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  const bool is_name =
      !stem.empty() && stem.size() <= 40 && stem[0] >= 'a' && std::all_of(stem.begin(), stem.end(), plain);
  return is_name ? stem : "scenario";
}

std::uint32_t zone_of(std::size_t hub, const std::string& region, const Scenario& scenario) {
  const auto found = scenario.regions.find(region);
  return found == scenario.regions.end() ? 0 : found->second.zone_of(hub);
}

void resolve_hubs(Draft& draft) {
  Scenario& scenario = draft.scenario;
  std::vector<hub::Settings>& hubs = draft.hubs.list;
  if (draft.hubs.several)
    hubs.assign(std::max(1u, draft.hubs.several->count),
                draft.hubs.several->each);  // 0: it could not be read
  else if (hubs.empty())
    hubs = sized_hubs(scenario);
  for (std::size_t i = 0; i < hubs.size(); ++i) {
    if (hubs[i].name.empty()) hubs[i].name = fmt::format("hub-{}", i + 1);
    if (hubs[i].region.empty()) hubs[i].region = scenario.region;
    if (hubs[i].zone == 0) hubs[i].zone = zone_of(i, hubs[i].region, scenario);
  }
  draft.hubs.several.reset();
  scenario.hubs = hubs;
}

// Bounds that are not given: the era's and the platform's; and the names of hubs to come.
void resolve_scaling(Scenario& scenario) {
  const EraRule& rule = rule_of(scenario.era);
  const auto most = static_cast<std::uint32_t>(limits_of(scenario.quotas).hubs);
  control::Settings& scaling = scenario.scaling;
  const auto have = static_cast<std::uint32_t>(scenario.hubs.size());
  const bool grows = rule.devices_per_hub > 0 || scaling.devices_per_hub.value_or(0) > 0;
  if (!scaling.rebalance.pace)
    scaling.rebalance.pace = scenario.provisioning.registrations_per_minute / 2 / 60;
  scenario.scaling_limits = {scaling.hubs_least.value_or(rule.hubs_min),
                             scaling.hubs_most.value_or(grows ? std::max(most, have) : have),
                             scaling.devices_per_hub.value_or(rule.devices_per_hub),
                             scaling.units.least,
                             scaling.units.most.value_or(UINT32_MAX),
                             scenario.prices.units};
  const std::uint32_t added = actions::added_hubs(scenario.actions, have);
  if ((!scaling.adds_hubs() && added == 0) || scenario.hubs.empty()) return;
  // Some more than may be there at one time: the name of a deleted hub that stranded devices still ask for
  // stays taken.
  constexpr std::uint32_t spare = 8;
  hub::Settings later = scenario.hubs.front();
  later.weight = 1;
  later.region = scenario.region;
  const auto taken = [&](const std::string& name) {
    return std::any_of(scenario.hubs.begin(), scenario.hubs.end(),
                       [&](const hub::Settings& hub) { return hub.name == name; });
  };
  const std::uint32_t own = std::max(scenario.scaling_limits.hubs_most, have) + spare - have;
  const std::uint32_t places = added + (scaling.adds_hubs() ? own : 0);
  for (std::uint32_t n = have + 1; scenario.later_hubs.size() < places; ++n) {
    later.name = fmt::format("hub-{}", n);
    later.zone = zone_of(n - 1, later.region, scenario);
    if (!taken(later.name)) scenario.later_hubs.push_back(later);
  }
}

void resolve_provisioning(Draft& draft, const Origin& origin) {
  provisioning::Settings& settings = draft.scenario.provisioning;
  if (!origin.given({"provisioning", "polls_per_minute"}))
    settings.polls_per_minute = settings.registrations_per_minute *
                                provisioning::service(draft.scenario.quotas).polls_per_registration;
  const provisioning::Enrollment first = settings.enrollments[0];
  for (std::size_t i = 1; i < settings.enrollments.size(); ++i) {
    provisioning::Enrollment& group = settings.enrollments[i];
    const auto given = [&](const char* key) {
      return origin.given({"provisioning", "enrollments", i - 1, key});
    };
    if (!given("allocation")) group.allocation = first.allocation;
    if (!given("reprovisioning")) group.reprovisioning = first.reprovisioning;
    const bool follows = group.allocation == provisioning::Allocation::static_hub && group.hubs.empty();
    if (!given("static_hub") && follows) group.static_hub = first.static_hub;
  }
  for (provisioning::Enrollment& group : settings.enrollments) {
    if (group.allocation != provisioning::Allocation::static_hub || !group.static_hub.empty()) continue;
    group.static_hub = group.hubs.empty() ? draft.scenario.hubs.at(0).name : group.hubs[0].hub;
  }
}

void add_figures(Scenario& scenario) {
  scenario.editions = hub::editions();
  scenario.meter = limits_of(scenario.quotas).meter;
  if (scenario.limits_documented) scenario.application_sends = limits_of(scenario.quotas).application_sends;
  scenario.distance = network::constants();
  for (const network::Region& region : network::regions()) scenario.regions[region.name] = region;
}

void resolve_actions(Draft& draft, const Origin& origin) {
  Scenario& scenario = draft.scenario;
  scenario.actions = actions::resolve(draft.actions, actions_context(scenario), origin);
  const bool moves = actions::moves_application(scenario.actions);
  scenario.scaling.makes_for_others = scenario.scaling.makes_for_others || moves;
  scenario.scaling.moves_for_others = scenario.scaling.moves_for_others || moves;
}

}  // namespace

void resolve(Draft& draft, const std::string& file_name, const Origin& origin) {
  Scenario& scenario = draft.scenario;
  if (scenario.name.empty()) scenario.name = name_from(file_name);
  add_figures(scenario);
  for (std::size_t i = 0; i < draft.fleet.size(); ++i) {
    device::resolve(draft.fleet[i], i, scenario.region, origin);
    scenario.fleet.push_back(draft.fleet[i].group);
  }
  if (scenario.recovery_region.empty()) scenario.recovery_region = scenario.regions.at(scenario.region).pair;
  resolve_hubs(draft);
  resolve_provisioning(draft, origin);
  const exports::Context exporting = exports_context(scenario);
  scenario.destinations = exports::resolve_destinations(draft.destinations, exporting, origin);
  exports::resolve_exports(scenario.exports, scenario.destinations, exporting, scenario.warnings, origin);
  resolve_actions(draft, origin);
  resolve_scaling(scenario);
  faults::resolve(draft.faults, topology_of(scenario), origin);
  faults::resolve_times(draft.faults, origin);
  for (const faults::FaultGiven& given : draft.faults) scenario.faults.push_back(given.fault);
  scenario.recovery_hubs = failover::resolve(scenario.failover, failover_context(scenario), origin);
  if (scenario.failover.standby == failover::Standby::cold) scenario.scaling.makes_for_others = true;
  faults::check_counts(scenario.faults, topology_of(scenario), span_of(scenario),
                       {scenario.replications, most_replications}, origin);
}

}  // namespace application
