// An outage of the provisioning service as each client meets it, and what it leaves alone (facts, platform
// 2.7: connected devices are unaffected, first connections and moves stop). The figures of the clients are
// those of export-and-devices 5.1 and 5.3.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "models/measures/catalog.hpp"
#include "tests/analytic/known.hpp"
#include "tests/support/life.hpp"

using support::first;
using support::times;
using support::traced;
using support::value;

namespace {

// One device registers at 60 s; DPS is away from 30 s to 330 s.
measures::Report joining(const std::string& client, const std::string& mode) {
  return traced(fmt::format(R"(
duration: 20m
application: {{era: legacy, hubs: {{count: 1, edition: S2, units: 4}}}}
provisioning: {{retry_after: 20s}}
fleet: [{{name: one, devices: 1, client: {}, access: {{rtt: 0ms}}, credentials: x509, joins: at 1m}}]
faults: [{{name: away, at: 30s, for: 5m, dps: outage, mode: {}}}]
)",
                            client, mode));
}

// How many requests it makes from 60 s to 330 s, and whether it is connected in the end.
struct Row {
  const char* client;
  int least, most;
  bool ends = false;  // gives up at the first
};

void check(const Row& row, const std::string& mode) {
  INFO(row.client << ", " << mode);
  const auto report = joining(row.client, mode);
  CHECK(value(report, "dps.refused") >= row.least);
  CHECK(value(report, "dps.refused") <= row.most);
  CHECK(value(report, "dps.throttled") == 0);
  CHECK(value(report, "devices.lost") == (row.ends ? 1 : 0));
  CHECK(value(report, "devices.connected") == (row.ends ? 0 : 1));
  // The episode is the outage's, and begins with the first request that it refuses.
  CHECK(value(report, "recovery.away.affected") == 1);
  CHECK(value(report, "recovery.away.unrecovered") == (row.ends ? 1 : 0));
  if (!row.ends) CHECK(first(report, "is connected to hub-1") > 330);
}

// Connected devices that have nothing to ask of DPS, and 240 that join in the hour of the outage.
std::string part_joining(const std::string& faults) {
  return R"(
duration: 3h
application: {hubs: {count: 2, edition: S1, units: 2}}
fleet:
  - {name: old, devices: 400, client: sdk-python}
  - {name: new, devices: 240, client: sdk-python, joins: at 1h over 1h}
)" + faults;
}

const std::string outage = "faults: [{name: away, at: 1h, for: 1h, dps: outage}]\n";

// Firmware that registers at each renewal, each 48 minutes; DPS is away for `minutes`.
std::string samples(int minutes, const std::string& mode) {
  return fmt::format(R"(
duration: 3h
application: {{era: legacy, hubs: {{count: 1, edition: S2, units: 4}}}}
fleet: [{{name: all, devices: 960, client: {{base: ha-sample-c, renewal: 48m}}, on_dps_failure: keep asking}}]
faults: [{{name: away, at: 1h, for: {}m, dps: outage, mode: {}}}]
)",
                     minutes, mode);
}

}  // namespace

TEST_CASE("a refusing provisioning service as each client meets it", "[faults]") {
  // 270 s by the client's own back-off: C 0, 1, 3, 7, 15, 31 s and then 30 or 31 s apart; the delta policies
  // reach their 10 s after some 20 s; Python each 10 s.
  for (const Row& row :
       {Row{"sdk-c", 13, 14}, Row{"sdk-dotnet", 31, 35}, Row{"sdk-java", 30, 35}, Row{"sdk-node", 30, 50},
        Row{"sdk-python", 27, 27}, Row{"sdk-embedded-c", 8, 9}, Row{"guide-reconnect", 8, 9},
        Row{"guide-scale", 5, 5}, Row{"central-rules", 8, 9}, Row{"ha-sample-node", 1, 1, true},
        Row{"ha-sample-c", 1, 1, true}, Row{"ha-sample-dotnet", 1, 1, true},
        Row{"ha-sample-java", 1, 1, true}, Row{"ha-sample-python", 1, 1, true}})
    check(row, "refuse");
}

