// The pace of message clocks, and the load profiles that it comes from.
#include "models/device/pace.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "models/device/message_clock.hpp"
#include "models/device/profile.hpp"
#include "sim/random.hpp"

using device::MessageClock;
using device::Pace;
using device::Profile;
using sim::Duration;
using sim::Time;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t thursday = 1685577600;  // 2023-06-01T00:00Z

Profile diurnal(double peak_to_mean, Duration peak_at) {
  Profile profile;
  profile.kind = Profile::Kind::diurnal;
  profile.peak_to_mean = peak_to_mean;
  profile.peak_at = peak_at;
  return profile;
}

Pace pace_of(const Profile& profile, Duration run, std::int64_t start = thursday,
             const std::vector<device::Surge>& surges = {}) {
  return Pace(device::pace_steps(profile, surges, start, run));
}

double share(const Pace& pace, Duration from, Duration to) {
  return static_cast<double>((pace.shown(Time{to}) - pace.shown(Time{from})).count()) /
         static_cast<double>((to - from).count());
}

Pace random_pace(std::mt19937& random) {
  std::vector<Pace::Step> steps{{Time{}, 0}};
  Time t{};
  for (int i = 0; i < 20; ++i) {
    steps.push_back({t, random() % 3 == 0 ? 0 : static_cast<std::int64_t>(random() % 5'000'000)});
    t += Duration{random() % 3'000'000};
  }
  steps.push_back({t, 1});
  return Pace(steps);
}

}  // namespace

TEST_CASE("a clock shows what its pace adds up to, and nothing earlier", "[pace]") {
  const std::vector<Pace::Step> steps{{Time{}, 2 * Pace::one}, {Time{10s}, 0}, {Time{20s}, Pace::one / 2}};
  const Pace pace(steps);
  CHECK(pace.shown(Time{-5s}) == -5s);
  CHECK(pace.shown(Time{4s}) == 8s);
  CHECK(pace.shown(Time{15s}) == 20s);
  CHECK(pace.shown(Time{24s}) == 22s);
  CHECK(pace.when(20s) == Time{10s});
  CHECK(pace.when(20s + 1us) == Time{20s + 2us});
  CHECK(pace.when(-3s) == Time{-3s});
  CHECK(pace.factor(Time{10s}) == 0);
  CHECK(pace.next_change(Time{}) == Time{10s});
  CHECK(pace.next_change(Time{20s}) == sim::never);
  const std::vector<Pace::Step> ending{{Time{}, Pace::one}, {Time{1s}, 0}};
  CHECK(Pace(ending).when(1s) == Time{1s});
  CHECK(Pace(ending).when(1s + 1us) == sim::never);
}

TEST_CASE("when a clock shows a time is the first instant at which it does", "[pace]") {
  std::mt19937 random(1);
  for (int run = 0; run < 200; ++run) {
    const Pace pace = random_pace(random);
    for (int i = 0; i < 50; ++i) {
      const Duration wanted{1 + random() % 60'000'000};
      const Time t = pace.when(wanted);
      if (t == sim::never) continue;
      REQUIRE(pace.shown(t) >= wanted);
      REQUIRE(pace.shown(t - 1us) < wanted);
    }
  }
}

TEST_CASE("messages come one after the other, each counted from its instant on", "[pace]") {
  std::mt19937 random(2);
  for (int run = 0; run < 100; ++run) {
    const Pace pace = random_pace(random);
    const MessageClock clock{Duration{random() % 1'000'000}, Duration{100'000 + random() % 900'000},
                             run % 4 == 0 ? nullptr : &pace};
    Time t{};
    for (std::int64_t n = clock.count(t); t < Time{50s} && clock.next(t) != sim::never; ++n) {
      const Time next = clock.next(t);
      REQUIRE(next > t);
      REQUIRE(clock.count(next - 1us) == n);
      REQUIRE(clock.count(next) == n + 1);
      REQUIRE(clock.last(next) == next);
      REQUIRE(clock.last(clock.next(next) == sim::never ? next : clock.next(next) - 1us) == next);
      t = next;
    }
  }
}

TEST_CASE("a diurnal profile has its mean, its peak and its trough", "[pace]") {
  const Pace pace = pace_of(diurnal(1.6, 13h), 48h);
  CHECK(share(pace, 0h, 24h) == Approx(1).margin(1e-6));
  CHECK(share(pace, 12h, 14h) == Approx(1 + 0.6 * std::sin(M_PI / 12) / (M_PI / 12)).margin(1e-6));
  CHECK(share(pace, 0h, 2h) == Approx(1 - 0.6 * std::sin(M_PI / 12) / (M_PI / 12)).margin(1e-6));
  CHECK(share(pace, 24h, 26h) == share(pace, 0h, 2h));
  // It follows the clock of the world: a run that starts at 06:07 sees its peak 6 h 53 min later.
  const Pace morning = pace_of(diurnal(1.6, 13h), 24h, thursday + 6 * 3600 + 7 * 60);
  CHECK(morning.next_change(Time{}) == Time{8min});
  CHECK(share(morning, 5h + 53min, 7h + 53min) == Approx(share(pace, 12h, 14h)).margin(1e-9));
  CHECK(morning.factor(Time{}) == pace.factor(Time{6h}));
}

TEST_CASE("a weekly profile rests on Saturday and Sunday", "[pace]") {
  Profile weekly = diurnal(1.0, 13h);
  weekly.kind = Profile::Kind::weekly;
  weekly.weekend = 0.5;
  const Pace pace = pace_of(weekly, 24h * 8);
  const double day = 7.0 / 6;
  for (int d = 0; d < 8; ++d)
    CHECK(share(pace, d * 24h, (d + 1) * 24h) == Approx(d == 2 || d == 3 ? day / 2 : day).margin(1e-6));
}

TEST_CASE("a table repeats, from midnight on", "[pace]") {
  Profile table;
  table.every = 1h;
  table.factors = {1, 0, 3};
  const Pace pace = pace_of(table, 24h, thursday + 1800);  // from half past midnight
  CHECK(pace.factor(Time{}) == Pace::one);
  CHECK(pace.factor(Time{30min}) == 0);
  CHECK(pace.factor(Time{90min}) == 3 * Pace::one);
  CHECK(pace.factor(Time{150min}) == Pace::one);
  CHECK(device::mean_factor(table) == Approx(4.0 / 3));
}

TEST_CASE("surges multiply what there is, each for its time", "[pace]") {
  Profile constant;
  constant.kind = Profile::Kind::constant;
  const Pace pace = pace_of(constant, 6h, thursday, {{1h, 1h, 5}, {90min, 1h, 2}});
  CHECK(pace.factor(Time{30min}) == Pace::one);
  CHECK(pace.factor(Time{1h}) == 5 * Pace::one);
  CHECK(pace.factor(Time{100min}) == 10 * Pace::one);
  CHECK(pace.factor(Time{2h}) == 2 * Pace::one);
  CHECK(pace.factor(Time{150min}) == Pace::one);
  CHECK(pace.next_change(Time{150min}) == sim::never);
}

TEST_CASE("the sine of turns", "[pace]") {
  for (int i = -4000; i <= 4000; ++i) {
    const double turns = i / 1000.0;
    CHECK(std::fabs(sim::exact_sine(turns) - std::sin(2 * M_PI * turns)) < 1e-13);
  }
  CHECK(sim::exact_sine(0.25) == Approx(1).margin(1e-15));
  CHECK(sim::exact_sine(0) == 0);
}
