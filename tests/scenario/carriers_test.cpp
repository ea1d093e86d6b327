// Who carries the devices, and whether certain failures are parked, changes nothing: the same bytes, meta
// aside.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/run.hpp"

namespace {

#ifdef HUBSTORM_SANITIZE
const std::vector<int> sizes{140, 420};  // an actor is a thread there
#else
const std::vector<int> sizes{2'000, 5'000};
#endif

struct Situation {
  std::string name;
  std::string yaml;   // ALL, PART and QUARTER: devices in all, a fourteenth and a quarter of them
  std::string shows;  // a metric that must not be zero, or the situation is not the one meant
  std::string also_shows;
  std::string traced;  // group whose first device tells its life
};

const std::vector<Situation> situations{
    {"refuse, every client of the catalog", R"(
duration: 25m
application: {hubs: {count: 3, edition: S1, units: 2}}
provisioning: {registrations_per_minute: PART}
fleet:
  - {name: g-a, devices: PART, client: sdk-c}
  - {name: g-b, devices: PART, client: sdk-dotnet}
  - {name: g-c, devices: PART, client: sdk-java}
  - {name: g-d, devices: PART, client: sdk-node, telemetry: {every: 60s, size: 512 B}}
  - {name: g-e, devices: PART, client: sdk-python}
  - {name: g-f, devices: PART, client: sdk-embedded-c}
  - {name: g-g, devices: PART, client: ha-sample-c}
  - {name: g-h, devices: PART, client: ha-sample-dotnet}
  - {name: g-i, devices: PART, client: ha-sample-java}
  - {name: g-j, devices: PART, client: ha-sample-node}
  - {name: g-k, devices: PART, client: ha-sample-python}
  - {name: g-l, devices: PART, client: guide-reconnect}
  - {name: g-m, devices: PART, client: guide-scale}
  - {name: g-n, devices: PART, client: central-rules}
faults:
  - {name: gone, at: 5m, hub: 2, for: 6m, mode: refuse}
)",
     "recovery.gone.affected", "devices.lost", "g-n"},
    {"silent, and a throttled provisioning service", R"(
duration: 30m
application: {hubs: {count: 2, edition: S1, units: 4}}
provisioning: {registrations_per_minute: PART, polls_per_minute: QUARTER, burst: 10s}
fleet:
  - {name: python, devices: QUARTER, client: sdk-python, return_to_dps: at once}
  - {name: node, devices: QUARTER, client: sdk-node, return_to_dps: after 2 failures,
     telemetry: {every: 90s, size: 512 B}}
  - {name: dotnet, devices: QUARTER, client: sdk-dotnet, return_to_dps: after 1m..4m}
  - {name: c, devices: QUARTER, client: sdk-c, credentials: x509, telemetry: {every: 60s, size: 512 B}}
faults:
  - {name: quiet, at: 5m, hub: 1, for: 10m, mode: silent}
)",
     "dps.throttled", "dps.polls_throttled", "python"},
    {"busy, with renewals in it", R"(
duration: 30m
application: {hubs: {count: 2, edition: S2, units: 4}}
provisioning: {registrations_per_minute: PART}
fleet:
  - {name: waits, devices: QUARTER, client: {base: sdk-python, renewal: 7m}}
  - {name: moves, devices: QUARTER, client: {base: central-rules, renewal: 9m}}
  - {name: linear, devices: QUARTER, client: {retry: {kind: linear, min: 2s, max: 20s}, renewal: 5m}}
  - {name: jitters, devices: QUARTER, return_to_dps: never,
     client: {retry: {kind: exponential, min: 1s, max: 60s, jitter: decorrelated}, renewal: 6m}}
faults:
  - {name: full, at: 5m, hub: 1, for: 12m, mode: busy}
)",
     "recovery.full.affected", "hub.refused", "waits"},
    {"degraded, and a full connect queue", R"(
duration: 20m
application: {hubs: {count: 2, edition: S1, units: 1, connects: {burst: 1s, queue: 3s, expiry: 2s}}}
fleet:
  - {name: eager, devices: QUARTER, client: sdk-python}
  - {name: patient, devices: QUARTER, client: guide-reconnect, return_to_dps: after 5 failures}
  - {name: steady, devices: QUARTER, client: sdk-c}
  - {name: certified, devices: QUARTER, client: sdk-dotnet, credentials: x509}
faults:
  - {name: cut, at: 4m, hub: 1, for: 5s, mode: refuse}
  - {name: weak, at: 4m, hub: 1, for: 8m, mode: {degraded: {capacity: 5%}}}
)",
     "hub.hub-1.throttled", "recovery.cut.affected", "eager"},
    {"two faults overlap on a hub, a third on another", R"(
duration: 30m
application: {hubs: {count: 3, edition: S1, units: 4}}
provisioning: {registrations_per_minute: QUARTER}
fleet:
  - {name: python, devices: QUARTER, client: sdk-python, return_to_dps: after 5 failures, never_recovers: 10%}
  - {name: guide, devices: QUARTER, client: guide-reconnect}
  - {name: rules, devices: QUARTER, client: central-rules, access: lte}
  - {name: sample, devices: QUARTER, client: ha-sample-node, region: japan, telemetry: {every: 2m,
       size: 512 B}}
faults:
  - {name: one, at: 5m, hub: 1, for: 6m, mode: refuse}
  - {name: two, at: 8m, hub: 1, for: 6m, mode: silent}
  - {name: three, at: 9m, hub: 2, for: 4m, mode: busy}
)",
     "recovery.three.affected", "recovery.two.prolonged", "rules"},
    {"devices join, under three custom policies", R"(
duration: 25m
application: {hubs: {count: 3, edition: S2, units: 1}}
provisioning:
  registrations_per_minute: ALL
  limiter: fixed-window
  enrollments:
    - {name: least, allocation: least-devices, reprovisioning: reset}
    - {name: two, allocation: two-choices}
    - {name: round, allocation: round-robin, hubs: [{hub: hub-1}, {hub: hub-3}]}
fleet:
  - {name: a, devices: QUARTER, client: sdk-python, joins: at once, enrollment: least}
  - {name: b, devices: QUARTER, client: sdk-dotnet, joins: over 3m, enrollment: two}
  - {name: c, devices: QUARTER, client: guide-reconnect, joins: at 1m over 1m, enrollment: round}
  - {name: d, devices: QUARTER, client: sdk-java, return_to_dps: at once, access: {rtt: 0ms}}
faults:
  - {name: gone, at: 6m, hub: 1, for: 5m, mode: refuse}
)",
     "dps.assigned", "hub.identity_throttled", "b"},
    {"everybody at the same instants", R"(
duration: 15m
application: {hubs: {count: 2, edition: S1, units: 2}}
provisioning: {registrations_per_minute: ALL, processing: 2s, probe: {every: 10s, timeout: 2s, failures: 1}}
fleet:
  - {name: a, devices: QUARTER, client: sdk-node, return_to_dps: after 5m, credentials: x509,
       buffer: 5 messages,
     telemetry: {every: 10s, size: 512 B, phase: synchronised}}
  - {name: b, devices: QUARTER, client: sdk-python, joins: at once, telemetry: {every: 10s,
       size: 512 B, phase: synchronised}}
  - {name: c, devices: QUARTER, client: sdk-java, joins: at 1m, buffer: 3 messages}
  - {name: d, devices: QUARTER, client: {retry: {kind: fixed, min: 5s}}, return_to_dps: after 2 failures}
faults:
  - {name: both-1, at: 5m, hub: 1, for: 2m, mode: refuse}
  - {name: both-2, at: 5m, hub: 2, for: 2m, mode: refuse}
)",
     "recovery.both-1.affected", "telemetry.lost", "a"},
    {"all that operators do, and an outage in it", R"(
duration: 35m
application: {hubs: {count: 3, edition: S2, units: 4}}
provisioning: {registrations_per_minute: ALL}
fleet:
  - {name: a, devices: QUARTER, client: sdk-python, return_to_dps: after 5 failures}
  - {name: b, devices: QUARTER, client: sdk-c, credentials: x509}
  - {name: c, devices: PART, client: guide-reconnect, return_to_dps: at once, edge: true}
  - {name: d, devices: PART, client: central-rules, joins: over 5m, approval: manual}
  - {name: e, devices: PART, client: sdk-java, joins: over 5m, approval: after 4m}
  - {name: f, devices: QUARTER, client: sdk-node, telemetry: {every: 90s, size: 512 B}}
faults:
  - {name: gone, at: 12m, hub: 1, for: 4m}
actions:
  - {name: drill, at: 5m, manual_failover: {group: a, share: 20%, ttl: 10m}}
  - {name: home, at: 9m, manual_failback: {group: a, share: 10%}}
  - {name: deaf, at: 6m, manual_failover: {group: b, share: 10%, ttl: 3m}}
  - {name: fixed, at: 7m, manual_failover: {group: c, share: 10%}}
  - {name: lockout, at: 11m, block: {group: f, share: 30%}}
  - {name: thieves, at: 11m, block: {group: b, share: 40%}}
  - {name: pardon, at: 20m, unblock: {group: f, share: 20%}}
  - {name: amnesty, at: 22m, unblock: {group: b}}
  - {name: welcome, at: 13m, approve: {group: d, share: 60%}}
)",
     "recovery.lockout.affected", "recovery.deaf.affected", "a"},
};

