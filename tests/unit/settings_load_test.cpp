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
  CHECK(s.faults[0].hub == ids::HubId(1));
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

namespace {

// A scenario of 1,000 devices with these further lines.
Scenario with(const std::string& lines, const std::vector<std::string>& overrides = {}) {
  return load("fleet: [{devices: 1000}]\n" + lines, "x.yaml", overrides);
}

device::Group group_of(const std::string& keys) {
  return load("fleet: [{devices: 1000, " + keys + "}]\n", "x.yaml").fleet.at(0);
}

}  // namespace

TEST_CASE("a scenario without a name is called as its file") {
  const auto name = [](const char* file) { return load("fleet: [{devices: 10}]\n", file).name; };
  CHECK(name("hub-outage.yaml") == "hub-outage");
  CHECK(name("scenarios/a/hub-2.test.yaml") == "hub-2");
  CHECK(name("x") == "x");
  for (const char* none : {"", "-", "/", "a/.yaml", "Plant.yaml", "a b.yaml"})
    CHECK(name(none) == "scenario");
}

TEST_CASE("the time of a failover is shown as it was given, and reads back as itself") {
  for (const std::string& given :
       {std::string("2h"), std::string("2h..23h"), std::string("{least: 2h, mode: 8h, most: 26h}")}) {
    const std::string shown = with("failover: {service_rto: " + given + "}\n").resolved;
    const bool map = given.front() == '{';
    INFO(shown);
    CHECK((shown.find(map ? "service_rto:\n" : "service_rto: " + given + '\n') != std::string::npos));
    CHECK(load(shown, "y.yaml").resolved == shown);
  }
  // A distribution of one value is that value.
  CHECK(with("failover: {service_rto: {least: 2h, mode: 2h, most: 2h}}\n").resolved ==
        with("failover: {service_rto: 2h}\n").resolved);
}

TEST_CASE("what nobody says is not shown as said") {
  const std::string shown = with("").resolved;
  CHECK(shown.find("null") == std::string::npos);
  CHECK(shown.find("~") == std::string::npos);
}

TEST_CASE("hubs that a scenario does not give are sized for the fleet") {
  const auto sized = [](const std::string& text) { return load(text, "x.yaml").hubs; };
  CHECK(sized("fleet: [{devices: 20001}]").size() == 3);
  CHECK(sized("{application: {era: legacy}, fleet: [{devices: 20001}]}").size() == 1);
  CHECK(sized("{application: {era: 2023}, fleet: [{devices: 10000}]}").size() == 1);
  CHECK(sized("{application: {era: 2023}, fleet: [{devices: 10001}]}").size() == 2);
  CHECK(sized("fleet: [{devices: 1000000}]").size() == 50);  // as many as can be linked
  // 1,000 devices on 2 hubs, a message of two blocks each second: 86,400,000 a day and hub, 216 units of S1.
  const auto busy = sized("fleet: [{devices: 1000, telemetry: {every: 1s, size: 5 KB}}]");
  CHECK(busy.at(0).edition == hub::Edition::S2);
  CHECK(busy.at(0).units == 15);
  CHECK(sized("fleet: [{devices: 10000, telemetry: {every: 1s, size: 5 KB}}]").at(0).units == 145);
  // 20,000 devices on 2 hubs, ten such messages a second: beyond the 200 units of S2.
  const auto busiest = sized("fleet: [{devices: 20000, telemetry: {every: 200ms, size: 8 KB}}]");
  CHECK(busiest.at(0).edition == hub::Edition::S3);
  CHECK(busiest.at(0).units == 10);
}

TEST_CASE("hubs are given as many equal ones or one by one") {
  const Scenario equal =
      with("application: {hubs: {count: 3, edition: S3, units: 2, connects: {burst: 0, abandoned: served}}}");
  REQUIRE(equal.hubs.size() == 3);
  CHECK(equal.hubs[2].name == "hub-3");
  CHECK(equal.hubs[2].edition == hub::Edition::S3);
  CHECK(equal.hubs[2].connects.burst == 0s);
  CHECK(equal.hubs[2].connects.serve_abandoned);
  CHECK(equal.hubs[2].connects.queue == 90s);
  CHECK(equal.hubs[2].registry.expiry == 40s);
  const Scenario each = with(
      "application: {hubs: [{name: north, weight: 3}, {region: eastus, registry: {queue: 5s}}]}\n"
      "faults: [{name: f, at: 1h, hub: north}]");
  REQUIRE(each.hubs.size() == 2);
  CHECK(each.hubs[0].weight == 3);
  CHECK(each.hubs[1].name == "hub-2");
  CHECK(each.hubs[1].region == "eastus");
  CHECK(each.hubs[1].registry.queue == 5s);
  CHECK(each.faults.at(0).hub == ids::HubId(0));
  CHECK(each.faults.at(0).duration == 0s);
}

