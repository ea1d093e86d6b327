// What happens when something comes later than its cause suggests: registrations that nobody waits for any
// more, requests that are on their way or wait in a queue when the state of their hub changes.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/life.hpp"
#include "tests/support/run.hpp"

using support::first;
using support::times;
using support::traced;
using support::value;

namespace {

// Java gives the DPS phase up after 5 s and connects to the hub it knows; the identity is written after 30 s.
std::string moved_late(const std::string& further_fault) {
  return fmt::format(R"(
duration: 20m
application: {{hubs: {{count: 2, edition: S2, units: 1}}}}
provisioning: {{processing: 30s, allocation: round-robin, poll_after: 1s, exclude_failed_hubs: false}}
fleet:
  - {{name: one, devices: 1, access: {{rtt: 0ms}}, credentials: x509, return_to_dps: at once,
     on_dps_failure: cached hub, client: {{base: sdk-java, dps: {{phase_limit: 5s}}}}}}
faults:
  - {{name: cut, at: 10m, hub: 1, for: 1s, mode: refuse}}
{})",
                     further_fault);
}

}  // namespace

TEST_CASE("a registration that nobody waits for any more moves the device all the same") {
  const auto report = traced(moved_late(""));
  INFO(support::whole(report));
  const double moved = first(report, "is moved from hub-1 to hub-2");
  CHECK(moved - first(report, "asks DPS") == Approx(30).margin(0.2));
  CHECK(first(report, "is connected to hub-1 after") < moved - 20);
  CHECK(first(report, "loses hub-1", 610) == moved);
  CHECK(!times(report, "connect to hub-1 fails after", moved).empty());  // it does not know hub-2 yet
}

TEST_CASE("a hub that did not serve closes the connections of those who moved when it is back") {
  for (const char* mode : {"busy", "silent"}) {
    const auto report =
        traced(moved_late(fmt::format("  - {{name: then, at: 10m10s, hub: 1, for: 1m, mode: {}}}\n", mode)));
    INFO(mode << "\n" << support::whole(report));
    CHECK(first(report, "is moved from hub-1 to hub-2") < 660);
    // The hub closes the connection at once; who has not noticed that it was dead hears of it.
    const bool dead = std::string(mode) == "silent";
    CHECK(first(report, dead ? "asks DPS" : "loses hub-1", 660) == Approx(670).margin(dead ? 0.5 : 0));
  }
}

TEST_CASE("that a device has moved is not a degraded hub's doing") {
  const auto report = traced(
      moved_late("  - {name: weak, at: 10m10s, hub: 1, for: 5m, mode: {degraded: {capacity: 50%}}}\n"));
  INFO(support::whole(report));
  CHECK(first(report, "loses hub-1", 610) == first(report, "is moved from hub-1 to hub-2"));
  CHECK(value(report, "recovery.weak.affected") == 0);
  CHECK(support::lines(report, "loses hub-1 to fault weak").empty());
}

// The queue of a degraded hub is so long that the registration is done while the CONNECT waits in it.
TEST_CASE("a CONNECT that waits where its device no longer belongs is accepted and closed") {
  const auto report = traced(R"(
duration: 3h
application:
  hubs:
    - {units: 5, connects: {burst: 0s, queue: 10h, expiry: 0s}, registry: {burst: 10h}}
    - {units: 5, registry: {burst: 10h}}
provisioning:
  {registrations_per_minute: 1000000, processing: 60s, allocation: round-robin, exclude_failed_hubs: false}
fleet:
  - {name: one, devices: 3, on_dps_failure: cached hub, client: {base: guide-reconnect, connect_timeout: 30m,
     renewal: 55m, renewal_through_dps: true, dps: {phase_limit: 5s}}}
  - {name: others, devices: 600, joins: at 100s, client: {base: sdk-python, connect_timeout: 30m}}
faults: [{name: weak, at: 150s, hub: 1, for: 20m, mode: {degraded: {capacity: 1%}}}]
)");
  INFO(support::whole(report));
  const double moved = first(report, "is moved from hub-1 to hub-2");
  const double served = first(report, "is connected to hub-1", moved);
  CHECK(served > moved + 60);
  CHECK(first(report, "loses hub-1", moved) == served);
}

// Each renewal is a new connection. Those of them whose packets a short silence swallows time out.
TEST_CASE("a renewal that a short silence swallows is tried again, and so are those after it") {
  std::size_t swallowed = 0;
  for (std::uint32_t device = 0; device < 40; ++device) {
    support::Options options;
    options.trace_group = "one";
    options.trace_index = device;
    const auto report = support::run(R"(
duration: 1h
application: {era: legacy, hubs: {count: 1, edition: S1, units: 5}}
fleet: [{name: one, devices: 40, client: {base: sdk-c, renewal: 60s}, access: {rtt: 2s}}]
faults: [{name: hush, at: 10m, hub: 1, for: 2s, mode: silent}]
)",
                                     options);
    INFO(support::whole(report));
    swallowed += times(report, "is connected to hub-1 after").size();
    REQUIRE(!times(report, "renews its token", 3500).empty());
  }
  CHECK(swallowed > 0);
}

