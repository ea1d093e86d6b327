#include "tests/scenario/key_rows.hpp"

namespace keys {

namespace {

// 200 devices that try each 10 s; one of two hubs is away for 20 minutes.
const std::string out = R"(
duration: 2h
application: {hubs: [{units: 1}, {units: 1}]}
fleet: [{name: meters, devices: 200, region: germany, client: {base: sdk-python},
     telemetry: {every: 60s, size: 512 B}}]
faults: [{name: away, at: 30m, hub: 1, for: 20m, mode: refuse}]
)";

// The same, and devices that go to DPS at once.
const std::string moving = out + R"(
provisioning: {registrations_per_minute: 200}
scaling: {rebalance: {when: never}}
)";
const std::string at_once = "fleet[0].return_to_dps=at once";

// 400 devices that are cut off together, and a hub that takes 100 a second.
const std::string wave = R"(
duration: 1h
application: {era: legacy, hubs: [{units: 1, connects: {burst: 0s, queue: 90s}}]}
fleet: [{name: meters, devices: 400, client: {base: sdk-python}, credentials: x509}]
faults: [{name: cut, at: 10m, hub: 1, for: 1ms, mode: refuse}]
)";

// 300 devices that join together.
const std::string joining = R"(
duration: 1h
application: {era: legacy, hubs: {count: 1, edition: S2, units: 20}}
provisioning: {registrations_per_minute: 100, polls_per_minute: 200, burst: 10s}
fleet: [{name: meters, devices: 300, client: {base: sdk-python}, credentials: x509, joins: at once}]
)";

// 400 identities for a registry that creates 100 a minute.
const std::string writing = R"(
duration: 1h
application: {era: legacy, hubs: [{units: 1}]}
provisioning: {registrations_per_minute: 100000}
fleet: [{name: meters, devices: 400, client: {base: sdk-python}, credentials: x509, joins: at once}]
)";

// An hour's silence of the only hub.
const std::string silence = R"(
duration: 3h
application: {era: legacy, hubs: {count: 1}}
fleet: [{name: meters, devices: 100, client: {base: sdk-python}, credentials: x509,
     telemetry: {every: 48h, size: 512 B}}]
faults: [{name: quiet, at: 30m, hub: 1, for: 1h, mode: silent}]
)";

// Devices of an enrollment group of their own.
const std::string grouped = R"(
duration: 2h
application: {hubs: [{units: 1}, {units: 1}, {units: 1}]}
scaling: {rebalance: {when: never}}
provisioning:
  enrollments: [{name: line, allocation: evenly-weighted, hubs: [{hub: hub-1, weight: 1}, {hub: hub-2,
       enabled: true}]}]
fleet: [{name: meters, devices: 300, client: sdk-python, return_to_dps: at once, enrollment: line}]
faults: [{name: away, at: 30m, hub: 1, for: 20m, mode: refuse}]
)";

// Devices whose identity moves while they are still on their hub (see presets_reactions_test.cpp).
const std::string moved = R"(
duration: 2h
application: {hubs: {count: 2}}
provisioning: {allocation: round-robin, processing: 3m, exclude_failed_hubs: false}
fleet: [{name: meters, devices: 1, client: {base: sdk-python, dps: {phase_limit: 30s}},
     return_to_dps: after 2 failures}]
faults: [{name: away, at: 10m, hub: 1, for: 15s, mode: refuse}]
)";

using Rows = std::vector<Row>;

void add(Rows& all, Rows more) { all.insert(all.end(), more.begin(), more.end()); }

const auto resolved = Effect::resolved;
const auto refused = Effect::refused;

