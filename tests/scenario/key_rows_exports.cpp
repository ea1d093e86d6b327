// The keys of `destinations`, `exports` and `prices.exports`, and of faults and actions on them.
#include "tests/scenario/key_rows.hpp"

namespace keys {

namespace {

// 30 messages a second for an event hub, which is away for longer than the window, and for a container.
const std::string flow = R"(
duration: 2h
application: {era: legacy, hubs: {count: 1, edition: S3}}
fleet: [{name: meters, devices: 300, telemetry: {every: 10s, size: 512 B}}]
destinations: [{name: hot, kind: event-hubs}, {name: cold, kind: blob-storage}]
exports: [{name: analytics, to: [hot]}, {name: archive, to: [cold]}]
faults: [{name: away, at: 30m, destination: hot, for: 20m}]
)";

// 7 MB a second.
const std::string heavy = R"(
duration: 1h
application: {era: legacy, hubs: {count: 1, edition: S3}}
fleet: [{name: meters, devices: 1000, telemetry: {every: 10s, size: 64 KiB}}]
destinations: [{name: hot, kind: event-hubs}]
exports: [{name: analytics, to: [hot]}]
)";

// A destination in a region that is lost for an hour, with its pair; another one in either.
const std::string abroad = R"(
duration: 2h
application: {era: legacy, hubs: {count: 1, edition: S3}}
fleet: [{name: meters, devices: 100, telemetry: {every: 10s, size: 512 B}}]
destinations:
  - {name: hot, kind: event-hubs, region: francecentral}
  - {name: beside, kind: event-hubs, region: francecentral}
  - {name: pair, kind: event-hubs, region: francesouth}
exports: [{name: analytics, to: [hot, beside, pair]}]
faults: [{name: gone, at: 30m, region: francecentral, for: 1h}]
)";

using Rows = std::vector<Row>;

// Another destination in the place of the first.
std::string hot(const std::string& rest) { return "destinations[0]={name: hot, " + rest + "}"; }
const std::string queue = "kind: service-bus-queue", blob = "kind: blob-storage",
                  explorer = "kind: data-explorer";
const std::string slow = ", consumer: {reads: 5/s}";

const std::string one = "export.analytics.hot.", there = "destination.hot.";
const std::string dropped = one + "dropped", out = there + "unavailable", units = there + "units.peak";

Rows unit_rows() {
  const std::string d = "destinations.", p = "destinations[0].";
  const std::string weak =
      "faults=[{name: weak, at: 10m, destination: hot, mode: {degraded: {capacity: 2%}}}]";
  const std::vector<std::string> premium{hot(queue + ", tier: premium")};
  return {
      {d + "tier", heavy, {}, p + "tier=premium", dropped},
      {d + "throughput_units", heavy, {}, p + "throughput_units=4", dropped},
      {d + "auto_inflate", heavy, {}, p + "auto_inflate=4", units},
      {d + "auto_inflate_when",
       heavy,
       {p + "auto_inflate=8"},
       p + "auto_inflate_when=load",
       there + "throttled"},
      {d + "events_in", flow, {}, p + "events_in=20/s", dropped},
      {d + "bytes_in", heavy, {}, p + "bytes_in=2 MB", there + "accepted"},
      {d + "partition_limit",
       heavy,
       {p + "throughput_units=10", p + "partitions=1"},
       p + "partition_limit=off",
       dropped},
      {d + "processing_units", heavy, {p + "tier=premium"}, p + "processing_units=2", one + "backlog"},
      {d + "capacity_units", heavy, {p + "tier=dedicated", weak}, p + "capacity_units=8", dropped},
      {d + "messaging_units", heavy, premium, p + "messaging_units=2", dropped},
      {d + "auto_scale", heavy, premium, p + "auto_scale=4", units},
  };
}

// What destinations share, and who reads from them.
Rows sharing_rows() {
  const std::string d = "destinations.", p = "destinations[0].",
                    free = "prices.exports.included=0 operations";
  const std::vector<std::string> premium{hot(queue + ", tier: premium")};
  return {
      {d + "subscriptions", flow, {hot("kind: service-bus-topic")}, p + "subscriptions=50", dropped},
      {d + "credits", flow, {hot(queue)}, p + "credits=50/s", dropped},
      {d + "bytes_per_unit", heavy, premium, p + "bytes_per_unit=8 MB", dropped},
      {d + "consumer",
       flow,
       {hot(queue + ", size: 1 MB" + slow)},
       p + "consumer=none",
       there + "consumer.read"},
      {d + "consumer.settle",
       flow,
       {hot(queue + slow), free},
       p + "consumer.settle=complete",
       "cost.exports"},
      {d + "consumers.reads",
       flow,
       {hot("kind: event-hubs, consumers: [{reads: 5/s}]")},
       p + "consumers[0].reads=10/s",
       there + "consumer.read"},
      {d + "namespace",
       heavy,
       {"destinations=[{name: hot, kind: event-hubs, namespace: shared}, {name: cold, kind: event-hubs}]",
        "exports[0].to=[hot, cold]"},
       "destinations[1].namespace=shared",
       dropped},
      {d + "failover.takes",
       abroad,
       {hot(blob + ", region: francecentral, redundancy: GRS, failover: {after: 20m}")},
       p + "failover.takes=5m",
       out},
  };
}

