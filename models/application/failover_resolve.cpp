// Where the application goes when its cloud region is lost, and the hubs that it has there.
#include <fmt/format.h>

#include <algorithm>

#include "models/application/metric_names.hpp"
#include "models/application/resolve.hpp"
#include "models/failover/tables.hpp"
#include "sim/settings/emit.hpp"
#include "sim/settings/text.hpp"

namespace application {
namespace {

using failover::Standby;
using sim::settings::quoted;

// Whether it is other than where a scenario says nothing.
bool says_something(const failover::Settings& settings) {
  failover::Settings silent = failover::default_settings();
  silent.moves = settings.moves;
  const sim::settings::Value<failover::Settings> value = failover::settings_value();
  return sim::settings::to_yaml(value.write(settings)) != sim::settings::to_yaml(value.write(silent));
}

void check_region(const Scenario& scenario, const Origin& origin) {
  const bool good = origin.good({"application"}) && origin.good({"failover"}) && origin.good({"faults"});
  if (!good) return;
  if (scenario.recovery_region == scenario.region)
    return origin.error({"application", "recovery_region"}, "is the region of the application itself",
                        "write another region, or remove it");
  const bool own = scenario.failover.standby != Standby::none;
  if (scenario.recovery_region.empty() && own)
    return origin.error(
        {"failover", "standby"},
        fmt::format("region {} has no pair where something could stand by", quoted(scenario.region)),
        "write application.recovery_region");
  if (scenario.recovery_region.empty() && origin.given({"failover"}) && says_something(scenario.failover))
    return origin.error({"failover"}, fmt::format("region {} has no pair to go to", quoted(scenario.region)),
                        "write application.recovery_region");
}

// A provisioning service knows the hubs of both sides.
void check_links(const Scenario& scenario, const Origin& origin) {
  const std::uint64_t hubs = scenario.hubs.size() + scenario.recovery_hubs.size(),
                      most = limits_of(scenario.quotas).hubs;
  if (scenario.failover.stands_by() && scenario.limits_documented && hubs > most)
    origin.error(
        {"failover", "standby"},
        fmt::format("{} hubs on both sides are more than the {} that a provisioning service can link", hubs,
                    most),
        "limits: off would let it pass");
}

// A key that changes nothing is a mistake.
void check_keys(const Scenario& scenario, const Origin& origin) {
  const failover::Settings& settings = scenario.failover;
  const auto useless = [&](const char* key, const char* why, const char* hint) {
    if (origin.given({"failover", key}) && origin.good({"failover"}))
      origin.error({"failover", key}, why, hint);
  };
  if (!failover::applies(settings, "moves"))
    useless("moves", "is of no use: the application moves to what stands by",
            "remove it, or write standby: none");
  if (!failover::applies(settings, "switch"))
    useless("switch", "is of no use: nothing stands by", "remove it, or write standby: warm");
  if (!settings.recovers()) {
    for (const char* key : {"service_rto", "detection", "decision", "rpo", "unread"})
      useless(key, "is of no use: the application is not recovered", "write moves: application");
    return;
  }
  if (!failover::applies(settings, "service_rto"))
    useless("service_rto", "is of no use: what stands by decides when services are back",
            "remove it, or write standby: none");
  if (!failover::applies(settings, "decision"))
    useless("decision", "is of no use: with hubs on both sides nothing is to be decided",
            "remove it, or write standby: warm");
}

void add_hubs(Scenario& scenario) {
  const auto taken = [&](const std::string& name) {
    const auto named = [&](const hub::Settings& hub) { return hub.name == name; };
    return std::any_of(scenario.hubs.begin(), scenario.hubs.end(), named);
  };
  const network::Region& elsewhere = scenario.regions.at(scenario.recovery_region);
  std::vector<hub::Settings> home = scenario.hubs;
  if (!scenario.failover.stands_by())
    home.insert(home.end(), scenario.later_hubs.begin(), scenario.later_hubs.end());
  std::size_t n = 0;
  for (hub::Settings there : home) {
    if (there.region != scenario.region) continue;
    there.region = scenario.recovery_region;
    there.stands_for = there.name;
    there.zone = elsewhere.zone_of(scenario.recovery_hubs.size());
    do there.name = fmt::format("recovery-{}", ++n);
    while (taken(there.name));
    scenario.recovery_hubs.push_back(there);
  }
}

}  // namespace

bool loses_region(const Scenario& scenario) {
  return std::any_of(scenario.faults.begin(), scenario.faults.end(),
                     [&](const faults::Fault& fault) { return takes_region(fault, scenario); });
}

void resolve_failover(Draft& draft, const Origin& origin) {
  Scenario& scenario = draft.scenario;
  // An application of one hub has no recovery (facts, platform 1.1).
  const bool migrates = std::any_of(scenario.actions.begin(), scenario.actions.end(), [](const auto& action) {
    return std::holds_alternative<actions::Migrate>(action.kind);
  });
  if (scenario.era == Era::legacy && !migrates && !origin.given({"failover", "moves"}))
    scenario.failover.moves = failover::Moves::none;
  check_region(scenario, origin);
  check_keys(scenario, origin);
  if (scenario.failover.standby == Standby::cold) scenario.scaling.makes_for_others = true;
  const bool application = scenario.failover.moves == failover::Moves::application;
  const bool needed = scenario.failover.stands_by() || (application && loses_region(scenario));
  if (needed && !scenario.recovery_region.empty()) add_hubs(scenario);
  check_links(scenario, origin);
}

}  // namespace application
