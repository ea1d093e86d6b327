// The quantile over the devices of all replications: its interval by hand and by coverage (known answer 31).
#include <catch2/catch.hpp>
#include <cmath>

#include "sim/random.hpp"
#include "tools/analysis/pooled.hpp"

namespace {

using Pools = std::vector<measures::Pool>;

analysis::PooledQuantile pooled(const Pools& pools, std::uint64_t percent = 99) {
  std::vector<const measures::Pool*> all;
  for (const measures::Pool& pool : pools) all.push_back(&pool);
  return analysis::pooled_quantile(all, percent);
}

measures::Pool pool(std::int64_t from, std::int64_t to, std::uint64_t censored = 0) {
  measures::Pool one;
  for (std::int64_t i = from; i <= to; ++i) one.recovery.add(i);
  one.censored = censored;
  return one;
}

}  // namespace

TEST_CASE("replications that are all alike: the ranks of independent devices, few replications allowed for") {
  // 10 times 1..1000. Between replications nothing varies: the design effect is 1. (1.959964 / 2.262157)^2 of
  // 10,000 are 7506.7, and the ranks for 7506 are those of the binomial distribution.
  const auto found = pooled(Pools(10, pool(1, 1000)));
  CHECK(found.effective == Approx(7506.7).margin(0.1));
  const auto ranks = *analysis::quantile_ranks(7506, 0.99);
  CHECK(*found.value == 990);
  CHECK(found.ci95->low == std::ceil(static_cast<double>(ranks.first) / 7506 * 1000));
  CHECK(found.ci95->high == std::ceil(static_cast<double>(ranks.second) / 7506 * 1000));
  CHECK(found.n == 10);
}

TEST_CASE("the design effect, by hand") {
  const auto found = pooled({pool(1, 1000), pool(1, 1000), pool(1001, 2000)});
  // By the median, 750 us, 750, 750 and 0 of 1000 are back: deviations from the half 250, 250 and -500, their
  // squares 375,000, times 3/2, over 3000 / 4: 750. By 1250 us, when three quarters of all are, the
  // deviations are the same, over 3000 * 3/16: 1000. At 90 % they are 100, 100 and -200: 333.
  const double few = 1.959964 / 4.302653;
  CHECK(found.effective == Approx(3000.0 / 1000 * few * few).epsilon(1e-6));
  CHECK_FALSE(found.ci95);
  CHECK(*found.value == 1970);
}

TEST_CASE("no interval of fewer than three replications, nor where nobody is affected") {
  CHECK_FALSE(pooled(Pools(2, pool(1, 1000))).ci95);
  const auto three = pooled({pool(1, 1000), {}, pool(1, 1000), {}, pool(1, 1000)});
  CHECK(three.n == 3);
  CHECK_FALSE(pooled({}).value);
  CHECK_FALSE(pooled(Pools(5)).value);
  CHECK(pooled(Pools(5)).n == 0);
}

TEST_CASE("devices that are not back lie beyond all, and an end that falls on one is none") {
  // 0.5 % are not back: the quantile is reached; its upper end is not, unless they are fewer.
  CHECK(pooled(Pools(10, pool(1, 1000, 5))).value);
  CHECK(*pooled(Pools(10, pool(1, 1000, 5))).value == 995);
  CHECK_FALSE(pooled(Pools(10, pool(1, 1000, 9))).ci95);
  CHECK(pooled(Pools(10, pool(1, 1000, 1))).ci95);
  const auto beyond = pooled(Pools(10, pool(1, 1000, 20)));
  CHECK_FALSE(beyond.value);
  CHECK_FALSE(beyond.ci95);
  CHECK(beyond.censored == 200);
  // All the missing ones in one replication: it differs from the others, which widens.
  Pools uneven(10, pool(1, 1000));
  uneven[3].censored = 10;
  CHECK(pooled(uneven).effective < pooled(Pools(10, pool(1, 1000, 1))).effective / 5);
}

