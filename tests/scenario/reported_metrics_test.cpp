// What a run reports is what the catalog promises: the same names, the same units, nothing more and nothing
// less.
#include <catch2/catch.hpp>
#include <set>

#include "models/application/load.hpp"
#include "models/application/metric_names.hpp"
#include "tests/support/run.hpp"
#include "tools/analysis/combine.hpp"

TEST_CASE("every metric of the catalog is reported, and no other") {
  const std::string text = R"(
duration: 1h
warmup: 5m
application: {hubs: {count: 3, edition: S2, units: 1}}
fleet:
  - {name: meters, devices: 60, client: sdk-python, return_to_dps: after 10 failures}
  - {name: pumps, devices: 20, client: sdk-c}
faults:
  - {name: away, at: 10m, hub: 2, for: 5m}
  - {name: late, at: 50m, hub: 1, mode: silent}
actions:
  - {name: drill, at: 30m, manual_failover: {group: meters, share: 10%}}
  - {name: lockout, at: 31m, block: {device: pumps/3}}
  - {name: pardon, at: 32m, unblock: {device: pumps/3}}
expect: [recovery.away.within.7m > 10%]
)";
  const application::Scenario scenario = application::load(text, "metrics.yaml");
  const measures::Names names = application::metric_names(scenario);
  const std::vector<std::string> listed = measures::metric_names(names);
  std::set<std::string> expected(listed.begin(), listed.end());
  for (const std::string fault : {"away", "late", "drill", "lockout", "rebalance"})
    for (const std::string who : {"", "group.meters.", "group.pumps."})
      expected.insert("recovery." + fault + "." + who + "within.7m");
  std::set<std::string> reported;
  for (const auto& [name, metric] : analysis::combine({support::run(text)})) {
    reported.insert(name);
    const measures::MetricKind* kind = measures::find_metric(name, names);
    INFO(name);
    REQUIRE(kind);
    CHECK(metric.unit == kind->unit);
  }
  CHECK(reported == expected);
}