Rows destination_rows() {
  const std::string d = "destinations.", p = "destinations[0].";
  const std::string zone = "faults=[{name: dark, at: 30m, zone: westeurope/1, for: 20m}]";
  const std::string part = "faults[0]={name: away, at: 30m, partition: hot/1, for: 20m}";
  const std::vector<std::string> moves{p + "failover={after: 20m}"};
  const std::string both =
      "faults=[{name: gone, at: 30m, region: francecentral, for: 1h}, {name: both, at: 30m, region: "
      "francesouth, for: 1h}]";
  Rows rows{
      {d + "name", flow, {}, p + "name=warm", "no destination \"hot\"", Effect::refused},
      {d + "kind", flow, {}, p + "kind=blob-storage", there + "files"},
      {d + "region", abroad, {}, p + "region=northeurope", out},
      {d + "zone", flow, {hot(blob), zone}, p + "zone=2", out},
      {d + "partitions", flow, {part}, p + "partitions=16", dropped},
      {d + "partitioning", flow, {part}, p + "partitioning=round-robin", dropped},
      {d + "retention",
       flow,
       {hot("kind: event-hubs" + slow)},
       p + "retention=1h",
       there + "consumer.missed"},
      {d + "redundancy",
       abroad,
       {hot(blob + ", region: francecentral")},
       p + "redundancy=RA-GRS",
       there + "unreadable"},
      {d + "requests", flow, {hot(blob)}, p + "requests=3/min", dropped},
      {d + "ingress", flow, {hot(blob)}, p + "ingress=10 KB", dropped},
      {d + "filters", flow, {hot("kind: service-bus-topic")}, p + "filters=50", dropped},
      {d + "calls", flow, {hot("kind: webhook, calls: 20/s")}, p + "calls=15/s", dropped},
      {d + "retry_after",
       flow,
       {hot("kind: webhook, calls: 20/s")},
       p + "retry_after=2m",
       there + "throttled"},
      {d + "ingestion", flow, {hot(explorer)}, p + "ingestion=streaming", there + "files"},
      {d + "batching", flow, {hot(explorer)}, p + "batching=1m", there + "files"},
      {d + "throughput", flow, {hot(explorer + ", ingestion: streaming")}, p + "throughput=10 KB", dropped},
      {d + "backoff",
       flow,
       {hot(explorer + ", ingestion: streaming, throughput: 20 KB")},
       p + "backoff=1m",
       there + "throttled"},
      {d + "size", flow, {hot(queue + slow)}, p + "size=1 MB", dropped},
      {d + "consumer.reads",
       flow,
       {hot("kind: event-hubs" + slow)},
       p + "consumer.reads=10/s",
       there + "consumer.read"},
      {d + "failover.after", abroad, moves, p + "failover.after=5m", out},
      {d + "failover.region", abroad, {moves[0], both}, p + "failover.region=uksouth", out},
  };
  for (const Rows& more : {unit_rows(), sharing_rows()}) rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

Rows rule_rows() {
  const std::string e = "exports.", p = "exports[0].", r = "retry.";
  const std::string errors = one + "errors";
  return {
      {e + "name", flow, {}, p + "name=other", "export.other.hot.exported"},
      {e + "to", flow, {}, p + "to=[cold]", there + "accepted"},
      {e + "filter", flow, {}, p + "filter=50%", one + "filtered"},
      {e + "enrichment", flow, {}, p + "enrichment=64 B", one + "bytes"},
      {e + "envelope", flow, {}, p + "envelope=243 B", one + "bytes"},
      {e + "created", flow, {}, p + "created=1h", one + "received"},
      {e + "start_delay", flow, {p + "created=1h"}, p + "start_delay=10m..20m", dropped},
      {e + "batch", flow, {}, p + "batch=60s", errors},
      {e + r + "window", flow, {}, p + r + "window=10m", one + "failed_after"},
      {e + r + "clock", flow, {"faults[0].at=1805s"}, p + r + "clock=last-success", one + "failed_after"},
      {e + r + "first", flow, {}, p + r + "first=20s", errors},
      {e + r + "factor", flow, {}, p + r + "factor=1", errors},
      {e + r + "cap", flow, {}, p + r + "cap=5m", errors},
      {e + r + "jitter", flow, {p + r + "window=30m"}, p + r + "jitter=0%", one + "caught_up_after"},
      {e + r + "timeout", flow, {"faults[0].mode=silent"}, p + r + "timeout=10s", errors},
      {e + "while_failed", flow, {}, p + "while_failed=kept", dropped},
      {e + "probe", flow, {}, p + "probe=7m", one + "failed_for"},
      {e + "backpressure",
       flow,
       {"fleet[0].devices=20"},
       p + "backpressure=1000 messages",
       "telemetry.delay.max"},
      {e + "latency.median", flow, {}, p + "latency.median=4s", one + "delay.p50"},
      {e + "latency.p99", flow, {}, p + "latency.p99=30s", one + "delay.p99"},
  };
}

// What there is to export: each kind of data comes on top of telemetry.
Rows data_rows() {
  const std::string f = "fleet[0].", received = one + "received";
  const auto kind = [&](const std::string& word, const std::string& with) {
    return Row{"exports.data", flow, {with}, "exports[0].data=[telemetry, " + word + "]", received};
  };
  return {
      {"exports.data", flow, {}, "exports[0].data=[properties]", received},
      kind("properties", f + "properties={every: 10m, size: 100 B}"),
      kind("connectivity", "faults=[{name: away, at: 30m, hub: 1, for: 20m}]"),
      kind("lifecycle", f + "joins=at 30m over 10m"),
  };
}

// Faults of what exports use, and an operator's restart.
Rows incident_rows() {
  const std::string f = "faults[0].", a = "actions[0].restart_export";
  const std::string cut =
      "faults=[{name: cut, at: 30m, backbone: {from: westeurope, to: francecentral}, for: 20m}]";
  const std::string part = "faults[0]={name: away, at: 30m, partition: hot/1, for: 20m}";
  const std::vector<std::string> restart{"actions=[{name: again, at: 40m, restart_export: analytics}]"};
  const std::vector<std::string> off{
      "actions=[{name: again, at: 80m, restart_export: {name: analytics, off: 5m}}]"};
  return {
      {"faults.backbone.from", abroad, {cut}, f + "backbone.from=francesouth", one + "errors"},
      {"faults.backbone.to", abroad, {cut}, f + "backbone.to=francesouth", one + "errors"},
      {"faults.destination", flow, {}, f + "destination=cold", out},
      {"faults.partition", flow, {part}, f + "partition=hot/2", dropped},
      {"actions.restart_export", flow, restart, a + "=archive", "export.archive.cold.dropped"},
      {"actions.restart_export.name", flow, off, a + ".name=archive", dropped},
      {"actions.restart_export.off", flow, off, a + ".off=10m", dropped},
  };
}

Rows export_price_rows() {
  const std::string p = "prices.exports.", cost = "cost.exports";
  const std::vector<std::string> bus{hot(queue)}, premium{hot(queue + ", tier: premium")},
      beyond{hot(queue), p + "included=1000 operations"};
  Rows rows{
      {p + "events", flow, {}, p + "events=1 USD", cost},
      {p + "service_bus", flow, bus, p + "service_bus=1 USD", cost},
      {p + "included", flow, bus, p + "included=1000 operations", cost},
      {p + "operations", flow, beyond, p + "operations=1 USD", cost},
      {p + "operations.price", flow, beyond, p + "operations=[{price: 1 USD}]", cost},
      {p + "operations.up_to", flow, beyond,
       p + "operations=[{up_to: 1000 operations, price: 0.80 USD}, {price: 2 USD}]", cost},
      {p + "basic_operations", flow, {hot(queue + ", tier: basic")}, p + "basic_operations=1 USD", cost},
      {p + "data_explorer", flow, {hot(explorer)}, p + "data_explorer=1 USD", cost},
      {p + "messaging_unit", flow, premium, p + "messaging_unit=1 USD", cost},
  };
  for (const std::string tier : {"basic", "standard", "premium", "dedicated"})
    rows.push_back({p + "event_hubs." + tier,
                    flow,
                    {"destinations[0].tier=" + tier},
                    p + "event_hubs." + tier + "=1 USD",
                    cost});
  for (const std::string copies : {"LRS", "ZRS", "GRS", "RA-GRS", "GZRS", "RA-GZRS"})
    for (const std::string what : {"blob_writes.", "blob_storage."})
      rows.push_back({p + what + copies,
                      flow,
                      {"destinations[1].redundancy=" + copies},
                      p + what + copies + "=1 USD",
                      cost});
  return rows;
}

}  // namespace

std::vector<Row> export_rows() {
  Rows all;
  for (const Rows& more :
       {destination_rows(), rule_rows(), data_rows(), incident_rows(), export_price_rows()})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace keys
