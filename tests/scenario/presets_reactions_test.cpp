// What each class of error leads to in each client of the catalog: its hub again, DPS, or the end (facts,
// export-and-devices 5.1, 5.4 and 5.5; platform 6). The rule of return is switched off, so that the client's
// own reaction shows; the rules themselves are tested at the end.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/life.hpp"
#include "tests/support/run.hpp"

using support::first;
using support::times;
using support::traced;

namespace {

// What the device does after this line: h (asks its hub), d (asks DPS), x (gives up).
char reaction(const measures::Report& report, const std::string& line) {
  const std::string next = support::next(report, line, {"asks hub-1", "asks DPS", "gives up"});
  if (next.empty()) FAIL("nothing follows \"" << line << "\" in\n" << support::whole(report));
  return next == "asks DPS" ? 'd' : next == "gives up" ? 'x' : 'h';
}

// The same after the first attempt that failed with this error.
char reaction_to(const measures::Report& report, const std::string& error) {
  for (const measures::TraceLine& line : support::lines(report, "connect to hub-1 fails"))
    if (line.text.find(error) != std::string::npos) return reaction(report, line.text);
  FAIL("no attempt failed with \"" << error << "\" in\n" << support::whole(report));
  return '?';
}

char closed(const std::string& client) {
  const auto report = traced(fmt::format(R"(
duration: 40m
application: {{era: legacy, hubs: {{count: 1, edition: S2, units: 1}}}}
fleet:
  - {{name: one, devices: 1, client: {}, return_to_dps: never, access: {{rtt: 0ms}}, credentials: x509}}
faults: [{{name: cut, at: 10m, hub: 1, for: 10m, mode: refuse}}]
)",
                                         client));
  return reaction(report, "loses hub-1");
}

// The hub resets all connections and is from the next millisecond on as `mode` says; what the client does
// about the loss itself is overridden, so that it comes back to the hub. Others take the only token of a
// degraded hub.
char failed(const std::string& client, const std::string& mode, const std::string& error) {
  const auto report = traced(fmt::format(R"(
duration: 40m
application: {{era: legacy, hubs: {{count: 1, edition: S2, units: 1, connects: {{burst: 0s, queue: 0s}}}}}}
fleet:
  - {{name: one, devices: 1, client: {{base: {}, reactions: {{closed: retry}}}}, return_to_dps: never,
     access: {{rtt: 0ms}}, credentials: x509, telemetry: {{every: 48h, size: 512 B}}}}
  - {{name: others, devices: 50, client: {{retry: {{kind: fixed, min: 1s}}}}, return_to_dps: never,
     access: {{rtt: 0ms}}, credentials: x509}}
faults:
  - {{name: cut, at: 10m, hub: 1, for: 1ms, mode: refuse}}
  - {{name: then, at: 10m1ms, hub: 1, for: 20m, mode: {}}}
)",
                                         client, mode));
  return reaction_to(report, error);
}

// CONNACK 5 needs an identity that has left the hub. Round robin moves the device at each registration: it
// asks DPS, does not wait long enough, is back on its hub, and only then is its operation done: its hub
// closes the connection and refuses the next. Messages are so rare that a client that asks within two minutes
// does so by itself; m: it waits for its next message.
char unauthorized(const std::string& client) {
  const bool slow = client == "guide-scale";  // a minute between attempts
  const auto report = traced(fmt::format(R"(
duration: 2h
application: {{hubs: {{count: 2, edition: S2, units: 1}}}}
provisioning: {{allocation: round-robin, processing: 3m, exclude_failed_hubs: false}}
fleet:
  - {{name: one, devices: 1, client: {{base: {}, renewal_through_dps: false, reactions: {{closed: retry}},
     dps: {{phase_limit: 30s}}}}, return_to_dps: after 2 failures, on_dps_failure: cached hub,
     access: {{rtt: 0ms}}, telemetry: {{every: 13m}}}}
faults: [{{name: cut, at: 10m, hub: 1, for: {}, mode: refuse}}]
)",
                                         client, slow ? "70s" : "15s"));
  const char todo = reaction_to(report, "CONNACK 5");
  if (todo != 'h') return todo;
  for (const measures::TraceLine& line : support::lines(report, "connect to hub-1 fails"))
    if (line.text.find("CONNACK 5") != std::string::npos)
      return first(report, "asks hub-1", line.time_s + 1e-3) - line.time_s < 120 ? 'h' : 'm';
  return '?';
}

}  // namespace

