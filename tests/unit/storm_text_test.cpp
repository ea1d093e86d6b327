// How a retry storm is named in the summary, and what is advised against it.
#include <algorithm>
#include <catch2/catch.hpp>

#include "models/application/load.hpp"
#include "tests/unit/output_example.hpp"
#include "tools/output/advice.hpp"
#include "tools/output/storm_text.hpp"
#include "tools/output/summary_text.hpp"

namespace {

using analysis::Metric;

void storm(output::Result& result, const std::string& fault, double detected, const Metric& back) {
  const std::string prefix = "storm." + fault + ".";
  result.metrics[prefix + "detected"] = {"1", detected, {}, {}, 1, {}};
  result.metrics[prefix + "goodput"] = {"1", 0.12, {}, {}, 1, {}};
  result.metrics[prefix + "retry_share"] = {"1", 0.83, {}, {}, 1, {}};
  result.metrics[prefix + "goodput_back_after"] = back;
}

const Metric after_21m{"s", 1290, {}, {}, 1, {}}, not_in_3h{"s", {}, 10800, {}, 1, {}};

std::string text(double detected, const Metric& back) {
  const application::Scenario scenario = example::scenario();
  output::Result result;
  storm(result, "hub2", detected, back);
  std::string lines = output::storm_text({scenario, result, {}}, "hub2");
  std::replace(lines.begin(), lines.end(), '\n', ' ');
  return lines;
}

std::string advised(const std::string& yaml, const std::string& dominant = "hub_queue") {
  const application::Scenario scenario = application::load(yaml, "storm.yaml");
  output::Result result;
  storm(result, "f", 1, not_in_3h);
  result.metrics["recovery.f.wait." + dominant] = {"s", 1000, {}, {}, 1, {}};
  const std::optional<output::Advice> advice = output::advice({scenario, result, {}}, scenario.faults.at(0));
  REQUIRE(advice);
  CHECK(application::load(yaml, "storm.yaml", {advice->setting}).resolved != scenario.resolved);
  return advice->setting;
}

const std::string fault = "\nfaults: [{name: f, at: 1h, hub: 1, for: 20m}]\n";

}  // namespace

TEST_CASE("a storm is named with its share of retries and its end") {
  CHECK(text(1, after_21m) ==
        "Retry storm: 10m after the fault had ended, 12 % of the goodput was back, and 83 % of the attempts "
        "were retries. Half of it was back 21m30s after the end. ");
  CHECK(text(1, not_in_3h) ==
        "Retry storm: 10m after the fault had ended, 12 % of the goodput was back, and 83 % of the attempts "
        "were retries. Half of it was not back by the end of the run, 3h later. ");
  CHECK(text(0.3, not_in_3h).starts_with("Retry storm in 30 % of the replications: "));
  CHECK(text(0, after_21m) == "");
}

TEST_CASE("the summary names a storm where there was one") {
  output::Result result = example::result(1);
  const application::Scenario scenario = example::scenario();
  const output::View view{scenario, result, {}};
  CHECK(output::summary_text(view, "a.yaml").find("Retry storm") == std::string::npos);
  storm(result, "late", 1, not_in_3h);
  CHECK(output::summary_text(view, "a.yaml").find("\nRetry storm: 10m after") != std::string::npos);
  result.metrics["recovery.late.affected"].value = 0;
  CHECK(output::summary_text(view, "a.yaml").find("\nRetry storm: 10m") != std::string::npos);
}

TEST_CASE("advice against a storm goes to what keeps it going") {
  CHECK(advised("application: {era: legacy, hubs: {count: 1, edition: S1, units: 2, connects: {queue: 2m, "
                "abandoned: served}}}\nfleet: [{devices: 9}]" +
                fault) ==
        "application.hubs={count: 1, edition: S1, units: 2, connects: {burst: 90s, queue: 2m, expiry: 1m, "
        "abandoned: skipped}}");
  CHECK(advised("application: {hubs: [{units: 2}, {units: 3, connects: {abandoned: served}}]}\n"
                "fleet: [{devices: 9}]" +
                fault) == "application.hubs[1].connects.abandoned=skipped");
  CHECK(
      advised("application: {hubs: {count: 2, edition: S2, units: 1}}\nfleet: [{devices: 9, client: sdk-c}]" +
              fault) == "fleet[0].client={base: sdk-c, retry: {max: 2m}}");
  CHECK(advised("application: {hubs: {count: 2, edition: S2, units: 1}}\n"
                "fleet: [{devices: 9, client: {retry: {kind: fixed, min: 1s}}}]" +
                fault) == "fleet[0].client.retry.min=4s");
  // A throttled DPS is relieved, not waited for.
  CHECK(advised("application: {hubs: {count: 2, edition: S2, units: 1}}\nfleet: [{devices: 9}]" + fault,
                "dps_throttle") == "provisioning.registrations_per_minute=400");
}
