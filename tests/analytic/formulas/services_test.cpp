// What services count, in small scenarios without distance in which each count is known on paper.
#include <catch2/catch.hpp>

#include "tests/analytic/formulas/formula.hpp"
#include "tests/analytic/known.hpp"

namespace {

// Thirty devices ask DPS at 60 s, which lets ten through at once and no more for an hour: twenty are told 429
// and asked to come again in 10 h. The operation of each takes 1 s; the first poll is made after 2 s, which
// finds it done. Polls: of ten, four pass and six are told 429 and poll again when the run is over.
const char* const crowd = R"(
duration: 10m
application: {era: legacy, hubs: {count: 1, edition: S3, units: 1}}
provisioning: {registrations_per_minute: 10, polls_per_minute: 4, retry_after: 20m, poll_after: 2s,
  limiter: fixed-window, processing: 1s}
fleet: [{name: all, devices: 30, client: sdk-python, access: {rtt: 0ms, loss: 0%}, credentials: x509,
  joins: at 1m}]
)";

const formula::History registrations{[] { return known::run_nearby(crowd); },
                                     {{"dps.registrations", 30},
                                      {"dps.throttled", 20},
                                      {"dps.assigned", 10},
                                      {"dps.polls", 10},
                                      {"dps.polls_throttled", 6},
                                      {"devices.total", 30},
                                      {"devices.connected", 4},
                                      {"hub.identity_writes", 10},
                                      {"hub.hub-1.identity_writes", 10},
                                      {"hub.connects", 4},
                                      {"hub.accepted", 4}}};

// Ten wait for an operator who never comes, and each asks once: 401 ends a sample for Python. Five others are
// blocked at 2 min. Of six that leave at 5 min all are gone. Edge devices: three, of which the hub is away at
// the end.
const char* const operated = R"(
duration: 10m
application: {hubs: [{name: a, edition: S3}, {name: b, edition: S3}]}
provisioning:
  enrollments: [{name: on-a, allocation: static, static_hub: a}, {name: on-b, allocation: static,
    static_hub: b}]
scaling: {rebalance: {when: never}}
fleet:
  - {name: new, devices: 10, client: ha-sample-python, access: {rtt: 0ms, loss: 0%}, approval: manual,
       joins: at 1m,
     enrollment: on-a}
  - {name: bad, devices: 5, client: {base: sdk-python}, access: {rtt: 0ms, loss: 0%}, enrollment: on-a}
  - {name: off, devices: 6, client: {base: sdk-python}, access: {rtt: 0ms, loss: 0%}, enrollment: on-a,
     leaves: at 5m}
  - {name: gateways, devices: 3, client: {base: sdk-python}, access: {rtt: 0ms, loss: 0%}, edge: true,
       enrollment: on-b}
  - {name: more, devices: 4, client: {base: sdk-python}, access: {rtt: 0ms, loss: 0%}, edge: true,
       enrollment: on-a}
actions: [{name: lockout, at: 2m, block: {group: bad}}]
faults: [{name: gone, at: 9m, hub: b}]
)";

const formula::History operators{[] { return known::run_nearby(operated); },
                                 {{"devices.total", 28},
                                  {"devices.left", 6},
                                  {"devices.blocked", 5},
                                  {"devices.waiting_for_approval", 10},
                                  {"devices.lost", 10},
                                  {"devices.edge_total", 7},
                                  {"devices.edge_connected", 4},
                                  {"dps.unauthorized", 10}}};

