// What devices do with their twin once they have connected, against what the limits of the hub leave on
// paper. Reads: 100 a second on S1, whatever its units; updates: 50. Distance: none, but for what is said.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>

#include "tests/analytic/known.hpp"

using support::value;

namespace {

// So many devices are cut off at 100 s, and come back at once when their hub is there again, at 160 s.
std::string wave(int devices, const std::string& hub, const std::string& on_connect) {
  return fmt::format(R"(
duration: 2h
application: {{era: legacy, hubs: [{{{}}}]}}
fleet:
  - {{name: all, devices: {}, credentials: x509, access: {{rtt: 0ms, loss: 0%}},
     telemetry: {{every: 1d, size: 512 B}}, on_connect: {},
     client: {{base: guide-reconnect, return_to_dps: never, retry: {{kind: fixed, first: 1s, min: 1s}}}}}}
faults:
  - {{name: away, at: 100s, for: 60s, hub: 1, mode: refuse}}
)",
                     hub, devices, on_connect);
}

measures::Report run(const std::string& yaml) { return known::run_nearby(yaml); }

const std::string strict = "sends: {burst: 0s, queue: 24h, expiry: 0s}";

}  // namespace

// 2,400 connects a second go through (12 for each of 200 units), 100 reads: the first is served as the first
// device is back, the last 99,999 hundredths of a second later.
TEST_CASE("a wave of reconnects reads its twins at the pace of the throttle", "[hub][long]") {
  const auto report = run(wave(100'000, "edition: S1, units: 200, " + strict, "{twin_reads: 1}"));
  const double first = value(report, "recovery.away.first");
  CHECK(value(report, "recovery.away.max") < first + 60);
  CHECK(value(report, "recovery.away.ready.max") == Approx(first + 999.99).margin(0.02));
  CHECK(value(report, "recovery.away.ready.p50") == Approx(first + 499.99).margin(0.5));
  CHECK(value(report, "twin_reads.sent") == 100'000);
  CHECK(value(report, "twin_reads.throttled_share") == Approx(0.99999));
  CHECK(value(report, "twin_reads.refused") == 0);
}

// As the service is assumed to shape it: 9,000 reads at once out of the credit, then 100 a second, of which
// 6,000 at most wait, since a read is too old after 60 s; whoever is refused asks again after 10 s. Until all
// have their twin the throttle never rests.
TEST_CASE("who is refused asks again until the throttle has served all", "[hub]") {
  const auto report = run(wave(20'000, "edition: S1, units: 200", "{twin_reads: 1, again: 10s}"));
  const double first = value(report, "recovery.away.first"), last = value(report, "recovery.away.ready.max");
  CHECK(last >= first + 110 - 0.1);
  CHECK(last <= first + 110 + 2 * 10);
  CHECK(value(report, "twin_reads.refused") > 0);
  CHECK(value(report, "twin_reads.sent") == 20'000 + value(report, "twin_reads.refused"));
}

// Without `again` it goes on without its twin: 9,000 and those who wait for at most 60 s have theirs.
TEST_CASE("a client that does not ask again goes on without its twin", "[hub]") {
  const auto report = run(wave(20'000, "edition: S1, units: 200", "{twin_reads: 1, again: 0s}"));
  const double served = value(report, "twin_reads.sent") - value(report, "twin_reads.refused");
  CHECK(value(report, "twin_reads.sent") == 20'000);
  CHECK(served == Approx(9'000 + 100 * 60).margin(1'000));
  CHECK(value(report, "recovery.away.ready.max") < value(report, "recovery.away.max") + 61);
}

TEST_CASE("limits of twin reads by edition", "[hub][long]") {
  struct Row {
    const char* size;
    double rate;
  };
  for (const Row& row : {Row{"edition: S1, units: 1", 100}, Row{"edition: S1, units: 40", 100},
                         Row{"edition: S2, units: 1", 100}, Row{"edition: S2, units: 20", 200},
                         Row{"edition: S3, units: 1", 500}}) {
    INFO(row.size);
    const auto report = run(
        wave(2'001, std::string(row.size) + ", " + strict + ", connects: {burst: 24h}", "{twin_reads: 2}"));
    // Two reads each, one after the other.
    CHECK(value(report, "twin_reads.sent") == 4'002);
    CHECK(value(report, "recovery.away.ready.max") - value(report, "recovery.away.first") ==
          Approx(4'001 / row.rate).epsilon(0.002));
  }
}

// Nobody waits for an update, but all wait in the throttle of 50 a second, and are metered: 3 x 1,000 updates
// of 5 KiB, two blocks each, and a read of as much.
TEST_CASE("updates after a connect have the throttle of twin updates, and are metered", "[hub]") {
  const auto report =
      run(wave(1'000, "edition: S1, units: 200", "{twin_reads: 1, twin_writes: 3, size: 5 KiB}"));
  CHECK(value(report, "properties.sent") == 3'000);
  CHECK(value(report, "properties.refused") == 0);
  const auto without = run(wave(1'000, "edition: S1, units: 200", "{twin_reads: 0}"));
  CHECK(value(report, "hub.hub-1.metered") - value(without, "hub.hub-1.metered") == Approx(8'000).margin(2));
  CHECK(value(without, "recovery.away.ready.max") == value(without, "recovery.away.max"));
  // 4,500 go at once out of the credit: with half of it 500 wait.
  const auto tight = run(wave(1'000, "edition: S1, units: 200, sends: {burst: 50s}",
                              "{twin_reads: 1, twin_writes: 3, size: 5 KiB}"));
  CHECK(value(tight, "properties.throttled_share") > 0);
}

TEST_CASE("a hub of the basic tier has no twins to read", "[hub]") {
  const auto report = run(wave(1'000, "edition: B1, units: 1", "{twin_reads: 1}"));
  CHECK(value(report, "twin_reads.sent") == 0);
  CHECK(value(report, "recovery.away.ready.max") == value(report, "recovery.away.max"));
}

// 48 min of renewals: 30 connections a device and day, each with a read of one block, beside 12 messages. The
// quota of one S1 unit is 400,000 a day.
TEST_CASE("reads of twins use up the daily quota", "[hub][long]") {
  const std::string day = R"(
start: 2026-03-02T00:00:00Z
duration: 24h
application: {era: legacy, hubs: [{edition: S1, units: 1}]}
fleet:
  - {name: all, devices: 10000, client: sdk-c, telemetry: {every: 2h, size: 512 B},
     on_connect: {twin_reads: 1}}
)";
  const auto report = support::run(day);
  CHECK(value(report, "hub.hub-1.metered") == Approx(400'000).margin(1));
  CHECK(value(report, "telemetry.quota_blocked") > 600);
  support::Options without;
  without.set = {"fleet[0].on_connect.twin_reads=0"};
  CHECK(value(support::run(day, without), "hub.hub-1.metered") == Approx(120'000).margin(100));
}

TEST_CASE("twin requests are the same whoever carries the clients, and with parking", "[carriers][long]") {
  const std::string yaml = wave(3'000, "edition: S1, units: 9", "{twin_reads: 2, twin_writes: 1, again: 7s}");
  support::Options actors;
  actors.carrier = application::CarrierKind::actor;
  CHECK(known::difference(support::run(yaml), support::run(yaml, actors)).empty());
  known::run_both(yaml);
}