TEST_CASE("what each class of error leads to in each client", "[presets][long]") {
  struct Row {
    std::string client;
    std::string expected;  // closed, refused, time-out, CONNACK 3, CONNACK 5, closed without CONNACK
  };
  const std::vector<Row> rows{
      {"sdk-c", "hhhhhh"},           // CONNACK 3 and 5 can be retried
      {"sdk-dotnet", "hhhhmh"},      // whose errors for CONNACK 5 are not transient: each send opens once
      {"sdk-java", "hhhhhh"},        // whose reconnection retries CONNACK 5 as well
      {"sdk-node", "hhhhhh"},        // and so do Node's listeners
      {"sdk-python", "hhhhmh"},      // which stops its timer, and connects to send
      {"sdk-embedded-c", "hhhhxh"},  // the advice: authentication errors should not be retried
      {"ha-sample-c", "dddddd"},     // any status but authenticated leads to DPS
      {"ha-sample-dotnet", "dddddd"},
      {"ha-sample-java", "dddddd"},
      {"ha-sample-node", "hhhdhh"},  // DPS on "server unavailable"; else the SDK's own
      {"ha-sample-python", "dddddd"},
      {"guide-reconnect", "hhhhdh"},  // 401, 403 and 404: DPS
      {"guide-scale", "hhhhdh"},      // likewise
      {"central-rules",
       "hddddh"},  // not reachable, token expired or device disabled: DPS; overload: back-off
  };
  for (const Row& row : rows) {
    INFO(row.client);
    std::string found{closed(row.client)};
    found += failed(row.client, "refuse", "TCP reset");
    found += failed(row.client, "silent", "no CONNACK in time");
    found += failed(row.client, "busy", "CONNACK 3");
    found += unauthorized(row.client);
    found += failed(row.client, "{degraded: {capacity: 0.01%}}", "closed without CONNACK");
    CHECK(found == row.expected);
  }
}

namespace {

// One device of two hubs, of which the first, its own, refuses for an hour from 10m on.
measures::Report outage(const std::string& client, const std::string& provisioning) {
  return traced(fmt::format(R"(
duration: 3h
application: {{hubs: {{count: 2, edition: S2, units: 1}}}}
provisioning: {{processing: 1s, {}}}
fleet: [{{name: one, devices: 1, client: {}, access: {{rtt: 0ms}}, credentials: x509}}]
faults: [{{name: cut, at: 10m, hub: 1, for: 1h, mode: refuse}}]
)",
                            provisioning, client));
}

constexpr double fault_at = 600;

}  // namespace

TEST_CASE("no SDK goes to DPS by itself", "[presets]") {
  for (const std::string client :
       {"sdk-c", "sdk-dotnet", "sdk-java", "sdk-node", "sdk-python", "sdk-embedded-c"}) {
    INFO(client);
    const auto report = outage(client, "allocation: round-robin");
    CHECK(times(report, "asks DPS").empty());
    CHECK(support::value(report, "dps.registrations") == 0);
  }
}

// 5.4: after one failure, without any wait and without a look at the hub that was.
TEST_CASE("the high-availability samples go to DPS at once", "[presets]") {
  for (const std::string client : {"ha-sample-c", "ha-sample-dotnet", "ha-sample-java"}) {
    INFO(client);
    const auto report = outage(client, "allocation: round-robin");
    CHECK(first(report, "asks DPS", fault_at) - fault_at < 0.1);
    CHECK(times(report, "connect to hub-1 fails").empty());
    CHECK(support::value(report, "recovery.cut.max") < 10);
  }
  // when its SDK has given up
  const auto node = outage("ha-sample-node", "allocation: round-robin");
  CHECK(first(node, "asks DPS", fault_at) - fault_at == Approx(240).margin(0.1));
  CHECK(times(node, "connect to hub-1 fails").size() > 20);
  // looks at its connection each second
  const double noticed =
      first(outage("ha-sample-python", "allocation: round-robin"), "asks DPS", fault_at) - fault_at;
  CHECK(noticed > 0.01);
  CHECK(noticed < 1.1);
}