Rows run_rows() {
  return {
      {"name", out, {}, "name=other", "", resolved},
      {"description", out, {}, "description=other", "", resolved},
      {"start", out, {}, "start=2023-06-02T06:00Z", "", resolved},
      {"duration", out, {}, "duration=3h", "telemetry.generated"},
      {"warmup", out, {}, "warmup=10m", "telemetry.generated"},
      {"seed", out, {}, "seed=2", "allocation.hub.hub-1.provisioned"},
      {"replications", out, {}, "replications=7", "", resolved},
      {"limits",
       out,
       {"application.hubs[0].units=201", "limits=off"},
       "limits=documented",
       "more than the 200",
       refused},
      {"expect", out, {}, "expect=[devices.lost == 0]", "", resolved},
      {"tolerances", out, {}, "tolerances={devices.lost: 5 devices}", "", resolved},
  };
}

Rows application_rows() {
  const std::string hub = "application.hubs[0].";
  return {
      {"application.era",
       joining,
       {"application={}"},
       "application.era=2023",
       "allocation.hub.hub-2.provisioned"},
      {"application.quotas",
       out,
       {"fleet[0].devices=300000"},
       "application.quotas=2024",
       "more than the 200,000",
       refused},
      {"application.region", out, {}, "application.region=japaneast", "recovery.away.wait.network"},
      {"application.hubs.count",
       out,
       {"application.hubs={count: 2}"},
       "application.hubs.count=3",
       "allocation.hub.hub-3.provisioned"},
      {"application.hubs.name", out, {}, hub + "name=north", "allocation.hub.north.provisioned"},
      {"application.hubs.weight", out, {}, hub + "weight=3", "allocation.hub.hub-1.provisioned"},
      {"application.hubs.edition", wave, {}, hub + "edition=S3", "hub.hub-1.queue_peak"},
      {"application.hubs.units", wave, {}, hub + "units=100", "hub.hub-1.queue_peak"},
      {"application.hubs.region", out, {}, hub + "region=japaneast", "recovery.away.wait.network"},
      {"application.hubs.connects.burst", wave, {}, hub + "connects.burst=1s", "hub.hub-1.queue_peak"},
      {"application.hubs.connects.queue", wave, {}, hub + "connects.queue=1s", "hub.throttled"},
      {"application.hubs.connects.expiry", wave, {}, hub + "connects.expiry=1s", "hub.throttled"},
      {"application.hubs.connects.abandoned",
       wave,
       {"fleet[0].client.connect_timeout=1s"},
       hub + "connects.abandoned=served",
       "recovery.cut.mean"},
      {"application.hubs.registry.burst", writing, {}, hub + "registry.burst=1h", "hub.identity_throttled"},
      {"application.hubs.registry.queue", writing, {}, hub + "registry.queue=5s", "hub.identity_throttled"},
      {"application.hubs.registry.expiry", writing, {}, hub + "registry.expiry=5s", "hub.identity_throttled"},
  };
}

