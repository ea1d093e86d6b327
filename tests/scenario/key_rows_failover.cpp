// The keys of `failover`, of the recovery region, and of an operator's failovers.
#include "tests/scenario/key_rows.hpp"

namespace keys {

namespace {

// A region that is lost for good.
const std::string lost = R"(
duration: 12h
application: {hubs: {count: 2}, recovery_region: northeurope}
provisioning: {registrations_per_minute: 200}
failover: {detection: 5m}
fleet: [{name: meters, devices: 100, client: guide-reconnect, properties: {every: 10m, size: 100 B}}]
faults: [{name: gone, at: 1h, region: westeurope}]
)";
const std::string rto = "failover.service_rto=2h", warm = "failover.standby=warm";

// A hub that fails over by itself.
const std::string moving = R"(
duration: 4h
application: {hubs: {count: 2}}
fleet: [{name: meters, devices: 100, client: {base: sdk-python}}]
actions: [{name: away, at: 1h, fail_over: hub-2}]
)";

}  // namespace

std::vector<Row> failover_rows() {
  const std::string back = "region.gone.service_rto", met = "region.gone.";
  const std::string triangle = "{least: 5m, mode: 6m, most: 7m}";
  const std::string hours = "failover.service_rto={least: 2h, mode: 3h, most: 4h}";
  const std::string line = "failover.hub_failover={base: 463s, per_device: 772us}";
  return {
      {"application.recovery_region",
       lost,
       {rto},
       "application.recovery_region=australiaeast",
       "recovery.gone.wait.network"},
      {"failover.standby", lost, {}, warm, back},
      {"failover.moves", lost, {rto}, "failover.moves=hubs", "dps.assigned"},
      {"failover.detection", lost, {rto}, "failover.detection=10m", met + "detected"},
      {"failover.detection.least",
       lost,
       {rto, "failover.detection=" + triangle},
       "failover.detection.least=1m",
       met + "detected"},
      {"failover.detection.mode",
       lost,
       {rto, "failover.detection=" + triangle},
       "failover.detection.mode=5m",
       met + "detected"},
      {"failover.detection.most",
       lost,
       {rto, "failover.detection=" + triangle},
       "failover.detection.most=30m",
       met + "detected"},
      {"failover.decision", lost, {rto}, "failover.decision=after 30m", met + "decided"},
      {"failover.service_rto", lost, {rto}, "failover.service_rto=3h", back},
      {"failover.service_rto.least", lost, {hours}, "failover.service_rto.least=1h", back},
      {"failover.service_rto.mode", lost, {hours}, "failover.service_rto.mode=2h", back},
      {"failover.service_rto.most", lost, {hours}, "failover.service_rto.most=9h", back},
      {"failover.switch", lost, {warm}, "failover.switch=20m", back},
      {"failover.rpo", lost, {rto}, "failover.rpo=1m", met + "twins_lost"},
      {"failover.unread", lost, {rto}, "failover.unread=10m", met + "unread_lost"},
      {"failover.hub_failover", moving, {}, "failover.hub_failover=documented", "recovery.away.p50"},
      {"failover.hub_failover.base", moving, {line}, "failover.hub_failover.base=20m", "recovery.away.p50"},
      {"failover.hub_failover.per_device",
       moving,
       {line},
       "failover.hub_failover.per_device=20s",
       "recovery.away.p50"},
      {"failover.hub_failover.least", moving, {line}, "failover.hub_failover.least=20m", "recovery.away.p50"},
      {"failover.hub_failover.most", moving, {line}, "failover.hub_failover.most=3m", "recovery.away.p50"},
      {"failover.errors_after", moving, {}, "failover.errors_after=300s", "recovery.away.outage.p50"},
      {"failover.dns_ttl", moving, {}, "failover.dns_ttl=30m", "recovery.away.p50"},
      {"failover.dns_stale",
       moving,
       {"failover.dns_stale_share=100%"},
       "failover.dns_stale=30m",
       "recovery.away.p50"},
      {"failover.dns_stale_share", moving, {}, "failover.dns_stale_share=100%", "recovery.away.p50"},
      {"actions.fail_over", moving, {}, "actions[0].fail_over=hub-1", "recovery.away.p50"},
      {"actions.fail_back",
       lost,
       {rto, "faults[0].for=3h", "failover.moves=hubs",
        "actions=[{name: home, at: 8h, fail_back: westeurope}]"},
       "actions[0].fail_back=hub-1",
       "recovery.home.affected"},
  };
}

}  // namespace keys
