// How evenly devices are spread, on hubs with counts by hand.
#include <catch2/catch.hpp>
#include <cmath>

#include "models/measures/balance.hpp"
#include "tests/analytic/formulas/formula.hpp"

using formula::at;
using formula::hub_no;
using namespace std::chrono_literals;

namespace {

using Hubs = ids::PerId<ids::HubId, measures::Balance::HubInfo>;

// Hubs of the weights 1, 1 and 2. The records of six, three and eight devices: over weight 6, 3 and 4. An
// Edge device, number 17, is on the first hub as well and counts in none of these.
//   provisioned 6, 3, 4: sum 13, squares 61: Jain 169 / (3 x 61); largest to mean 6 x 3 / 13; mean 13/3, the
//   squares around it (25 + 16 + 1) / 9 = 42/9, so that the deviation is sqrt(14/9) and cv sqrt(14/9) /
//   (13/3).
// Five, three and two of them are connected at the end: over weight 5, 3 and 1: sum 9, squares 35: 81 / 105;
// 15/9;
//   mean 3, squares (4 + 0 + 4) / 3, cv sqrt(8/3) / 3.
// The peak: when only the five were connected for a second, 5 x 3 / 5 = 3; the three that were connected in
// the warm-up, and for no time on the third hub alone, are none.
measures::Report spread() {
  measures::ServiceHistory service_history(3);
  measures::Balance balance(Hubs({{"a", 1}, {"b", 1}, {"c", 2}}), service_history, at(100), {{17, 18}});
  for (measures::Device d = 0; d < 18; ++d)
    balance.assigned(d, at(0), ids::HubId::none,
                     d < 6 || d == 17 ? hub_no(0)
                     : d < 9          ? hub_no(1)
                                      : hub_no(2));
  const auto connect = [&](measures::Device from, measures::Device to, double when, std::size_t where) {
    for (measures::Device d = from; d < to; ++d) balance.online(d, at(when), at(0), hub_no(where));
  };
  connect(17, 18, 10, 0);
  connect(0, 5, 150, 0);
  connect(6, 9, 151, 1);
  connect(9, 11, 160, 2);
  // All of the first are gone and back within one instant.
  for (measures::Device d = 0; d < 5; ++d) balance.offline(d, at(170), hub_no(0), ids::CauseId::none, true);
  connect(0, 5, 170, 0);
  balance.finish(at(200));
  measures::Report report;
  balance.report(report);
  return report;
}

// Four hubs, of which three have failed with 10, 20 and 30 devices on record; the first has 60 and 99
// connected. A fifth stands by, empty; a sixth has been deleted.
//   provisioned, all: 60, 10, 20, 30: sum 120, squares 5,000: Jain 14,400 / 20,000; 60 x 4 / 120; mean 30,
//   squares around it (900 + 400 + 100 + 0) / 4 = 350. Of the one that may be used each figure is that of an
//   even spread.
measures::Report failed() {
  measures::ServiceHistory service_history(6, 6, {0});
  measures::Balance balance(Hubs({{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}, {"e", 1}, {"f", 1}}),
                            service_history, at(0));
  const auto exclude = [&](double when, std::size_t hub) {
    service_history.hub_allocatable(at(when), hub_no(hub), false);
    balance.hub_allocatable(at(when), hub_no(hub), false);
  };
  exclude(0, 4);
  for (measures::Device d = 0; d < 120; ++d)
    balance.assigned(d, at(1), ids::HubId::none, hub_no(d < 60 ? 0 : d < 70 ? 1 : d < 90 ? 2 : 3));
  for (measures::Device d = 0; d < 99; ++d) balance.online(d, at(1), at(0), hub_no(0));
  for (const std::size_t hub : {1, 2, 3, 5}) exclude(10, hub);
  balance.hub_sized(at(10), hub_no(5), {});
  balance.finish(at(20));
  measures::Report report;
  balance.report(report);
  return report;
}

const formula::History dead_hubs{failed,
                                 {{"allocation.provisioned.jain", 1},
                                  {"allocation.provisioned.max_to_mean", 1},
                                  {"allocation.provisioned.all_hubs.jain", 14'400.0 / 20'000},
                                  {"allocation.provisioned.all_hubs.max_to_mean", 2},
                                  {"allocation.provisioned.all_hubs.cv", std::sqrt(350.0) / 30},
                                  {"allocation.connected.max_to_mean", 1},
                                  {"allocation.connected.all_hubs.jain", 0.25},
                                  {"allocation.connected.all_hubs.max_to_mean", 4},
                                  {"allocation.left_out.hubs", 3},
                                  {"allocation.left_out.devices", 60}}};

const formula::History spread_evenly_or_not{spread,
                                            {{"allocation.provisioned.jain", 169.0 / 183},
                                             {"allocation.provisioned.max_to_mean", 18.0 / 13},
                                             {"allocation.provisioned.cv", std::sqrt(14.0 / 9) / (13.0 / 3)},
                                             {"allocation.provisioned.all_hubs.jain", 169.0 / 183},
                                             {"allocation.connected.all_hubs.cv", std::sqrt(8.0 / 3) / 3},
                                             {"allocation.left_out.hubs", 0},
                                             {"allocation.provisioned.min", 3},
                                             {"allocation.provisioned.max", 6},
                                             {"allocation.connected.jain", 81.0 / 105},
                                             {"allocation.connected.max_to_mean", 15.0 / 9},
                                             {"allocation.connected.cv", std::sqrt(8.0 / 3) / 3},
                                             {"allocation.connected.min", 1},
                                             {"allocation.connected.max", 5},
                                             {"allocation.connected.max_to_mean.peak", 3},
                                             {"allocation.hub.a.provisioned", 7},
                                             {"allocation.hub.b.provisioned", 3},
                                             {"allocation.hub.c.provisioned", 8},
                                             {"allocation.hub.a.connected", 6},
                                             {"allocation.hub.b.connected", 3},
                                             {"allocation.hub.c.connected", 2}}};

}  // namespace

