// What the summary tells of a lost region: the steps in their order, and the one that took longest.
#include <catch2/catch.hpp>

#include "models/application/load.hpp"
#include "tools/output/advice.hpp"
#include "tools/output/region_text.hpp"

namespace {

constexpr const char* yaml =
    "application: {era: 2021, region: westeurope, recovery_region: northeurope, hubs: {count: 2}}\n"
    "fleet: [{name: meters, devices: 10}]\n"
    "faults: [{name: gone, at: 1h, region: westeurope}, {name: one, at: 2h, hub: 1, for: 1h}]\n";

output::Result result(double decided, std::optional<double> p99) {
  output::Result result;
  const auto put = [&](const std::string& name, std::optional<double> value) {
    result.metrics[name] = {"s", value, value ? std::nullopt : std::optional(20000.0), {}, 1, {}};
  };
  put("region.gone.detected", 600);
  put("region.gone.decided", decided);
  put("region.gone.dps_back", 7200);
  put("region.gone.hubs_back", 7200);
  put("region.gone.rpo", 300);
  result.metrics["region.gone.twins_lost"] = {"devices", 7, {}, {}, 1, {}};
  result.metrics["region.gone.unread_lost"] = {"messages", 12, {}, {}, 1, {}};
  put("recovery.gone.first", 7260);
  put("recovery.gone.p50", 8000);
  put("recovery.gone.p99", p99);
  put("recovery.gone.wait.service_down", 7000);
  return result;
}

std::string text(const output::Result& result, std::size_t fault) {
  const application::Scenario scenario = application::load(yaml, "lost.yaml");
  return output::region_text({scenario, result, {}}, scenario.faults.at(fault));
}

}  // namespace

TEST_CASE("a lost region's steps come in their order, each with what it took") {
  CHECK(text(result(600, 9000), 0) ==
        "Step by step, from the loss of westeurope:\n"
        "  loss detected                  10m         + 10m\n"
        "  failover decided               10m\n"
        "  DPS back                        2h       + 1h50m\n"
        "  hubs back                       2h\n"
        "  first device back             2h1m          + 1m\n"
        "  half of the devices          2h13m      + 12m20s\n"
        "  99 % of the devices          2h30m      + 16m40s\n"
        "What held it up most: bringing DPS back, 1h50m of 2h30m. The copy that it went\n"
        "on with was 5m old: 7 devices lost the latest change of their twins, 12 messages\n"
        "that nobody had read are gone.\n");
}

TEST_CASE("the step that took longest is named, and one that was not reached has its bound") {
  const std::string slow = text(result(6000, 9000), 0);
  CHECK(slow.find("What held it up most: deciding to fail over, 1h30m of 2h30m.") != std::string::npos);
  const std::string late = text(result(6000, {}), 0);
  CHECK(late.find("What held it up most: the devices from half of them to 99 %, not within 5h33m.") !=
        std::string::npos);
  CHECK(late.find("  99 % of the devices        > 5h33m\n") != std::string::npos);
}

TEST_CASE("a fault that takes no region has no such steps") { CHECK(text(result(600, 9000), 1).empty()); }

TEST_CASE("who waits for a failover is told of hubs that stand by") {
  const application::Scenario scenario = application::load(yaml, "lost.yaml");
  const output::Result lost = result(600, 9000);
  const std::optional<output::Advice> advice = output::advice({scenario, lost, {}}, scenario.faults.at(0));
  REQUIRE(advice);
  CHECK(advice->reason.find("hubs that stand by in northeurope") != std::string::npos);
}
