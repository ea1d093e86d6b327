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

measures::Report wave(const std::string& fault, const std::string& capacity = "20%",
                      const std::string& connects = "burst: 1s, queue: 90s, expiry: 60s",
                      const std::string& more = "") {
  return known::run_both(fmt::format(R"(
duration: 1h
application:
  era: legacy
  region: westeurope
  hubs: {{count: 1, edition: S1, units: 1, connects: {{{}}}}}
limits: off
{}
fleet:
  - {{name: one, devices: 500, access: {{rtt: 1ms, loss: 0%}}, credentials: x509, client: sdk-dotnet,
     telemetry: {{every: 1m, size: 512 B}}}}
faults:
  - {{name: reset, hub: 1, at: 10m, for: 1s, mode: refuse}}
  - {{name: weak, hub: 1, at: 10m, for: 10m, mode: {{degraded: {{capacity: {}}}}}}}
{}
)",
                                     connects, more, capacity, fault));
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
  CHECK(value(report, "hub.accepted") < 570);  // who was reset in the queue is passed over
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

TEST_CASE("a CONNECT that expires in a hole is told of that by the FIN, whatever key says so", "[faults]") {
  const auto hole = [](const std::string& where) {
    return wave("  - {name: hole, " + where + ", at: 603s, for: 30s}", "20%",
                "burst: 1s, queue: 90s, expiry: 10s");
  };
  const auto link = hole("link: {}");
  for (const char* where : {"hub: 1, mode: silent", "region: westeurope, mode: silent"}) {
    INFO(where);
    const auto report = hole(where);
    CHECK(value(report, "recovery.reset.p50") == value(link, "recovery.reset.p50"));
    CHECK(last_s(report) == last_s(link));
    CHECK(value(report, "hub.connects") == value(link, "hub.connects"));
  }
  // Also where the link refuses as it expires: nobody waits for the limit of 60 s.
  CHECK(value(wave("  - {name: hole, hub: 1, mode: silent, at: 602s, for: 30s}\n"
                   "  - {name: no, link: {}, mode: refuse, at: 603s, for: 15s}",
                   "20%", "burst: 1s, queue: 90s, expiry: 10s"),
              "recovery.reset.p50") < 50);
}

TEST_CASE("an upgrade closes a CONNECT that waits", "[faults]") {
  const auto report = wave("  - {name: again, hub: 1, mode: upgrade, at: 605s, for: 10s}");
  // 97 are accepted before, and all 500 from 615 s on, 20 a second.
  CHECK(value(report, "hub.accepted") == 597);
  CHECK(value(report, "recovery.reset.p50") > 20);
  CHECK(last_s(report) > 35);
}

TEST_CASE("a CONNECT that waits at a hub whose region is lost does not move with the hub", "[faults]") {
  const auto report = wave("  - {name: dead, region: westeurope, at: 603s, for: 2h}", "10%",
                           "burst: 1s, queue: 90s, expiry: 60s",
                           "failover: {standby: none, moves: hubs, detection: 5s, service_rto: 20s, "
                           "dns_ttl: 0s, dns_stale: 0s}");
  // .NET waits 60 s for the CONNACK, and then asks the hub where it is now.
  CHECK(value(report, "hub.connects") > 950);
  CHECK(value(report, "recovery.reset.p50") > 60);
  CHECK(value(report, "devices.connected") == 500);
}

TEST_CASE("a degraded hub that is away for its own failover gets no capacity back", "[faults]") {
  const auto p50 = [](const std::string& fault, const std::string& more) {
    return value(wave(fault, "1%", "burst: 90s, queue: 90s, expiry: 60s",
                      "failover: {errors_after: 1s, hub_failover: {base: 60s, per_device: 0us}, "
                      "dns_ttl: 0s, dns_stale: 0s}\n" +
                          more),
                 "recovery.reset.p50");
  };
  const double away = p50("", "actions: [{name: over, at: 620s, fail_over: hub-1}]");
  const double refused = p50("  - {name: no, hub: 1, mode: refuse, at: 621s, for: 59s}", "");
  CHECK(away == Approx(refused).margin(10));
}
