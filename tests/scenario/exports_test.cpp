// Exports in a whole application: what cuts them off, what they are given, what they do to the hubs.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/support/run.hpp"

namespace {

constexpr const char* basis = R"(
duration: 3h
application: {era: 2021, region: westeurope, hubs: {count: 2, edition: S3, units: 1}}
fleet: [{name: meters, devices: 600, client: {base: sdk-python}, credentials: x509,
  telemetry: {every: 10s, size: 512 B}}]
)";

measures::Report run_of(const std::string& rest) { return support::run(basis + rest); }

double of(const measures::Report& report, const std::string& what) {
  return support::value(report, "export.a." + what);
}

}  // namespace

TEST_CASE("a zone takes what does not span its region's zones", "[long]") {
  const auto lost = [](const std::string& kind) {
    const measures::Report report = run_of("destinations: [{name: d, kind: " + kind +
                                           "}]\nexports: [{name: a, to: [d]}]\n"
                                           "faults: [{name: z, at: 1h, zone: westeurope/1, for: 20m}]\n");
    return support::value(report, "destination.d.unavailable");
  };
  CHECK(lost("event-hubs") == 0);
  CHECK(lost("blob-storage, redundancy: ZRS") == 0);
  CHECK(lost("blob-storage, redundancy: GZRS") == 0);
  CHECK(lost("blob-storage, redundancy: LRS") == 1200);
  CHECK(lost("blob-storage, redundancy: LRS, zone: 2") == 0);
  CHECK(lost("service-bus-queue") == 1200);
  CHECK(lost("service-bus-queue, tier: premium") == 0);
}

TEST_CASE("the network between regions cuts an export off, and only there") {
  const measures::Report report = run_of(
      "destinations: [{name: near, kind: event-hubs}, {name: far, kind: event-hubs, region: francecentral}]\n"
      "exports: [{name: a, to: [near, far]}]\n"
      "faults: [{name: cut, at: 1h, backbone: {from: westeurope, to: francecentral}, for: 20m}]\n");
  CHECK(of(report, "near.failures") == 0);
  CHECK(of(report, "near.backlog_peak") == 0);
  CHECK(of(report, "far.failures") == 1);
  CHECK(of(report, "far.failed_after") == Approx(900).margin(0.2));
  CHECK(support::value(report, "destination.far.unavailable") == 0);  // it is just not reached
}

TEST_CASE("an answer that is lost makes duplicates, no loss") {
  // Of 60 messages a second those are sent again whose answers were under way, half a round trip of 250 ms.
  for (const char* at : {"3605s", "3610s", "3610130ms"}) {
    INFO(at);
    const measures::Report report = run_of(fmt::format(
        "destinations: [{{name: far, kind: event-hubs, region: japaneast}}]\n"
        "exports: [{{name: a, to: [far]}}]\n"
        "faults: [{{name: cut, at: {}, backbone: {{from: westeurope, to: japaneast}}, for: 2m}}]\n",
        at));
    CHECK(of(report, "far.duplicated") > 2);
    CHECK(of(report, "far.duplicated") < 12);
    CHECK(of(report, "far.dropped") == 0);
    CHECK(of(report, "far.exported") == of(report, "far.received"));
    CHECK(support::value(report, "destination.far.accepted") ==
          of(report, "far.exported") + of(report, "far.duplicated"));
  }
}