Rows provisioning_rows() {
  const std::string p = "provisioning.";
  const std::string second = "allocation.hub.hub-2.provisioned";
  const std::vector<std::string> fixed{p + "processing={median: 5s, p95: 20s}"};
  return {
      {p + "registrations_per_minute", joining, {}, p + "registrations_per_minute=1000", "dps.throttled"},
      {p + "polls_per_minute", joining, {}, p + "polls_per_minute=20", "dps.polls_throttled"},
      {p + "burst", joining, {}, p + "burst=5m", "dps.throttled"},
      {p + "limiter",
       joining,
       {"provisioning={registrations_per_minute: 100}"},
       p + "limiter=fixed-window",
       "dps.throttled"},
      {p + "retry_after", joining, {}, p + "retry_after=5s", "dps.registrations"},
      {p + "poll_after", joining, {p + "processing=30s"}, p + "poll_after=10s", "dps.polls"},
      {p + "processing", joining, {}, p + "processing=30s", "availability"},
      {p + "processing.median", joining, fixed, p + "processing.median=9s", "availability"},
      {p + "processing.p95", joining, fixed, p + "processing.p95=50s", "availability"},
      {p + "write_retry.every", writing, {}, p + "write_retry.every=1s", "hub.identity_throttled"},
      {p + "write_retry.for", writing, {}, p + "write_retry.for=10m", "dps.failed"},
      {p + "write_retry.hub", moving, {at_once}, p + "write_retry.hub=another", "recovery.away.mean"},
      {p + "exclude_failed_hubs", moving, {at_once}, p + "exclude_failed_hubs=false", "recovery.away.mean"},
      {p + "probe.every", moving, {at_once}, p + "probe.every=2m", "recovery.away.mean"},
      {p + "probe.timeout", moving, {at_once}, p + "probe.timeout=20s", "recovery.away.mean"},
      {p + "probe.failures", moving, {at_once}, p + "probe.failures=9", "recovery.away.mean"},
      {p + "allocation", moving, {}, p + "allocation=round-robin", "allocation.hub.hub-1.provisioned"},
      {p + "reprovisioning", moving, {at_once}, p + "reprovisioning=never", second},
      {p + "static_hub", moving, {p + "allocation=static"}, p + "static_hub=hub-2", second},
      {p + "enrollments.name",
       grouped,
       {},
       p + "enrollments[0].name=other",
       "no enrollment group \"line\"",
       refused},
      {p + "enrollments.allocation",
       grouped,
       {},
       p + "enrollments[0].allocation=round-robin",
       "recovery.away.affected"},
      {p + "enrollments.reprovisioning", grouped, {}, p + "enrollments[0].reprovisioning=never", second},
      {p + "enrollments.static_hub",
       grouped,
       {p + "enrollments[0].allocation=static"},
       p + "enrollments[0].static_hub=hub-2",
       second},
      {p + "enrollments.hubs.hub",
       grouped,
       {},
       p + "enrollments[0].hubs[0].hub=hub-3",
       "allocation.hub.hub-3.provisioned"},
      {p + "enrollments.hubs.weight",
       grouped,
       {},
       p + "enrollments[0].hubs[0].weight=5",
       "recovery.away.affected"},
      {p + "enrollments.hubs.enabled", grouped, {}, p + "enrollments[0].hubs[1].enabled=false", second},
  };
}

Rows fleet_rows() {
  const std::string f = "fleet[0].";
  return {
      {"fleet.name", out, {}, f + "name=other", "recovery.away.group.other.affected"},
      {"fleet.devices", out, {}, f + "devices=300", "devices.total"},
      {"fleet.region", out, {}, f + "region=japan", "recovery.away.wait.network"},
      {"fleet.access", out, {}, f + "access=satellite", "recovery.away.wait.network"},
      {"fleet.access.rtt",
       out,
       {f + "access={rtt: 10ms, loss: 0%}"},
       f + "access.rtt=500ms",
       "recovery.away.wait.network"},
      {"fleet.access.loss",
       out,
       {f + "access={rtt: 10ms, loss: 0%}"},
       f + "access.loss=20%",
       "recovery.away.mean"},
      {"fleet.client", out, {}, f + "client=sdk-c", "hub.refused"},
      {"fleet.return_to_dps", out, {}, f + "return_to_dps=after 3 failures", "dps.registrations"},
      {"fleet.on_dps_failure",
       joining,
       {f + "client.dps.wait_at_429_register=false"},
       f + "on_dps_failure=stop",
       "devices.lost"},
      {"fleet.never_recovers", out, {}, f + "never_recovers=30%", "devices.lost"},
      {"fleet.credentials", out, {}, f + "credentials=x509", "hub.connects"},
      {"fleet.enrollment", grouped, {}, f + "enrollment=default", "allocation.hub.hub-3.provisioned"},
      {"fleet.edge", out, {at_once}, f + "edge=true", "dps.twins_lost"},
      {"fleet.approval", joining, {}, f + "approval=manual", "devices.waiting_for_approval"},
      {"fleet.joins", joining, {}, f + "joins=over 30m", "dps.throttled"},
      {"fleet.leaves", out, {}, f + "leaves=at 1h over 30m", "devices.left"},
      {"fleet.buffer", out, {}, f + "buffer=5 messages", "telemetry.lost"},
      {"fleet.telemetry.every", out, {}, f + "telemetry.every=30s", "telemetry.generated"},
      // the hubs are sized for the messages of the fleet
      {"fleet.telemetry.size",
       writing,
       {"application={era: legacy}"},
       f + "telemetry.size=256 KiB",
       "hub.identity_throttled"},
      {"fleet.telemetry.phase",
       out,
       {"duration=2h30s"},
       f + "telemetry.phase=synchronised",
       "telemetry.generated"},
  };
}

