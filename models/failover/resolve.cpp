#include "models/failover/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/failover/tables.hpp"
#include "sim/settings/emit.hpp"
#include "sim/settings/text.hpp"

namespace failover {
namespace {

using sim::settings::Origin;
using sim::settings::quoted;

// Whether it is other than where a scenario says nothing.
bool says_something(const Settings& settings) {
  Settings silent = default_settings();
  silent.moves = settings.moves;
  const sim::settings::Value<Settings> value = settings_value();
  return sim::settings::to_yaml(value.write(settings)) != sim::settings::to_yaml(value.write(silent));
}

void check_region(const Settings& settings, const Context& context, const Origin& origin) {
  const bool good = origin.good({"application"}) && origin.good({"failover"}) && origin.good({"faults"});
  if (!good) return;
  if (context.recovery_region == context.region)
    return origin.error({"application", "recovery_region"}, "is the region of the application itself",
                        "write another region, or remove it");
  const bool own = settings.standby != Standby::none;
  if (context.recovery_region.empty() && own)
    return origin.error(
        {"failover", "standby"},
        fmt::format("region {} has no pair where something could stand by", quoted(context.region)),
        "write application.recovery_region");
  if (context.recovery_region.empty() && origin.given({"failover"}) && says_something(settings))
    return origin.error({"failover"}, fmt::format("region {} has no pair to go to", quoted(context.region)),
                        "write application.recovery_region");
}

// A provisioning service knows the hubs of both sides.
void check_links(const Settings& settings, const Context& context, std::size_t recovery_hubs,
                 const Origin& origin) {
  const std::uint64_t hubs = context.hubs.size() + recovery_hubs, most = context.linkable;
  if (settings.stands_by() && context.documented && hubs > most)
    origin.error(
        {"failover", "standby"},
        fmt::format("{} hubs on both sides are more than the {} that a provisioning service can link", hubs,
                    most),
        "limits: off would let it pass");
}

// A key that changes nothing is a mistake.
void check_keys(const Settings& settings, const Origin& origin) {
  const auto useless = [&](const char* key, const char* why, const char* hint) {
    if (origin.given({"failover", key}) && origin.good({"failover"}))
      origin.error({"failover", key}, why, hint);
  };
  if (!applies(settings, "moves"))
    useless("moves", "is of no use: the application moves to what stands by",
            "remove it, or write standby: none");
  if (!applies(settings, "switch"))
    useless("switch", "is of no use: nothing stands by", "remove it, or write standby: warm");
  if (!settings.recovers()) {
    for (const char* key : {"service_rto", "detection", "decision", "rpo", "unread"})
      useless(key, "is of no use: the application is not recovered", "write moves: application");
    return;
  }
  if (!applies(settings, "service_rto"))
    useless("service_rto", "is of no use: what stands by decides when services are back",
            "remove it, or write standby: none");
  if (!applies(settings, "decision"))
    useless("decision", "is of no use: with hubs on both sides nothing is to be decided",
            "remove it, or write standby: warm");
}

std::vector<hub::Settings> hubs_elsewhere(const Settings& settings, const Context& context) {
  const auto taken = [&](const std::string& name) {
    const auto named = [&](const hub::Settings& hub) { return hub.name == name; };
    return std::any_of(context.hubs.begin(), context.hubs.end(), named);
  };
  std::vector<hub::Settings> home = context.hubs, elsewhere;
  if (!settings.stands_by()) home.insert(home.end(), context.later_hubs.begin(), context.later_hubs.end());
  std::size_t n = 0;
  for (hub::Settings there : home) {
    if (there.region != context.region) continue;
    there.region = context.recovery_region;
    there.stands_for = there.name;
    there.zone = context.elsewhere->zone_of(elsewhere.size());
    do there.name = fmt::format("recovery-{}", ++n);
    while (taken(there.name));
    elsewhere.push_back(there);
  }
  return elsewhere;
}

}  // namespace

std::vector<hub::Settings> resolve(Settings& settings, const Context& context, const Origin& origin) {
  if (!context.recovers && !origin.given({"failover", "moves"})) settings.moves = Moves::none;
  check_region(settings, context, origin);
  check_keys(settings, origin);
  const bool application = settings.moves == Moves::application;
  const bool needed = settings.stands_by() || (application && !context.losses.empty());
  std::vector<hub::Settings> hubs;
  if (needed && context.elsewhere) hubs = hubs_elsewhere(settings, context);
  check_links(settings, context, hubs.size(), origin);
  return hubs;
}

}  // namespace failover
