// What hubs meter and let through where demand meets a limit: cases that printed something else once, each
// with its right value. What is refused is refused once and costs nothing.
#include <catch2/catch.hpp>

#include "tests/support/run.hpp"

namespace {

double value(const measures::Report& report, const std::string& metric) {
  return support::value(report, metric);
}

measures::Report run(const std::string& yaml, const std::vector<std::string>& set = {}) {
  support::Options options;
  options.set = set;
  return support::run(yaml, options);
}

// Ten devices: 1 KiB a minute, and a method each 10 min.
const std::string example_1 = R"(
start: 2023-06-01T00:00Z
duration: 24h
application: {era: legacy, hubs: {count: 1, edition: S1}, quota_used: 0 messages}
fleet: [{name: d, devices: 10, client: sdk-python, credentials: x509, telemetry: {every: 1m, size: 1 KiB},
  commands: {every: 10m, size: 512 B, response: 200 B}}]
)";

// A minute's messages of 12 KiB from one device.
const std::string large_messages = R"(
start: 2023-06-01T00:00Z
duration: 24h
application: {era: legacy, hubs: {count: 1, edition: F1}}
fleet: [{name: box, devices: 1, client: sdk-python, credentials: x509,
  telemetry: {every: 1m, size: 12288 B}}]
)";

// 150 messages a second for a hub that lets 100 through, where any number may wait.
const std::string half_as_much_again = R"(
start: 2023-06-01T00:00Z
duration: 10m
application: {era: legacy, quota_used: 0 messages, hubs: {count: 1, edition: S1, units: 1,
  sends: {burst: 0s, queue: 24h, expiry: 0s}}}
fleet: [{name: a, devices: 1500, client: sdk-python, credentials: x509, access: {rtt: 1ms, loss: 0%},
  on_connect: {twin_reads: 0}, buffer: 1000 messages, telemetry: {every: 10s, size: 100 B}}]
)";

}  // namespace