// Whatever befalls DPS. Seven devices join and leave while DPS works on their registration. One asks from 60
// s on each 10 s until the outage is over at 330 s: 27 times in vain. Eight whose hub is away for good are
// migrated without their twin once DPS knows it; five never ask and stay with it.
const char* const leaving = R"(
duration: 10m
application: {era: legacy, hubs: {count: 1, edition: S3}}
provisioning: {processing: 5m}
fleet: [{name: all, devices: 7, client: sdk-python, access: {rtt: 0ms, loss: 0%}, joins: at 1m,
  leaves: at 2m}]
)";
const char* const refusing = R"(
duration: 20m
application: {era: legacy, hubs: {count: 1, edition: S3}}
fleet: [{name: all, devices: 1, client: sdk-python, access: {rtt: 0ms, loss: 0%}, joins: at 1m}]
faults: [{name: away, at: 30s, for: 5m, dps: outage, mode: refuse}]
)";
const char* const migrated = R"(
duration: 1h
application: {hubs: [{name: a, edition: S3, weight: 1000}, {name: b, edition: S3, weight: 1}]}
fleet:
  - {name: go, devices: 8, client: {base: sdk-python}, access: {rtt: 0ms, loss: 0%}, return_to_dps: at once}
  - {name: stay, devices: 5, client: {base: sdk-python}, access: {rtt: 0ms, loss: 0%}, return_to_dps: never}
faults: [{name: gone, at: 10m, hub: a}]
)";

const formula::History left{[] { return known::run_nearby(leaving); },
                            {{"dps.failed", 7}, {"dps.assigned", 0}}};
const formula::History refused{[] { return known::run_nearby(refusing); }, {{"dps.refused", 27}}};
const formula::History moved{[] { return known::run_nearby(migrated); },
                             {{"dps.twins_lost", 8}, {"devices.stuck", 5}, {"devices.connected", 8}}};

// Seven devices join while the only hub is away. DPS tries to write their identities for 60 s, and a sample
// for .NET ends with a registration that failed.
const char* const unwritten = R"(
duration: 10m
application: {era: legacy, hubs: {count: 1, edition: S3}}
provisioning: {exclude_failed_hubs: false}
fleet: [{name: all, devices: 7, client: ha-sample-dotnet, access: {rtt: 0ms, loss: 0%}, joins: at 1m}]
faults: [{name: gone, at: 30s, hub: 1}]
)";
// Six devices join while the hub of nearly all the weight is away, and are moved there when it is back; their
// client does not ask DPS and goes on with the other hub, which serves.
const char* const moved_back = R"(
duration: 1h
application: {hubs: [{name: a, edition: S3, weight: 1000}, {name: b, edition: S3, weight: 1}]}
fleet: [{name: all, devices: 6, client: sdk-c, credentials: x509, access: {rtt: 0ms, loss: 0%}, joins: at 5m}]
scaling: {rebalance: {when: hub-return, pace: 100/min}}
faults: [{name: away, at: 1m, for: 10m, hub: a}]
)";
// Three hubs of ten devices each where two would do: the third goes, and its devices ask for it.
const char* const deleted = R"(
duration: 3h
application: {hubs: {count: 3, edition: S3, units: 1}}
provisioning: {allocation: round-robin}
fleet: [{name: all, devices: 30, client: sdk-c, credentials: x509, access: {rtt: 0ms, loss: 0%}}]
scaling: {policy: threshold, scale_in: true, hold: {down: 10m}, hubs: {least: 2}, drain: 0s}
)";

const formula::History unanswered{[] { return known::run_nearby(unwritten); },
                                  {{"dps.unanswered", 7}, {"dps.failed", 7}, {"devices.lost", 7}}};
const formula::History rebalanced{[] { return known::run_nearby(moved_back); },
                                  {{"devices.stuck", 6},
                                   {"devices.stuck_moved", 6},
                                   {"devices.stuck_gone", 0},
                                   {"recovery.rebalance.unrecovered", 6}}};
const formula::History scaled_in{
    [] { return known::run_nearby(deleted); },
    {{"devices.stuck", 10}, {"devices.stuck_moved", 0}, {"devices.stuck_gone", 10}, {"hubs.count", 2}}};