namespace {

const sim::Streams streams(31, 1);

double normal(std::uint64_t entity, std::uint32_t i) {
  return sim::normal_quantile(streams.draw(entity, 4, i).uniform(0));
}

// Log-normal times, in part common to the replication: the quantile is known.
struct Clusters {
  double between, within;
  double quantile() const {
    return 1e6 * sim::exact_exp(sim::normal_quantile(0.99) * std::sqrt(between * between + within * within));
  }
  measures::Pool pool(std::uint64_t entity, std::uint32_t devices) const {
    measures::Pool one;
    const double common = between * normal(entity, 0);
    for (std::uint32_t i = 1; i <= devices; ++i)
      one.recovery.add(static_cast<std::int64_t>(1e6 * sim::exact_exp(common + within * normal(entity, i))));
    return one;
  }
};

// Uniform times up to a longest one, which differs between replications by at most this share, uniformly;
// 0.01 at least, so that the quantile is among them.
struct Ranges {
  double by;
  // E min(1, x / T), for x among the longest times.
  double share_by(double x) const {
    return (x - (1 - by) + x * (sim::exact_log(1 + by) - sim::exact_log(x))) / (2 * by);
  }
  double quantile() const {
    double low = 1 - by, high = 1 + by;
    for (int i = 0; i < 60; ++i) (share_by((low + high) / 2) < 0.99 ? low : high) = (low + high) / 2;
    return 1e6 * low;
  }
  measures::Pool pool(std::uint64_t entity, std::uint32_t devices) const {
    measures::Pool one;
    const double longest = 1 - by + 2 * by * streams.draw(entity, 5, 0).uniform(0);
    for (std::uint32_t i = 1; i <= devices; ++i)
      one.recovery.add(static_cast<std::int64_t>(1e6 * longest * streams.draw(entity, 5, i).uniform(0)));
    return one;
  }
};

struct Coverage {
  int given = 0, holds = 0;
};

template <typename Times>
Coverage coverage(const Times& clusters, std::uint32_t n, std::uint32_t devices, int experiments) {
  Coverage c;
  const double truth = clusters.quantile();
  for (int e = 0; e < experiments; ++e) {
    Pools pools;
    for (std::uint32_t r = 0; r < n; ++r)
      pools.push_back(
          clusters.pool(std::uint64_t{n} << 32 | (static_cast<std::uint64_t>(e) * n + r), devices));
    const auto found = pooled(pools);
    if (!found.ci95) continue;
    ++c.given;
    // The ends are within the histogram's error.
    c.holds += found.ci95->low * (1 - sim::Quantiles::relative_error) <= truth &&
                       truth <= found.ci95->high * (1 + sim::Quantiles::relative_error)
                   ? 1
                   : 0;
  }
  return c;
}

}  // namespace

TEST_CASE("coverage of the interval of the pooled p99", "[known-31][long]") {
  constexpr int experiments = 200;
  const struct {
    Clusters clusters;
    std::uint32_t n, devices;
    bool often;  // an interval is given in most experiments
  } cases[] = {{{0, 0.5}, 5, 400, true},     {{0, 0.5}, 10, 200, true},     {{0.05, 0.5}, 5, 400, false},
               {{0.05, 0.5}, 10, 200, true}, {{0.1, 0.5}, 10, 200, false},  {{0.1, 0.5}, 30, 100, true},
               {{0.3, 0.5}, 10, 200, false}, {{0.5, 0.001}, 5, 100, false}, {{0.5, 0.001}, 10, 100, false},
               {{0.5, 0.001}, 30, 50, false}};
  for (const auto& one : cases) {
    const Coverage c = coverage(one.clusters, one.n, one.devices, experiments);
    WARN("pooled p99, spread " << one.clusters.between << " between and " << one.clusters.within
                               << " within replications, n = " << one.n << ": given in " << c.given
                               << ", holds the quantile in " << c.holds << " of " << experiments);
    // 95 % less three standard errors of the binomial: at most 9.6 % may be wrong.
    CHECK(c.given - c.holds <= 0.096 * experiments);
    if (one.often) CHECK(c.given > experiments / 2);
    if (one.clusters.within < 0.01) CHECK(c.given < experiments / 20);
  }
}

TEST_CASE("coverage of the interval of the pooled p99 where the longest times differ", "[known-31][long]") {
  constexpr int experiments = 200;
  const struct {
    Ranges times;
    std::uint32_t n, devices;
  } cases[] = {{{0.02}, 3, 1000}, {{0.02}, 5, 1000}, {{0.02}, 10, 500}, {{0.1}, 10, 200}, {{0.1}, 30, 200}};
  for (const auto& one : cases) {
    const Coverage c = coverage(one.times, one.n, one.devices, experiments);
    WARN("pooled p99, ranges that differ by " << one.times.by << ", n = " << one.n << ": given in " << c.given
                                              << ", holds the quantile in " << c.holds << " of "
                                              << experiments);
    CHECK(c.given - c.holds <= 0.096 * experiments);
  }
}