// The only hub of the policy does not answer the identity write, so that the registration fails.
TEST_CASE("a sample whose registration fails ends", "[presets]") {
  const std::string dead = "allocation: static, static_hub: hub-1, write_retry: {every: 1s, for: 0s}";
  for (const std::string client :
       {"ha-sample-c", "ha-sample-dotnet", "ha-sample-java", "ha-sample-node", "ha-sample-python"}) {
    INFO(client);
    const auto report = outage(client, dead);
    CHECK(times(report, "asks DPS").size() == 1);
    CHECK(first(report, "gives up for good") == first(report, "request to DPS fails"));
    CHECK(support::value(report, "devices.lost") == 1);
  }
}

// A 429 is not handled by the samples: in C and Python the SDK waits, in .NET and Java the sample ends.
TEST_CASE("a sample that DPS throttles", "[presets]") {
  const auto throttled = [](const std::string& client) {
    return traced(fmt::format(R"(
duration: 1h
application: {{hubs: {{count: 2, edition: S2, units: 1}}}}
provisioning: {{registrations_per_minute: 1, burst: 0s, retry_after: 20s}}
fleet:
  - {{name: one, devices: 1, client: {}, access: {{rtt: 0ms}}, credentials: x509}}
  - {{name: others, devices: 20, client: {{base: ha-sample-c, dps: {{wait_at_429_register: true}}}},
     access: {{rtt: 0ms}}, credentials: x509}}
faults:
  - {{name: cut-1, at: 10m, hub: 1, for: 1ms, mode: refuse}}
  - {{name: cut-2, at: 10m, hub: 2, for: 1ms, mode: refuse}}
)",
                              client));
  };
  for (const std::string client : {"ha-sample-c", "ha-sample-python"}) {
    INFO(client);
    const auto report = throttled(client);
    const double told = first(report, "request to DPS fails");
    CHECK(first(report, "asks DPS", told) - told == Approx(20).margin(1e-6));
    CHECK(support::value(report, "devices.lost") == 0);
  }
  for (const std::string client : {"ha-sample-dotnet", "ha-sample-java"}) {
    INFO(client);
    const auto report = throttled(client);
    CHECK(first(report, "gives up for good") == first(report, "request to DPS fails"));
    CHECK(support::value(report, "devices.lost") == 1);
  }
}

// The hub takes one connection now and then, and others are always quicker.
TEST_CASE("the Python sample connects three times without a wait and then ends", "[presets]") {
  const auto report = traced(R"(
duration: 1h
application: {era: legacy, hubs: {count: 1, edition: S1, units: 1, connects: {burst: 0s, queue: 0s}}}
provisioning: {processing: 1s}
fleet:
  - {name: one, devices: 1, client: ha-sample-python, access: {rtt: 0ms}, credentials: x509}
  - {name: others, devices: 2000, return_to_dps: never,
     client: {retry: {kind: exponential, min: 500ms, max: 500ms, jitter: full}}, access: {rtt: 0ms},
          credentials: x509}
faults: [{name: cut, at: 10m, hub: 1, for: 1ms, mode: refuse}]
)");
  INFO(support::whole(report));
  const std::vector<double> fails = times(report, "connect to hub-1 fails");
  const std::vector<double> asks = times(report, "asks DPS");
  REQUIRE(fails.size() == 3);
  REQUIRE(asks.size() == 3);
  CHECK(asks[1] == Approx(fails[0]).margin(1e-9));
  CHECK(asks[2] == Approx(fails[1]).margin(1e-9));
  CHECK(first(report, "gives up for good") == Approx(fails[2]).margin(1e-9));
}

// The samples for .NET and Python make a client at each connect, and that a token of its own: it ends so long
// after the return, however old the one before was.
TEST_CASE("a sample that makes its client anew makes a token with it", "[presets]") {
  struct Row {
    const char *client, *renews;
    double minutes;
  };
  for (const Row& row : {Row{"ha-sample-dotnet", "its connection to hub-1 ends", 65},
                         Row{"ha-sample-python", "renews its token", 58}}) {
    INFO(row.client);
    const auto report = traced(fmt::format(R"(
duration: 3h
application: {{era: legacy, hubs: {{count: 1, edition: S2, units: 4}}}}
fleet: [{{name: one, devices: 1, client: {}, access: {{rtt: 0ms}}, joins: at 1m}}]
faults: [{{name: cut, at: 21m, for: 1s, hub: 1, mode: refuse}}]
)",
                                           row.client));
    const double back = first(report, "is connected to hub-1", 21 * 60);
    CHECK(first(report, row.renews) - back == Approx(60 * row.minutes).margin(1));
  }
}

