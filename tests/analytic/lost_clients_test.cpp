// Known answer 4. Goal: which clients never come back by their own rules.
// Answer: a Java client whose hub is away for more than 4 min, a Node client without telemetry likewise (with
// telemetry each message is an attempt of its own), the Python high-availability sample after 3 tries.
// Tolerance: none. (Between its last attempt and 4 min a client is lost as well; the cases keep away from
// that.)
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"

namespace {

constexpr int devices = 300;

std::string outage(const std::string& client, int seconds, const std::string& telemetry_every) {
  return fmt::format(R"(
duration: 1h
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
provisioning: {{registrations_per_minute: 1000000, exclude_failed_hubs: false}}
fleet:
  - {{name: all, devices: {}, client: {}, credentials: x509, access: {{rtt: 0ms, loss: 0%}},
     telemetry: {{every: {}, size: 512 B}}}}
faults:
  - {{name: away, at: 1m, for: {}s, hub: 1, mode: refuse}}
)",
                     devices, client, telemetry_every, seconds);
}

const std::string never;

double lost(const std::string& client, int seconds, const std::string& telemetry_every = never) {
  support::Options options;
  // No key switches telemetry off; a message that comes after two days would be another attempt of Node.
  if (telemetry_every == never)
    options.change = [](application::Scenario& scenario) { scenario.fleet[0].telemetry.every = {}; };
  const auto report =
      known::run_both(outage(client, seconds, telemetry_every == never ? "1m" : telemetry_every), options);
  CHECK(support::value(report, "recovery.away.unrecovered") == support::value(report, "devices.lost"));
  return support::value(report, "devices.lost");
}

}  // namespace

TEST_CASE("Java, and Node without telemetry, give up after 4 minutes", "[known-4]") {
  CHECK(lost("sdk-java", 219) == 0);
  CHECK(lost("sdk-java", 239) == 0);  // who failed before the end tries once more, up to 10 s later
  CHECK(lost("sdk-java", 251) == devices);
  CHECK(lost("sdk-java", 1200) == devices);
  CHECK(lost("sdk-java", 1200, "60s") == devices);  // telemetry does not help it
  CHECK(lost("sdk-node", 219) == 0);
  CHECK(lost("sdk-node", 239) == 0);
  CHECK(lost("sdk-node", 251) == devices);
  CHECK(lost("sdk-node", 1200) == devices);
}

TEST_CASE("the others come back after any time", "[known-4]") {
  CHECK(lost("sdk-node", 1200, "60s") == 0);
  for (const char* client : {"sdk-c", "sdk-dotnet", "sdk-python", "sdk-embedded-c"}) {
    INFO(client);
    CHECK(lost(client, 1200) == 0);
  }
}

TEST_CASE("the Python sample ends after 3 tries", "[known-4]") {
  // A hub without credit and queue turns nearly all of 10,000 away that connect within a second or so. Each
  // try of the sample is DPS and then the hub, with no wait.
  constexpr int many = 10'000;
  const auto report = known::run_both(fmt::format(R"(
duration: 10m
application: {{era: legacy, hubs: {{count: 1, edition: S1, units: 1, connects: {{burst: 0s, queue: 0s}},
  registry: {{burst: 24h}}}}}}
provisioning: {{registrations_per_minute: 1000000}}
fleet:
  - {{name: all, devices: {}, client: ha-sample-python, credentials: x509, access: {{rtt: 0ms, loss: 0%}},
     telemetry: {{every: 48h}}}}
faults:
  - {{name: blink, at: 1m, for: 1ms, hub: 1, mode: refuse}}
)",
                                                  many));
  const double lost = support::value(report, "devices.lost"), back = many - lost;
  CHECK(support::value(report, "recovery.blink.unrecovered") == lost);
  CHECK(back > 100);
  CHECK(back < 1000);
  // Who is lost was turned away three times, who is back at most twice.
  CHECK(support::value(report, "hub.throttled") >= 3 * lost);
  CHECK(support::value(report, "hub.throttled") <= 3 * lost + 2 * back);
}
