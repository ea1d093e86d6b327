// Faults whose times are drawn, or that replications place in turn, apart from any run.
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

#include "models/faults/chance.hpp"
#include "models/faults/incidents.hpp"
#include "models/faults/targets.hpp"
#include "models/purpose.hpp"

using namespace std::chrono_literals;
using faults::Chance;
using faults::Fault;
using faults::Incident;
using faults::Target;
using faults::Topology;

namespace {

const Topology topology{{{"a", "westus", 1}, {"b", "westus", 1}, {"c", "westus", 2}, {"d", "eastus", 1}},
                        {{"eastus", 1}, {"westus", 1}, {"westus", 2}},
                        {"eastus", "westus"}};
const faults::Span year{sim::Time{24h}, sim::Time{24h * 366}};

Fault by_chance(Target target, bool each, Chance chance = {20h, 2h}) {
  Fault fault;
  fault.name = "outages";
  fault.target = target;
  fault.each = each;
  fault.chance = chance;
  return fault;
}

std::vector<Incident> drawn(const Fault& fault, const Topology& on = topology,
                            std::uint32_t replication = 0) {
  return faults::incidents({fault}, on, sim::Streams(7, replication), year);
}

using Times = std::vector<std::pair<sim::Time, sim::Duration>>;

Times times_of(const std::vector<Incident>& incidents, const Topology& on, const std::string& target) {
  Times times;
  for (const Incident& one : incidents)
    if (faults::target_name(one.what, on) == target) times.emplace_back(one.what.at, one.what.duration);
  return times;
}

// The mean over many draws, with the standard deviation of one, both over the mean that is asked for.
double mean_of(const std::function<sim::Duration(std::uint32_t)>& draw, std::uint32_t n, sim::Duration mean) {
  double sum = 0;
  for (std::uint32_t i = 0; i < n; ++i) sum += sim::seconds(draw(i));
  return sum / n / sim::seconds(mean);
}

}  // namespace

TEST_CASE("the gamma function") {
  CHECK(faults::gamma_function(1) == Approx(1).epsilon(1e-11));
  CHECK(faults::gamma_function(1.5) == Approx(0.88622692545275801).epsilon(1e-11));
  CHECK(faults::gamma_function(2) == Approx(1).epsilon(1e-11));
  CHECK(faults::gamma_function(3) == Approx(2).epsilon(1e-11));
  CHECK(faults::gamma_function(11) == Approx(3628800).epsilon(1e-11));
}

TEST_CASE("times to failure and to repair have the means that are given") {
  constexpr std::uint32_t n = 20000;
  const sim::Streams streams(3, 0);
  const double root = std::sqrt(n);
  // Coefficients of variation: exponential 1, Weibull of shape 2 0.5227, of shape 0.5 2.2361, log-normal with
  // sigma 1 1.3108.
  const struct { double shape, variation; } laws[] = {{1, 1}, {2, 0.5227}, {0.5, 2.2361}};
  for (const auto& law : laws) {
    Chance chance{10h, 1h};
    chance.shape = law.shape;
    const faults::Renewal renewal(chance, streams, 11);
    INFO(law.shape);
    CHECK(mean_of([&](std::uint32_t i) { return renewal.up(renewal.draw(i)); }, n, 10h) ==
          Approx(1).margin(4 * law.variation / root));
  }
  const struct {
    Chance::Repair repair;
    double variation;
  } repairs[] = {
      {Chance::Repair::exponential, 1}, {Chance::Repair::lognormal, 1.3108}, {Chance::Repair::fixed, 0}};
  for (const auto& law : repairs) {
    Chance chance{10h, 1h};
    chance.repair = law.repair;
    chance.sigma = 1;
    const faults::Renewal renewal(chance, streams, 12);
    CHECK(mean_of([&](std::uint32_t i) { return renewal.down(renewal.draw(i)); }, n, 1h) ==
          Approx(1).margin(4 * law.variation / root + 1e-9));
  }
}

TEST_CASE("the first failure comes as it would to what has run for long") {
  // What is left of a stretch is E[X^2] / (2 E[X]) on average, its square E[X^3] / (3 E[X]). In units of E[X]
  // that is 1 for an exponential one, with a standard deviation of 1; for Weibull's of shape 2 0.6366 and
  // 0.481, of shape 0.5 3 and 4.58.
  const struct { double shape, mean, deviation; } laws[] = {{1, 1, 1}, {2, 0.6366, 0.481}, {0.5, 3, 4.58}};
  constexpr std::uint32_t n = 4000;
  const sim::Streams streams(3, 0);
  for (const auto& law : laws) {
    Chance chance{10h, 1h};
    chance.shape = law.shape;
    INFO(law.shape);
    CHECK(mean_of([&](std::uint32_t i) { return faults::Renewal(chance, streams, i).first_up(); }, n, 10h) ==
          Approx(law.mean).margin(4 * law.deviation / std::sqrt(n)));
  }
}

// A gamma variate of shape 2, times a uniform number, grows with the normal variate it is made of: from
// -0.6745 to the left it is 0.86 at most, from 0.6745 to the right 2.5 at least, of which half is left on
// average.
TEST_CASE("a later draw is a later first failure") {
  const sim::Streams streams(3, 0);
  const Chance chance{10h, 1h};
  double low = 0, high = 0, lows = 0, highs = 0;
  for (std::uint32_t key = 0; key < 4000; ++key) {
    const double first = streams.draw(key, purpose::first_outage, 0).uniform(0);
    const double hours = sim::seconds(faults::Renewal(chance, streams, key).first_up()) / 3600;
    if (first < 0.25) low += hours, ++lows;
    if (first > 0.75) high += hours, ++highs;
  }
  CHECK(low / lows < 0.5 * 10);
  CHECK(high / highs > 1.2 * 10);
}

