// Known answer 1: how often one device of each SDK tries a hub that refuses at once, without latency or telemetry.
#include <catch2/catch.hpp>

#include "tests/support/run.hpp"

namespace {

std::string scenario(const std::string& client, int seconds) {
  return R"(
duration: )" + std::to_string(3600 + seconds) + R"(s
application: {hubs: {count: 2, edition: S1, units: 1}}
fleet:
  - {name: one, devices: 200, client: )" + client + R"(, credentials: x509, access: {rtt: 0ms, loss: 0%},
     return_to_dps: never, telemetry: {every: 48h, size: 512 B}}
faults:
  - {name: first, at: 1h, hub: 1, mode: refuse}
  - {name: second, at: 1h, hub: 2, mode: refuse}
)";
}

}  // namespace

TEST_CASE("attempts against a refusing hub", "[known-1]") {
  const auto attempts = [](const std::string& client, int seconds) {
    const auto report = support::run(scenario(client, seconds));
    return support::value(report, "hub.refused") / 200;
  };
  CHECK(attempts("sdk-c", 10) == 4);
}
