// Known answer 11. Goal: returning to DPS helps nobody whose hub is dead and still linked.
// Answer: with rendezvous hashing and no exclusion of failed hubs, DPS hands the same hub out again, so that
// of the dead hub's devices exactly none is back before it is; with exclusion they are back on the others
// long before. Tolerance: none.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"

namespace {

std::string scenario(const std::string& mode, bool exclude) {
  return fmt::format(R"(
duration: 3h
application: {{hubs: {{count: 4, edition: S3, units: 10}}}}
provisioning: {{registrations_per_minute: 20000, exclude_failed_hubs: {}}}
fleet:
  - {{name: all, devices: 4000, client: guide-reconnect, return_to_dps: at once,
     region: germany, access: lte}}
faults:
  - {{name: dead, at: 10m, for: 1h, hub: 2, mode: {}}}
)",
                     exclude, mode);
}

}  // namespace

TEST_CASE("a dead hub that stays linked holds its devices until it is back", "[known-11]") {
  for (const char* mode : {"refuse", "silent"}) {
    INFO(mode);
    support::Options unparked;
    unparked.parking = false;
    const auto linked = support::run(scenario(mode, false));
    CHECK(known::difference(linked, support::run(scenario(mode, false), unparked)) == "");
    const double affected = support::value(linked, "recovery.dead.affected");
    CHECK(affected > 900);
    CHECK(support::value(linked, "recovery.dead.first") >= 3600);
    CHECK(support::value(linked, "recovery.dead.unrecovered") == 0);
    CHECK(support::value(linked, "allocation.hub.hub-2.provisioned") == affected);
    CHECK(support::value(linked, "recovery.dead.within.15m") == 0);

    const auto excluded = support::run(scenario(mode, true));
    CHECK(support::value(excluded, "recovery.dead.within.15m") == 1);
  }
}