TEST_CASE("the provisioning service as a scenario describes it") {
  const Scenario s = with(R"(provisioning:
  registrations_per_minute: 500
  limiter: fixed-window
  processing: 2s
  write_retry: {every: 5s}
  allocation: static
  enrollments:
    - {name: line-1, hubs: [{hub: hub-2, weight: 4}, {hub: hub-1, enabled: false}]}
    - {name: line-2, allocation: least-devices, reprovisioning: reset}
)");
  const provisioning::Settings& p = s.provisioning;
  CHECK(p.polls_per_minute == 5000);  // ten times, unless given
  CHECK(p.limiter == provisioning::LimiterKind::fixed_window);
  CHECK(p.processing.median() == 2s);
  CHECK(p.processing.p95() == 2s);
  CHECK(p.write_retry_every == 5s);
  CHECK(p.write_retry_for == 60s);
  REQUIRE(p.enrollments.size() == 3);
  CHECK(p.enrollments[0].static_hub == "hub-1");                               // the first hub
  CHECK(p.enrollments[1].allocation == provisioning::Allocation::static_hub);  // as the service's default
  CHECK(p.enrollments[1].static_hub == "hub-2");                               // the first of its own
  CHECK(p.enrollments[1].hubs.at(0).weight == 4.0);
  CHECK_FALSE(p.enrollments[1].hubs.at(1).enabled);
  CHECK(p.enrollments[2].allocation == provisioning::Allocation::least_devices);
  CHECK(p.enrollments[2].static_hub.empty());
  CHECK(s.warnings.size() == 2);  // nobody uses the two groups
  CHECK(load(s.resolved, "x.yaml").resolved == s.resolved);
}

TEST_CASE("clients: a row of the catalog and a row with changes and one of its own") {
  const device::Behaviour row = group_of("client: sdk-c").client;
  CHECK(row.name == "sdk-c");
  CHECK(row.return_to_dps.kind == device::ReturnRule::Kind::never);
  const device::Behaviour changed =
      group_of("client: {base: sdk-c, retry: {max: 60s}, reactions: {unavailable: dps}}").client;
  CHECK(changed.name == "custom");
  CHECK(changed.retry.kind == device::RetryKind::sdk_c);
  CHECK(changed.retry.max == 60s);
  CHECK(changed.retry.min == row.retry.min);
  CHECK(changed.reactions.unavailable == device::Reaction::dps);
  CHECK(changed.reactions.refused == device::Reaction::retry);
  CHECK(changed.return_to_dps.kind == device::ReturnRule::Kind::never);
  const device::Behaviour own =
      group_of("client: {name: mine, retry: {kind: exponential, min: 1s, max: 5m, jitter: decorrelated}}")
          .client;
  CHECK(own.name == "mine");
  CHECK(own.retry.jitter == device::Jitter::decorrelated);
  CHECK(own.retry.spread == 0s);  // which this kind does not use
  CHECK(own.return_to_dps.kind == device::ReturnRule::Kind::after_failures);
  CHECK(own.return_to_dps.failures == 10);
}

TEST_CASE("a group's own rules go before its client's") {
  const device::Group group =
      group_of("client: sdk-java, return_to_dps: after 15m..30m, on_dps_failure: keep asking");
  CHECK(group.client.return_to_dps.kind == device::ReturnRule::Kind::after_time);
  CHECK(group.client.return_to_dps.from == 15min);
  CHECK(group.client.return_to_dps.to == 30min);
  CHECK(group.client.on_dps_failure == device::OnDpsFailure::keep_asking);
  CHECK(group_of("return_to_dps: after 15m").client.return_to_dps.to == 15min);
  CHECK(group_of("return_to_dps: at once").client.return_to_dps.kind == device::ReturnRule::Kind::at_once);
  CHECK(group_of("return_to_dps: after 1 failure").client.return_to_dps.failures == 1);
}

TEST_CASE("certificates are not renewed") {
  CHECK(group_of("client: sdk-c").client.renewal == 2881s);
  CHECK(group_of("client: sdk-c, credentials: x509").client.renewal == 0s);
}

TEST_CASE("when new devices join") {
  CHECK(group_of("joins: at once").joins->over == 0s);
  CHECK(group_of("joins: over 10m").joins->over == 10min);
  CHECK(group_of("joins: at 2h").joins->start == 2h);
  const device::Joins joins = *group_of("joins: at 2h over 1h").joins;
  CHECK(joins.start == 2h);
  CHECK(joins.over == 1h);
  CHECK(group_of("joins: 500/h").joins->over == 2h);
  CHECK(load("fleet: [{devices: 1000, joins: at 5h over 2h}]", "x.yaml").warnings.size() == 1);
}

TEST_CASE("devices and their network") {
  const device::Group group =
      group_of("region: japan, access: {rtt: 80ms}, never_recovers: 0.05%, buffer: 0");
  CHECK(group.access.name == "custom");
  CHECK(group.access.rtt == 80ms);
  CHECK(group.access.loss == 0);
  CHECK(group.never_recovers == 0.0005);
  CHECK(group.buffer == 0);
  CHECK(group_of("access: lte").access.rtt == 50ms);
  CHECK(group_of("telemetry: {phase: synchronised}").telemetry.synchronised);
}