TEST_CASE("a silent provisioning service as each client meets it", "[faults]") {
  // Every request takes the limit of the TCP connect before the wait: 10 s in C, 30 s in .NET and Java, 5 s
  // in Python; Node.js, which has none, 30 s for all, and others the answer's time-out, 60 s.
  for (const Row& row :
       {Row{"sdk-c", 10, 10}, Row{"sdk-dotnet", 8, 9}, Row{"sdk-java", 7, 9}, Row{"sdk-node", 9, 9},
        Row{"sdk-python", 18, 18}, Row{"sdk-embedded-c", 5, 5}, Row{"guide-reconnect", 5, 5},
        Row{"guide-scale", 3, 3}, Row{"ha-sample-node", 1, 1, true}, Row{"ha-sample-c", 1, 1, true},
        Row{"ha-sample-dotnet", 1, 1, true}, Row{"ha-sample-java", 1, 1, true},
        Row{"ha-sample-python", 1, 1, true}})
    check(row, "silent");
}

TEST_CASE("a frozen provisioning service as each client meets it", "[faults]") {
  // Its kernel takes the connection, and TLS never comes: the limit is 61 s in C, 60 s in .NET and Python, 30
  // s in Java, and in Node.js for all.
  for (const Row& row :
       {Row{"sdk-c", 5, 5}, Row{"sdk-dotnet", 5, 5}, Row{"sdk-java", 7, 8}, Row{"sdk-node", 9, 9},
        Row{"sdk-python", 4, 4}, Row{"sdk-embedded-c", 5, 5}, Row{"guide-reconnect", 5, 5}})
    check(row, "frozen");
}

// It goes on 45 s after the request: Python, which waits 60 s for the connection, then asks and has 30 s for
// the answer, and C and .NET are within 60 s. Node.js has given up 30 s after its start.
TEST_CASE("an answer has its own limit once the connection to a frozen DPS is open", "[faults]") {
  for (const auto& [client, fails] : {std::pair{"sdk-python", 0u},
                                      {"sdk-c", 0u},
                                      {"sdk-dotnet", 0u},
                                      {"sdk-node", 1u},
                                      {"{base: sdk-python, dps: {connect_timeout: 0s}}", 1u}}) {
    INFO(client);
    const auto report = traced(fmt::format(R"(
duration: 20m
application: {{era: legacy, hubs: {{count: 1, edition: S2, units: 4}}}}
provisioning: {{processing: 100ms}}
fleet: [{{name: one, devices: 1, client: {}, access: {{rtt: 0ms}}, credentials: x509, joins: at 1m}}]
faults: [{{name: away, at: 30s, for: 75s, dps: outage, mode: frozen}}]
)",
                                           client));
    CHECK(times(report, "request to DPS fails").size() == fails);
    if (fails == 0) CHECK(first(report, "is connected to hub-1") == Approx(105 + 2).margin(3));
  }
}

// The first SYN that gets through is that of 3 s, to a DPS that is frozen: TCP is open, and TLS does not
// come.
TEST_CASE("a connection to DPS that opens late is waited for as long as one that opens at once", "[faults]") {
  for (const auto& [client, fails_s] :
       {std::pair{"sdk-python", 70}, {"sdk-dotnet", 70}, {"sdk-c", 71}, {"sdk-java", 40}, {"sdk-node", 40}}) {
    INFO(client);
    const auto report = traced(fmt::format(R"(
duration: 20m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 2}}}}
fleet:
  - {{name: one, devices: 1, client: {}, access: {{rtt: 0ms, loss: 0%}}, credentials: x509, joins: at 10s}}
faults:
  - {{name: hole, link: {{}}, at: 5s, for: 6.5s}}
  - {{name: ice, dps: outage, mode: frozen, at: 11s, for: 5m}}
)",
                                           client));
    CHECK(first(report, "request to DPS fails") == Approx(fails_s).margin(0.01));
  }
}

// Round trips of a minute are longer than a TCP connect may take, of DPS and of the hub.
TEST_CASE("a path that is slower than the limit of the TCP connect lets nobody through", "[faults]") {
  const auto slow = [](const std::string& client, const std::string& joins, const std::string& faults) {
    return traced(fmt::format(R"(
duration: 40m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 2}}}}
fleet:
  - {{name: one, devices: 1, client: {}, access: {{rtt: 60s, loss: 0%}}, credentials: x509{}}}