TEST_CASE("formulas of balance", "[formula]") { spread_evenly_or_not.check(); }

TEST_CASE("hubs that have failed are in the figures of all hubs that exist", "[formula]") {
  dead_hubs.check();
}

TEST_CASE("a peak needs a tenth of the devices and ten a hub", "[formula]") {
  measures::ServiceHistory service_history(2);
  measures::Balance balance(Hubs({{"a", 1}, {"b", 1}}), service_history, at(0), {}, 300);
  const auto peak = [&](double when) {
    balance.finish(at(when));
    measures::Report report;
    balance.report(report);
    return *report.values.at("allocation.connected.max_to_mean.peak").value;
  };
  for (measures::Device d = 0; d < 29; ++d) balance.online(d, at(1), at(0), hub_no(0));
  CHECK(peak(2) == 1);  // 29 of 300 on one of two hubs would be 2
  balance.online(29, at(3), at(0), hub_no(1));
  CHECK(peak(4) == Approx(29 * 2 / 30.0));
}

TEST_CASE("balance of what is even, on one hub, or not there", "[formula]") {
  CHECK(measures::jain({5, 5, 5, 5}) == 1);
  CHECK(measures::jain({8, 0, 0, 0}) == 0.25);  // 1/n, the least there is
  CHECK(measures::max_to_mean({8, 0, 0, 0}) == 4);
  CHECK(measures::variation({8, 0, 0, 0}) == Approx(std::sqrt(3.0)));  // sqrt((36 + 3 x 4) / 4) / 2
  CHECK(measures::jain({0, 0}) == 1);
  CHECK(measures::max_to_mean({0, 0}) == 1);
  CHECK(measures::variation({0, 0}) == 0);
  CHECK(measures::max_to_mean({}) == 1);
}

TEST_CASE("the peak of balance leaves out the warm-up, and hubs that allocation may not use", "[formula]") {
  measures::ServiceHistory service_history(2);
  measures::Balance balance(Hubs({{"a", 1}, {"b", 1}}), service_history, at(100));
  const auto peak = [&] {
    measures::Report report;
    balance.report(report);
    return *report.values.at("allocation.connected.max_to_mean.peak").value;
  };
  for (measures::Device d = 0; d < 3; ++d) balance.online(d, at(10), at(0), hub_no(0));  // 3, 0: two
  balance.online(3, at(100), at(0), hub_no(1));                                          // 3, 1: 1.5
  balance.finish(at(100));
  CHECK(peak() == 1);
  balance.online(4, at(120), at(0), hub_no(1));
  CHECK(peak() == 1.5);
  service_history.hub_allocatable(at(130), hub_no(1), false);
  balance.hub_allocatable(at(130), hub_no(1), false);
  balance.finish(at(140));
  CHECK(peak() == 1.5);  // 3, 2 are 1.2; then one hub alone is even
}
