// The keys of faults of everything but a hub.
#include "tests/scenario/key_rows.hpp"

namespace keys {

namespace {

// Two hubs in a region whose services do not span its zones, and devices in two places.
const std::string place = R"(
duration: 3h
application: {region: westus, hubs: [{units: 1, zone: 1}, {units: 1, zone: 2}]}
provisioning: {registrations_per_minute: 200}
fleet:
  - {name: meters, devices: 200, region: germany, access: lte, client: {base: sdk-python}}
  - {name: pumps, devices: 100, region: france, access: fibre, client: {base: sdk-python}}
)";

// 400 devices that join at once, over a service with a limit.
const std::string joining = R"(
duration: 3h
provisioning: {registrations_per_minute: 60, polls_per_minute: 600, burst: 0s}
fleet: [{name: meters, devices: 400, client: {base: sdk-python}, joins: at 30m over 1ms}]
)";

std::string fault(const std::string& target) {
  return "faults=[{name: x, at: 20m, for: 40m, " + target + "}]";
}

}  // namespace

std::vector<Row> target_rows() {
  const std::string affected = "recovery.x.affected", assigned = "dps.assigned", throttled = "dps.throttled";
  const std::string slow = fault("link: {}, mode: {impaired: {latency: 100ms, loss: 1%}}");
  const std::string renewals = "hub.peak_connect_rate";
  return {
      {"application.hubs.zone", place, {fault("zone: westus/1")}, "application.hubs[1].zone=1", affected},
      {"faults.region",
       place + "  - {name: far, devices: 1}\n",
       {"application.hubs[1]={units: 1, region: eastus}", fault("region: eastus")},
       "faults[0].region=westus",
       affected},
      {"faults.zone", place, {fault("zone: westus/1")}, "faults[0].zone=westus/2", affected},
      {"faults.dps", joining, {fault("dps: outage")}, "faults[0].dps=maybe", "unknown word", Effect::refused},
      {"faults.quota.registrations_per_minute",
       joining,
       {fault("quota: {registrations_per_minute: 30}")},
       "faults[0].quota.registrations_per_minute=1000",
       throttled},
      {"faults.quota.polls_per_minute",
       joining,
       {fault("quota: {polls_per_minute: 30}")},
       "faults[0].quota.polls_per_minute=2000",
       "dps.polls_throttled"},
      {"faults.neighbour.registrations_per_minute",
       joining,
       {fault("neighbour: {registrations_per_minute: 30}")},
       "faults[0].neighbour.registrations_per_minute=59",
       throttled},
      {"faults.neighbour.polls_per_minute",
       joining,
       {fault("neighbour: {polls_per_minute: 30}")},
       "faults[0].neighbour.polls_per_minute=5000",
       "dps.polls_throttled"},
      {"faults.link.devices",
       place,
       {fault("link: {devices: germany}")},
       "faults[0].link.devices=france",
       affected},
      {"faults.link.cloud",
       place,
       {"application.hubs[1].region=eastus", fault("link: {cloud: eastus}")},
       "faults[0].link.cloud=westus",
       affected},
      {"faults.access", place, {fault("access: lte")}, "faults[0].access=fibre", affected},
      {"faults.mode.impaired.latency",
       place,
       {slow, "fleet[0].joins=at 30m over 1ms"},
       "faults[0].mode.impaired.latency=5s",
       "availability"},
      {"faults.mode.impaired.loss",
       place,
       {slow, "fleet[0].joins=at 30m over 1ms"},
       "faults[0].mode.impaired.loss=60%",
       renewals},
  };
}

}  // namespace keys
