// The network room: distances against geography, medians against published measurements, jitter and loss
// against their distributions, and that no result depends on the machine.
#include "models/network/network.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

using namespace std::chrono_literals;
using network::Access;
using network::Constants;
using network::Path;
using network::Region;

namespace {

constexpr std::uint64_t device = 42;

Constants plain() {
  Constants constants;
  constants.per_1000km = 10ms;
  constants.stretch = 1.5;
  constants.overhead = 4ms;
  constants.jitter = 3;
  return constants;
}

Region at(double latitude, double longitude) {
  Region region;
  region.latitude = latitude;
  region.longitude = longitude;
  return region;
}

// The sorted delays of `count` exchanges.
std::vector<sim::Duration> delays(const Path& path, int trips, std::uint32_t count) {
  const sim::Streams streams(7, 0);
  std::vector<sim::Duration> all;
  for (std::uint32_t i = 0; i < count; ++i)
    all.push_back(network::exchange(path, trips, streams.draw(device, 1, i)).total);
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

TEST_CASE("distances are those of great circles") {
  const Region pole = at(90, 0), equator = at(0, 0);
  const double quarter = 6371.0 * std::acos(-1.0) / 2;
  CHECK(network::distance_km(equator, pole) == Approx(quarter));
  CHECK(network::distance_km(equator, at(0, 90)) == Approx(quarter));
  CHECK(network::distance_km(equator, at(0, 180)) == Approx(2 * quarter));
  CHECK(network::distance_km(at(0, 179), at(0, -179)) == Approx(quarter / 45));
  CHECK(network::distance_km(pole, at(90, 77)) == Approx(0).margin(1e-6));
  // Amsterdam to Dublin is about 755 km.
  CHECK(network::distance_km(at(52.37, 4.9), at(53.35, -6.26)) == Approx(755).epsilon(0.01));
}

TEST_CASE("the median round trip is overhead, path and access network") {
  CHECK(network::median_round_trip(0, plain()) == 4ms);
  CHECK(network::median_round_trip(1000, plain()) == 19ms);
  CHECK(network::median_round_trip(1002, plain()) == 19ms);  // 19.03 ms, in tenths
  CHECK(network::median_round_trip(1004, plain()) == 19100us);
  const Access broadband{"broadband", 30ms, 0.25};
  const Path path = network::path(at(10, 10), broadband, at(10, 10), plain());
  CHECK(path.rtt.median() == 34ms);
  CHECK(path.rtt.p95() == 102ms);
  CHECK(path.loss == 0.25);
}

TEST_CASE("a path without delay and loss takes no time") {
  for (const sim::Duration delay : delays(Path{}, 4, 1000)) REQUIRE(delay == 0us);
}

TEST_CASE("round trips of one exchange share the speed of the path") {
  const Path path{sim::LogNormal(50ms, 150ms), 0};
  const auto one = delays(path, 1, 20'000);
  const auto three = delays(path, 3, 20'000);
  for (std::size_t i = 0; i < one.size(); ++i) REQUIRE(three[i] == 3 * one[i]);
  CHECK(sim::seconds(one[10'000]) == Approx(0.050).epsilon(0.02));
  CHECK(sim::seconds(one[19'000]) == Approx(0.150).epsilon(0.04));
}

TEST_CASE("lost packets cost a time-out that doubles") {
  const Path path{sim::LogNormal(0us, 0us), 0.5};
  const auto one = delays(path, 1, 100'000);
  const auto share = [&](sim::Duration delay) {
    return static_cast<double>(std::count(one.begin(), one.end(), delay)) / static_cast<double>(one.size());
  };
  CHECK(share(0s) == Approx(0.5).margin(0.01));
  CHECK(share(1s) == Approx(0.25).margin(0.01));
  CHECK(share(3s) == Approx(0.125).margin(0.01));
  CHECK(share(7s) == Approx(0.0625).margin(0.01));
  CHECK(share(0s) + share(1s) + share(3s) + share(7s) + share(15s) + share(31s) + share(63s) + share(123s) +
            share(183s) >
        0.99);
}

TEST_CASE("each round trip of an exchange is lost independently") {
  const Path path{sim::LogNormal(0us, 0us), 0.1};
  const auto three = delays(path, 3, 100'000);
  const auto zero = static_cast<double>(std::count(three.begin(), three.end(), 0us)) / 100'000;
  const auto once = static_cast<double>(std::count(three.begin(), three.end(), 1s)) / 100'000;
  const auto twice = static_cast<double>(std::count(three.begin(), three.end(), 2s)) / 100'000;
  CHECK(zero == Approx(0.9 * 0.9 * 0.9).margin(0.006));
  CHECK(once == Approx(3 * 0.09 * 0.81).margin(0.006));
  CHECK(twice == Approx(3 * 0.09 * 0.09 * 0.9).margin(0.004));
}

TEST_CASE("loss does not shift the speed of the path, nor certain loss hang") {
  const sim::Draw draw = sim::Streams(7, 0).draw(device, 1, 0);
  const Path clean{sim::LogNormal(50ms, 150ms), 0}, lossy{sim::LogNormal(50ms, 150ms), 0.9};
  const sim::Duration slow = network::exchange(lossy, 2, draw).total;
  const sim::Duration extra = slow - network::exchange(clean, 2, draw).total;
  CHECK(extra % 1s == 0s);
  const Path hopeless{sim::LogNormal(50ms, 150ms), 0.999999};
  CHECK(network::exchange(hopeless, 1, draw).total < 2h);
}