TEST_CASE("samples whose token ends go through DPS", "[presets][long]") {
  struct Row {
    std::string client;
    double minutes;  // 0: renews at its hub
  };
  const std::vector<Row> rows{{"ha-sample-c", 48},
                              {"ha-sample-dotnet", 65},
                              {"ha-sample-java", 65},
                              {"ha-sample-node", 0},
                              {"ha-sample-python", 0}};
  for (const Row& row : rows) {
    INFO(row.client);
    const auto report = traced(fmt::format(R"(
duration: 6h
application: {{hubs: {{count: 2, edition: S2, units: 1}}}}
provisioning: {{processing: 1ms}}
fleet: [{{name: one, devices: 1, client: {}, access: {{rtt: 0ms}}}}]
)",
                                           row.client));
    const std::vector<double> asks = times(report, "asks DPS");
    CHECK(times(report, "renews its token").empty() == (row.minutes > 0));
    if (row.minutes == 0) {
      CHECK(asks.empty());
      continue;
    }
    REQUIRE(asks.size() >= 4);
    for (std::size_t i = 1; i < asks.size(); ++i)
      CHECK(asks[i] - asks[i - 1] == Approx(60 * row.minutes).margin(10));  // and the time DPS takes
  }
}

TEST_CASE("the published guides on the way back to DPS", "[presets]") {
  const auto before_dps = [](const measures::Report& report, double& left) {
    left = first(report, "asks DPS") - fault_at;
    std::vector<double> asks = times(report, "asks hub-1", fault_at);
    std::erase_if(asks, [&](double t) { return t > fault_at + left; });
    return asks;
  };
  double left = 0;
  // 10 failures in a row, 1 s to 100 s and up to 5 s of jitter from the failure
  const auto ten = before_dps(outage("guide-reconnect", "allocation: round-robin"), left);
  REQUIRE(ten.size() == 10);
  const double least[] = {1, 2, 4, 8, 16, 32, 64, 100, 100}, most[] = {6, 7, 9, 13, 21, 37, 69, 100, 100};
  for (std::size_t i = 0; i < 9; ++i) {
    CHECK(ten[i + 1] - ten[i] >= least[i]);
    CHECK(ten[i + 1] - ten[i] <= most[i] + 0.2);
  }
  // the same hub for 15 min, at least 5 s after the loss and a minute apart
  const auto quarter = before_dps(outage("guide-scale", "allocation: round-robin"), left);
  CHECK(left == Approx(900).margin(1));
  CHECK(quarter.at(0) - fault_at == Approx(5).margin(0.2));
  for (std::size_t i = 1; i < quarter.size(); ++i) CHECK(quarter[i] - quarter[i - 1] >= 60);
  CHECK(quarter.size() == 15);
  // the endpoint is not reachable: at once, when an attempt has shown it
  CHECK(before_dps(outage("central-rules", "allocation: round-robin"), left).size() == 1);
  CHECK(left < 0.5);
}

// The application connects once it knows its hub; the SDK's timer fires 10 s after that has failed.
TEST_CASE("a Python client makes one attempt when it has been assigned a hub", "[presets]") {
  const auto report = traced(R"(
duration: 20m
application: {era: legacy, hubs: {count: 1, edition: S2, units: 1}}
provisioning: {processing: 1ms}
fleet:
  - {name: one, devices: 1, client: sdk-python, access: {rtt: 0ms}, credentials: x509, joins: at 10m over 0s}
faults: [{name: cut, at: 10m1s, hub: 1, for: 1h, mode: refuse}]
)");
  const std::vector<double> asks = times(report, "asks hub-1");
  REQUIRE(asks.size() > 2);
  CHECK(asks[1] - asks[0] == Approx(10).margin(0.1));
  CHECK(asks[2] - asks[1] == Approx(10).margin(0.1));
}