TEST_CASE("a new export gives nothing until its delay is over, and never what came before") {
  const measures::Report report = run_of(
      "destinations: [{name: d, kind: event-hubs}]\n"
      "exports: [{name: a, to: [d], created: 1h, start_delay: 4m}, {name: b, to: [d]}]\n");
  CHECK(of(report, "d.received") == Approx(60 * 7200).margin(2));
  CHECK(of(report, "d.dropped") == Approx(60 * 240).margin(2));
  CHECK(support::value(report, "export.b.d.received") == Approx(60 * 10'800).margin(2));
}

TEST_CASE("a filter keeps its share and the envelope adds its bytes") {
  const measures::Report report = run_of(
      "destinations: [{name: d, kind: event-hubs}]\n"
      "exports: [{name: a, to: [d], filter: 25%, enrichment: 60 B, envelope: 300 B}]\n");
  const double received = of(report, "d.received");
  CHECK(of(report, "d.filtered") == Approx(0.75 * received).margin(1));
  CHECK(of(report, "d.exported") == Approx(0.25 * received).margin(1));
  CHECK(of(report, "d.bytes") == Approx(0.25 * received * (512 + 60 + 300)).epsilon(1e-4));
}

TEST_CASE("a hub's outage is told as connectivity, once when it goes and once when it is back") {
  const measures::Report report = run_of(
      "destinations: [{name: d, kind: event-hubs}]\n"
      "exports: [{name: a, to: [d], data: [connectivity]}]\n"
      "faults: [{name: away, at: 1h, hub: 2, for: 10m, mode: refuse}]\n");
  const double affected = support::value(report, "recovery.away.affected");
  CHECK(affected > 200);
  CHECK(of(report, "d.received") == Approx(2 * affected).epsilon(0.02));
  CHECK(of(report, "d.bytes") == Approx(297 * of(report, "d.exported")));
}

TEST_CASE("joining and leaving devices are told as lifecycle") {
  const measures::Report report = support::run(R"(
duration: 3h
application: {hubs: {count: 2, edition: S3}}
provisioning: {registrations_per_minute: 2000}
fleet: [{name: meters, devices: 300, client: {base: sdk-python}, joins: over 30m, leaves: at 1h over 30m}]
destinations: [{name: d, kind: service-bus-queue}]
exports: [{name: a, to: [d], data: [lifecycle]}]
)");
  CHECK(of(report, "d.received") == 600);
}

TEST_CASE("hubs never feel a destination unless a setting says so") {
  const std::string rest = R"(
destinations: [{name: d, kind: event-hubs}]
exports: [{name: a, to: [d]}]
faults: [{name: sink, at: 1h, destination: d, for: 14m}]
)";
  const measures::Report without = run_of(rest);
  CHECK(support::value(without, "telemetry.throttled_share") == 0);
  CHECK(of(without, "d.backlog_peak") > 50'000);
  support::Options options;
  options.set = {"exports[0].backpressure=20000 messages"};
  const measures::Report with = support::run(basis + rest, options);
  CHECK(support::value(with, "telemetry.throttled_share") > 0);
  CHECK(of(with, "d.backlog_peak") < 45'000);  // what waited in the hubs comes fast
  CHECK(of(with, "d.dropped") == 0);
  // Once it is gone they take all again.
  CHECK(support::value(with, "telemetry.delivered") ==
        Approx(support::value(without, "telemetry.delivered")).epsilon(0.01));
}

TEST_CASE("while the application's region is lost nothing is exported, then all of it anew") {
  const measures::Report report = support::run(R"(
duration: 8h
application: {era: 2021, region: westeurope, recovery_region: northeurope, hubs: {count: 2, edition: S3}}
provisioning: {registrations_per_minute: 2000}
failover: {service_rto: 2h}
fleet: [{name: meters, devices: 500, client: guide-reconnect, buffer: 10000 messages,
  telemetry: {every: 30s}}]
destinations: [{name: d, kind: event-hubs, region: francecentral}]
exports: [{name: a, to: [d]}]
faults: [{name: region, at: 1h, region: westeurope, for: 6h}]
)");
  CHECK(of(report, "d.failures") == 0);
  CHECK(of(report, "d.exported") > 0.9 * of(report, "d.received"));
  CHECK(support::value(report, "destination.d.unavailable") == 0);
  CHECK(support::value(report, "telemetry.delivered") == Approx(of(report, "d.received")).epsilon(1e-4));
}

TEST_CASE("an owner fails a destination over when its region has been lost for so long", "[long]") {
  const auto lost = [](const std::string& kind, const char* length) {
    return run_of("destinations: [{name: d, region: francecentral, kind: " + kind +
                  ", failover: {after: 20m}}]\nexports: [{name: a, to: [d], retry: {window: 1h}}]\n" +
                  fmt::format("faults: [{{name: r, at: 1h, region: francecentral, for: {}}}]\n", length));
  };
  const auto away = [](const measures::Report& report) {
    return support::value(report, "destination.d.unavailable");
  };
  CHECK(away(lost("event-hubs", "90m")) == Approx(1200).margin(0.1));
  CHECK(away(lost("event-hubs", "19m")) == Approx(1140).margin(0.1));  // it is back before
  CHECK(away(lost("service-bus-queue, tier: premium", "90m")) == Approx(1200).margin(0.1));
  const measures::Report account = lost("blob-storage, redundancy: GRS", "119m");
  CHECK(away(account) > 1200 + 15 * 60);  // the account takes 15 to 75 min more
  CHECK(away(account) < 1200 + 75 * 60 + 1);
  CHECK(support::value(account, "destination.d.unreplicated") == Approx(60 * 15 * 60).margin(60 * 61));
  const measures::Report hub = lost("event-hubs", "90m");
  CHECK(of(hub, "d.dropped") == 0);
  CHECK(of(hub, "d.exported") == of(hub, "d.received"));
}
