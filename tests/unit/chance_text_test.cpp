// What the summary says of faults by chance and of those that replications go through; and CONNECTs by
// second.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "models/application/load.hpp"
#include "models/hub/per_second.hpp"
#include "tools/output/chance_text.hpp"
#include "tools/output/fault_text.hpp"
#include "tools/output/places.hpp"
#include "tools/output/run_writers.hpp"

namespace {

application::Scenario scenario(const std::string& fault, const char* replications) {
  return application::load("fleet: [{devices: 10}]\nfaults: [" + fault + "]\n", "x.yaml",
                           {std::string("replications=") + replications});
}

const char* const rare = "{name: rare, each: hub, mtbf: 3650d, mttr: 2h}";
const char* const placed = "{name: away, each: hub, instants: 2, for: 20m}";

measures::Value some(const char* unit, std::optional<double> value) { return {unit, value, {}, {}}; }

std::vector<measures::Report> times(std::size_t n, double incidents) {
  std::vector<measures::Report> reports(n);
  for (measures::Report& report : reports)
    report.values["recovery.rare.incidents"] = some("incidents", incidents);
  return reports;
}

}  // namespace

TEST_CASE("a fault that never happened is said to be as rare as that tells") {
  const application::Scenario once = scenario(rare, "20");
  output::Result result;
  result.unseen = output::unseen_faults(once, times(20, 0));
  REQUIRE(result.unseen.size() == 1);
  CHECK(output::what_happened({once, result, {}}, once.faults[0]) ==
        "each hub refused every connection at random, on average after 3650d of service and for 2h: not once "
        "in "
        "20 replications: at 95 % the probability that it happens in one is below 15 %.");
  CHECK(nlohmann::json::parse(output::summary_json(result))["unseen"] ==
        nlohmann::json::parse(R"([{"fault": "rare", "replications": 20, "probability_below": 0.15}])"));
  result.unseen = output::unseen_faults(once, times(1, 0));
  CHECK_THAT(output::what_happened({once, result, {}}, once.faults[0]),
             Catch::EndsWith("not once in this run, too few to tell how rare it is."));
  CHECK(output::unseen_faults(once, times(20, 0.5)).empty());
  CHECK(output::unseen_faults(scenario("{name: rare, at: 2h, hub: 1}", "20"), times(20, 0)).empty());
}

TEST_CASE("the worst and the mildest place are named") {
  const application::Scenario study = scenario(placed, "4");
  std::vector<measures::Report> reports(4);
  const std::optional<double> p99[] = {120.0, 600.0, std::nullopt, 60.0};
  for (std::size_t r = 0; r < 4; ++r) {
    reports[r].values["recovery.away.affected"] = some("devices", 5);
    reports[r].values["recovery.away.p99"] = some("s", p99[r]);
  }
  output::Result result;
  result.placed = output::placed_runs(study, reports);
  REQUIRE(result.placed.size() == 4);
  CHECK(result.placed[3].target == "hub-2");
  CHECK(result.placed[3].at_s == 3 * 3600);
  const auto text = [&] { return output::what_happened({study, result, {}}, study.faults[0]); };
  // Without a value and without a bound nobody was affected; with one, somebody was not back.
  reports[2].values["recovery.away.affected"] = some("devices", 0);
  result.placed = output::placed_runs(study, reports);
  CHECK(text() ==
        "each hub refused every connection at one of 2 instants, another place in each replication, for 20m. "
        "Worst was hub-1 at 3h (replication 2), 99 % back after 10m; mildest hub-2 at 0 s (replication 3), "
        "nobody lost service.");
  reports[2].values["recovery.away.affected"] = some("devices", 5);
  reports[2].values["recovery.away.p99"].at_least = 1000;
  result.placed = output::placed_runs(study, reports);
  CHECK_THAT(text(),
             Catch::Contains("Worst was hub-2 at 0 s (replication 3), 99 % were not back by the end"));
  const nlohmann::json json = nlohmann::json::parse(output::summary_json(result))["placed"];
  REQUIRE(json.size() == 4);
  CHECK(json[2]["p99"].is_null());
  CHECK(json[2]["at_least"] == 1000);
  CHECK(json[1]["target"] == "hub-1");
}

TEST_CASE("how much of the time hubs served has the digits it needs") {
  const application::Scenario once = scenario(rare, "20");
  output::Result result;
  const auto said = [&](double value) {
    result.metrics["hubs.availability"] = {"1", value, {}, {}, 20, {}};
    return output::uptime_text({once, result, {}});
  };
  CHECK(said(0.9972) == "Hubs served 99.72 % of the time.\n");
  CHECK(said(0.999972) == "Hubs served 99.9972 % of the time.\n");
  CHECK(said(0.9) == "Hubs served 90.0 % of the time.\n");
  CHECK(said(1) == "Hubs served 100 % of the time.\n");
  result.metrics["hubs.availability"].ci95 = analysis::Interval{0.99991, 1.00001};
  CHECK(output::uptime_text({once, result, {}}) ==
        "Hubs served 100 % of the time (95 % interval 99.9910 % to 100 %).\n");
}

TEST_CASE("what is counted by the second is found again, however far apart") {
  hub::PerSecond one, other;
  one.add(3);
  one.add(3);
  one.add(31'000'000);
  other.add(3);
  other.add(5000);
  CHECK(one[3] == 2);
  CHECK(one[4] == 0);
  CHECK(one[40'000'000] == 0);
  CHECK(one.sum(0, 4) == 2);
  CHECK(one.sum(4, 31'000'000) == 0);
  CHECK(one.sum(4, 40'000'000) == 1);
  CHECK(one.most_from(3) == 2);
  CHECK(one.most_from(4) == 1);
  CHECK(one.most_from(32'000'000) == 0);
  other += one;
  CHECK(other[3] == 3);
  CHECK(other[5000] == 1);
  CHECK(other[31'000'000] == 1);
}
