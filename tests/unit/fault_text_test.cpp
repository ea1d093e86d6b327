// What the summary says of a fault, and what it advises against it, by target.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>

#include "models/application/load.hpp"
#include "models/measures/catalog.hpp"
#include "tools/output/advice.hpp"
#include "tools/output/fault_text.hpp"

namespace {

const std::string fleet = R"(
application: {region: northeurope, hubs: [{}, {region: westus, zone: 2}]}
fleet:
  - {name: a, devices: 10, region: germany, access: lte, client: guide-reconnect, on_dps_failure: keep asking}
)";

application::Scenario with(const std::string& fault) {
  return application::load(fleet + "faults: [{name: x, at: 1h, for: 20m, " + fault + "}]\n", "text.yaml");
}

std::string text(const std::string& fault) {
  const application::Scenario scenario = with(fault);
  const output::Result result;
  return output::what_happened({scenario, result, {}}, scenario.faults.at(0));
}

// The advice when one wait part takes most of the time.
output::Advice advised(const application::Scenario& scenario, const std::string& part) {
  output::Result result;
  for (const std::string& other : measures::wait_parts())
    result.metrics["recovery.x.wait." + other] = {"s", other == part ? 1000 : 10, {}, {}, 1, {}};
  const auto advice = output::advice({scenario, result, {}}, scenario.faults.at(0));
  REQUIRE(advice);
  return *advice;
}

}  // namespace

TEST_CASE("what a fault did, by target and mode") {
  const std::string span = " from 1h on, for 20m.";
  CHECK(text("hub: 1") == "hub-1 refused every connection" + span);
  CHECK(text("hub: 1, mode: upgrade") ==
        "hub-1 was upgraded: connections were closed and new ones answered with busy" + span);
  CHECK(text("region: westus") == "region westus went silent (packets vanished)" + span);
  CHECK(text("zone: westus/2, mode: refuse") == "zone 2 of westus refused every connection" + span);
  CHECK(text("zone: northeurope/3") ==
        "northeurope lost zone 3, a third of its connections and capacity" + span);
  CHECK(text("dps: outage, mode: busy") == "DPS answered new connections with busy" + span);
  CHECK(text("dps: outage, mode: {degraded: {capacity: 30%}}") == "DPS had 30 % of its capacity left" + span);
  CHECK(text("quota: {registrations_per_minute: 1000}") ==
        "DPS admitted 1,000 registrations a minute" + span);
  CHECK(text("quota: {registrations_per_minute: 100, polls_per_minute: 300}") ==
        "DPS admitted 100 registrations and 300 polls a minute" + span);
  CHECK(text("neighbour: {polls_per_minute: 50}") == "other tenants asked DPS for 50 polls a minute" + span);
  CHECK(text("link: {}") == "the network between all devices and the cloud let no packet through" + span);
  CHECK(text("link: {devices: germany, cloud: westus}, mode: refuse") ==
        "the network between the devices in germany and westus reset every connection" + span);
  CHECK(text("access: lte") == "the access network lte let no packet through" + span);
  CHECK(text("access: lte, mode: {impaired: {latency: 300ms, loss: 5%}}") ==
        "the access network lte took 300 ms longer for a round trip and lost 5 % more of them" + span);
  CHECK(text("access: lte, mode: {impaired: {loss: 5%}}") ==
        "the access network lte lost 5 % more of the round trips" + span);
}

TEST_CASE("nobody is advised to buy hubs against a fault that is none of a hub's") {
  for (const char* fault : {"dps: outage", "region: westus", "zone: westus/2", "link: {}", "access: lte"}) {
    INFO(fault);
    const application::Scenario scenario = with(fault);
    for (const char* part : {"service_down", "stuck"}) {
      const output::Advice advice = advised(scenario, part);
      CHECK(advice.reason.size() > 20);
      CHECK(advice.setting.find("hubs") == std::string::npos);
    }
  }
  CHECK(advised(with("hub: 1"), "service_down").setting.find("application.hubs") == 0);
}

TEST_CASE("against an outage of DPS: the hub that one knows") {
  const application::Scenario scenario = with("dps: outage");
  const output::Advice advice = advised(scenario, "service_down");
  CHECK(advice.setting == "fleet[0].on_dps_failure=cached hub");
  const std::string yaml = fleet + "faults: [{name: x, at: 1h, for: 20m, dps: outage}]\n";
  const application::Scenario better = application::load(yaml, "text.yaml", {advice.setting});
  CHECK(better.resolved != scenario.resolved);
  CHECK(advised(better, "service_down").setting.empty());
}

TEST_CASE("who is cut off is not sent to DPS, which would send it back") {
  CHECK(advised(with("link: {cloud: westus}"), "stuck").setting.empty());
  CHECK_FALSE(advised(with("hub: 1"), "stuck").setting.empty());
}