// 200 messages a second for a hub that takes 100.
const std::string flood = R"(
duration: 20m
start: 2023-06-01T00:00Z
application: {era: legacy, hubs: [{units: 1}]}
fleet: [{name: meters, devices: 200, client: {base: sdk-python}, telemetry: {every: 1s, size: 512 B}}]
)";

Rows load_rows() {
  const std::string k = "fleet.telemetry.", t = "fleet[0].telemetry.", shows = "telemetry.generated";
  const std::string h = "application.hubs[0].sends.";
  const std::string p = t + "profile=", s = t + "surges=[{at: 1h, for: 2h, factor: 5}]";
  const std::string night = "start=2023-06-01T00:00Z";
  const std::string table = p + "{every: 1h, factors: [1, 3, 5]}";
  return {
      {"application.hubs.sends.burst", flood, {}, h + "burst=10s", "telemetry.throttled_share"},
      {"application.hubs.sends.queue", flood, {}, h + "queue=10s", "telemetry.refused"},
      {"application.hubs.sends.expiry", flood, {}, h + "expiry=5s", "telemetry.refused"},
      {k + "flush", out, {}, t + "flush=1/min", "telemetry.delay.p99"},
      {k + "jitter", out, {"duration=2h30s", t + "phase=synchronised"}, t + "jitter=60s", shows},
      {k + "profile", out, {night}, p + "diurnal", shows},
      {k + "profile.kind", out, {night, p + "{kind: diurnal}"}, t + "profile.kind=weekly", shows},
      {k + "profile.peak_to_mean", out, {night, p + "{kind: diurnal}"}, t + "profile.peak_to_mean=2", shows},
      {k + "profile.peak_at", out, {night, p + "{kind: diurnal}"}, t + "profile.peak_at=07:00", shows},
      {k + "profile.weekend", out, {night, p + "{kind: weekly}"}, t + "profile.weekend=10%", shows},
      {k + "profile.csv", out, {}, p + "{csv: load.csv}", shows},
      {k + "profile.every", out, {table}, t + "profile.every=30m", shows},
      {k + "profile.factors", out, {table}, t + "profile.factors=[1, 2]", shows},
      {k + "surges.at", out, {s}, t + "surges[0].at=30m", shows},
      {k + "surges.for", out, {s}, t + "surges[0].for=10m", shows},
      {k + "surges.factor", out, {s}, t + "surges[0].factor=0", shows},
  };
}

Rows request_rows() {
  const std::string p = "fleet[0].properties", c = "fleet[0].commands";
  const std::vector<std::string> updates{p + "={every: 15m, size: 1 KiB}"};
  const std::vector<std::string> calls{c + "={every: 15m, size: 1 KiB, response: 1 KiB}"};
  return {
      {"application.quota_used",
       out,
       {},
       "application.quota_used=1000000 messages",
       "telemetry.quota_blocked"},
      {"fleet.properties.every", out, updates, p + ".every=1m", "properties.sent"},
      {"fleet.properties.size", out, updates, p + ".size=5 KiB", "hub.hub-1.metered"},
      {"fleet.commands.every", out, calls, c + ".every=1m", "commands.sent"},
      {"fleet.commands.size", out, calls, c + ".size=5 KiB", "hub.hub-1.metered"},
      {"fleet.commands.response", out, calls, c + ".response=5 KiB", "hub.hub-1.metered"},
  };
}

