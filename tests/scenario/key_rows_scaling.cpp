// The keys of `scaling` and `prices`.
#include "tests/scenario/key_rows.hpp"

namespace keys {

namespace {

// Two hubs of a unit that need six for the day's messages.
const std::string busy = R"(
duration: 4h
application: {hubs: {count: 2, edition: S1, units: 1}}
fleet: [{name: meters, devices: 3000, client: guide-reconnect, credentials: x509, telemetry: {every: 1m}}]
scaling: {policy: threshold}
)";

// Enough units, but for an hour.
const std::string surging = R"(
duration: 4h
application: {hubs: {count: 2, edition: S1, units: 2}}
fleet: [{name: meters, devices: 600, client: guide-reconnect, credentials: x509,
     telemetry: {every: 1m, surges: [{at: 30m, for: 1h, factor: 3}]}}]
scaling: {policy: threshold}
)";

// Late in the day, when the quota is no matter: more than 120 messages a second and hub.
const std::string flooded = R"(
start: 2023-06-01T22:00Z
duration: 90m
application: {hubs: {count: 2, edition: S2, units: 1}}
fleet: [{name: meters, devices: 3000, client: guide-reconnect, credentials: x509,
     telemetry: {every: 1m, surges: [{at: 30m, for: 5m, factor: 8}]}}]
scaling: {policy: threshold}
)";

// Two days, of which the second is known from the first.
const std::string days = R"(
start: 2023-06-01T00:00Z
duration: 48h
application: {hubs: {count: 2, edition: S2, units: 8}}
fleet: [{name: meters, devices: 4000, client: guide-reconnect, credentials: x509,
     telemetry: {every: 5s, profile: {kind: diurnal, peak_to_mean: 2}}}]
scaling: {policy: predictive}
)";

// More devices than 500 for each of two hubs.
const std::string growing = R"(
duration: 2h
application: {hubs: {count: 2, edition: S1, units: 2}}
fleet: [{name: meters, devices: 1200, client: guide-reconnect, credentials: x509, return_to_dps: at once}]
scaling: {policy: threshold, hubs: {devices_per_hub: 500}}
)";

// Four hubs where two would do, of more units than it takes.
const std::string idle = R"(
duration: 4h
application: {hubs: {count: 4, edition: S1, units: 2}}
fleet: [{name: meters, devices: 200, client: guide-reconnect, credentials: x509}]
scaling: {policy: threshold, scale_in: true}
)";

const std::string pairs = "application.hubs={count: 2, edition: ";

}  // namespace

std::vector<Row> scaling_rows() {
  const std::string s = "scaling.", units = s + "delay.units.", hub = s + "delay.hub.", cost = "cost.hubs";
  const std::string shift = s + "schedule=[{at: '06:30', units: 3, hubs: 3}, {at: '08:00', units: 2}]";
  const std::vector<std::string> projected{s + "threshold.basis=projected"};
  const std::vector<std::string> scheduled{s + "policy=schedule", shift};
  return {
      {s + "policy", busy, {}, s + "policy=none", "units.count"},
      {s + "every", busy, {}, s + "every=1m", cost},
      {s + "hold.up", busy, projected, s + "hold.up=1h", "units.count"},
      {s + "hold.down", surging, projected, s + "hold.down=10m", cost},
      {units + "least", busy, {}, units + "least=1m", cost},
      {units + "mode", busy, {}, units + "mode=4m", cost},
      {units + "most", busy, {}, units + "most=20m", cost},
      {hub + "least", growing, {}, hub + "least=4m", cost},
      {hub + "mode", growing, {}, hub + "mode=9m", cost},
      {hub + "most", growing, {}, hub + "most=30m", cost},
      {s + "delay.command", busy, {}, s + "delay.command=8s", cost},
      {s + "threshold.quota", busy, {}, s + "threshold.quota=50%", "units.count"},
      {s + "threshold.basis", busy, {}, s + "threshold.basis=projected", cost},
      {s + "threshold.throttled", flooded, {}, s + "threshold.throttled=100%", "scaling.up"},
      {s + "target", busy, {s + "policy=target-tracking"}, s + "target=30%", "units.count"},
      {s + "ahead", days, {}, s + "ahead=6h", cost},
      {s + "schedule.at", busy, scheduled, s + "schedule[1].at=07:00", cost},
      {s + "schedule.units", busy, scheduled, s + "schedule[1].units=5", "units.count"},
      {s + "schedule.hubs", busy, scheduled, s + "schedule[0].hubs=4", "hubs.count"},
      {s + "units.least", idle, projected, s + "units.least=2", "units.count"},
      {s + "units.most", busy, {}, s + "units.most=2", "units.count"},
      {s + "hubs.least", busy, {}, s + "hubs.least=3", "hubs.count"},
      {s + "hubs.most", growing, {}, s + "hubs.most=2", "hubs.count"},
      {s + "hubs.devices_per_hub", growing, {}, s + "hubs.devices_per_hub=300", "hubs.count"},
      {s + "editions",
       busy,
       {s + "policy=target-tracking", "fleet[0].telemetry.every=20s"},
       s + "editions=cheapest",
       cost},
      {s + "scale_in", idle, {}, s + "scale_in=false", "hubs.count"},
      {s + "drain", idle, {}, s + "drain=1h", cost},
      {s + "oscillation", surging, projected, s + "oscillation=4h", "scaling.oscillations"},
      {s + "rebalance.when",
       growing,
       {},
       s + "rebalance={when: both, pace: 100/min}",
       "allocation.hub.hub-3.connected"},
      {s + "rebalance.pace",
       outage(),
       {"fleet[0].return_to_dps=at once"},
       s + "rebalance.pace=10/min",
       "recovery.rebalance.p99"},
      {s + "rebalance.batch",
       outage(),
       {"fleet[0].return_to_dps=at once"},
       s + "rebalance.batch=1m",
       "recovery.rebalance.p50"},
      {s + "replace_failed_after", outage(), {}, s + "replace_failed_after=5m", "scaling.out"},
  };
}

std::vector<Row> price_rows() {
  const std::string p = "prices.", one = "fleet[0].telemetry.every=6m",
                    seldom = "fleet[0].telemetry.every=1h";
  std::vector<Row> rows{
      {p + "date", busy, {}, p + "date=2024-01-01T00:00Z", "", Effect::resolved},
      {p + "dps_operations",
       outage(),
       {"fleet[0].return_to_dps=at once"},
       p + "dps_operations=1 USD",
       "cost.dps"},
      {p + "free_devices", outage(), {}, p + "free_devices=0", "cost.plan"},
  };
  for (const char* edition : {"F1", "B1", "B2", "B3", "S1", "S2", "S3"})
    rows.push_back({p + edition,
                    outage(),
                    {pairs + edition + ", units: 1}", "limits=off"},  // of free hubs there is one
                    p + edition + "=7 USD",
                    "cost.hubs"});
  for (const char* change : {"device=1 USD", "messages=6000 messages", "overage=0.02 USD"}) {
    const std::string key = std::string(change).substr(0, std::string(change).find('='));
    rows.push_back({p + "standard_0." + key, outage(), {seldom}, p + "standard_0." + change, "cost.plan"});
    rows.push_back({p + "standard_1." + key, outage(), {one}, p + "standard_1." + change, "cost.plan"});
    rows.push_back({p + "standard_2." + key, outage(), {}, p + "standard_2." + change, "cost.plan"});
  }
  return rows;
}

}  // namespace keys
