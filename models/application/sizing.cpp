// How many hubs of which size an application has where a scenario does not say.
#include <algorithm>

#include "models/application/resolve.hpp"
#include "models/device/offered_load.hpp"

namespace application {
namespace {

constexpr double seconds_a_day = 86'400;

std::uint64_t devices(const Scenario& scenario) {
  std::uint64_t sum = 0;
  for (const device::Group& group : scenario.fleet) sum += group.devices;
  return sum;
}

std::uint64_t divided_up(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

// At least the era's minimum, at most what can be linked to one provisioning service.
std::uint64_t hub_count(const Scenario& scenario) {
  const EraRule& rule = rule_of(scenario.era);
  if (rule.devices_per_hub == 0) return rule.hubs_min;
  const std::uint64_t wanted = divided_up(devices(scenario), rule.devices_per_hub);
  return std::min(limits_of(scenario.quotas).hubs, std::max<std::uint64_t>(rule.hubs_min, wanted));
}

}  // namespace

std::uint64_t metered_a_day(const Scenario& scenario) {
  double sum = 0;
  for (const device::Group& group : scenario.fleet) {
    const device::Telemetry& load = group.telemetry;
    const hub::OfferedLoad offered = device::offered_load_of(group, scenario.meter);
    const auto devices = static_cast<double>(group.devices);
    sum += devices * offered.blocks * seconds_a_day / sim::seconds(load.every) *
           device::mean_factor(load.profile);
    for (const hub::RequestLoad& requests : {offered.properties, offered.commands})
      sum += devices * requests.per_second * requests.blocks * seconds_a_day;
    sum += devices * offered.on_connect.blocks_a_second * seconds_a_day;
  }
  return static_cast<std::uint64_t>(std::min(sum, 1e18)) + 1;
}

std::vector<hub::Settings> sized_hubs(const Scenario& scenario) {
  const std::uint64_t count = hub_count(scenario);
  const std::uint64_t a_hub = divided_up(metered_a_day(scenario), count);
  hub::Settings hub = hub::default_settings();
  for (const hub::Edition edition : {hub::Edition::S1, hub::Edition::S2, hub::Edition::S3}) {
    const hub::EditionLimits& limits = scenario.editions.at(edition);
    const std::uint64_t units = divided_up(a_hub, limits.messages_a_day);
    hub.edition = edition;
    hub.units = static_cast<std::uint32_t>(std::min<std::uint64_t>(units, limits.units_max));
    if (units <= limits.units_max) break;
  }
  return std::vector<hub::Settings>(count, hub);
}

}  // namespace application