faults: [{}]
)",
                              client, joins, faults));
  };
  const auto joins = slow("sdk-python", ", joins: at 10s", "");
  CHECK(first(joins, "request to DPS fails after 5.000 s") == Approx(15).margin(0.01));
  CHECK(times(joins, "is connected to hub-1").empty());

  const std::string reset = "{name: reset, at: 100s, for: 1ms, hub: 1, mode: refuse}";
  const auto python = slow("{base: sdk-python, connect_timeout: 1h}", "", reset);
  CHECK(times(python, "connect to hub-1 fails after 5.000 s").size() > 100);
  CHECK(times(python, "is connected to hub-1", 100).empty());
  const auto patient = slow("{base: sdk-python, connect_timeout: 1h, tcp_timeout: 0s}", "", reset);
  CHECK(times(patient, "is connected to hub-1", 100).size() == 1);
}

TEST_CASE("a busy provisioning service as each client meets it", "[faults]") {
  // Who waits at a 429 waits as long without a hint, 1 s in C and 2 s elsewhere; for the others it is a
  // failed phase.
  for (const Row& row :
       {Row{"sdk-c", 265, 270}, Row{"sdk-node", 132, 135}, Row{"sdk-python", 132, 135},
        Row{"sdk-embedded-c", 132, 135}, Row{"guide-reconnect", 132, 135}, Row{"guide-scale", 132, 135},
        Row{"ha-sample-c", 265, 270}, Row{"ha-sample-node", 132, 135}, Row{"ha-sample-python", 132, 135},
        Row{"sdk-dotnet", 31, 35}, Row{"sdk-java", 30, 35}, Row{"ha-sample-dotnet", 1, 1, true},
        Row{"ha-sample-java", 1, 1, true}})
    check(row, "busy");
}

TEST_CASE("a provisioning service of less capacity admits less", "[faults]") {
  // 30 % of 200 a minute: 60 at once, then one a second.
  const auto report = known::run_nearby(R"(
duration: 20m
application: {era: legacy, hubs: {count: 1, edition: S3, units: 10}}
provisioning: {retry_after: 1s, polls_per_minute: 1000000, processing: 100ms}
fleet: [{name: all, devices: 300, client: sdk-python, access: {rtt: 0ms, loss: 0%}, credentials: x509,
     joins: at 2m}]
faults: [{name: weak, at: 1m, for: 15m, dps: outage, mode: {degraded: {capacity: 30%}}}]
)");
  for (const auto& [t, admitted] : {std::pair{130, 60 + 7}, {180, 60 + 57}, {300, 60 + 177}}) {
    INFO(t << " s");
    CHECK(known::at(report, "connected", t) == Approx(admitted).margin(3));
  }
  CHECK(known::at(report, "connected", 360) < 300);
  CHECK(known::at(report, "connected", 370) == 300);
  CHECK(value(report, "dps.refused") == 0);
  CHECK(value(report, "recovery.weak.affected") == 0);
}

TEST_CASE("who is connected does not notice an outage of DPS", "[faults]") {
  const auto with = known::run_both(part_joining(outage)), without = known::run_nearby(part_joining(""));
  CHECK(value(with, "recovery.away.group.old.affected") == 0);
  CHECK(value(with, "recovery.away.collateral") == 0);
  // Who joins in the hour waits for its end: 240 of them, but for those of the last moment.
  CHECK(known::at(with, "connected", 7170) == 400);
  CHECK(known::at(without, "connected", 7170) > 630);
  CHECK(value(with, "recovery.away.group.new.affected") == 240);
  CHECK(value(with, "devices.connected") == 640);
  CHECK(value(with, "dps.assigned") == 240);
  CHECK(value(with, "dps.refused") > 240 * 100);
  CHECK(value(without, "dps.refused") == 0);
  // The hubs are asked as often as without it: renewals go on.
  for (const char* metric : {"hub.connects", "hub.accepted", "hub.throttled", "hub.refused"})
    if (std::string(metric) != "hub.connects" && std::string(metric) != "hub.accepted")
      CHECK(value(with, metric) == value(without, metric));
  const auto joined_later = value(without, "hub.accepted") - value(with, "hub.accepted");
  CHECK(std::abs(joined_later) < 240);  // renewals of who joined later are later too
}

