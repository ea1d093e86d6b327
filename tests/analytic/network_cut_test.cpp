// Known answer 2 for the network instead of the hub, and who is concerned by a cut. Answers: the client
// notices at the same uniform phases; the connection lives on when the cut is shorter than what is left of
// 1.5 times the keep-alive, unless the hub has closed it meanwhile. Tolerance: means within four standard
// errors, instants to the second.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "tests/analytic/known.hpp"

using support::value;

namespace {

// The network vanishes at 10 s and does not come back.
std::string cut_off(const std::string& client, const std::string& telemetry_every) {
  return fmt::format(R"(
duration: 15m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
fleet:
  - {{name: all, devices: 3000, client: {}, credentials: x509, access: {{rtt: 0ms, loss: 0%}},
     telemetry: {{every: {}, size: 512 B}}}}
faults: [{{name: cut, at: 10s, link: {{}}}}]
)",
                     client, telemetry_every);
}

void check_mean(const std::string& client, const std::string& telemetry_every, double low, double high) {
  INFO(client << ", telemetry every " << telemetry_every);
  const auto report = known::run_both(cut_off(client, telemetry_every));
  CHECK(value(report, "recovery.cut.affected") == 3000);
  CHECK(value(report, "recovery.cut.unrecovered") == 3000);
  const double error = (high - low) / std::sqrt(12 * 3000.0);
  CHECK(value(report, "recovery.cut.wait.detection") == Approx((low + high) / 2).margin(4 * error));
}

// A client that never notices, whose last packet is a message at the instant of the first fault.
std::string unnoticed(const std::string& client, const std::string& faults) {
  return fmt::format(R"(
duration: 20m
application: {{era: legacy, region: northeurope, hubs: {{count: 1, edition: S3, units: 10}}}}
fleet:
  - {{name: all, devices: 100, credentials: x509, access: {{rtt: 0ms, loss: 0%}},
     client: {{base: {}, detection: {{ping_every: 0s, publish_timeout: 0s}}}},
     telemetry: {{every: 10s, size: 512 B, phase: synchronised}}}}
faults: [{}]
)",
                     client, faults);
}

// Devices in two regions on two access networks, hubs in two cloud regions.
measures::Report places(const std::string& fault) {
  return known::run_both(fmt::format(R"(
duration: 1h
application: {{region: westeurope, hubs: [{{name: west}}, {{name: north, region: northeurope}}]}}
provisioning: {{exclude_failed_hubs: false}}
fleet:
  - {{name: german-lte, devices: 100, region: germany, access: lte, client: sdk-python}}
  - {{name: german-fibre, devices: 100, region: germany, access: fibre, client: sdk-python}}
  - {{name: brazil-lte, devices: 100, region: brazil, access: lte, client: sdk-python}}
faults: [{{name: cut, at: 20m, for: 10m, mode: refuse, {}}}]
)",
                                     fault));
}

double hit(const measures::Report& report, const std::string& group) {
  return value(report, "recovery.cut.group." + group + ".affected");
}

// All lose their connection at 10 min, during whatever the network adds, and connect anew at once.
std::string reconnecting(int devices, const std::string& impaired) {
  return fmt::format(R"(
duration: 30m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10, connects: {{burst: 10m}}}}}}
fleet:
  - {{name: all, devices: {}, credentials: x509, access: {{rtt: 0ms, loss: 0%}},
     client: {{base: sdk-c, connect_timeout: 10m}}}}
faults:
  - {{name: slow, at: 5m, for: 20m, link: {{}}, mode: {{impaired: {}}}}}
  - {{name: cut, at: 10m, for: 1ms, hub: 1}}
expect: [recovery.cut.within.400ms > 0%]
)",
                     devices, impaired);
}

support::Options nearby() {
  support::Options options;
  options.change = known::no_distance;
  return options;
}

void no_jitter(application::Scenario& scenario) { scenario.distance.jitter = 1; }

}  // namespace

TEST_CASE("a client notices a dead network by its own rule, at a uniform phase", "[known-2][long]") {
  for (const auto& [client, every, low, high] : known::noticing) check_mean(client, every, low, high);
}

