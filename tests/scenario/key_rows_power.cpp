// The keys of devices whose power is cut or whose program restarts, and of the waits between DPS phases.
#include "tests/scenario/key_rows.hpp"

namespace keys {

namespace {

// Two hubs, and devices in two places.
const std::string place = R"(
duration: 3h
application: {hubs: {count: 2, edition: S1}}
provisioning: {registrations_per_minute: 200}
fleet:
  - {name: meters, devices: 200, region: germany, client: {base: sdk-python}}
  - {name: pumps, devices: 100, region: france, client: {base: sdk-python}}
)";

std::string fault(const std::string& target) {
  return "faults=[{name: x, at: 20m, for: 40m, " + target + "}]";
}

// 429 is the failure of a phase, unless nobody answers.
std::vector<Row> dps_retry_rows() {
  const std::string joining = joined();
  const std::string k = "fleet.client.dps.retry.", c = "fleet[0].client.dps.retry.";
  const std::string fails = "fleet[0].client.dps.wait_at_429_register=false";
  const std::string linear = "fleet[0].client.dps.retry={kind: linear, min: 10s, max: 1m}";
  const std::string shows = "dps.registrations";
  return {
      {k + "kind", joining, {fails, linear}, c + "kind=exponential", "availability"},
      {k + "min", joining, {fails, linear}, c + "min=20s", shows},
      {k + "max", joining, {fails, linear}, c + "max=30s", "availability"},
      {k + "jitter", joining, {fails, linear}, c + "jitter=full", shows},
      {k + "from_attempt",
       joining,
       {"faults=[{name: away, at: 1s, for: 20m, dps: outage, mode: silent}]",
        "fleet[0].client.dps.retry={kind: fixed, min: 1m}"},
       c + "from_attempt=true",
       "dps.refused"},
  };
}

}  // namespace

std::vector<Row> power_rows() {
  const std::string affected = "recovery.x.affected";
  std::vector<Row> all{
      {"faults.power_cut.group",
       place,
       {fault("power_cut: {group: meters}")},
       "faults[0].power_cut.group=pumps",
       affected},
      {"faults.power_cut.region",
       place,
       {fault("power_cut: {region: germany}")},
       "faults[0].power_cut.region=france",
       affected},
      {"fleet.boot",
       place,
       {fault("power_cut: {group: meters}")},
       "fleet[0].boot=10m",
       "recovery.x.wait.boot"},
      {"fleet.storage",
       place,
       {"fleet[0].telemetry.every=1m",
        "faults=[{name: y, at: 20m, for: 20m, hub: 1}, {name: x, at: 30m, for: 2m, power_cut: {group: "
        "meters}}]"},
       "fleet[0].storage=flash",
       "telemetry.lost"},
      {"fleet.client.starts_at",
       place,
       {fault("power_cut: {group: meters}")},
       "fleet[0].client.starts_at=cached hub",
       "dps.registrations"},
      {"fleet.client.watchdog", outage(), {}, "fleet[0].client.watchdog=5m", "dps.registrations"},
  };
  for (const Row& row : dps_retry_rows()) all.push_back(row);
  return all;
}

}  // namespace keys
