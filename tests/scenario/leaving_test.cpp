// Devices that leave for good, from whatever they are doing at that instant.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/support/life.hpp"
#include "tests/support/run.hpp"

using support::first;
using support::value;

namespace {

// Everybody but one group leaves in the second hour, through everything that happens there: a silence, an
// outage, a weak hub, an end of quota.
const std::string everything = R"(
duration: 3h
start: 2023-06-01T22:52Z
warmup: 10m
application:
  quota_used: 1130000 messages
  hubs: [{units: 1}, {units: 1}, {units: 1, connects: {burst: 1s, queue: 20s}}]
provisioning: {registrations_per_minute: 60, burst: 10s, processing: {median: 5s, p95: 40s}}
fleet:
  - {name: a, devices: 120, client: {base: sdk-python, renewal: 9m, retry: {first: 30s}},
     leaves: at 1h over 1h, return_to_dps: after 15m..30m, buffer: 30 messages,
     telemetry: {every: 20s, size: 16 KiB}}
  - {name: b, devices: 80, client: {base: sdk-node, retry: {first: 30s}}, leaves: at 70m over 50m,
     joins: at 20m over 30m, telemetry: {every: 60s, size: 1 KiB, phase: synchronised}}
  - {name: c, devices: 100, client: {base: guide-scale, retry: {first: 30s}}, leaves: at 70m over 10m,
     commands: {every: 1m, size: 1 KiB, response: 1 KiB}}
  - {name: d, devices: 50, client: {base: sdk-java, retry: {first: 30s}}, leaves: at 80m}
  - {name: stays, devices: 50, client: {base: guide-reconnect, retry: {first: 30s}}}
faults:
  - {name: quiet, at: 50m, hub: 1, for: 25m, mode: silent}
  - {name: gone, at: 65m, hub: 2, for: 20m}
  - {name: together, at: 80m, hub: 3, for: 10m}
  - {name: weak, at: 95m, hub: 3, for: 30m, mode: {degraded: {capacity: 10%}}}
)";

// One device, connected, which leaves in the middle of an outage or of nothing.
std::string alone(const std::string& more) {
  return fmt::format(R"(
duration: 1h
application: {{hubs: {{count: 2}}}}
provisioning: {{allocation: round-robin}}
fleet: [{{name: one, devices: 1, client: sdk-python, access: {{rtt: 0ms}}, credentials: x509, leaves: at 30m,
  telemetry: {{every: 1m}}}}]
{}
)",
                     more);
}

}  // namespace

TEST_CASE("who leaves gives the same bytes whoever carries the clients", "[leaves][long]") {
  const measures::Report report = support::run(everything);
  CHECK(value(report, "devices.left") == 350);
  CHECK(value(report, "devices.total") == 400);
  CHECK(value(report, "devices.connected") <= 50);
  CHECK(value(report, "allocation.hub.hub-1.provisioned") +
            value(report, "allocation.hub.hub-2.provisioned") +
            value(report, "allocation.hub.hub-3.provisioned") ==
        50);
  CHECK(value(report, "telemetry.quota_blocked") > 0);
  CHECK(value(report, "recovery.together.affected") > 0);
  const std::string expected = support::bytes(report);
  support::Options options;
  options.parking = false;
  CHECK(support::bytes(support::run(everything, options)) == expected);
  options.carrier = application::CarrierKind::actor;
  CHECK(support::bytes(support::run(everything, options)) == expected);
}

TEST_CASE("who leaves is disconnected and forgotten", "[leaves]") {
  const auto report = support::traced(alone(""));
  INFO(support::whole(report));
  CHECK(first(report, "disconnects from hub-1 and leaves for good") == 1'800);
  CHECK(first(report, "is known to hub-1 no more") == 1'800);
  CHECK(report.trace.back().time_s == 1'800);
  CHECK(value(report, "devices.connected") == 0);
  CHECK(value(report, "devices.lost") == 0);
  CHECK(value(report, "allocation.hub.hub-1.provisioned") == 0);
  CHECK(value(report, "hub.hub-1.identity_writes") == 1);
  CHECK(value(report, "availability") == 1);
  CHECK(value(report, "telemetry.generated") == 30);
  CHECK(value(report, "telemetry.delivered") == 30);
}

// Cut off at 20 min, gone at 30 min: affected for these 10 minutes, and never back.
TEST_CASE("who leaves in an outage stays affected, and what it kept is lost", "[leaves]") {
  const auto report = support::traced(alone("faults: [{name: away, at: 20m, hub: 1, for: 20m}]"));
  INFO(support::whole(report));
  CHECK(first(report, "leaves for good") == 1'800);
  CHECK(value(report, "recovery.away.affected") == 1);
  CHECK(value(report, "recovery.away.unrecovered") == 1);
  CHECK(value(report, "recovery.away.mean") == 600);
  CHECK(value(report, "availability") == Approx(20 / 30.0));
  CHECK(value(report, "telemetry.delivered") == 20);
  CHECK(value(report, "telemetry.lost") == 10);
  CHECK(value(report, "telemetry.buffered") == 0);
  // Its identity goes when the hub is back.
  CHECK(value(report, "hub.hub-1.identity_writes") == 1);
  CHECK(value(report, "allocation.hub.hub-1.provisioned") == 0);
}

TEST_CASE("a registration of a device that has left ends without an assignment", "[leaves]") {
  const auto report = support::run(R"(
duration: 1h
application: {hubs: {count: 2}}
provisioning: {processing: 20s}
fleet: [{devices: 10, client: sdk-python, joins: at 10m, leaves: at 10m10s}]
)");
  CHECK(value(report, "dps.registrations") == 10);
  CHECK(value(report, "dps.failed") == 10);
  CHECK(value(report, "dps.assigned") == 0);
  CHECK(value(report, "hub.identity_writes") == 0);
  CHECK(value(report, "devices.left") == 10);
  CHECK(value(report, "availability") == 0);
}

TEST_CASE("devices leave one after the other, and a rate is a time", "[leaves]") {
  const auto left = [](const std::string& leaves) {
    return value(support::run(fmt::format("duration: 1h\nfleet: [{{devices: 100, leaves: {}}}]", leaves)),
                 "devices.left");
  };
  CHECK(left("over 1h") == 100);
  CHECK(left("over 2h") == 50);
  CHECK(left("at 30m over 1h") == 50);
  CHECK(left("25/h") == 25);
  CHECK(left("at 59m") == 100);
}