Rows retry_rows() {
  const std::string k = "fleet.client.retry.", r = "fleet[0].client.retry.";
  const std::string whole = "fleet[0].client.retry=";
  const auto with = [&](const std::string& policy) { return std::vector<std::string>{whole + policy}; };
  return {
      {k + "kind", out, with("{kind: linear, min: 1s, max: 30s}"), r + "kind=exponential", "hub.refused"},
      {k + "first", out, {}, r + "first=5m", "hub.refused"},
      {k + "min", out, {}, r + "min=30s", "hub.refused"},
      {k + "max", out, with("{kind: linear, min: 1s, max: 30s}"), r + "max=60s", "hub.refused"},
      {k + "jitter", out, with("{kind: exponential, min: 1s, max: 30s}"), r + "jitter=full", "hub.refused"},
      {k + "spread", out, with("{kind: sdk-embedded-c, min: 1s, max: 90s, spread: 5s}"), r + "spread=20s",
       "recovery.away.mean"},
      {k + "offset", out, with("{kind: sdk-delta, min: 100ms, max: 10s}"), r + "offset=5", "hub.refused"},
      {k + "spacing", out, {}, r + "spacing=30s", "hub.refused"},
      {k + "from_attempt", silence, {}, r + "from_attempt=true", "hub.refused"},
      {k + "limit", out, {r + "connects_to_send=false"}, r + "limit=5m", "devices.lost"},
      {k + "per_message", out, with("{kind: sdk-node, min: 100ms, max: 10s, limit: 4m}"),
       r + "per_message=true", "hub.refused"},
      {k + "listeners", out, {"fleet[0].client={base: sdk-node}"}, r + "listeners=0", "hub.refused"},
      {k + "connects_to_send",
       out,
       {r + "connects_to_send=false", "fleet[0].telemetry.every=3m"},
       r + "connects_to_send=true",
       "hub.refused"},
  };
}

Rows client_rows() {
  const std::string k = "fleet.client.", c = "fleet[0].client.";
  const std::string busy = "faults[0].mode=busy", noticed = "recovery.quiet.wait.detection";
  return {
      {k + "base", out, {}, c + "base=sdk-java", "devices.lost"},
      {k + "name", out, {}, c + "name=mine", "", resolved},
      {k + "reactions.closed", moving, {}, c + "reactions.closed=dps", "dps.registrations"},
      {k + "reactions.refused", moving, {}, c + "reactions.refused=dps", "dps.registrations"},
      {k + "reactions.timeout", silence, {}, c + "reactions.timeout=stop", "devices.lost"},
      {k + "reactions.unavailable", moving, {busy}, c + "reactions.unavailable=dps", "dps.registrations"},
      {k + "reactions.unauthorized", moved, {}, c + "reactions.unauthorized=dps", "dps.registrations"},
      {k + "reactions.dropped",
       wave,
       {"application.hubs[0].connects.queue=1s"},
       c + "reactions.dropped=stop",
       "devices.lost"},
      {k + "detection.ping_every", silence, {}, c + "detection.ping_every=80s", noticed},
      {k + "detection.ping_wait", silence, {}, c + "detection.ping_wait=10m", noticed},
      {k + "detection.idle",
       silence,
       {"fleet[0].telemetry.every=20s"},
       c + "detection.idle=received",
       noticed},
      {k + "detection.check_every",
       silence,
       {c + "detection.idle=received"},
       c + "detection.check_every=30s",
       noticed},
      {k + "detection.publish_timeout",
       silence,
       {"fleet[0].telemetry.every=20s"},
       c + "detection.publish_timeout=5s",
       noticed},
      // who is away for less than 1.5 times this is still connected
      {k + "keep_alive", silence, {c + "detection.ping_wait=2h"}, c + "keep_alive=3h", "hub.accepted"},
      {k + "connect_timeout", silence, {"faults[0].mode=frozen"}, c + "connect_timeout=10s", "hub.refused"},
      {k + "tcp_timeout", silence, {}, c + "tcp_timeout=50s", "hub.refused"},
      {k + "tls_timeout", silence, {"faults[0].mode=frozen"}, c + "tls_timeout=10s", "hub.refused"},
      {k + "tcp_syn_linear_timeouts",
       silence,
       {c + "tcp_timeout=0s"},
       c + "tcp_syn_linear_timeouts=0",
       "recovery.quiet.mean"},
      {k + "renewal", out, {}, c + "renewal=5m", "hub.connects"},
      {k + "renewal_by",
       silence,
       {"fleet[0].credentials=sas", c + "renewal=5m"},
       c + "renewal_by=hub",
       noticed},
      {k + "token_clock", out, {c + "renewal=5m"}, c + "token_clock=connect", "hub.connects"},
      {k + "token_reuse",
       out,
       {c + "renewal=5m", c + "token_clock=token", "faults[0].for=10s"},
       c + "token_reuse=4m",
       "hub.connects"},
      {k + "renewal_through_dps", out, {}, c + "renewal_through_dps=true", "dps.registrations"},
      {k + "return_to_dps", out, {}, c + "return_to_dps=at once", "dps.registrations"},
      {k + "on_dps_failure",
       joining,
       {c + "dps.wait_at_429_register=false"},
       c + "on_dps_failure=stop",
       "devices.lost"},
      {k + "cycle_limit",
       joining,
       {c + "dps.wait_at_429_register=false"},
       c + "cycle_limit=2",
       "devices.lost"},
      {k + "notice", out, {}, c + "notice=30s", "recovery.away.wait.detection"},
  };
}