std::string yaml_of(const Situation& situation, int devices) {
  std::string yaml = situation.yaml;
  const auto fill = [&yaml](const std::string& word, int number) {
    for (std::size_t at = yaml.find(word); at != std::string::npos; at = yaml.find(word))
      yaml.replace(at, word.size(), std::to_string(number));
  };
  fill("ALL", devices);
  fill("PART", devices / 14);
  fill("QUARTER", devices / 4);
  return yaml;
}

measures::Report run(const std::string& yaml, application::CarrierKind carrier, bool parking,
                     const std::string& traced) {
  support::Options options;
  options.trace_group = traced;
  options.carrier = carrier;
  options.parking = parking;
  return support::run(yaml, options);
}

std::string line(const measures::Report& report, std::size_t i) {
  if (i >= report.trace.size()) return "nothing";
  return std::to_string(report.trace[i].time_s) + " " + report.trace[i].text;
}

// Names what differs, since two blobs that do tell nothing.
void compare(const measures::Report& a, const measures::Report& b) {
  for (const auto& [name, value] : a.values) {
    INFO(name);
    REQUIRE(b.values.count(name) == 1);
    const measures::Value& other = b.values.at(name);
    CHECK(value.value == other.value);
    CHECK(value.at_least == other.at_least);
  }
  CHECK(a.series == b.series);
  CHECK(a.pools == b.pools);
  for (std::size_t i = 0; i < std::max(a.trace.size(), b.trace.size()); ++i)
    REQUIRE(line(a, i) == line(b, i));
  const bool same_bytes = support::bytes(a) == support::bytes(b);
  CHECK(same_bytes);
}

}  // namespace