// A hub that admits 100 CONNECTs a second, without credit, and holds 300. It is away from 600 to 615 s: its
// 500 devices ask at 600.01 and 610.01 s in vain, and all within one second at 620.01 s. One is served at
// once and 300 wait; 199 are turned away. Who waits for a second hangs up: a hundred are served until then
// and 200 are gone. It ends before they ask again. The other hub is as busy as one device makes it.
const char* const crowded = R"(
duration: 625s
application:
  hubs: [{name: a, edition: S1, connects: {burst: 0s, queue: 3s, expiry: 2s}}, {name: b, edition: S3}]
provisioning:
  enrollments: [{name: on-a, allocation: static, static_hub: a}, {name: on-b, allocation: static,
    static_hub: b}]
fleet:
  - {name: all, devices: 500, access: {rtt: 0ms, loss: 0%}, credentials: x509, enrollment: on-a,
     client: {base: sdk-python, connect_timeout: 1s}, telemetry: {every: 48h}}
  - {name: one, devices: 1, access: {rtt: 0ms, loss: 0%}, credentials: x509, enrollment: on-b, joins: at 10s,
     client: {base: sdk-python}}
faults: [{name: away, at: 600s, for: 15s, hub: a}]
)";

const formula::History connects{[] { return known::run_nearby(crowded); },
                                {{"hub.a.connects", 500},
                                 {"hub.a.accepted", 100},
                                 {"hub.a.throttled", 199},
                                 {"hub.a.timed_out", 201},
                                 {"hub.a.refused", 1000},
                                 {"hub.a.peak_connect_rate", 500},
                                 {"hub.a.queue_peak", 300},
                                 {"hub.connects", 501},
                                 {"hub.accepted", 101},
                                 {"hub.throttled", 199},
                                 {"hub.timed_out", 201},
                                 {"hub.refused", 1000},
                                 {"hub.peak_connect_rate", 500}}};

// With a client that has the patience but waits for more than the 2 s for which the hub holds a CONNECT: 199
// are served before they are over, and 101 expire.
const formula::History expired{[] {
                                 support::Options options;
                                 options.set = {"fleet[0].client.connect_timeout=60s"};
                                 return known::run_nearby(crowded, options);
                               },
                               {{"hub.a.accepted", 200}, {"hub.a.throttled", 300}, {"hub.a.timed_out", 0}}};

// A registry that writes 100 identities a minute, without credit, and holds ten. Of thirty at once one is
// written, ten wait for at most 6 s and nineteen are refused, for good.
const char* const written = R"(
duration: 10m
application: {hubs: [{name: a, edition: S1, registry: {burst: 0s, queue: 6s}}, {name: b}]}
provisioning: {processing: 1s, write_retry: {every: 1h, for: 1s},
  enrollments: [{name: on-a, allocation: static, static_hub: a}]}
fleet: [{name: all, devices: 30, client: ha-sample-python, access: {rtt: 0ms, loss: 0%}, credentials: x509,
  enrollment: on-a, joins: at 1m}]
)";

const formula::History identities{[] { return known::run_nearby(written); },
                                  {{"hub.a.identity_writes", 11},
                                   {"hub.a.identity_throttled", 19},
                                   {"hub.identity_writes", 11},
                                   {"hub.identity_throttled", 19},
                                   {"dps.failed", 19}}};

}  // namespace

TEST_CASE("formulas of registrations and polls", "[formula]") { registrations.check(); }

TEST_CASE("formulas of devices that wait, leave, are blocked or cannot move", "[formula]") {
  operators.check();
}

TEST_CASE("formulas of registrations that come to nothing", "[formula]") {
  left.check();
  refused.check();
  moved.check();
  unanswered.check();
  rebalanced.check();
  scaled_in.check();
}

TEST_CASE("formulas of CONNECTs", "[formula]") {
  connects.check();
  expired.check();
}

TEST_CASE("formulas of identity writes", "[formula]") { identities.check(); }
