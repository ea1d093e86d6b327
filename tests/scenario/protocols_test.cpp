// What a protocol changes: the round trips of a connect, how a token is renewed, and what the hub does with a
// message that it refuses. Answers by hand; the figures are those of models/network/path.yaml.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/life.hpp"
#include "tests/support/run.hpp"

using support::first;
using support::traced;
using support::value;

namespace {

// How long after it asks its hub the CONNECT of a device arrives there, or what stands in its place, seconds:
// all round trips but the last half of one. The draw of the path is the same whatever the protocol.
double connects_in(const std::string& protocol, const std::string& credentials) {
  const auto report = traced(fmt::format(R"(
duration: 20m
application: {{era: legacy, hubs: {{count: 1, edition: S2, units: 1}}}}
fleet:
  - {{name: one, devices: 1, client: {{base: sdk-c, protocol: {}, renewal: 0s}}, credentials: {},
     access: {{rtt: 100ms, loss: 0%}}}}
faults: [{{name: cut, at: 10m, hub: 1, for: 1ms, mode: refuse}}]
)",
                                         protocol, credentials));
  return first(report, "is connected to hub-1", 600.0) - first(report, "asks hub-1", 600.0);
}

// How long after its first request the device asks a hub.
double registers_in(const std::string& protocol) {
  const auto report = traced(fmt::format(R"(
duration: 20m
application: {{era: legacy, hubs: {{count: 1, edition: S2, units: 1}}}}
provisioning: {{processing: 1ms}}
fleet:
  - {{name: one, devices: 1, client: {{base: sdk-c, protocol: {}}}, credentials: x509, joins: at 10m over 0s,
     access: {{rtt: 100ms, loss: 0%}}}}
)",
                                         protocol));
  return first(report, "asks hub-1") - first(report, "asks DPS");
}

std::string peace(const std::string& client, int devices, const std::string& rest) {
  return fmt::format(R"(
application: {{era: legacy, hubs: {{count: 1, edition: S1, units: 1}}}}
fleet:
  - {{name: one, devices: {}, client: {}, access: {{rtt: 0ms, loss: 0%}}, {}
)",
                     devices, client, rest);
}

}  // namespace

TEST_CASE("a connect takes as many round trips as its protocol asks for", "[protocols]") {
  constexpr double certificate = 0.02, grain = 1e-5;
  const double trip = (connects_in("mqtt", "x509") - certificate) / 2.5;
  CHECK(connects_in("mqtt-ws", "x509") == Approx(3.5 * trip + certificate).margin(grain));
  CHECK(connects_in("amqp", "x509") == Approx(5.5 * trip + certificate).margin(grain));
  CHECK(connects_in("amqp-ws", "x509") == Approx(6.5 * trip + certificate).margin(grain));
  CHECK(connects_in("mqtt", "sas") == Approx(2.5 * trip).margin(grain));
  CHECK(connects_in("amqp", "sas") == Approx(7.5 * trip).margin(grain));

  const double mqtt = registers_in("mqtt"), dps_trip = registers_in("mqtt-ws") - mqtt;
  CHECK(dps_trip > 0.01);
  CHECK(registers_in("amqp") - mqtt == Approx(5 * dps_trip).margin(grain));
  CHECK(registers_in("amqp-ws") - mqtt == Approx(6 * dps_trip).margin(grain));
}

// Six hours: seven or eight times 48 min over MQTT, each a connection of its own.
TEST_CASE("over AMQP a token is renewed on the open connection", "[protocols]") {
  const std::string rest = "telemetry: {every: 1h}}\nduration: 6h\n";
  const auto mqtt = traced(peace("sdk-c", 1, rest)), amqp = traced(peace("sdk-c-amqp", 1, rest));
  CHECK(value(mqtt, "hub.connects") >= 7);
  CHECK(value(amqp, "hub.connects") == 0);
  CHECK(value(amqp, "devices.connected") == 1);
}

// 600 devices send within one second, each minute, of which the hub takes 120 a second and holds as many:
// over MQTT it closes hundreds of connections each minute.
TEST_CASE("over AMQP a refused message does not close the connection", "[protocols]") {
  const auto bursts = [](const std::string& client) {
    return support::run(fmt::format(R"(
duration: 10m
application:
  era: legacy
  hubs: {{count: 1, edition: S2, units: 1, sends: {{queue: 1s, burst: 0s}}}}
fleet:
  - {{name: one, devices: 600, client: {}, access: {{rtt: 0ms, loss: 0%}}, credentials: x509,
     telemetry: {{every: 1m, phase: synchronised, jitter: 1s}}}}
)",
                                    client));
  };
  const auto mqtt = bursts("sdk-c");
  CHECK(value(mqtt, "telemetry.refused") > 1000);
  CHECK(value(mqtt, "hub.connects") > 1000);
  for (const char* client : {"sdk-c-amqp", "sdk-dotnet-amqp", "sdk-java-amqp", "sdk-node-amqp"}) {
    INFO(client);
    const auto amqp = bursts(client);
    CHECK(value(amqp, "telemetry.refused") > 1000);
    CHECK(value(amqp, "hub.connects") == 0);
    CHECK(value(amqp, "devices.connected") == 600);
    CHECK(value(amqp, "telemetry.lost") == 0);
    CHECK(value(amqp, "telemetry.delivered") > 5000);
  }
}

// Six devices with a message a second each use up 400,000 messages after 18 h 31 min 7 s; the quota of the
// next day takes what they kept.
TEST_CASE("over AMQP a quota that is used up does not close the connection", "[protocols][long]") {
  const std::string rest =
      "credentials: x509, buffer: 100000 messages, telemetry: {every: 1s, flush: 10/s}}\nduration: 30h\n";
  const auto mqtt = support::run(peace("sdk-java", 6, rest)),
             amqp = support::run(peace("sdk-java-amqp", 6, rest));
  CHECK(value(mqtt, "hub.connects") > 0);
  CHECK(value(amqp, "hub.connects") == 0);
  for (const auto* report : {&mqtt, &amqp}) {
    CHECK(value(*report, "telemetry.quota_blocked") == Approx(24 * 3600 - 400'000.0 / 6).margin(30));
    CHECK(value(*report, "telemetry.lost") == 0);
  }
}