TEST_CASE("firmware that registers at each renewal is cut off by an outage of DPS", "[faults][long]") {
  for (const char* mode : {"refuse", "silent", "busy"}) {
    INFO(mode);
    // A quarter of 960 devices come to renew in 12 of 48 minutes; one standard deviation is 13.
    const auto some = known::run_both(samples(12, mode));
    CHECK(value(some, "recovery.away.affected") == Approx(240).margin(54));
    // Who renewed at a uniform instant of the outage waits for the rest of it, 6 minutes in the mean.
    const double mean = value(some, "recovery.away.outage.mean");
    CHECK(mean > 350);
    CHECK(mean < 360 + 90);
    CHECK(value(some, "recovery.away.wait.service_down") > 320);
    CHECK(value(some, "recovery.away.wait.service_down") < 390);
    CHECK(value(some, "recovery.away.wait.detection") == 0);
    CHECK(value(some, "recovery.away.wait.stuck") == 0);
    double sum = 0;
    for (const std::string& part : measures::wait_parts()) sum += value(some, "recovery.away.wait." + part);
    CHECK(sum == Approx(mean).epsilon(1e-9));
    CHECK(value(some, "devices.connected") == 960);
    const auto all = known::run_both(samples(48, mode));
    // Where packets vanish, who asked in the last minute is heard with a repeat, and none of its requests
    // failed.
    const bool repeats = std::string(mode) == "silent";
    CHECK(value(all, "recovery.away.affected") <= 960);
    CHECK(value(all, "recovery.away.affected") >= (repeats ? 940 : 960));
    CHECK(value(all, "devices.connected") == 960);
  }
}

TEST_CASE("operations under way are lost with the service", "[faults]") {
  // Registered at 60 s, the work would be done at 80 s; DPS is away from 70 s to 75 s.
  const auto life = [](const std::string& mode) {
    return traced(fmt::format(R"(
duration: 20m
application: {{era: legacy, hubs: {{count: 1, edition: S2, units: 4}}}}
provisioning: {{processing: 20s, poll_after: 17s}}
fleet: [{{name: one, devices: 1, client: sdk-node, access: {{rtt: 0ms}}, credentials: x509, joins: at 1m}}]
faults: [{{name: away, at: 70s, for: 5s, dps: outage, mode: {}}}]
)",
                              mode));
  };
  for (const char* mode : {"refuse", "silent"}) {
    INFO(mode);
    const auto lost = life(mode);
    CHECK(value(lost, "dps.failed") == 1);
    CHECK(value(lost, "dps.registrations") == 2);
    CHECK(value(lost, "dps.assigned") == 1);
    CHECK(first(lost, "is connected to hub-1") > 100);
  }
  for (const char* mode : {"busy", "{degraded: {capacity: 50%}}"}) {
    INFO(mode);
    const auto kept = life(mode);
    CHECK(value(kept, "dps.failed") == 0);
    CHECK(value(kept, "dps.registrations") == 1);
    CHECK(first(kept, "is connected to hub-1") < 100);
  }
}

TEST_CASE("an identity write that waits at a hub is lost with the service", "[faults]") {
  // The registry takes 100 a minute and has no credit: who is last of 200 waits two minutes for it. DPS is
  // away for a second in the first of them.
  const auto report = known::run_both(R"(
duration: 30m
application: {era: legacy, hubs: [{units: 1, registry: {burst: 0s, queue: 10m, expiry: 0s}}]}
provisioning: {processing: 100ms, burst: 5m, polls_per_minute: 1000000}
fleet: [{name: all, devices: 200, client: sdk-python, access: {rtt: 0ms, loss: 0%}, credentials: x509,
     joins: at 1m}]
faults: [{name: away, at: 90s, for: 1s, dps: outage}]
)");
  // One at once, 49 in 29.9 s: the others are lost, and carried out for nobody.
  CHECK(value(report, "dps.failed") == Approx(150).margin(2));
  CHECK(value(report, "dps.assigned") == 200);
  CHECK(value(report, "hub.identity_writes") == value(report, "dps.assigned") + value(report, "dps.failed"));
  CHECK(value(report, "devices.connected") == 200);
}

TEST_CASE("a DPS that goes on after a freeze works off what fell due in it, though a hub does not answer",
          "[faults]") {
  const auto report = known::run_both(R"(
duration: 30m
application: {era: legacy, region: westeurope, hubs: {count: 1, edition: S1, units: 1}}
limits: off
fleet: [{name: one, devices: 200, access: {rtt: 1ms, loss: 0%}, client: sdk-dotnet, joins: over 1m}]
faults:
  - {name: ice, dps: outage, at: 30s, for: 20s, mode: frozen}
  - {name: no, hub: 1, at: 29s, for: 60s, mode: silent}
)");
  CHECK(value(report, "devices.connected") == 200);
}
