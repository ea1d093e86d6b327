// How many hubs of which size an application has where a scenario does not say.
#include <algorithm>

#include "models/application/resolve.hpp"
#include "models/device/offered_load.hpp"

namespace application {
namespace {

constexpr double seconds_a_day = 86'400;

// Of a group that joins over time nobody is there yet.
bool there_at_the_start(const device::Group& group) {
  return !group.joins || (group.joins->start.count() == 0 && group.joins->over.count() == 0);
}

// The groups that the hubs at the start are for: those that are there, where the control plane adds hubs and
// units for the others; else all.
std::vector<const device::Group*> sized_for(const Scenario& scenario) {
  const bool grows = scenario.scaling.policy != control::PolicyKind::none;
  std::vector<const device::Group*> groups;
  for (const device::Group& group : scenario.fleet)
    if (!grows || there_at_the_start(group)) groups.push_back(&group);
  return groups;
}

std::uint64_t divided_up(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

// At least the era's minimum, at most what can be linked to one provisioning service.
std::uint64_t hub_count(const Scenario& scenario) {
  const EraRule& rule = rule_of(scenario.era);
  if (rule.devices_per_hub == 0) return rule.hubs_min;
  std::uint64_t devices = 0;
  for (const device::Group* group : sized_for(scenario)) devices += group->devices;
  const std::uint64_t wanted = divided_up(devices, rule.devices_per_hub);
  return std::min(limits_of(scenario.quotas).hubs, std::max<std::uint64_t>(rule.hubs_min, wanted));
}

double metered_a_day(const Scenario& scenario, const device::Group& group, hub::Edition edition) {
  const device::Telemetry& load = group.telemetry;
  const hub::OfferedLoad offered =
      device::offered_load_of(group, scenario.meter_of(edition), scenario.paid_meter());
  const auto devices = static_cast<double>(group.devices);
  double sum =
      devices * offered.blocks * seconds_a_day / sim::seconds(load.every) * device::mean_factor(load.profile);
  for (const hub::RequestLoad& requests : {offered.properties, offered.commands})
    sum += devices * requests.per_second * requests.blocks * seconds_a_day;
  return sum + devices * offered.on_connect.blocks_a_second * seconds_a_day;
}

std::uint64_t whole_blocks(double sum) { return static_cast<std::uint64_t>(std::min(sum, 1e18)) + 1; }

}  // namespace

std::uint64_t metered_a_day(const Scenario& scenario, hub::Edition edition) {
  double sum = 0;
  for (const device::Group& group : scenario.fleet) sum += metered_a_day(scenario, group, edition);
  return whole_blocks(sum);
}

std::vector<hub::Settings> sized_hubs(const Scenario& scenario) {
  const std::uint64_t count = hub_count(scenario);
  hub::Settings hub = hub::default_settings();
  for (const hub::Edition edition : {hub::Edition::S1, hub::Edition::S2, hub::Edition::S3}) {
    const hub::EditionLimits& limits = scenario.editions.at(edition);
    double metered = 0;
    for (const device::Group* group : sized_for(scenario))
      metered += metered_a_day(scenario, *group, edition);
    const std::uint64_t a_hub = divided_up(whole_blocks(metered), count);
    const std::uint64_t units = divided_up(a_hub, limits.messages_a_day);
    hub.edition = edition;
    hub.units = static_cast<std::uint32_t>(std::min<std::uint64_t>(units, limits.units_max));
    if (units <= limits.units_max) break;
  }
  return std::vector<hub::Settings>(count, hub);
}

}  // namespace application