TEST_CASE("a connection outlives a cut of the network shorter than 1.5 times the keep-alive",
          "[known-2][long]") {
  for (const auto& [client, dead_s] : known::patience) {
    INFO(client);
    const auto cut = [&client = client](int seconds) {  // named, as Clang 14 captures no structured binding
      return known::run_both(
          unnoticed(client, fmt::format("{{name: cut, at: 10s, for: {}s, link: {{}}}}", seconds)), nearby());
    };
    const double back_s = known::last_repeat_s(dead_s);
    const auto lives = cut(static_cast<int>(back_s));
    CHECK(value(lives, "recovery.cut.max") == Approx(back_s).margin(1e-5));
    CHECK(value(lives, "hub.connects") == 0);
    const auto dead = cut(dead_s);
    CHECK(value(dead, "hub.connects") == 100);
    CHECK(value(dead, "recovery.cut.unrecovered") == 0);
    CHECK(value(dead, "recovery.cut.wait.detection") == Approx(dead_s).margin(1.5e-6));
  }
}

TEST_CASE("a hub that closes its connections during a cut leaves none alive", "[known-2]") {
  const std::string cut = "{name: cut, at: 10s, for: 30s, link: {}}";
  for (const char* mode : {"refuse", "upgrade"}) {
    INFO(mode);
    const auto report = known::run_both(unnoticed(
        "sdk-python", cut + fmt::format(", {{name: gone, at: 20s, for: 1s, hub: 1, mode: {}}}", mode)));
    CHECK(value(report, "hub.connects") == 100);
    CHECK(value(report, "recovery.cut.affected") == 100);
    CHECK(value(report, "recovery.gone.affected") == 0);
    CHECK(value(report, "recovery.cut.unrecovered") == 0);
  }
  for (const char* mode : {"silent", "busy", "{degraded: {capacity: 10%}}"}) {
    INFO(mode);
    const auto report = known::run_both(
        unnoticed("sdk-python",
                  cut + fmt::format(", {{name: gone, at: 20s, for: 1s, hub: 1, mode: {}}}", mode)),
        nearby());
    CHECK(value(report, "hub.connects") == 0);
    CHECK(value(report, "recovery.cut.max") == Approx(known::last_repeat_s(40)).margin(1e-5));
  }
  // In a region whose services span its zones a zone takes a third of them along.
  const auto zone = known::run_both(
      unnoticed("sdk-python", cut + ", {name: zonal, at: 20s, for: 1s, zone: northeurope/2}"));
  CHECK(value(zone, "hub.connects") == Approx(33).margin(19));
  CHECK(value(zone, "recovery.zonal.affected") == 0);
}

TEST_CASE("who is concerned by a cut", "[faults]") {
  const auto devices = places("link: {devices: germany}");
  CHECK(hit(devices, "german-lte") == 100);
  CHECK(hit(devices, "german-fibre") == 100);
  CHECK(hit(devices, "brazil-lte") == 0);
  const auto cloud = places("link: {cloud: northeurope}");
  const double north = value(cloud, "recovery.cut.affected");
  CHECK(north == Approx(150).margin(35));
  CHECK(value(cloud, "hub.north.connects") >= north);
  CHECK(value(cloud, "hub.refused") == 0);  // nothing arrives there
  const auto pair = places("link: {devices: brazil, cloud: westeurope}");
  CHECK(hit(pair, "german-lte") + hit(pair, "german-fibre") == 0);
  CHECK(hit(pair, "brazil-lte") == Approx(50).margin(20));
  const auto all = places("link: {}");
  CHECK(value(all, "recovery.cut.affected") == 300);
  const auto access = places("access: lte");
  CHECK(hit(access, "german-lte") == 100);
  CHECK(hit(access, "german-fibre") == 0);
  CHECK(hit(access, "brazil-lte") == 100);
  for (const auto* report : {&devices, &cloud, &pair, &all, &access})
    CHECK(value(*report, "recovery.cut.unrecovered") == 0);
}

