// How many hubs and groups of devices a scenario may list: what is numbered in 16 bits is counted before the
// run.
#include <catch2/catch.hpp>
#include <string>

#include "models/application/load.hpp"
#include "models/device/settings.hpp"
#include "models/hub/settings.hpp"
#include "models/ids.hpp"

namespace {

std::string listed(const std::string& entry, std::size_t n) {
  std::string text;
  for (std::size_t i = 0; i < n; ++i) text += "    - " + entry + "\n";
  return text;
}

application::Scenario with_hubs(std::size_t n) {
  return application::load("limits: off\nfleet: [{devices: 10}]\napplication:\n  hubs:\n" + listed("{}", n),
                           "many.yaml");
}

application::Scenario with_groups(std::size_t n) {
  return application::load("fleet:\n" + listed("{devices: 1}", n), "many.yaml");
}

}  // namespace

TEST_CASE("there are ids for all hubs and groups that a scenario may have", "[ids]") {
  // Of the application, of its recovery region, and those that may come, with some names to spare.
  STATIC_REQUIRE(3 * std::size_t{hub::most_hubs} + 1000 <= ids::HubId::most);
  STATIC_REQUIRE(device::most_groups <= ids::GroupId::most);
}

TEST_CASE("a scenario lists 10,000 hubs at most", "[ids]") {
  CHECK(with_hubs(hub::most_hubs).hubs.size() == 10'000);
  CHECK_THROWS_WITH(with_hubs(hub::most_hubs + 1), Catch::Contains("5:5: error: application.hubs: 10001 "
                                                                   "entries are too many") &&
                                                       Catch::Contains("at most 10000"));
  CHECK_THROWS_WITH(with_hubs(32'770), Catch::Contains("32770 entries are too many"));
}

TEST_CASE("a scenario lists 10,000 groups of devices at most", "[ids][long]") {
  CHECK(with_groups(device::most_groups).fleet.size() == 10'000);
  CHECK_THROWS_WITH(
      with_groups(device::most_groups + 1),
      Catch::Contains("2:5: error: fleet: 10001 entries are too many") && Catch::Contains("at most 10000"));
}