TEST_CASE("both carriers give the same bytes, with parking and without", "[carriers][long]") {
  constexpr auto fleet_carrier = application::CarrierKind::fleet, actor = application::CarrierKind::actor;
  for (const Situation& situation : situations)
    for (const int devices : sizes) {
      INFO(situation.name << ", " << devices << " devices");
      const std::string yaml = yaml_of(situation, devices);
      const measures::Report fleet = run(yaml, fleet_carrier, true, situation.traced);
      CHECK(support::value(fleet, situation.shows) > 0);
      // The small fleets of the sanitizer build do not crowd every queue.
      if (devices >= 2'000) CHECK(support::value(fleet, situation.also_shows) > 0);
      CHECK_FALSE(fleet.trace.empty());
      compare(fleet, run(yaml, fleet_carrier, false, situation.traced));
      compare(fleet, run(yaml, actor, true, situation.traced));
      if (devices == sizes.front()) compare(fleet, run(yaml, actor, false, situation.traced));
    }
}

TEST_CASE("parking saves events and changes no result in an outage of hours", "[carriers][long]") {
  const std::string yaml = R"(
duration: 6h
application: {hubs: {count: 2, edition: S2, units: 4}}
scaling: {rebalance: {when: never}}
fleet:
  - {name: python, devices: 300, client: sdk-python}
  - {name: c, devices: 300, client: sdk-c, return_to_dps: after 3h}
  - {name: node, devices: 300, client: sdk-node, telemetry: {every: 3m, size: 512 B}}
  - {name: dotnet, devices: 300, client: sdk-dotnet, return_to_dps: after 500 failures}
faults:
  - {name: long, at: 1h, hub: 1, for: 4h, mode: refuse}
  - {name: longer, at: 2h, hub: 1, for: 2h30m, mode: silent}
)";
  const measures::Report parked = run(yaml, application::CarrierKind::fleet, true, "node");
  const measures::Report plain = run(yaml, application::CarrierKind::fleet, false, "node");
  compare(parked, plain);
  CHECK(plain.parked_attempts == 0);
  CHECK(parked.parked_attempts > 100'000);
  CHECK(parked.device_events * 5 < plain.device_events);
}

TEST_CASE("the order of the groups in the file changes nothing", "[carriers]") {
  const std::string head = R"(
duration: 20m
application: {hubs: {count: 3, edition: S1, units: 1}}
provisioning: {allocation: two-choices, registrations_per_minute: 600}
faults:
  - {name: gone, at: 5m, hub: 2, for: 5m, mode: refuse}
fleet:
)";
  const std::string a = "  - {name: alpha, devices: 400, client: sdk-c, return_to_dps: at once}\n";
  const std::string b = "  - {name: beta, devices: 300, client: sdk-python, joins: over 2m}\n";
  const std::string c = "  - {name: gamma, devices: 500, client: central-rules}\n";
  const measures::Report abc = support::run(head + a + b + c);
  CHECK(support::value(abc, "recovery.gone.affected") > 0);
  compare(abc, support::run(head + c + a + b));
}
