// Known answer 2. Goal: how long a silent hub stays unnoticed, by the client and by the hub.
// Answer, client's view, from the fault (facts, export-and-devices 5.2): uniform over .NET 30-105 s (a ping
// every 75 s, 30 s wait), Python 60-120, Node 180-360, Java 230-460, C with telemetry each minute 120-180 (a
// publish is tried twice for 60 s, and publishing keeps pings from being sent), C without 81-321; what
// traffic makes of the others is in pings_test.cpp. Hub's view: the connection is dead 1.5 x keep-alive after
// the last packet: Python 90 s, Node 270, Java 345, C 360, .NET 450. Tolerance: client's view,
// Kolmogorov-Smirnov at 1 % and no value outside; hub's view, one second.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/analytic/known.hpp"

namespace {

// Every device of hub-1 asks DPS as soon as it has noticed; hub-1 is out of the allocation long before, and
// the assignment is read after the wait that the client makes of `poll_after`, 2 s.
std::string noticing(const std::string& client, const std::string& telemetry_every) {
  return fmt::format(R"(
duration: 10m
application: {{hubs: {{count: 2, edition: S3, units: 10}}}}
provisioning: {{registrations_per_minute: 1000000, processing: 100ms, poll_after: 2s,
  probe: {{every: 1s, timeout: 500ms, failures: 1}}}}
fleet:
  - {{name: all, devices: 3000, client: {}, return_to_dps: at once, credentials: x509,
     access: {{rtt: 0ms, loss: 0%}}, telemetry: {{every: {}, size: 512 B}}}}
faults:
  - {{name: silence, at: 10s, hub: 1, mode: silent}}
)",
                     client, telemetry_every);
}

constexpr double assignment_s = 2;

void check_uniform(const std::string& client, const std::string& telemetry_every, double low, double high) {
  INFO(client << ", telemetry every " << telemetry_every);
  const auto report = known::run_both(noticing(client, telemetry_every));
  const measures::Pool& pool = report.pools.at("silence");
  CHECK(pool.censored == 0);
  REQUIRE(pool.recovery.count() > 1000);
  CHECK(support::value(report, "recovery.silence.first") >= low + assignment_s);
  CHECK(support::value(report, "recovery.silence.max") <= high + assignment_s + 1e-3);
  CHECK(known::distance_to_uniform(pool, low + assignment_s, high + assignment_s) < known::critical(pool));
  // What is not the assignment is detection.
  const double mean = support::value(report, "recovery.silence.outage.mean");
  CHECK(support::value(report, "recovery.silence.wait.detection") ==
        Approx(mean - assignment_s).margin(1e-3));
}

// A client that never notices, and whose last packet before the fault is a message sent with it.
std::string unnoticed(const std::string& client, int seconds) {
  return fmt::format(R"(
duration: 20m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
fleet:
  - {{name: all, devices: 100, credentials: x509, access: {{rtt: 0ms, loss: 0%}},
     client: {{base: {}, detection: {{ping_every: 0s, publish_timeout: 0s}}}},
     telemetry: {{every: 10s, size: 512 B, phase: synchronised}}}}
faults:
  - {{name: silence, at: 10s, for: {}s, hub: 1, mode: silent}}
)",
                     client, seconds);
}

}  // namespace

TEST_CASE("a client notices a silent hub by its own rule, at a uniform phase", "[known-2][long]") {
  for (const auto& [client, every, low, high] : known::noticing) check_uniform(client, every, low, high);
}

TEST_CASE("a hub drops a silent connection after 1.5 times the keep-alive", "[known-2]") {
  support::Options nearby;
  nearby.change = known::no_distance;
  for (const auto& [client, dead_s] : known::patience) {
    INFO(client);
    // A fault that ends just before a repeat of what was sent in vain leaves the connection alive: service is
    // back with that, if the hub still waits.
    const double back_s = known::last_repeat_s(dead_s);
    const auto lives = known::run_both(unnoticed(client, static_cast<int>(back_s)), nearby);
    CHECK(support::value(lives, "recovery.silence.max") == Approx(back_s).margin(1e-5));
    CHECK(support::value(lives, "hub.connects") == 0);
    // The hub hears the next repeat too late.
    const auto late = known::run_both(unnoticed(client, static_cast<int>(back_s) + 1), nearby);
    CHECK(support::value(late, "hub.connects") == 100);
    CHECK(support::value(late, "recovery.silence.unrecovered") == 0);
    // The hub closes it that instant, and its FIN gets through.
    const auto dead = known::run_both(unnoticed(client, dead_s));
    CHECK(support::value(dead, "hub.connects") == 100);
    CHECK(support::value(dead, "recovery.silence.unrecovered") == 0);
    CHECK(support::value(dead, "recovery.silence.wait.detection") == Approx(dead_s).margin(1.5e-6));
  }
}

// .NET and Java over MQTT renew no token: the hub closes the connection when it has expired, which nobody
// hears while no packet gets through. So what they notice does not depend on tokens. Answer: Java without
// messages U(230, 460) s, mean 345; a client that renews by itself each 65 min notices by that as well,
// E[T^2] / (2 x 3900) = 15.8 s sooner in the mean. In a hole of 5 minutes, which no client with pings each 15
// min notices, the tokens of 5 in 65 expire; these hear a repeat of the FIN, or with their next packet, and
// connect anew. Tolerance: three standard errors of the mean.
TEST_CASE("an expired token tells nobody that the hub is silent", "[known-2]") {
  static constexpr int devices = 2000;
  const auto silent = [](const std::string& client, const char* credentials, const char* lasts) {
    return support::run(fmt::format(R"(
duration: 3h
application: {{era: legacy, hubs: [{{edition: S3, units: 10}}]}}
fleet:
  - {{name: all, devices: {}, client: {}, credentials: {}, access: {{rtt: 0ms, loss: 0%}},
     telemetry: {{every: 1d}}}}
faults: [{{name: silence, at: 10s, for: {}, hub: 1, mode: silent}}]
)",
                                    devices, client, credentials, lasts));
  };
  const auto detection = [&](const std::string& client, const char* credentials) {
    return support::value(silent(client, credentials, "1h"), "recovery.silence.wait.detection");
  };
  const double error = 3 * 230 / std::sqrt(12.0 * devices);
  CHECK(detection("sdk-java", "sas") == Approx(345).margin(error));
  CHECK(detection("sdk-java", "x509") == Approx(345).margin(error));
  CHECK(detection("{base: sdk-java, renewal_by: client}", "sas") == Approx(345 - 15.8).margin(error));
  CHECK(detection("sdk-dotnet", "sas") ==
        Approx(detection("sdk-dotnet", "x509")).margin(std::sqrt(2.0) * 3 * 75 / std::sqrt(12.0 * devices)));

  // Others of them try again too, which sent something in vain: a sixth, with or without tokens.
  const auto attempts = [&](const char* renewal) {
    const std::string slow = fmt::format(
        "{{base: sdk-java, keep_alive: 15m, detection: {{ping_every: 15m}}, renewal: {}}}", renewal);
    return support::value(silent(slow, "sas", "5m"), "recovery.silence.attempts");
  };
  CHECK(attempts("65m") - attempts("0s") == Approx(5 / 65.0 * 5 / 6).margin(0.02));
}