TEST_CASE("the way to DPS is cut as that to a hub", "[faults][long]") {
  const auto joining = [](const std::string& fault) {
    return known::run_both(fmt::format(R"(
duration: 1h
application: {{region: westeurope, hubs: [{{name: north, region: northeurope}},
     {{name: other, region: northeurope}}]}}
fleet: [{{name: new, devices: 50, region: germany, client: sdk-python, joins: at 10m over 5m}}]
faults: [{{name: cut, at: 5m, for: 20m, mode: refuse, {}}}]
)",
                                       fault));
  };
  const auto dps = joining("link: {cloud: westeurope}");
  CHECK(value(dps, "recovery.cut.affected") == 50);
  CHECK(value(dps, "dps.refused") == 0);  // nothing arrives there
  CHECK(value(dps, "dps.registrations") == 50);
  CHECK(value(dps, "recovery.cut.first") > 1200);
  const auto hubs = joining("link: {cloud: northeurope}");
  CHECK(value(hubs, "recovery.cut.affected") == 50);
  CHECK(value(hubs, "dps.assigned") >= 50);
  CHECK(value(hubs, "recovery.cut.first") > 1200);
  CHECK(value(hubs, "devices.connected") == 50);
}

TEST_CASE("a CONNECT that waits in a hub is answered in vain, and then again", "[faults]") {
  // 100 a second, no credit: who joined last of 3,000 is accepted after some 30 s. The network is cut for 10
  // s of them. A CONNACK that was sent t before the end is there within t + 0.4 s of it, some per cent later.
  const auto report = known::run_both(R"(
duration: 20m
application: {era: legacy, hubs: [{units: 1, connects: {burst: 0s, queue: 60s, expiry: 0s},
     registry: {burst: 10h}}]}
provisioning: {registrations_per_minute: 1000000, processing: 1ms}
fleet: [{name: all, devices: 3000, client: sdk-python, access: {rtt: 0ms, loss: 0%}, credentials: x509,
     joins: at once}]
faults: [{name: cut, at: 10s, for: 10s, link: {}}]
)");
  // At 2 s they come, by 10 s 800 are there, and lose their connection unnoticed; it lives on.
  CHECK(known::at(report, "connected", 10) == Approx(800).margin(2));
  CHECK(known::at(report, "connected", 20) == 0);
  // The hub accepts 1,000 in the cut.
  CHECK(known::at(report, "connected", 30) > 2000);
  CHECK(known::at(report, "connected", 30) < 2900);
  CHECK(known::at(report, "connected", 40) == 3000);
  CHECK(value(report, "hub.accepted") == 3000);
}

TEST_CASE("an impaired network adds its latency to each round trip", "[faults]") {
  support::Options options;
  options.change = no_jitter;
  // The reset arrives after half a round trip, the CONNECT after 2.5 more: 3 x 300 ms.
  const auto report = known::run_both(reconnecting(500, "{latency: 300ms}"), options);
  CHECK(value(report, "recovery.cut.affected") == 500);
  CHECK(value(report, "recovery.cut.first") == Approx(0.9).margin(1e-3));
  CHECK(value(report, "recovery.cut.max") == Approx(0.9).margin(1e-3));
  CHECK(value(report, "recovery.slow.affected") == 0);
  const auto plain = known::run_both(reconnecting(500, "{latency: 10ms, loss: 0.01%}"), options);
  CHECK(value(plain, "recovery.cut.p90") == Approx(0.03).margin(1e-3));
}

TEST_CASE("an impaired network loses its share of the round trips", "[faults]") {
  // A client comes through at once if three round trips go well: 0.5 x 0.5 x 0.5; a loss costs a second.
  support::Options options;
  options.change = no_jitter;
  const auto report = known::run_both(reconnecting(4000, "{latency: 10ms, loss: 50%}"), options);
  CHECK(value(report, "recovery.cut.within.400ms") == Approx(0.125).margin(4 * 0.0053));
  CHECK(value(report, "recovery.cut.unrecovered") == 0);
  // Two that overlap lose beside each other, 1 - 0.5 x 0.8.
  std::string two = reconnecting(4000, "{latency: 10ms, loss: 50%}");
  two.insert(two.find("  - {name: cut"),
             "  - {name: lossy, at: 5m, for: 20m, access: custom, mode: {impaired: {loss: 20%}}}\n");
  CHECK(value(known::run_both(two, options), "recovery.cut.within.400ms") ==
        Approx(0.4 * 0.4 * 0.4).margin(4 * 0.0039));
}

