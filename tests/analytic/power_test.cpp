// Devices whose power is cut, and programs that restart: answers by hand. Nothing takes any time on the
// network.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/analytic/known.hpp"
#include "tests/support/life.hpp"

namespace {

using support::value;

struct World {
  std::string group = "boot: 30s";
  std::string client = "sdk-c";
  std::string faults = "{name: cut, at: 610s, for: 5m, power_cut: {group: one}}";
  int devices = 200;
  std::string duration = "3590s";
};

// Messages at each whole minute.
std::string scenario(const World& world) {
  return fmt::format(R"(
duration: {}
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
provisioning: {{registrations_per_minute: 100000, polls_per_minute: 100000}}
fleet:
  - {{name: one, devices: {}, client: {}, credentials: x509, access: {{rtt: 0ms, loss: 0%}}, {},
     telemetry: {{every: 1m, size: 512 B, phase: synchronised, flush: 1000/s}}}}
faults: [{}]
)",
                     world.duration, world.devices, world.client, world.group, world.faults);
}

measures::Report ran(const World& world) { return known::run_both(scenario(world)); }

measures::Report traced(const World& world, std::uint32_t device = 0) {
  support::Options options;
  options.trace_group = "one";
  options.trace_index = device;
  return known::run_both(scenario(world), options);
}

double first(const measures::Report& report, const std::string& text) {
  return known::instants(report, text).at(0);
}

}  // namespace

TEST_CASE("a power cut: off, booting, and back through DPS", "[power]") {
  const auto report = ran({});
  CHECK(value(report, "recovery.cut.affected") == 200);
  CHECK(value(report, "recovery.cut.unrecovered") == 0);
  CHECK(value(report, "recovery.cut.wait.no_power") == 300);
  CHECK(value(report, "recovery.cut.wait.boot") == Approx(30).margin(1e-5));
  CHECK(value(report, "recovery.cut.wait.detection") == 0);
  CHECK(value(report, "recovery.cut.first") > 330);
  CHECK(value(report, "dps.registrations") == 200);
  CHECK(value(report, "recovery.cut.attempts") == 1);
  // From 610 s to 940 s nothing is generated: of 59 messages those of 660, 720, 780, 840 and 900 s.
  CHECK(value(report, "telemetry.generated") == 200 * 54);
  CHECK(value(report, "telemetry.delivered") == 200 * 54);
  CHECK(value(report, "telemetry.lost") == 0);
  // The hub closes at 1.5 keep-alives, 360 s, after the last message: later than the devices are back.
  CHECK(value(report, "hub.half_open") == 200);
  CHECK(value(report, "hub.half_open_closed") == 0);
  CHECK(value(report, "hub.half_open_time") < 360);
}

TEST_CASE("a hub closes the connection of a device without power in its own time", "[power]") {
  World world;
  world.faults = "{name: cut, at: 610s, for: 30m, power_cut: {group: one}}";
  const auto report = ran(world);
  CHECK(value(report, "hub.half_open_closed") == 200);
  // 360 s after the message of 600 s.
  CHECK(value(report, "hub.half_open_time") == Approx(350).margin(1e-5));
}

TEST_CASE("boot times are uniform, and drawn at each boot", "[power]") {
  World world;
  world.group = "boot: 20s..60s";
  world.devices = 4000;
  world.client = "{base: sdk-c, starts_at: cached hub}";
  const auto report = ran(world);
  CHECK(value(report, "recovery.cut.wait.boot") == Approx(40).margin(4 * 11.55 / std::sqrt(4000)));
  CHECK(value(report, "dps.registrations") == 0);
  CHECK(known::distance_to_uniform(report.pools.at("cut"), 320, 360) <
        known::critical(report.pools.at("cut")));
}

