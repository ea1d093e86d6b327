// A region that is lost, and hubs that fail over, in cases whose answer is known: the measured line of known
// answer 23, the steps of a failover on paper, and that the two ways back are not mixed up.
#include <catch2/catch.hpp>

#include "models/failover/tables.hpp"
#include "tests/analytic/known.hpp"

using support::value;

namespace {

const std::string lost = R"(
duration: 12h
application: {hubs: {count: 2, units: 2}}
provisioning: {registrations_per_minute: 100000}
scaling: {policy: none}
failover: {service_rto: 2h, detection: 10m}
fleet: [{name: meters, devices: 1000, client: guide-reconnect, credentials: x509}]
faults: [{name: gone, at: 1h, region: westeurope}]
)";

support::Options with(std::vector<std::string> set) {
  support::Options options;
  options.set = std::move(set);
  return options;
}

}  // namespace

TEST_CASE("the manual failover of a hub takes as long as measured, or as documented", "[known-23]") {
  const failover::HubFailover measured = failover::default_settings().hub;
  // The six runs (facts, export-and-devices 7.2), within the residual of the fit.
  for (const auto& [devices, seconds] : {std::pair{80'000u, 518.0},
                                         {80'000u, 543.0},
                                         {120'000u, 539.0},
                                         {120'000u, 565.0},
                                         {120'000u, 548.0},
                                         {300'000u, 697.0}})
    CHECK(sim::seconds(measured.of(devices)) == Approx(seconds).margin(19));
  const failover::HubFailover documented = failover::documented_line();
  CHECK(sim::seconds(documented.of(100'000)) == Approx(900).margin(5));
  CHECK(sim::seconds(documented.of(5'000'000)) == Approx(3600).margin(10));
  CHECK(documented.of(0) == std::chrono::seconds{846});
  CHECK(documented.of(100'000'000) == std::chrono::hours{2});
}

TEST_CASE("devices see what the measured timeline shows", "[known-23]") {
  // 26,000 devices: active again after 483 s. Errors from +123 s, devices at work at +552 s (69 s later).
  const auto report = support::run(R"(
duration: 3h
application: {era: legacy, hubs: {count: 1, edition: S3, units: 1}}
fleet: [{name: meters, devices: 26000, client: {base: sdk-python}, credentials: x509}]
scaling: {policy: none}
failover: {dns_stale_share: 0%}
actions: [{name: away, at: 1h, fail_over: hub-1}]
)");
  CHECK(value(report, "recovery.away.affected") == 26'000);
  CHECK(value(report, "recovery.away.max") - value(report, "recovery.away.outage.max") ==
        Approx(123).margin(1));
  CHECK(value(report, "recovery.away.first") >= 483);
  CHECK(value(report, "recovery.away.p99") ==
        Approx(552).margin(15));  // address within 60 s, a try each 10 s
  CHECK(value(report, "dps.registrations") == 0);
  CHECK(value(report, "recovery.away.wait.stuck") == 0);
}

TEST_CASE("the steps of a failover come when they must", "[known-21]") {
  const auto report = support::run(lost);
  CHECK(value(report, "region.gone.detected") == 600);
  CHECK(value(report, "region.gone.service_rto") == 7200);
  CHECK(value(report, "region.gone.dps_back") == 7200);
  CHECK(value(report, "region.gone.hubs_back") == 7200);
  CHECK(value(report, "recovery.gone.first") > 7200);
  CHECK(value(report, "recovery.gone.unrecovered") == 0);
  CHECK(value(report, "hub.recovery-1.accepted") + value(report, "hub.recovery-2.accepted") == 1000);
  SECTION("a region that is back first calls it off") {
    const auto back = support::run(lost, with({"faults[0].for=90m"}));
    CHECK(std::isnan(value(back, "region.gone.dps_back")));
    CHECK(value(back, "region.gone.service_rto") == 5400);
    CHECK(value(back, "recovery.gone.unrecovered") == 0);
    CHECK(value(back, "hub.hub-1.accepted") + value(back, "hub.hub-2.accepted") >= 1000);
  }
  SECTION("a second fault that takes the region meanwhile holds it") {
    const auto twice = support::run(lost, with({"faults=[{name: gone, at: 1h, for: 30m, region: westeurope}, "
                                                "{name: again, at: 80m, region: westeurope}]"}));
    CHECK(value(twice, "region.gone.service_rto") == 7200);
    CHECK(value(twice, "region.gone.dps_back") == 7200);
    CHECK(value(twice, "recovery.gone.unrecovered") == 0);
    CHECK(value(twice, "recovery.again.affected") == 0);
  }
  SECTION("an operator's order counts from when it is given") {
    const auto ordered =
        support::run(lost, with({"failover={standby: warm, detection: 10m, decision: operator, "
                                 "switch: 2m}",
                                 "actions=[{name: go, at: 3h, fail_over: westeurope}]"}));
    CHECK(value(ordered, "region.gone.decided") == 7200);
    CHECK(value(ordered, "region.gone.service_rto") == 7320);
  }
}

TEST_CASE("the two ways back are not mixed up", "[failover]") {
  // New hubs are found through DPS only, a hub that keeps its name without it.
  const auto never = with({"fleet[0].return_to_dps=never"});
  CHECK(value(support::run(lost, never), "recovery.gone.unrecovered") == 1000);
  const auto hubs = support::run(lost, with({"fleet[0].return_to_dps=never", "failover.moves=hubs"}));
  CHECK(value(hubs, "recovery.gone.unrecovered") == 0);
  CHECK(value(hubs, "dps.registrations") == 0);
  CHECK(value(hubs, "recovery.gone.first") > 7200);
}

// DPS assigns nobody to the hubs of a region that stands by.
TEST_CASE("a fleet that joins finds the hubs of its region alone while another stands by", "[failover]") {
  for (const char* standby : {"warm", "cold"}) {
    INFO(standby);
    const auto joined = support::run(lost, with({std::string("failover={standby: ") + standby + "}",
                                                 "faults=[]", "fleet[0].joins=over 1h", "duration=2h"}));
    CHECK(value(joined, "hub.hub-1.accepted") + value(joined, "hub.hub-2.accepted") == 1000);
  }
}

TEST_CASE("what the copy of the registry lacks", "[failover]") {
  const auto twins = [](const char* period) {
    return value(
        support::run(lost, with({std::string("fleet[0].properties={every: ") + period + ", size: 100 B}"})),
        "region.gone.twins_lost");
  };
  CHECK(twins("5m") == 1000);                          // each is younger than 5 min
  CHECK(twins("50m") == Approx(100).margin(3 * 9.5));  // one in ten
  // With hubs on both sides only those of the lost ones.
  const auto active = support::run(lost, with({"fleet[0].properties={every: 5m, size: 100 B}",
                                               "failover={standby: active, detection: 10m}"}));
  CHECK(value(active, "region.gone.twins_lost") == value(active, "recovery.gone.affected"));
  CHECK(value(active, "region.gone.twins_lost") < 600);
  // 1,000 devices that send every 5 min: 33 messages in 10 s, all of them unread.
  CHECK(value(support::run(lost), "region.gone.unread_lost") == Approx(33).margin(1));
}

// The copy is 5 minutes old: it knows the devices of 50 min, and not those of 57. Those of an hour and a half
// find neither.
TEST_CASE("the copy of the registry lacks who came within the recovery point", "[failover]") {
  const auto forgotten = [](const std::string& more) {
    return value(
        support::run(lost, with({"fleet=[{name: early, devices: 100, joins: at 50m over 1m}, {name: late, "
                                 "devices: 40, joins: at 57m over 1m}]",
                                 more})),
        "region.gone.twins_lost");
  };
  CHECK(forgotten("failover.rpo=5m") == 40);
  CHECK(forgotten("failover.rpo=1m") == 0);
  CHECK(forgotten("failover.rpo=15m") == 140);
  CHECK(forgotten("faults[0].at=55m") == 100);
  CHECK(forgotten("faults[0].at=49m") == 0);  // nobody was there
}

TEST_CASE("a failback cuts each device off once more", "[failover]") {
  const auto report =
      support::run(lost, with({"faults[0].for=4h", "actions=[{name: home, at: 6h, fail_back: westeurope}]",
                               "scaling.rebalance.pace=1000/min"}));
  CHECK(value(report, "recovery.gone.affected") == 1000);
  CHECK(value(report, "recovery.home.affected") == 1000);
  CHECK(value(report, "recovery.home.unrecovered") == 0);
  CHECK(value(report, "allocation.hub.hub-1.connected") + value(report, "allocation.hub.hub-2.connected") ==
        1000);
}

TEST_CASE("failover gives the same bytes on both carriers and without parking",
          "[known-25][failover][long]") {
  for (const std::vector<std::string>& set :
       std::vector<std::vector<std::string>>{{},
                                             {"failover.moves=hubs"},
                                             {"failover={standby: active, detection: 10m}"},
                                             {"failover={standby: cold, detection: 10m}", "faults[0].for=4h",
                                              "actions=[{name: home, at: 6h, fail_back: westeurope}]"}}) {
    std::vector<std::string> small = set;
    small.emplace_back("fleet[0].devices=60");
    support::Options options = with(small);
    const std::string one = support::bytes(support::run(lost, options));
    options.parking = false;
    CHECK(support::bytes(support::run(lost, options)) == one);
    options.carrier = application::CarrierKind::actor;
    CHECK(support::bytes(support::run(lost, options)) == one);
  }
}