TEST_CASE("modes of a fault") {
  const Scenario s = with(R"(faults:
  - {name: a, at: 1h, hub: 1, mode: silent}
  - {name: b, at: 1h, hub: 1, mode: {degraded: {capacity: 30%}}}
  - {name: c, at: 1h, hub: 1, mode: busy}
  - {name: d, at: 1h, hub: 1}
)");
  CHECK(s.faults[0].mode == hub::Mode::silent);
  CHECK(s.faults[1].mode == hub::Mode::degraded);
  CHECK(s.faults[1].capacity == 0.3);
  CHECK(s.faults[2].mode == hub::Mode::busy);
  CHECK(s.faults[3].mode == hub::Mode::refuse);
  CHECK(load(s.resolved, "x.yaml").resolved == s.resolved);
}

TEST_CASE("expectations in the unit of their metric") {
  const Scenario s = with(R"(faults: [{name: f, at: 1h, hub: 1}]
expect:
  - availability >= 99.9%
  - allocation.provisioned.max_to_mean<1.4
  - telemetry.lost <= 5 messages
  - recovery.f.p99 < 1m30s
  - hub.peak_connect_rate > 100/min
  - dps.throttled != 0
)");
  REQUIRE(s.expect.size() == 6);
  CHECK(s.expect[0].limit == 0.999);
  CHECK(s.expect[0].comparison == application::Comparison::greater_equal);
  CHECK(s.expect[1].limit == 1.4);
  CHECK(s.expect[1].comparison == application::Comparison::less);
  CHECK(s.expect[2].limit == 5);
  CHECK(s.expect[3].limit == 90);
  CHECK(s.expect[4].limit == 100.0 / 60);
  CHECK(s.expect[5].comparison == application::Comparison::not_equal);
}

TEST_CASE("limits that are off are noted") {
  const Scenario s =
      load("limits: off\nfleet: [{devices: 3000000}]\napplication: {hubs: {count: 2, units: 300}}", "x.yaml");
  REQUIRE(s.warnings.size() == 4);
  CHECK(s.warnings[0] == "300 units are more than the 200 of edition S1 (limits: off)");
  CHECK(s.warnings[1] == "3,000,000 devices are more than the 1,000,000 of an application (limits: off)");
  CHECK(s.warnings[2] == "3,000,000 devices are more than 2 hubs can hold, 1,000,000 each (limits: off)");
  CHECK(s.warnings[3] ==
        "the fleet sends 954,000,001 messages a day, counted in blocks of 4 KiB, of which the hubs take "
        "240,000,000: they run out of quota");
}

TEST_CASE("limits: off lets hubs move more often than the platform does") {
  const Scenario s = load(
      "limits: off\nduration: 6h\nfleet: [{devices: 10}]\nactions: [{name: a, at: 1h, fail_over: hub-1}, "
      "{name: b, at: 1h30m, fail_back: hub-1}, {name: c, at: 2h45m, fail_over: hub-1}, {name: d, at: 4h, "
      "fail_back: hub-1}, {name: e, at: 5h30m, fail_over: hub-1}]\n",
      "x.yaml");
  REQUIRE(s.warnings.size() == 2);
  CHECK(s.warnings[0] == "hub-1 moved less than an hour before (limits: off)");
  CHECK(s.warnings[1] == "hub-1 moves this way for the third time within a day (limits: off)");
}

TEST_CASE("overrides change what is read") {
  const Scenario s = with(
      "seed: 1\n", {"seed=5", "fleet[0].client={base: sdk-c}", "provisioning.burst=0", "fleet.0.devices=7"});
  CHECK(s.seed == 5);
  CHECK(s.fleet[0].devices == 7);
  CHECK(s.fleet[0].client.retry.kind == device::RetryKind::sdk_c);
  CHECK(s.provisioning.burst == 0s);
}

TEST_CASE("all errors of a file come in one go") {
  try {
    load(
        "fleet: [{devices: x, region: y, buffer: 5}]\nduration: 6\nwarmup: 1\nfaults: [{}]\nexpect: "
        "[a]\nfoo: 1\n",
        "x.yaml");
    FAIL("no error");
  } catch (const application::Invalid& invalid) {
    CHECK(invalid.count() == 8);  // what the fault lacks beside its name shows later
  }
}

TEST_CASE("an export takes the kinds of data that are listed") {
  const auto data = [](const std::string& list) {
    return with("destinations: [{name: hot, kind: event-hubs}]\nexports: [{name: a, to: [hot], data: [" +
                list + "]}]\n")
        .exports.at(0)
        .data;
  };
  CHECK(data("telemetry") == exports::Data{true, false, false, false});
  CHECK(data("properties") == exports::Data{false, true, false, false});
  CHECK(data("connectivity") == exports::Data{false, false, true, false});
  CHECK(data("lifecycle") == exports::Data{false, false, false, true});
  CHECK(data("lifecycle, properties") == exports::Data{false, true, false, true});
}
