// A CONNECT that waits in the queue of a hub is an open connection that the host of the hub holds: a fault
// does to it what it does to others. 500 devices lose a hub that then admits 20 a second: the last is back
// after some 25 s, and 57 are when the fault comes. Answers: packets that vanish for 5 s, by whatever key,
// cost nothing but a repeat of what was sent meanwhile; what resets connections resets those that wait; a hub
// that restarts in a hole has closed what it accepted before.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>

#include "tests/analytic/known.hpp"
#include "tests/support/life.hpp"

using support::value;

namespace {

measures::Report wave(const std::string& fault, const std::string& capacity = "20%") {
  return known::run_both(fmt::format(R"(
duration: 1h
application:
  era: legacy
  region: westeurope
  hubs: {{count: 1, edition: S1, units: 1, connects: {{burst: 1s, queue: 90s, expiry: 60s}}}}
limits: off
fleet:
  - {{name: one, devices: 500, access: {{rtt: 1ms, loss: 0%}}, credentials: x509, client: sdk-dotnet,
     telemetry: {{every: 1m, size: 512 B}}}}
faults:
  - {{name: reset, hub: 1, at: 10m, for: 1s, mode: refuse}}
  - {{name: weak, hub: 1, at: 10m, for: 10m, mode: {{degraded: {{capacity: {}}}}}}}
{}
)",
                                     capacity, fault));
}

double last_s(const measures::Report& report) { return value(report, "recovery.reset.max"); }

}  // namespace

TEST_CASE("packets that vanish leave a CONNECT that waits in its place, whatever key says so",
          "[faults][long]") {
  const double alone = last_s(wave(""));
  for (const char* where : {"link: {}", "hub: 1, mode: silent", "region: westeurope, mode: silent"}) {
    INFO(where);
    const auto report = wave(fmt::format("  - {{name: hole, {}, at: 603s, for: 5s}}", where));
    CHECK(last_s(report) < alone + 7);
    CHECK(value(report, "hub.accepted") == 500);
  }
  // The host of a frozen hub keeps it, behind a hole as well.
  CHECK(last_s(wave("  - {name: ice, hub: 1, mode: frozen, at: 603s, for: 5s}")) < alone + 10);
  CHECK(last_s(wave("  - {name: hole, link: {}, at: 603s, for: 7s}\n"
                    "  - {name: ice, hub: 1, mode: frozen, at: 608s, for: 12s}")) < alone + 25);
}

TEST_CASE("what resets connections resets a CONNECT that waits", "[faults]") {
  const double alone = last_s(wave(""));
  const auto report = wave("  - {name: no, link: {}, mode: refuse, at: 603s, for: 5s}");
  CHECK(last_s(report) < alone + 20);
  CHECK(value(report, "hub.accepted") < 570);  // a reset takes out of the queue who waited there
  CHECK(value(report, "hub.timed_out") > 440);
  CHECK(last_s(wave("  - {name: no, hub: 1, mode: refuse, at: 603s, for: 5s}")) < alone + 20);
}

TEST_CASE("a CONNACK of a hub that has restarted since brings no connection", "[faults]") {
  const auto report = wave(
      "  - {name: hole, link: {}, at: 603s, for: 30s}\n"
      "  - {name: restart, hub: 1, mode: refuse, at: 620s, for: 1s}");
  // Who was accepted before 620 s is accepted once more.
  CHECK(value(report, "hub.accepted") > 850);
  CHECK(value(report, "devices.connected") == 500);
}

TEST_CASE("a graver fault gives a degraded hub no capacity back", "[faults][long]") {
  const auto without = wave("", "2%");
  for (const char* mode : {"silent", "frozen", "refuse"}) {
    INFO(mode);
    const auto with =
        wave(fmt::format("  - {{name: flap, hub: 1, mode: {}, at: 605s, for: 2s}}", mode), "2%");
    CHECK(value(with, "recovery.reset.p50") >= value(without, "recovery.reset.p50") - 2);
    CHECK(last_s(with) >= last_s(without) - 2);
  }
}