// 3,000 CONNECTs at once, 798 of them served before the hub falls silent.
TEST_CASE("who waits in the queue of a hub that falls silent keeps its place, if it waits long enough") {
  const auto silent = [](const char* length) {
    return support::run(fmt::format(R"(
duration: 20m
application:
  {{era: legacy, hubs: [{{units: 1, connects: {{burst: 0s, queue: 60s}}, registry: {{burst: 10h}}}}]}}
provisioning: {{registrations_per_minute: 1000000, processing: 1ms}}
fleet: [{{devices: 3000, client: sdk-python, access: {{rtt: 0ms}}, credentials: x509, joins: at once}}]
faults: [{{name: away, at: 10s, hub: 1, for: {}, mode: silent}}]
)",
                                    length));
  };
  const auto brief = silent("10s"), lasting = silent("3m");
  for (const auto* report : {&brief, &lasting}) {
    CHECK(value(*report, "recovery.away.unrecovered") == 0);
    CHECK(value(*report, "devices.connected") == 3000);
  }
  // The others are accepted in the 22 s that follow; who is accepted in the silence hears of it with a repeat
  // of the CONNACK.
  CHECK(value(brief, "recovery.away.affected") == 798);
  CHECK(value(brief, "hub.connects") == 3000);
  CHECK(value(brief, "hub.accepted") == 3000);
  // Python waits 60 s for the CONNACK.
  CHECK(value(lasting, "recovery.away.affected") == 3000);
  CHECK(value(lasting, "hub.accepted") == 6000);
  CHECK(value(lasting, "recovery.away.p50") > 180);
  // What waited in the queue before the silence, 10 s at the most, and those 2,202 after it, 22 s at the
  // most, is all that shaping held.
  CHECK(value(lasting, "recovery.away.wait.hub_queue") < 16);
  CHECK(value(lasting, "recovery.away.wait.service_down") > 120);
}

// With round trips of 2 s and 4 s of patience, half of the CONNECTs come too late.
TEST_CASE("a busy hub counts the CONNECTs that it can answer before their clients hang up") {
  constexpr std::uint32_t devices = 10;
  std::size_t answered = 0, late = 0;
  double connects = 0;
  for (std::uint32_t device = 0; device < devices; ++device) {
    support::Options options;
    options.trace_group = "one";
    options.trace_index = device;
    const auto report = support::run(fmt::format(R"(
duration: 20m
application: {{era: legacy, hubs: {{count: 1, edition: S2, units: 1}}}}
fleet:
  - {{name: one, devices: {}, access: {{rtt: 2s}}, credentials: x509, return_to_dps: never,
     client: {{base: sdk-c, connect_timeout: 4s}}}}
faults:
  - {{name: cut, at: 10m, hub: 1, for: 1s, mode: refuse}}
  - {{name: busy, at: 10m1s, hub: 1, for: 3m, mode: busy}}
)",
                                                 devices),
                                     options);
    for (const auto& line : support::lines(report, "connect to hub-1 fails after"))
      ++(line.text.find("CONNACK 3") != std::string::npos ? answered : late);
    connects = value(report, "hub.connects") - value(report, "hub.accepted");
  }
  CHECK(connects == static_cast<double>(answered));
  CHECK(answered > 10);
  CHECK(late > 10);
}

// A manual failover of more devices than a hub's registry takes at a time, on hubs that are charged for the
// same batches: when its time is over, identities that are written on one hub are to be written on the other,
// whose own queue is due at the same instant.
TEST_CASE("an operator redirects registrations while the registry of the other hub is due as well",
          "[long]") {
  const std::string text = R"(
duration: 80m
application: {hubs: {count: 2}}
fleet: [{name: many, devices: 2000}]
actions: [{name: away, at: 1h, manual_failover: {group: many}}]
)";
  const measures::Report fleet = support::run(text);
  CHECK(value(fleet, "recovery.away.affected") > 0);
  support::Options options;
  options.carrier = application::CarrierKind::actor;
  options.parking = false;
  CHECK((support::bytes(support::run(text, options)) == support::bytes(fleet)));
}

// The CONNECT of a renewal is on its way for a minute, which the watchdog counts from when it was sent.
TEST_CASE("a watchdog that bites before a renewal arrives does so when that has failed") {
  const auto report = support::run(R"(
duration: 2h
fleet: [{devices: 18, client: {base: sdk-c, watchdog: 1s}, access: {rtt: 1m}}]
)");
  CHECK(value(report, "devices.total") == 18);
}
