// What waiting devices could hope for, fed by hand: three hubs, two ways, one of which two groups take.
#include <catch2/catch.hpp>
#include <utility>
#include <vector>

#include "models/measures/service_history.hpp"

using namespace std::chrono_literals;
using ids::GroupId;
using ids::HubId;
using measures::ServiceHistory;
using sim::Duration;
using sim::Time;
using View = ServiceHistory::Prospect;
using Stretches = std::vector<std::pair<View, Duration>>;

namespace {

const HubId dps = HubId::none;

// Stretches of one view that follow each other are one.
Stretches stretches(const ServiceHistory& service_history, std::size_t group, HubId hub, Time from, Time to) {
  Stretches all;
  service_history.split(GroupId(group), hub, from, to, [&](View view, Duration length) {
    if (!all.empty() && all.back().first == view)
      all.back().second += length;
    else
      all.emplace_back(view, length);
  });
  return all;
}

}  // namespace

TEST_CASE("a hub that is down has an alternative while DPS and another hub serve") {
  ServiceHistory service_history(3, 2, {0});
  service_history.hub_serves(Time{10s}, HubId(0), false);
  service_history.dps_serves(Time{20s}, false);
  service_history.dps_serves(Time{30s}, true);
  service_history.hub_allocatable(Time{40s}, HubId(1), false);
  service_history.hub_serves(Time{50s}, HubId(2), true);
  service_history.hub_allocatable(Time{50s}, HubId(2), true);
  service_history.hub_serves(Time{60s}, HubId(0), true);
  CHECK(stretches(service_history, 0, HubId(0), Time{}, Time{70s}) == Stretches{{View::serves, 10s},
                                                                                {View::alternative, 10s},
                                                                                {View::down, 10s},
                                                                                {View::alternative, 10s},
                                                                                {View::down, 10s},
                                                                                {View::alternative, 10s},
                                                                                {View::serves, 10s}});
  CHECK(stretches(service_history, 0, dps, Time{15s}, Time{35s}) ==
        Stretches{{View::serves, 5s}, {View::down, 10s}, {View::serves, 5s}});
  CHECK(stretches(service_history, 0, HubId(0), Time{12s}, Time{15s}) == Stretches{{View::alternative, 3s}});
  CHECK(stretches(service_history, 0, HubId(0), Time{12s}, Time{12s}).empty());
  CHECK_FALSE(service_history.allocatable(HubId(1)));
}

TEST_CASE("groups with one way see the same and others what is on theirs") {
  ServiceHistory service_history(2, 2, {0, 1, 0});
  service_history.hub_serves(Time{10s}, HubId(1), false);
  for (const std::size_t group : {0, 2})
    service_history.path_open(Time{20s}, GroupId(group), HubId(0), false);
  service_history.hub_serves(Time{30s}, HubId(1), true);
  for (const std::size_t group : {0, 2}) service_history.path_open(Time{40s}, GroupId(group), dps, false);
  for (const std::size_t group : {0, 2}) service_history.path_open(Time{50s}, GroupId(group), dps, true);
  for (const std::size_t group : {0, 2}) service_history.path_open(Time{50s}, GroupId(group), HubId(0), true);
  const Stretches cut{{View::serves, 20s},
                      {View::down, 10s},
                      {View::alternative, 10s},
                      {View::down, 10s},
                      {View::serves, 10s}};
  for (const std::size_t group : {0, 2})
    CHECK(stretches(service_history, group, HubId(0), Time{}, Time{60s}) == cut);
  CHECK(stretches(service_history, 1, HubId(0), Time{}, Time{60s}) == Stretches{{View::serves, 60s}});
  CHECK(stretches(service_history, 2, HubId(1), Time{}, Time{60s}) ==
        Stretches{{View::serves, 10s}, {View::alternative, 10s}, {View::down, 10s}, {View::serves, 30s}});
  CHECK(stretches(service_history, 1, HubId(1), Time{5s}, Time{25s}) ==
        Stretches{{View::serves, 5s}, {View::alternative, 15s}});
  CHECK(service_history.view(GroupId(0), HubId(0)) == View::serves);
}

TEST_CASE("of several states at one instant the last one holds") {
  ServiceHistory service_history(2);
  service_history.hub_serves(Time{10s}, HubId(0), false);
  service_history.hub_serves(Time{10s}, HubId(1), false);
  service_history.hub_serves(Time{10s}, HubId(1), true);
  CHECK(stretches(service_history, 0, HubId(0), Time{}, Time{20s}) ==
        Stretches{{View::serves, 10s}, {View::alternative, 10s}});
  CHECK(stretches(service_history, 0, HubId(1), Time{}, Time{20s}) == Stretches{{View::serves, 20s}});
}