// The answers are those of the facts (export-and-devices 5.2): 1.5 times the default keep-alive.
TEST_CASE("a hub takes a device that was cut off for connected for 1.5 times the keep-alive",
          "[known-2][faults]") {
  for (const auto& [client, seconds] : known::patience) {
    INFO(client);
    const auto report = known::run_both(unnoticed(client, "{name: cut, at: 100s, link: {}}"));
    CHECK(value(report, "hub.half_open") == 100);
    CHECK(value(report, "hub.half_open_closed") == 100);
    CHECK(value(report, "hub.half_open_time") == Approx(seconds).margin(0.001));
  }
}

TEST_CASE("a connection that lives on, or whose hub fails, is half open until then", "[known-2][faults]") {
  const auto back =
      known::run_both(unnoticed("sdk-c", "{name: cut, at: 100s, for: 60s, link: {}}"), nearby());
  CHECK(value(back, "hub.half_open") == 100);
  CHECK(value(back, "hub.half_open_closed") == 0);
  CHECK(value(back, "hub.half_open_time") == Approx(known::last_repeat_s(100)).margin(1e-5));
  const auto failed =
      known::run_both(unnoticed("sdk-c", "{name: cut, at: 100s, link: {}}, {name: dead, at: 130s, hub: 1}"));
  CHECK(value(failed, "hub.half_open") == 100);
  CHECK(value(failed, "hub.half_open_closed") == 0);
  CHECK(value(failed, "hub.half_open_time") == 30);
  const auto hub = known::run_both(unnoticed("sdk-c", "{name: dead, at: 100s, hub: 1, mode: silent}"));
  CHECK(value(hub, "hub.half_open") == 0);
}

// A client whose keep-alive is shorter than the pings of its base pings once a keep-alive: the hub has heard
// from it less than 1.5 times that ago, and a cut of a millisecond is no reason to close the connection.
TEST_CASE("a short cut leaves connections half open for as long as it lasts", "[known-2][faults]") {
  const auto report = known::run_both(R"(
duration: 1h
application: {region: westeurope, hubs: {count: 2, units: 4}}
fleet: [{name: g1, devices: 49, region: us-east, client: {base: guide-scale, keep_alive: 35s, renewal: 1m}}]
faults: [{name: f0, link: {devices: us-east, cloud: westeurope}, at: 30m, for: 1ms}]
)");
  CHECK(value(report, "hub.half_open") == 49);
  CHECK(value(report, "hub.half_open_closed") == 0);
  CHECK(value(report, "hub.half_open_time") == Approx(0.001).margin(1e-9));
}

// The client notices long before the hub, and its attempts get through when the cut is over.
TEST_CASE("a new connection ends the old one", "[known-2][faults]") {
  const auto report = known::run_both(R"(
duration: 20m
application: {era: legacy, region: northeurope, hubs: {count: 1, edition: S3, units: 10}}
fleet:
  - {name: all, devices: 100, credentials: x509, access: {rtt: 0ms, loss: 0%},
     client: {base: sdk-c, keep_alive: 240s, connect_timeout: 5s, retry: {kind: fixed, min: 1s},
              detection: {ping_every: 10s, ping_wait: 10s, idle: none, publish_timeout: 0s}},
     telemetry: {every: 10s, size: 512 B, phase: synchronised}}
faults: [{name: cut, at: 100s, for: 100s, link: {}}]
)");
  CHECK(value(report, "recovery.cut.unrecovered") == 0);
  CHECK(value(report, "hub.half_open") == 100);
  CHECK(value(report, "hub.half_open_closed") == 0);
  CHECK(value(report, "hub.half_open_time") > 100);
  CHECK(value(report, "hub.half_open_time") ==
        Approx(value(report, "recovery.cut.outage.mean")).margin(1e-6));
}