TEST_CASE("devices of a region lose their power, others do not", "[power]") {
  const auto report = known::run_both(R"(
duration: 1h
application: {era: legacy, hubs: {count: 1, edition: S3, units: 10}}
fleet:
  - {name: north, devices: 50, region: germany, client: sdk-c}
  - {name: south, devices: 60, region: france, client: sdk-python}
  - {name: east, devices: 70, region: germany, client: sdk-node}
faults: [{name: cut, at: 10m, for: 5m, power_cut: {region: germany}}]
)");
  CHECK(value(report, "recovery.cut.group.north.affected") == 50);
  CHECK(value(report, "recovery.cut.group.south.affected") == 0);
  CHECK(value(report, "recovery.cut.group.east.affected") == 70);
}

TEST_CASE("what a device kept is lost with its power, unless it is in flash", "[power]") {
  World world;
  // It keeps the messages of 480, 540 and 600 s.
  world.faults =
      "{name: away, at: 470s, for: 155s, hub: 1}, {name: cut, at: 610s, for: 5m, power_cut: {group: one}}";
  world.group = "boot: 30s, buffer: 2 messages, storage: memory";
  world.client = "{base: sdk-c, starts_at: cached hub}";
  const auto memory = ran(world);
  CHECK(value(memory, "telemetry.lost") == 200 * 3);
  CHECK(value(memory, "telemetry.generated") == 200 * 54);
  CHECK(value(memory, "telemetry.delivered") == 200 * 51);
  CHECK(value(memory, "telemetry.delay.max") < 1);
  world.group = "boot: 30s, buffer: 2 messages, storage: flash";
  const auto flash = ran(world);
  CHECK(value(flash, "telemetry.lost") == 200);
  CHECK(value(flash, "telemetry.generated") == 200 * 54);
  CHECK(value(flash, "telemetry.delivered") == 200 * 53);
  // From 540 s to 940 s.
  CHECK(value(flash, "telemetry.delay.max") == Approx(400).epsilon(0.001));
  CHECK(value(flash, "recovery.away.affected") == 200);
  CHECK(value(flash, "recovery.cut.affected") == 0);
  CHECK(value(flash, "recovery.cut.prolonged") == 200);
  CHECK(value(flash, "recovery.away.wait.no_power") == 300);
}

TEST_CASE("cuts that overlap leave a device off until the last has ended", "[power]") {
  World world;
  world.faults =
      "{name: cut, at: 610s, for: 5m, power_cut: {group: one}}, "
      "{name: other, at: 12m, for: 8m, power_cut: {group: one}}";
  const auto report = traced(world);
  CHECK_THAT(known::instants(report, "is off"), Catch::Matchers::Approx(std::vector<double>{610, 910}));
  CHECK(first(report, "boots") == 1200);
  CHECK(first(report, "starts its program") == Approx(1230));
  CHECK(value(report, "recovery.cut.affected") == 200);
  CHECK(value(report, "recovery.cut.wait.no_power") == 590);
  CHECK(value(report, "recovery.other.affected") == 0);
  CHECK(value(report, "recovery.other.prolonged") == 200);
  // While it boots it is cut off again.
  world.faults =
      "{name: cut, at: 610s, for: 5m, power_cut: {group: one}}, "
      "{name: other, at: 920s, for: 1m, power_cut: {group: one}}";
  const auto again = traced(world);
  CHECK_THAT(known::instants(again, "boots"), Catch::Matchers::Approx(std::vector<double>{910, 980}));
  CHECK_THAT(known::instants(again, "starts its program"),
             Catch::Matchers::Approx(std::vector<double>{1010}));
  CHECK(value(again, "recovery.cut.wait.no_power") == Approx(360));
  CHECK(value(again, "recovery.cut.wait.boot") == Approx(40));
}

TEST_CASE("who leaves or joins while there is no power", "[power]") {
  World world;
  world.faults = "{name: cut, at: 10m, for: 10m, power_cut: {group: one}}";
  world.group = "boot: 30s, leaves: at 15m over 10m";
  const auto leaving = ran(world);
  CHECK(value(leaving, "devices.left") == 200);
  CHECK(value(leaving, "recovery.cut.affected") == 200);
  // Device i leaves at 900 + 3 i; back are those that are still there when they have registered.
  CHECK(value(leaving, "recovery.cut.unrecovered") >= 110);
  CHECK(value(leaving, "recovery.cut.unrecovered") < 125);
  world.group = "boot: 30s, joins: at 11m over 20s";
  const auto joining = ran(world);
  CHECK(value(joining, "recovery.cut.affected") == 200);
  CHECK(value(joining, "recovery.cut.first") > 630);
  CHECK(value(joining, "devices.connected") == 200);
  CHECK(value(joining, "telemetry.generated") == 200 * (59 - 20));  // from 1,230 s on
}

