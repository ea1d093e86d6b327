// Random streams against published vectors and libraries that share no code with them.
#include "sim/random.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <random>
#include <set>
#include <string>
#include <vector>

using sim::Draw;
using sim::Duration;
using sim::Streams;

namespace {

using Words = std::array<std::uint32_t, 4>;

double chi_square(const std::vector<std::uint64_t>& counts) {
  double total = 0;
  for (const auto n : counts) total += static_cast<double>(n);
  const double expected = total / static_cast<double>(counts.size());
  double sum = 0;
  for (const auto n : counts)
    sum += (static_cast<double>(n) - expected) * (static_cast<double>(n) - expected) / expected;
  return sum;
}

// Whether uniform counts would give such a value in all but one of a million cases, on either side.
bool plausible(const std::vector<std::uint64_t>& counts) {
  const boost::math::chi_squared law(static_cast<double>(counts.size() - 1));
  const double p = boost::math::cdf(law, chi_square(counts));
  return p > 1e-6 && p < 1 - 1e-6;
}

double relative(double value, double reference) {
  return std::fabs(value - reference) / std::fabs(reference);
}

}  // namespace

// kat_vectors of Random123, philox4x32 with 10 rounds.
TEST_CASE("Philox gives the published vectors", "[random]") {
  CHECK(Streams(0, 0).draw(0, 0, 0).word == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(Streams(~0ull, 0xffffff).draw(~0ull, 0xff, ~0u).word ==
        Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(Streams(0x299f31d0a4093822, 0x037073).draw(0x85a308d3243f6a88, 0x44, 0x13198a2e).word ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("every part of who, why and when changes the draw", "[random]") {
  const Streams streams(7, 3);
  std::set<Words> seen;
  seen.insert(streams.draw(5, 6, 7).word);
  seen.insert(streams.draw(4, 6, 7).word);
  seen.insert(streams.draw(5 + (1ull << 32), 6, 7).word);
  seen.insert(streams.draw(5, 5, 7).word);
  seen.insert(streams.draw(5, 6, 8).word);
  seen.insert(Streams(8, 3).draw(5, 6, 7).word);
  seen.insert(Streams(7 + (1ull << 32), 3).draw(5, 6, 7).word);
  seen.insert(Streams(7, 2).draw(5, 6, 7).word);
  CHECK(seen.size() == 8);
  CHECK(streams.draw(5, 6, 7).word == Streams(7, 3).draw(5, 6, 7).word);
}

TEST_CASE("uniform numbers are uniform, word by word", "[random]") {
  const Streams streams(11, 0);
  for (int word = 0; word < 4; ++word) {
    std::vector<std::uint64_t> counts(100);
    for (std::uint32_t i = 0; i < 100'000; ++i)
      ++counts[static_cast<std::size_t>(streams.draw(1, 1, i).uniform(word) * 100)];
    CHECK(plausible(counts));
  }
}

TEST_CASE("uniform numbers never reach 0 or 1", "[random]") {
  const Draw lowest{{0, 0, 0, 0}};
  const Draw highest{{~0u, ~0u, ~0u, ~0u}};
  CHECK(lowest.uniform(0) > 0);
  CHECK(highest.uniform(3) < 1);
}

// Neighbours in each coordinate: the correlation of 100,000 pairs has a standard error of 0.0032.
TEST_CASE("neighbouring streams are not correlated", "[random]") {
  const Streams streams(1, 0);
  const Streams next_seed(2, 0);
  const Streams next_replication(1, 1);
  const std::uint32_t n = 100'000;
  double entity = 0, purpose = 0, index = 0, seed = 0, replication = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    const auto centred = [](const Draw& draw) { return draw.uniform(0) - 0.5; };
    const double mine = centred(streams.draw(i, 1, 0));
    entity += mine * centred(streams.draw(i + 1, 1, 0));
    purpose += mine * centred(streams.draw(i, 2, 0));
    index += mine * centred(streams.draw(i, 1, 1));
    seed += mine * centred(next_seed.draw(i, 1, 0));
    replication += mine * centred(next_replication.draw(i, 1, 0));
  }
  for (const double sum : {entity, purpose, index, seed, replication})
    CHECK(std::fabs(sum * 12 / n) < 5 / std::sqrt(n));
}

TEST_CASE("whole numbers below n are uniform and use both pairs of words", "[random]") {
  const Streams streams(3, 0);
  for (const std::uint64_t n : {2ull, 7ull, 60ull, 1000ull})
    for (int pair = 0; pair < 2; ++pair) {
      std::vector<std::uint64_t> counts(n);
      for (std::uint32_t i = 0; i < 100 * n + 20'000; ++i) ++counts.at(streams.draw(n, 2, i).below(n, pair));
      CHECK(plausible(counts));
    }
  // With three quarters of the range, taking the remainder would give the lower third twice as often.
  const std::uint64_t wide = 3ull << 62;
  std::vector<std::uint64_t> thirds(3);
  for (std::uint32_t i = 0; i < 30'000; ++i) ++thirds.at(streams.draw(9, 2, i).below(wide) >> 62);
  CHECK(plausible(thirds));
  CHECK(Draw{{~0u, ~0u, 0, 0}}.below(10) == 9);
  CHECK(Draw{{0, 0, 0, 0}}.below(10) == 0);
  CHECK(Draw{{1, 2, 3, 4}}.below(1) == 0);
  CHECK(Draw{{1, 2, 3, 4}}.u64(1) == 0x300000004u);
}

TEST_CASE("log and exp agree with the C library", "[random]") {
  std::mt19937_64 numbers(1);
  for (int i = 0; i < 20'000; ++i) {
    const double wide = std::ldexp(1 + static_cast<double>(numbers() >> 11) * 0x1p-53,
                                   static_cast<int>(numbers() % 2000) - 1000);
    REQUIRE(relative(sim::exact_log(wide), std::log(wide)) < 1e-14);
    const double near_one = 1 + (static_cast<double>(numbers() >> 11) * 0x1p-53 - 0.5) *
                                    std::ldexp(1, -static_cast<int>(numbers() % 50));
    if (near_one != 1) REQUIRE(relative(sim::exact_log(near_one), std::log(near_one)) < 1e-14);
    const double x = (static_cast<double>(numbers() >> 11) * 0x1p-53 - 0.5) * 1400;
    REQUIRE(relative(sim::exact_exp(x), std::exp(x)) < 1e-14);
    REQUIRE(relative(sim::exact_exp(x / 1e4), std::exp(x / 1e4)) < 1e-14);
  }
  CHECK(sim::exact_log(1) == 0);
  CHECK(sim::exact_exp(0) == 1);
  CHECK(relative(sim::exact_log(5e-324), std::log(5e-324)) < 1e-14);
}

// The bits themselves: another machine, compiler or build type that differs here would differ in every
// result.
TEST_CASE("log, exp and the normal quantile give the same bits everywhere", "[random]") {
  std::uint64_t hash = 0;
  const auto add = [&hash](double value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    hash = sim::mix(hash, bits);
  };
  const Streams streams(5, 0);
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    const Draw draw = streams.draw(1, 3, i);
    add(sim::exact_log(draw.uniform(0) * 1e6));
    add(sim::exact_exp((draw.uniform(1) - 0.5) * 100));
    add(sim::normal_quantile(draw.uniform(2)));
  }
  CHECK(hash == 0x7d0347a1d46856f2u);
}

TEST_CASE("the normal quantile agrees with Boost.Math", "[random]") {
  const boost::math::normal law;
  const Streams streams(2, 0);
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const double p = streams.draw(1, 1, i).uniform(0);
    REQUIRE(sim::normal_quantile(p) == Approx(boost::math::quantile(law, p)).epsilon(1e-13).margin(1e-15));
  }
  for (const double p : {0x1p-33, 1e-5, 1e-12, 1e-40, 1e-300, 0.075, 0.925, 0.95, 1 - 0x1p-33})
    CHECK(sim::normal_quantile(p) == Approx(boost::math::quantile(law, p)).epsilon(1e-13));
  CHECK(sim::normal_quantile(0.5) == 0);
}

namespace {

// The quantile at p, to within 2^-32.
Duration at(const sim::LogNormal& delay, double p) {
  return delay.of({{static_cast<std::uint32_t>(p * 0x1p32), 0, 0, 0}});
}

}  // namespace

TEST_CASE("a log-normal delay has the median and 95th percentile it was given", "[random]") {
  const sim::LogNormal delay(Duration{40'000}, Duration{250'000});
  CHECK(at(delay, 0.5) == Duration{40'000});
  // From the table, whose relative error is stated as below 2e-4; the lower one by symmetry, 40^2 / 250.
  CHECK(std::abs(at(delay, 0.95).count() - 250'000) <= 50);
  CHECK(std::abs(at(delay, 0.05).count() - 6'400) <= 1);
  const Streams streams(4, 0);
  int below_median = 0, below_p95 = 0;
  const int n = 40'000;
  for (std::uint32_t i = 0; i < n; ++i) {
    const Duration d = delay.of(streams.draw(1, 1, i));
    below_median += d <= delay.median();
    below_p95 += d <= delay.p95();
  }
  CHECK(below_median == Approx(0.5 * n).margin(5 * std::sqrt(n * 0.25)));
  CHECK(below_p95 == Approx(0.95 * n).margin(5 * std::sqrt(n * 0.95 * 0.05)));
}

TEST_CASE("a log-normal delay may be constant, never absurd", "[random]") {
  const sim::LogNormal constant(Duration{123}, Duration{123});
  CHECK(at(constant, 0) == Duration{123});
  CHECK(at(constant, 1 - 0x1p-32) == Duration{123});
  CHECK(at(sim::LogNormal(), 0.9) == Duration{0});
  CHECK(at(sim::LogNormal(Duration{0}, Duration{0}), 0.9) == Duration{0});
  const sim::LogNormal extreme(Duration{1}, Duration{1'000'000'000'000'000});
  CHECK(at(extreme, 1 - 0x1p-32) == Duration{1'000'000'000'000'000});
  CHECK(at(extreme, 0) == Duration{0});
  CHECK_THROWS_AS(sim::LogNormal(Duration{2}, Duration{1}), std::invalid_argument);
  CHECK_THROWS_AS(sim::LogNormal(Duration{0}, Duration{1}), std::invalid_argument);
  CHECK_THROWS_AS(sim::LogNormal(Duration{-1}, Duration{1}), std::invalid_argument);
}

TEST_CASE("uniform delays stay in their half-open range", "[random]") {
  const Duration from{10}, to{14};
  CHECK(sim::uniform_between(from, to, 0x1p-33) == from);
  CHECK(sim::uniform_between(from, to, 1 - 0x1p-33) == Duration{13});
  CHECK(sim::uniform_between(from, from, 0.7) == from);
  CHECK(sim::uniform_between(to, from, 0.7) == to);
  const Duration year{31'536'000'000'000};
  CHECK(sim::uniform_between(Duration{0}, year, 1 - 0x1p-33) < year);
  std::vector<std::uint64_t> counts(4);
  const Streams streams(6, 0);
  for (std::uint32_t i = 0; i < 40'000; ++i)
    ++counts.at(static_cast<std::size_t>(
        (sim::uniform_between(from, to, streams.draw(1, 1, i).uniform(0)) - from).count()));
  CHECK(plausible(counts));
}

// Vectors of the FNV page (64-bit FNV-1a) and of the SplitMix64 reference (first output from state 0 and
// 1234567).
TEST_CASE("hashes are the published ones", "[random]") {
  CHECK(sim::mix(0) == 0xe220a8397b1dcdafu);
  CHECK(sim::mix(1234567) == 6457827717110365317u);
  CHECK(sim::hash_text("", 0) == sim::mix(0xcbf29ce484222325u));
  CHECK(sim::hash_text("a", 1) == sim::mix(0xaf63dc4c8601ec8cu));
  CHECK(sim::hash_text("foobar", 6) == sim::mix(0x85944171f73967e8u));
}

TEST_CASE("every input bit of mix changes about half of the output bits", "[random]") {
  for (int bit = 0; bit < 64; ++bit) {
    int changed = 0;
    for (std::uint64_t x = 0; x < 200; ++x)
      changed += __builtin_popcountll(sim::mix(x) ^ sim::mix(x ^ (1ull << bit)));
    CHECK(changed / 200.0 == Approx(32).margin(2));
  }
  CHECK(sim::mix(1, 2) != sim::mix(2, 1));
}
