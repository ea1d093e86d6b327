// Well-formed scenarios: what they mean, defaults, and that the resolved scenario reads back as itself.
#include <catch2/catch.hpp>

#include "models/application/load.hpp"

namespace {

using application::load;
using application::Scenario;
using namespace std::chrono_literals;

constexpr const char* example = R"(
name: hub-outage
start: 2023-06-01T06:00Z
duration: 6h
warmup: 30m
replications: 10
application:
  era: 2021
  hubs: {count: 4, edition: S2, units: 2}
provisioning:
  registrations_per_minute: 200
  allocation: evenly-weighted
fleet:
  - name: thermostats
    devices: 10000
    region: germany
    client: sdk-python
    return_to_dps: after 10 failures
    buffer: 500 messages
    telemetry: {every: 60s, size: 512 B}
scaling: {policy: none, rebalance: {when: never}}
faults:
  - {name: hub2, at: 2h, hub: 2, for: 20m, mode: refuse}
expect:
  - recovery.hub2.p99 < 15m
  - allocation.provisioned.max_to_mean < 1.4
  - telemetry.lost == 0
)";

}  // namespace

TEST_CASE("the smallest scenario has a default for everything else") {
  const Scenario s = load("fleet: [{devices: 1000}]", "plant.yaml");
  CHECK(s.name == "plant");
  CHECK(s.duration == 6h);
  CHECK(s.era == application::Era::y2021);
  REQUIRE(s.hubs.size() == 2);
  CHECK(s.hubs[0].edition == hub::Edition::S1);
  CHECK(s.hubs[0].units == 1);
  CHECK(s.hubs[1].name == "hub-2");
  CHECK(s.hubs[1].region == "westeurope");
  REQUIRE(s.fleet.size() == 1);
  CHECK(s.fleet[0].client.name == "guide-reconnect");
  CHECK(s.fleet[0].client.return_to_dps.failures == 10);
  CHECK(s.fleet[0].region == "westeurope");
  CHECK(s.fleet[0].buffer == 100);
  CHECK(s.fleet[0].telemetry.every == 5min);
  CHECK_FALSE(s.fleet[0].joins);
  CHECK(s.provisioning.registrations_per_minute == 200);
  CHECK(s.provisioning.polls_per_minute == 2000);
  CHECK(s.regions.count("germany") == 1);
}

TEST_CASE("the example of the contract reads as it says") {
  const Scenario s = load(example, "x.yaml");
  CHECK(s.start_utc_s == 1685599200);
  CHECK(s.warmup == 30min);
  CHECK(s.hubs.size() == 4);
  CHECK(s.hubs[3].units == 2);
  const device::Group& group = s.fleet.at(0);
  CHECK(group.client.name == "sdk-python");
  CHECK(group.client.return_to_dps.kind == device::ReturnRule::Kind::after_failures);
  CHECK(group.telemetry.bytes == 512);
  REQUIRE(s.faults.size() == 1);
  CHECK(s.faults[0].hub == 1);
  CHECK(s.faults[0].at == sim::start_of_run + 2h);
  CHECK(s.faults[0].duration == 20min);
  REQUIRE(s.expect.size() == 3);
  CHECK(s.expect[0].metric == "recovery.hub2.p99");
  CHECK(s.expect[0].limit == 900);
}

TEST_CASE("the resolved scenario reads back as itself") {
  const std::string once = load(example, "x.yaml").resolved;
  CHECK(load(once, "y.yaml").resolved == once);
}
