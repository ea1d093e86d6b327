// A study worked out: what is kept of its points.
#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

#include "models/application/load.hpp"
#include "tools/study/plan.hpp"

namespace {

// Three points, whose scenarios are as large as `resolved` says.
study::Settings settings() {
  return study::load(
      "scenario: base.yaml\nmetrics: [telemetry.lost]\n"
      "axes: [{name: d, path: fleet.0.devices, values: [1, 2, 3]}]\n",
      "study.yaml");
}

study::LoadScenario loader(const std::string& resolved) {
  return [&resolved](const std::vector<std::string>& overrides) {
    application::Scenario scenario = application::load("fleet: [{devices: 10}]\n", "base.yaml", overrides);
    scenario.resolved += resolved;
    return scenario;
  };
}

}  // namespace

TEST_CASE("a plan keeps few scenarios, and the others are loaded again as they were") {
  std::string resolved(std::size_t{9} << 20, 'x');
  const study::Plan plan = study::make_plan(settings(), loader(resolved));
  REQUIRE(plan.points.size() == 3);
  CHECK(plan.points[0].scenario);
  CHECK_FALSE(plan.points[1].scenario);
  CHECK_FALSE(plan.points[2].scenario);
  for (const study::Point& point : plan.points) {
    const auto scenario = study::scenario_of(plan, point);
    CHECK(scenario->fleet.at(0).devices == point.number);
    CHECK(scenario->seed == point.seed);
    CHECK(scenario->asked == std::vector<std::string>{"telemetry.lost"});
  }
  // What is simulated is what the plan is about.
  resolved += "y";
  CHECK_THROWS_WITH(study::scenario_of(plan, plan.points[2]),
                    Catch::Contains("has changed since the study was read"));
  const std::string small;
  for (const study::Point& point : study::make_plan(settings(), loader(small)).points) CHECK(point.scenario);
}

TEST_CASE("work on a plan can be interrupted before each point") {
  int steps = 0;
  const std::string small;
  CHECK_THROWS_WITH(study::make_plan(settings(), loader(small),
                                     [&] {
                                       if (++steps == 4) throw std::runtime_error("enough");
                                     }),
                    "enough");
}