// The vendor's own: 10 x (1,440 + 144 x 2), and 10 x (24 x 25 + 6).
TEST_CASE("worked examples of the billing page", "[accounts]") {
  CHECK(value(run(example_1), "hub.hub-1.metered") == 17'280);
  const std::vector<std::string> empty{"fleet[0].commands.response=0 B"};
  CHECK(value(run(example_1, empty), "hub.hub-1.metered") == 17'280);
  CHECK(value(run(example_1, {empty[0], "application.metering=2018"}), "hub.hub-1.metered") == 15'840);
  CHECK(value(run(R"(
start: 2023-06-01T00:00Z
duration: 24h
application: {era: legacy, hubs: {count: 1, edition: S1}, quota_used: 0 messages}
fleet: [{name: d, devices: 10, client: sdk-python, credentials: x509, telemetry: {every: 1h, size: 100 KiB},
  properties: {every: 4h, size: 1 KiB}}]
)"),
              "hub.hub-1.metered") == 6'060);
}

// One S2 unit lets 120 a second through for 1,800 s and has credit of 90 s of that. With one of B2, which has
// no twins, 1,200 s.
TEST_CASE("what a throttle refuses is not metered", "[accounts]") {
  const measures::Report two = run(R"(
start: 2023-06-01T00:00Z
duration: 30m
application: {era: legacy, hubs: {count: 1, edition: S2, units: 1}, quota_used: 0 messages}
fleet: [{name: sim, devices: 300, client: sdk-python, credentials: x509, on_connect: {twin_reads: 0},
  telemetry: {every: 1s, size: 256 B}}]
)");
  CHECK(value(two, "hub.hub-1.metered") == Approx(120 * 1'800 + 10'800).margin(1));
  CHECK(value(two, "telemetry.delivered") == Approx(120 * 1'800 + 10'800).margin(1));
  CHECK(value(two, "telemetry.refused") > 10'000);
  const measures::Report basic = run(R"(
start: 2023-06-01T00:00Z
duration: 20m
application: {era: legacy, quota_used: 0 messages, hubs: {count: 1, edition: B2, units: 1}}
fleet: [{name: a, devices: 3600, client: sdk-python, credentials: x509, access: {rtt: 1ms, loss: 0%},
  telemetry: {every: 20s, size: 100 B}}]
)");
  CHECK(value(basic, "hub.hub-1.metered") == Approx(120 * 1'200 + 10'800).margin(1));
  CHECK(value(basic, "telemetry.delivered") == Approx(120 * 1'200 + 10'800).margin(1));
  // A plan counts the same messages, here as many blocks: 3,598 devices that pay, 365,000 messages free.
  CHECK(value(basic, "cost.plan") < 3);
}

// 26,500 messages at one instant, of which 9,000 pass, 9,000 wait and the others are refused; all are through
// 175 s later. 14 such waves are 7 % below the quota.
TEST_CASE("a quota is used up by what is let through", "[accounts]") {
  const measures::Report report = run(R"(
duration: 24h
start: 2023-06-01T00:00Z
application: {era: legacy, quota_used: 0 messages, hubs: {count: 1, edition: S1, units: 1}}
fleet: [{name: g, devices: 26500, client: sdk-python, credentials: x509, region: germany,
  return_to_dps: never, on_connect: {twin_reads: 0},
  telemetry: {every: 100m, size: 100 B, phase: synchronised}}]
)");
  CHECK(value(report, "telemetry.quota_blocked") == 0);
  CHECK(value(report, "telemetry.delivered") == 371'000);
  CHECK(value(report, "telemetry.buffered") == 0);
  CHECK(value(report, "hub.hub-1.metered") == Approx(371'000).margin(1));
}

// After 100 min 2,000 devices send up to 100 messages each, 20,000 a second where 136 pass.
TEST_CASE("nothing comes out of a hub that no device has sent", "[accounts]") {
  const measures::Report report = run(R"(
duration: 3h50m
start: 2023-06-01T00:00Z
application: {era: legacy, quota_used: 0 messages, hubs: {count: 1, edition: S1, units: 3}}
fleet: [{name: g, devices: 2000, client: sdk-python, credentials: x509, access: {rtt: 1ms, loss: 0%},
  return_to_dps: never, on_connect: {twin_reads: 0}, buffer: 100 messages,
  telemetry: {every: 60s, size: 100 B}}]
faults: [{name: f, at: 1h, hub: 1, for: 100m}]
destinations: [{name: d, kind: event-hubs, throughput_units: 40}]
exports: [{name: e, to: [d]}]
)");
  const double delivered = value(report, "telemetry.delivered");
  CHECK(value(report, "telemetry.generated") == 460'000);
  CHECK(delivered <= 460'000 - value(report, "telemetry.lost"));
  // Beside clocks a flow has, or lacks, a part of a message of each device: the root of 2,000 / 6 in all.
  for (const char* metric : {"export.e.d.received", "export.e.d.exported", "hub.hub-1.metered"}) {
    INFO(metric);
    CHECK(value(report, metric) <= delivered + 60);
    CHECK(value(report, metric) >= delivered - 100);
  }
}

// 9,000 a second where 6,000 pass: 540,000 of credit, and 720 s.
TEST_CASE("delivered is what the throttle has let through, however many it refuses", "[accounts][long]") {
  const measures::Report report = run(R"(
duration: 12m
start: 2023-06-01T00:00Z
application: {era: legacy, quota_used: 0 messages, hubs: {count: 1, edition: S3, units: 1}}
fleet: [{name: g, devices: 90000, client: sdk-python, credentials: x509, access: {rtt: 1ms, loss: 0%},
  return_to_dps: never, telemetry: {every: 10s, size: 100 B}}]
destinations: [{name: d, kind: event-hubs, throughput_units: 40}]
exports: [{name: e, to: [d]}]
)");
  CHECK(value(report, "telemetry.delivered") == Approx(4'860'000).margin(1));
  CHECK(value(report, "export.e.d.received") == Approx(4'860'000).margin(1));
  CHECK(value(report, "telemetry.in_flight") <= 540'000);
  CHECK(value(report, "hub.hub-1.metered") >= 4'860'000);
  CHECK(value(report, "hub.hub-1.metered") <= 5'400'000);  // with the twins of those who were disconnected
}

// A free hub meters 24 blocks of 0.5 KB for each: 8,000 / 24 = 333, used up after 20,000 s; a paid one three.
TEST_CASE("a free hub meters in blocks of its own", "[accounts]") {
  const measures::Report free = run(large_messages);
  CHECK(value(free, "telemetry.delivered") == 333);
  CHECK(value(free, "telemetry.quota_blocked") == Approx(86'400 - 20'000).margin(60));
  CHECK(value(free, "hub.hub-1.metered") == Approx(8'000).margin(24));
  const measures::Report paid = run(large_messages, {"application.hubs.edition=S1"});
  CHECK(value(paid, "telemetry.delivered") == 1'440);
  CHECK(value(paid, "hub.hub-1.metered") == Approx(3 * 1'440).margin(3));
  // Blocks of a plan are of 4 KB: 999 messages, where Standard 2 includes 30,000 x 24 / 730 = 986.
  CHECK(value(free, "cost.plan") < 0.001);
  // What was sent since midnight counts in the same blocks: five hours of it leave 800 of 8,000.
  CHECK(value(run(large_messages, {"start=2023-06-01T05:00Z", "duration=1h"}), "telemetry.delivered") == 33);
}

// What waits when the quota ends has not been taken: 100 a second pass and 50 wait, until 30,000 are gone.
TEST_CASE("what waits at a quota that is used up stays with the devices", "[accounts]") {
  const measures::Report report = run(half_as_much_again, {"application.quota_used=370000 messages"});
  CHECK(value(report, "telemetry.delivered") == Approx(30'000).margin(1));
  CHECK(value(report, "hub.hub-1.metered") == Approx(30'000).margin(1));
  CHECK(value(report, "telemetry.quota_blocked") == Approx(300).margin(1));
  CHECK(value(report, "telemetry.refused") == Approx(15'000).margin(1));
  CHECK(value(report, "telemetry.in_flight") == 0);
  CHECK(value(report, "telemetry.lost") == 0);
  CHECK(value(report, "telemetry.buffered") == Approx(90'000 - 30'000).margin(200));
}

// So it is with what waits as a hub goes down: nobody has heard that it was taken.
TEST_CASE("what waits at a hub that goes down stays with the devices", "[accounts]") {
  const measures::Report report = run(half_as_much_again, {"faults=[{name: f, at: 5m, hub: 1}]"});
  CHECK(value(report, "telemetry.delivered") == Approx(30'000).margin(1));
  CHECK(value(report, "hub.hub-1.metered") == Approx(30'000).margin(1));
  CHECK(value(report, "telemetry.refused") == Approx(15'000).margin(1));
}

// Reads after a connect, and updates where nothing is read before, at a quota that is used up from the start.
TEST_CASE("without quota no twin is read or updated", "[accounts]") {
  const std::string fleet = R"(
start: 2023-06-01T00:00Z
duration: 10m
application: {era: legacy, quota_used: 400000 messages, hubs: {count: 1, edition: S1, units: 1}}
fleet: [{name: a, devices: 50, client: sdk-python, credentials: x509, access: {rtt: 1ms, loss: 0%},
  on_connect: {twin_reads: 1, twin_writes: 2}, telemetry: {every: 1m, size: 100 B}}]
)";
  const measures::Report reads = run(fleet), updates = run(fleet, {"fleet[0].on_connect.twin_reads=0"});
  CHECK(value(reads, "twin_reads.sent") > 0);
  CHECK(value(reads, "twin_reads.refused") == value(reads, "twin_reads.sent"));
  CHECK(value(updates, "properties.sent") > 0);
  CHECK(value(updates, "properties.refused") == value(updates, "properties.sent"));
  for (const measures::Report* report : {&reads, &updates}) CHECK(value(*report, "hub.hub-1.metered") == 0);
}

// A message is carried in where it was in flight as the warm-up ended, or comes back later.
TEST_CASE("what is delivered is never below zero", "[accounts]") {
  const measures::Report report = run(R"(
warmup: 24m
start: 2024-02-29T23:59Z
application: {hubs: [{name: ha, units: 1}, {name: hb, weight: 1000, edition: S1, units: 1, zone: 2}]}
fleet: [{devices: 300, region: us-east, return_to_dps: after 3m..11m, buffer: 25 messages,
  telemetry: {size: 256 KiB, flush: 1/h, profile: constant,
    surges: [{at: 4579071497us, for: 82636417us, factor: 100}]}}]
faults:
  - {name: f10, hub: hb, mode: silent, mtbf: 90816406us, mttr: 1970s}
  - {name: f12, mtbf: 41s, mttr: 9553695290us, each: zone}
)");
  CHECK(value(report, "telemetry.delivered") >= 0);
}

// Twice what passes, after a minute in which a hub said nothing, by clients that lose their connection to a
// refusal, and one over AMQP that does not.
TEST_CASE("devices and throttles agree on what is delivered, whatever a refusal does", "[accounts]") {
  for (const char* client : {"sdk-python", "sdk-node", "sdk-c-amqp"}) {
    INFO(client);
    const measures::Report report = run(R"(
duration: 10m
start: 2023-06-01T00:00Z
application: {era: legacy, quota_used: 0 messages, hubs: {count: 1, edition: S1, units: 1}}
fleet: [{name: a, devices: 1000, credentials: x509, buffer: 100 messages, on_connect: {twin_reads: 0},
  telemetry: {every: 5s, size: 256 B}}]
faults: [{name: f, at: 1m, for: 1m, hub: 1, mode: silent}]
destinations: [{name: d, kind: event-hubs, throughput_units: 40}]
exports: [{name: e, to: [d]}]
)",
                                        {std::string("fleet[0].client=") + client});
    CHECK(value(report, "telemetry.refused") > 10'000);
    CHECK(value(report, "export.e.d.received") == value(report, "telemetry.delivered"));
    CHECK(value(report, "telemetry.in_flight") <= 9'000);
  }
}