Rows protocol_rows() {
  const std::string k = "fleet.client.", c = "fleet[0].client.";
  return {
      {k + "protocol", out, {c + "base=sdk-c"}, c + "protocol=amqp", "hub.connects"},
      {k + "token_timeout",
       silence,
       {c + "base=sdk-node-amqp", c + "renewal=10m", "fleet[0].credentials=sas"},
       c + "token_timeout=10s",
       "recovery.quiet.wait.detection"},
      {k + "resend", flood, {c + "base=sdk-node-amqp"}, c + "resend=60s", "telemetry.refused"},
  };
}

Rows fault_rows() {
  const std::string f = "faults[0].";
  return {
      {"faults.name", out, {}, f + "name=other", "recovery.other.affected"},
      {"faults.at", out, {}, f + "at=40m", "hub.connects"},
      {"faults.hub", out, {}, f + "hub=2", "hub.hub-2.refused"},
      {"faults.for", out, {}, f + "for=30m", "recovery.away.mean"},
      {"faults.mode", out, {}, f + "mode=silent", "recovery.away.wait.detection"},
      {"faults.mode.degraded.capacity",
       wave,
       {"faults=[{name: cut, at: 10m, hub: 1, for: 1ms}, {name: weak, at: 10m, hub: 1, mode: {degraded: "
        "{capacity: 90%}}}]"},
       "faults[1].mode.degraded.capacity=40%",
       "recovery.cut.mean"},
  };
}

}  // namespace

const std::vector<Row>& rows() {
  static const Rows all = [] {
    Rows some;
    for (const Rows& more :
         {run_rows(),        application_rows(), provisioning_rows(), fleet_rows(),    load_rows(),
          request_rows(),    retry_rows(),       client_rows(),       protocol_rows(), twin_rows(),
          dps_client_rows(), fault_rows(),       chance_rows(),       scaling_rows(),  price_rows(),
          action_rows(),     failover_rows(),    target_rows(),       power_rows(),    export_rows()})
      add(some, more);
    return some;
  }();
  return all;
}

std::string outage() { return out; }
std::string reconnecting() { return wave; }
std::string joined() { return joining; }

}  // namespace keys