TEST_CASE("each target has times of its own, and another hub changes none of them") {
  const std::vector<Incident> all = drawn(by_chance(Target::hub, true));
  Topology more = topology;
  more.hubs.insert(more.hubs.begin(), {"new", "westus", 1});
  const std::vector<Incident> with_another = drawn(by_chance(Target::hub, true), more);
  for (const char* hub : {"a", "b", "c", "d"}) {
    const Times times = times_of(all, topology, hub);
    CHECK(times.size() > 300);
    CHECK(times == times_of(with_another, more, hub));
  }
  CHECK(times_of(all, topology, "a") != times_of(all, topology, "b"));
  // One of the hubs alone fails as it does among the others.
  Fault alone = by_chance(Target::hub, false);
  alone.hub = ids::HubId(2);
  CHECK(times_of(drawn(alone), topology, "c") == times_of(all, topology, "c"));
}

TEST_CASE("replications and names of faults have times of their own") {
  const Fault fault = by_chance(Target::region, true);
  CHECK(times_of(drawn(fault), topology, "westus") == times_of(drawn(fault), topology, "westus"));
  CHECK(times_of(drawn(fault), topology, "westus") !=
        times_of(drawn(fault, topology, 1), topology, "westus"));
  Fault other = fault;
  other.name = "others";
  CHECK(times_of(drawn(fault), topology, "westus") != times_of(drawn(other), topology, "westus"));
}

TEST_CASE("incidents begin within the span, in order, and those of one target do not overlap") {
  for (const Target target : {Target::hub, Target::zone, Target::region}) {
    const std::vector<Incident> all = drawn(by_chance(target, true, {3h, 2h}));
    for (std::size_t i = 0; i < all.size(); ++i) {
      REQUIRE(all[i].what.at >= year.from);
      REQUIRE(all[i].what.at < year.to);
      REQUIRE((i == 0 || all[i].what.at >= all[i - 1].what.at));
    }
    const Times times = times_of(all, topology,
                                 target == Target::hub    ? "a"
                                 : target == Target::zone ? "westus/2"
                                                          : "westus");
    CHECK(times.size() > 1000);
    for (std::size_t i = 1; i < times.size(); ++i)
      REQUIRE(times[i].first > times[i - 1].first + times[i - 1].second);
  }
}

TEST_CASE("as many incidents as are expected, those that are taken along included") {
  Chance chance{20h, 2h};
  chance.with_zone = 0.3;
  chance.with_region = 0.1;
  const Fault fault = by_chance(Target::hub, true, chance);
  // 8,760 h / 22 h outages of a hub; of each, a hub of the same zone goes with 1 - 0.7 x 0.9 = 0.37, one of
  // another zone of the region with 0.1. a and b: 1.47 each, and c; c: 1.2; d: 1.
  const double expected = 8760.0 / 22 * (2 * (1 + 0.37 + 0.1) + (1 + 2 * 0.1) + 1);
  CHECK(faults::expected_incidents(fault, topology, year) == Approx(expected));
  double sum = 0;
  constexpr int n = 20;
  for (std::uint32_t r = 0; r < n; ++r) sum += static_cast<double>(drawn(fault, topology, r).size());
  // Outages of a hub in a year deviate by less than 20, a run by less than 60.
  CHECK(sum / n == Approx(expected).margin(4 * 60 / std::sqrt(n)));
}

TEST_CASE("an outage takes along what is in its place, at the same time") {
  Chance chance{200h, 2h};
  chance.with_zone = 1;
  const std::vector<Incident> zone = drawn(by_chance(Target::hub, true, chance));
  CHECK(times_of(zone, topology, "a") == times_of(zone, topology, "b"));
  CHECK(times_of(zone, topology, "a") != times_of(zone, topology, "c"));
  chance.with_region = 1;
  const std::vector<Incident> region = drawn(by_chance(Target::hub, true, chance));
  CHECK(times_of(region, topology, "a") == times_of(region, topology, "c"));
  CHECK(times_of(region, topology, "a") != times_of(region, topology, "d"));
  // What else fails does not change when a hub fails by itself.
  const std::vector<Incident> apart = drawn(by_chance(Target::hub, true, {200h, 2h}));
  CHECK(times_of(region, topology, "d") == times_of(apart, topology, "d"));
}

TEST_CASE("replications go through the places, target by target and instant by instant") {
  Fault fault;
  fault.name = "away";
  fault.each = true;
  fault.instants = 8;
  const faults::Span span{sim::Time{1h}, sim::Time{9h}};
  const auto place = [&](std::uint32_t replication) {
    const Fault one = faults::placed(fault, topology, span, replication);
    return std::pair{topology.hubs[one.hub.index()].name, one.at - sim::start_of_run};
  };
  CHECK(place(0) == std::pair{std::string("a"), sim::Duration{1h}});
  CHECK(place(7) == std::pair{std::string("a"), sim::Duration{8h}});
  CHECK(place(8) == std::pair{std::string("b"), sim::Duration{1h}});
  CHECK(place(31) == std::pair{std::string("d"), sim::Duration{8h}});
  // Whole microseconds where the span does not divide.
  fault.each = false;
  fault.instants = 3;
  const faults::Span short_span{sim::Time{0us}, sim::Time{10us}};
  for (const auto& [replication, at] : {std::pair{0u, 0us}, {1u, 3us}, {2u, 6us}})
    CHECK(faults::placed(fault, topology, short_span, replication).at == sim::Time{at});
}