TEST_CASE("a power cut heals what needs a power cycle, a watchdog does not", "[power]") {
  World world;
  world.group = "boot: 30s, never_recovers: 100%";
  world.client = "{base: sdk-c, watchdog: 2m}";
  world.faults = "{name: away, at: 5m, for: 1s, hub: 1}";
  CHECK(value(ran(world), "devices.lost") == 200);
  world.faults += ", {name: cut, at: 30m, for: 1m, power_cut: {group: one}}";
  const auto healed = ran(world);
  CHECK(value(healed, "devices.connected") == 200);
  CHECK(value(healed, "recovery.away.unrecovered") == 0);
}

TEST_CASE("a watchdog restarts a client that has given up, and counts from each start", "[power][long]") {
  World world;
  world.devices = 1;
  world.duration = "2h";
  world.client =
      "{base: guide-reconnect, retry: {kind: fixed, min: 10s, limit: 1m}, watchdog: 10m, "
      "return_to_dps: never, reactions: {unauthorized: retry}, starts_at: cached hub}";
  world.faults = "{name: away, at: 5m, for: 40m, hub: 1}";
  const auto report = traced(world);
  // Lost at 300 s and given up a minute later; 10 min after the loss, and after each start, it restarts.
  const auto approx = [](std::vector<double> times) {
    return Catch::Matchers::Approx(std::move(times)).margin(1e-3);
  };
  CHECK_THAT(known::instants(report, "is restarted by its watchdog"), approx({900, 1530, 2160, 2790}));
  CHECK_THAT(known::instants(report, "starts its program"), approx({930, 1560, 2190, 2820}));
  CHECK(known::instants(report, "gives up").size() == 4);
  CHECK(value(report, "recovery.away.max") == Approx(2520).margin(0.01));
  CHECK(value(report, "recovery.away.wait.boot") == Approx(120).margin(1e-3));
  // A hub that is away for less than the ten minutes is found by the client itself.
  world.client = "{base: sdk-c, watchdog: 10m}";
  world.faults = "{name: away, at: 5m, for: 9m, hub: 1}";
  CHECK(value(traced(world), "recovery.away.wait.boot") == 0);
  CHECK(value(traced(world), "dps.registrations") == 0);
}

TEST_CASE("a CONNECT that waits at a hub is not the one that its device sends after a power cut", "[power]") {
  // 1,500 CONNECTs at 600 s for a hub that takes 100 a second. At 605 s 500 are connected and all lose their
  // power; at 608 s all ask again, behind the 700 that nobody waits for, which are served until 615 s.
  const auto report = known::run_both(R"(
duration: 20m
application: {era: legacy, hubs: [{units: 1, connects: {burst: 0s, queue: 90s}}]}
fleet:
  - {name: one, devices: 1500, client: {base: sdk-c, starts_at: cached hub}, credentials: x509,
     access: {rtt: 0ms, loss: 0%}, boot: 1s, telemetry: {every: 366d, size: 512 B}}
faults:
  - {name: away, at: 10m, for: 1ms, hub: 1}
  - {name: cut, at: 605s, for: 2s, power_cut: {group: one}}
)");
  CHECK(value(report, "recovery.cut.affected") == Approx(500).margin(1));
  CHECK(value(report, "recovery.cut.first") == Approx(10).margin(0.05));
  CHECK(value(report, "recovery.away.affected") == 1500);
  CHECK(value(report, "hub.accepted") == 500 + 1000 + 1500);
  CHECK(value(report, "devices.connected") == 1500);
}
