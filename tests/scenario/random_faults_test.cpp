// Faults by chance, and those that replications go through, in whole runs.
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "models/application/topology.hpp"
#include "models/faults/targets.hpp"
#include "tests/support/run.hpp"

namespace {

const std::string frame = R"(
duration: 2d
warmup: 1h
application: {region: westus, hubs: {count: 4}}
provisioning: {probe: {every: 5m}}
fleet:
  - {name: movers, devices: 30, client: sdk-python, return_to_dps: after 10 failures}
  - {name: waiters, devices: 30, client: sdk-c, credentials: x509, region: germany}
)";

std::string with(const std::string& faults) { return frame + "faults:\n" + faults; }

const char* const of_every_target = R"(
  - {name: outages, each: hub, mtbf: 12h, mttr: 1h, correlated: {zone: 30%, region: 10%}}
  - {name: zones, each: zone, mtbf: 1d, mttr: 30m, time_to_failure: {weibull: {shape: 2}}}
  - {name: regions, each: region, mtbf: 2d, mttr: 20m, time_to_repair: fixed, mode: refuse}
  - {name: services, dps: outage, mtbf: 8h, mttr: 1h, time_to_repair: {lognormal: {sigma: 1}}}
  - {name: cables, link: {devices: germany}, mtbf: 12h, mttr: 10m}
  - {name: crowds, neighbour: {registrations_per_minute: 100}, mtbf: 6h, mttr: 2h}
)";

// The same bytes with parking and without, and by the carrier of one actor a device.
measures::Report run_all_ways(const std::string& yaml, std::uint32_t replication) {
  support::Options options;
  options.replication = replication;
  const measures::Report report = support::run(yaml, options);
  options.parking = false;
  CHECK(support::bytes(report) == support::bytes(support::run(yaml, options)));
  options.parking = true;
  options.carrier = application::CarrierKind::actor;
  CHECK(support::bytes(report) == support::bytes(support::run(yaml, options)));
  return report;
}

}  // namespace

TEST_CASE("faults by chance of every target: same bytes with parking and without, by either carrier",
          "[random][long]") {
  for (std::uint32_t replication : {0u, 1u}) {
    const measures::Report report = run_all_ways(with(of_every_target), replication);
    for (const char* fault : {"outages", "zones", "services", "cables", "crowds"})
      CHECK(support::value(report, std::string("recovery.") + fault + ".incidents") > 0);
    CHECK(support::value(report, "recovery.outages.affected") > 0);
  }
}

TEST_CASE("faults that replications go through: same bytes, and each in its place", "[random][long]") {
  const std::string yaml = "replications: 8\n" + with("  - {name: away, each: hub, instants: 2, for: 20m}\n");
  for (std::uint32_t replication : {0u, 3u, 7u}) {
    const measures::Report report = run_all_ways(yaml, replication);
    CHECK(support::value(report, "recovery.away.incidents") == 1);
    CHECK(support::value(report, "recovery.away.downtime") == 1200);
    // 47 h are counted, of which one hub of four is away for 20 minutes.
    for (std::uint32_t h = 0; h < 4; ++h)
      CHECK(support::value(report, "hub.hub-" + std::to_string(h + 1) + ".availability") ==
            Approx(h == replication / 2 ? 1 - 1.0 / (3 * 47) : 1.0).epsilon(1e-12));
  }
}

TEST_CASE("the timetable is the same whatever the devices and the control plane do", "[random][long]") {
  const std::string yaml = with(of_every_target);
  const measures::Report first = support::run(yaml);
  for (const char* change :
       {"scaling={policy: threshold}", "fleet[0].return_to_dps=never", "fleet[0].devices=10",
        "provisioning.allocation=least-devices", "provisioning.exclude_failed_hubs=false"}) {
    support::Options options;
    options.set = {change};
    const measures::Report other = support::run(yaml, options);
    for (const char* fault : {"outages", "zones", "regions", "services", "cables", "crowds"})
      for (const char* what : {".incidents", ".downtime"})
        CHECK(support::value(first, std::string("recovery.") + fault + what) ==
              support::value(other, std::string("recovery.") + fault + what));
  }
}

TEST_CASE("a fault that does not happen is reported as one that harmed nobody", "[random]") {
  const measures::Report report = support::run(with("  - {name: rare, each: hub, mtbf: 3650d, mttr: 1h}\n"));
  for (const char* none : {"incidents", "downtime", "affected", "unrecovered", "prolonged", "collateral"})
    CHECK(support::value(report, std::string("recovery.rare.") + none) == 0);
  CHECK(std::isnan(support::value(report, "recovery.rare.p99")));
  CHECK(report.values.at("recovery.rare.group.movers.affected").value == 0.0);
  CHECK(support::value(report, "hubs.availability") == 1);
}

// The devices try again every ten seconds and never move: each is back within some seconds of the end of the
// outage of its own hub, whatever other hubs go through at the time.
TEST_CASE("recovery is counted from the device's own incident", "[random]") {
  const measures::Report report = support::run(R"(
duration: 4d
application: {hubs: {count: 5}}
provisioning: {exclude_failed_hubs: false}
fleet: [{name: meters, devices: 50, client: sdk-python, credentials: x509, return_to_dps: never}]
faults: [{name: outages, each: hub, mtbf: 4h, mttr: 1h, time_to_repair: fixed}]
)");
  CHECK(support::value(report, "recovery.outages.incidents") > 60);
  CHECK(support::value(report, "recovery.outages.episodes") > 600);
  CHECK(support::value(report, "recovery.outages.first") >= 3600);
  const measures::Pool& pool = report.pools.at("outages");
  CHECK(pool.recovery.at_rank(pool.recovery.count()) < 3620 * std::int64_t{1'000'000});
  CHECK(support::value(report, "recovery.outages.prolonged") == 0);
}

TEST_CASE("each zone and each region in use is a target", "[random]") {
  const auto names = [](const char* set, const char* each) {
    const application::Scenario scenario =
        application::load(with("  - {name: x, each: hub, mtbf: 3d, mttr: 1h}\n"), "x.yaml",
                          {set, std::string("faults[0].each=") + each});
    const faults::Topology topology = application::topology_of(scenario);
    std::vector<std::string> all;
    for (const faults::Fault& one : faults::targets(scenario.faults.at(0), topology))
      all.push_back(faults::target_name(one, topology));
    return all;
  };
  using Names = std::vector<std::string>;
  const char* const two = "application.hubs=[{name: x}, {name: y, zone: 3}]";
  CHECK(names(two, "hub") == Names{"x", "y"});
  CHECK(names(two, "zone") == Names{"westus/1", "westus/3"});
  const char* const apart = "application.hubs=[{name: x}, {name: y, region: northeurope}]";
  CHECK(names(apart, "region") == Names{"northeurope", "westus"});
  // A region that has zones is in all of them, wherever its hubs are.
  CHECK(names(apart, "zone") == Names{"northeurope/1", "northeurope/2", "northeurope/3", "westus/1"});
}
