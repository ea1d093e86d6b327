// Intervals against published tables and by their coverage; what becomes of the reports of several
// replications.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "sim/random.hpp"
#include "tools/analysis/combine.hpp"
#include "tools/analysis/verdict.hpp"

using analysis::Interval;
using analysis::Verdict;

TEST_CASE("Student's t: the two-sided table") {
  const struct {
    std::uint64_t freedom;
    double confidence, t;
  } table[] = {{1, 0.95, 12.706}, {2, 0.95, 4.303},   {4, 0.95, 2.776}, {9, 0.95, 2.262},
               {29, 0.95, 2.045}, {120, 0.95, 1.980}, {9, 0.90, 1.833}, {9, 0.99, 3.250}};
  for (const auto& row : table)
    CHECK(analysis::student_t(row.freedom, row.confidence) == Approx(row.t).margin(0.0005));
}

TEST_CASE("Student's t has ten digits, so that no processor's last bits show") {
  for (std::uint64_t freedom = 1; freedom < 2000; ++freedom) {
    const double t = analysis::student_t(freedom, 0.95);
    CHECK(std::stod(fmt::format("{:.10g}", t)) == t);
  }
}

TEST_CASE("what has not happened in n runs may still happen in three of n") {
  CHECK(analysis::rule_of_three(20) == 0.15);
  CHECK(analysis::rule_of_three(1000) == 0.003);
  for (const std::uint64_t few : {1, 2, 3}) CHECK(analysis::rule_of_three(few) == 1);
  // At the bound, none in n runs is the luck of less than one in twenty, and not of much less.
  for (const std::uint64_t n : {10u, 100u, 10'000u}) {
    const double none = std::pow(1 - analysis::rule_of_three(n), static_cast<double>(n));
    CHECK(none < 0.05);
    CHECK(none > 0.025);
  }
}

TEST_CASE("the interval of a mean") {
  // Mean 5, sum of squared deviations 8, t(3) = 3.182446.
  const std::vector<double> values{3, 5, 7, 5};
  const auto interval = analysis::mean_interval(values);
  REQUIRE(interval);
  const double half = 3.182446305 * std::sqrt(8.0 / 3) / 2;
  CHECK(interval->low == Approx(5 - half).epsilon(1e-9));
  CHECK(interval->high == Approx(5 + half).epsilon(1e-9));
  CHECK_FALSE(analysis::mean_interval({}));
  CHECK_FALSE(analysis::mean_interval({5}));
  CHECK(analysis::mean_interval({0.1, 0.1, 0.1}) == Interval{0.1, 0.1});
}

TEST_CASE("Wilson's interval: the examples of Newcombe (1998), table I") {
  const struct {
    std::uint64_t successes, trials;
    double low, high;
  } table[] = {
      {81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0.0000, 0.1611}, {1, 29, 0.0061, 0.1718}};
  for (const auto& row : table) {
    const Interval interval = analysis::share_interval(row.successes, row.trials);
    CHECK(interval.low == Approx(row.low).margin(0.00006));
    CHECK(interval.high == Approx(row.high).margin(0.00006));
  }
  CHECK(analysis::share_interval(20, 20).high == 1);
  CHECK(analysis::share_interval(0, 20).low == 0);
}

// Fewer than r of n values are below a quantile with the binomial probability; the sums of its terms are
// exact enough for 40 values.
TEST_CASE("ranks around a quantile are the closest that cover it by their definition") {
  for (const double share : {0.1, 0.5, 0.9})
    for (const double confidence : {0.8, 0.95})
      for (std::uint64_t n = 1; n <= 40; ++n) {
        std::vector<double> fewer(n + 2, 0);  // P(values below < r)
        double term = std::pow(1 - share, static_cast<double>(n));
        for (std::uint64_t k = 0; k <= n; ++k) {
          fewer[k + 1] = fewer[k] + term;
          term *= static_cast<double>(n - k) / static_cast<double>(k + 1) * share / (1 - share);
        }
        const double tail = (1 - confidence) / 2;
        std::uint64_t low = 0, high = n + 1;
        while (low < n && fewer[low + 1] <= tail) ++low;
        while (high > 1 && 1 - fewer[high - 1] <= tail) --high;
        const auto ranks = analysis::quantile_ranks(n, share, confidence);
        INFO(n << " values, " << share << " at " << confidence);
        REQUIRE(ranks.has_value() == (low > 0 && high <= n));
        if (ranks) CHECK(*ranks == std::pair{low, high});
      }
}

TEST_CASE("ranks around the median: the table of the sign test") {
  using Ranks = std::pair<std::uint64_t, std::uint64_t>;
  CHECK_FALSE(analysis::quantile_ranks(5, 0.5));
  CHECK(analysis::quantile_ranks(6, 0.5) == Ranks{1, 6});
  CHECK(analysis::quantile_ranks(8, 0.5) == Ranks{1, 8});
  CHECK(analysis::quantile_ranks(9, 0.5) == Ranks{2, 8});
  CHECK(analysis::quantile_ranks(10, 0.5) == Ranks{2, 9});
  CHECK(analysis::quantile_ranks(20, 0.5) == Ranks{6, 15});
  CHECK(analysis::quantile_ranks(50, 0.5) == Ranks{18, 33});
  CHECK(analysis::quantile_ranks(100, 0.5) == Ranks{40, 61});
}

TEST_CASE("ranks around a high quantile need many values") {
  CHECK_FALSE(analysis::quantile_ranks(300, 0.99));  // 0.99^300 = 4.9 %: the maximum is no upper bound yet
  CHECK(analysis::quantile_ranks(400, 0.99)->second <= 400);
}

namespace {

double exponential(double rate, double uniform) { return -sim::exact_log(uniform) / rate; }

// Mean waiting time of `customers` customers of a stationary M/M/1 queue, by Lindley's recursion.
double mean_wait(const sim::Streams& streams, std::uint64_t run, double arrivals, double services,
                 int customers) {
  const sim::Draw start = streams.draw(run, 1, 0);
  double wait =
      start.uniform(0) < arrivals / services ? exponential(services - arrivals, start.uniform(1)) : 0;
  double sum = 0;
  for (int i = 0; i < customers; ++i) {
    sum += wait;
    const sim::Draw draw = streams.draw(run, 2, static_cast<std::uint32_t>(i));
    wait =
        std::max(0.0, wait + exponential(services, draw.uniform(0)) - exponential(arrivals, draw.uniform(1)));
  }
  return sum / customers;
}

}  // namespace

TEST_CASE("95 % intervals hold the mean wait of M/M/1 in about 95 % of experiments", "[known-31]") {
  const sim::Streams streams(7, 0);
  const double arrivals = 0.5, services = 1, truth = arrivals / services / (services - arrivals);
  const int experiments = 1000;
  for (const std::uint64_t runs : {5u, 10u}) {
    int covered = 0;
    for (std::uint64_t e = 0; e < experiments; ++e) {
      std::vector<double> means;
      for (std::uint64_t r = 0; r < runs; ++r)
        means.push_back(mean_wait(streams, e * runs + r, arrivals, services, 400));
      const Interval interval = *analysis::mean_interval(means);
      covered += interval.low <= truth && truth <= interval.high ? 1 : 0;
    }
    WARN("mean wait of M/M/1, n = " << runs << ": covered in " << covered << " of " << experiments);
    // 1000 experiments: 3 standard errors are 2.1 points; the run means are skewed, which costs up to 2
    // points more.
    CHECK(covered > 909);
    CHECK(covered < 971);
  }
}

namespace {

// Probabilities of 0, 1, ... n successes of n, added up from the exact ratios of neighbours.
std::vector<double> binomial(std::uint64_t n, double p) {
  std::vector<double> of(n + 1);
  const double count = static_cast<double>(n);
  const auto mode = static_cast<std::size_t>(p * count);
  of[mode] = 1;
  for (std::size_t k = mode; k < n; ++k)
    of[k + 1] = of[k] * (count - static_cast<double>(k)) / (static_cast<double>(k) + 1) * p / (1 - p);
  for (std::size_t k = mode; k > 0; --k)
    of[k - 1] = of[k] * static_cast<double>(k) / (count - static_cast<double>(k) + 1) * (1 - p) / p;
  double sum = 0;
  for (const double x : of) sum += x;
  for (double& x : of) x /= sum;
  return of;
}

}  // namespace

TEST_CASE("Wilson's interval holds the share in 95 % of experiments on average over shares", "[known-31]") {
  for (const std::uint64_t trials : {5u, 10u, 30u, 100u}) {
    double mean = 0, least = 1;
    const int shares = 999;
    for (int i = 1; i <= shares; ++i) {
      const double share = i / (shares + 1.0);
      const std::vector<double> probability = binomial(trials, share);
      double covered = 0;
      for (std::uint64_t k = 0; k <= trials; ++k) {
        const Interval interval = analysis::share_interval(k, trials);
        if (interval.low <= share && share <= interval.high) covered += probability[k];
      }
      mean += covered / shares;
      least = std::min(least, covered);
    }
    WARN("Wilson, n = " << trials << ": coverage " << mean << " on average over shares, least " << least);
    CHECK(mean == Approx(0.95).margin(0.01));
    CHECK(least > 0.82);  // Brown, Cai and DasGupta 2001: it dips near 0 and 1, not below this
  }
}

TEST_CASE("ranks around quantiles: the definition, added up", "[known-31]") {
  for (const double share : {0.5, 0.9, 0.99})
    for (const std::uint64_t count : {1u, 6u, 17u, 44u, 130u, 367u, 368u, 369u, 500u, 1500u}) {
      const std::vector<double> probability = binomial(count, share);
      std::uint64_t low = 0, high = count + 1;
      double below = probability[0];  // P(values below <= low)
      while (below <= 0.025) below += probability[++low];
      double above = 0;  // P(values below >= high)
      while (above + probability[high - 1] <= 0.025) above += probability[--high];
      const auto ranks = analysis::quantile_ranks(count, share);
      INFO(share << " of " << count);
      REQUIRE(ranks.has_value() == (low > 0 && high <= count));
      if (ranks) CHECK(*ranks == std::pair{low, high});
    }
  // As many devices as a large study has: found at once.
  CHECK(analysis::quantile_ranks(100'000'000, 0.99)->first == Approx(99e6 - 1950).margin(2));
}

TEST_CASE("order-statistic intervals hold the quantile at least as often as they say", "[known-31]") {
  const sim::Streams streams(11, 0);
  const double median = -sim::exact_log(0.5);
  const auto ranks = *analysis::quantile_ranks(30, 0.5);
  int covered = 0;
  for (std::uint64_t e = 0; e < 2000; ++e) {
    std::vector<double> values;
    for (std::uint32_t i = 0; i < 30; ++i) values.push_back(exponential(1, streams.draw(e, 3, i).uniform(0)));
    std::sort(values.begin(), values.end());
    covered += values[ranks.first - 1] <= median && median <= values[ranks.second - 1] ? 1 : 0;
  }
  CHECK(covered > 1900 - 30);
  CHECK(covered < 1970);
}

namespace {

measures::Report report_with(const measures::Value& value) {
  measures::Report report;
  report.values["recovery.f.p99"] = value;
  return report;
}

}  // namespace

TEST_CASE("several replications: the mean and its interval") {
  const auto metrics = analysis::combine({report_with({"s", 10, {}, 0}), report_with({"s", 14, {}, 0})});
  const analysis::Metric& p99 = metrics.at("recovery.f.p99");
  CHECK(p99.unit == "s");
  CHECK(*p99.value == 12);
  CHECK(p99.n == 2);
  CHECK(*p99.censored == 0);
  CHECK_FALSE(p99.at_least);
  REQUIRE(p99.ci95);
  CHECK(p99.ci95->high - 12 == Approx(12.7062047 * 2).epsilon(1e-6));
}

TEST_CASE("a null in one replication makes the mean null, with a bound") {
  const auto metrics = analysis::combine({report_with({"s", 10, {}, 0}), report_with({"s", {}, 100, 7})});
  const analysis::Metric& p99 = metrics.at("recovery.f.p99");
  CHECK_FALSE(p99.value);
  CHECK_FALSE(p99.ci95);
  CHECK(*p99.at_least == 55);
  CHECK(*p99.censored == 7);
  CHECK(p99.n == 2);
}

TEST_CASE("a replication with nobody affected leaves n") {
  const auto metrics = analysis::combine({report_with({"s", 10, {}, 0}), report_with({"s", {}, {}, 0}), {}});
  CHECK(*metrics.at("recovery.f.p99").value == 10);
  CHECK(metrics.at("recovery.f.p99").n == 1);
  CHECK_FALSE(metrics.at("recovery.f.p99").ci95);
  const auto none = analysis::combine({report_with({"s", {}, {}, 0})});
  CHECK(none.at("recovery.f.p99").n == 0);
  CHECK_FALSE(none.at("recovery.f.p99").value);
}

TEST_CASE("a lower bound stays marked as one") {
  const auto metrics = analysis::combine({report_with({"s", 10, 10, 1}), report_with({"s", 20, {}, 0})});
  CHECK(*metrics.at("recovery.f.p99").value == 15);
  CHECK(*metrics.at("recovery.f.p99").at_least == 15);
}

TEST_CASE("the pooled quantile is over the devices of all replications") {
  measures::Report one, two;
  for (int i = 1; i <= 100; ++i) one.pools["f"].recovery.add(i);
  for (int i = 101; i <= 200; ++i) two.pools["f"].recovery.add(i);
  CHECK(*analysis::combine({one, two}).at("recovery.f.pooled_p99").value == 198e-6);
  two.pools["f"].censored = 5;
  two.values["recovery.f.max"] = {"s", {}, 3600, 5};
  const auto censored = analysis::combine({one, two}).at("recovery.f.pooled_p99");
  CHECK_FALSE(censored.value);
  CHECK(*censored.at_least == 3600);
  CHECK(*censored.censored == 5);
  CHECK(censored.n == 2);
}

TEST_CASE("a share of the replications has Wilson's interval, which is never without width") {
  std::vector<measures::Report> reports(10);
  for (measures::Report& report : reports) {
    report.values["storm.f.detected"] = {"1", 0, {}, {}};
    report.values["storm.f.goodput"] = {"1", 0.5, {}, {}};
  }
  const analysis::Metrics metrics = analysis::combine(reports);
  const analysis::Metric& none = metrics.at("storm.f.detected");
  CHECK(none.method == analysis::Method::wilson);
  CHECK(*none.value == 0);
  CHECK(none.ci95 == analysis::share_interval(0, 10));
  CHECK(metrics.at("storm.f.goodput").method == analysis::Method::student_t);
  reports[4].values["storm.f.detected"].value = 1;
  CHECK(analysis::combine(reports).at("storm.f.detected").ci95 == analysis::share_interval(1, 10));
}

TEST_CASE("no average leaves out who was not back") {
  // Nine replications back after 10 s, one not by 100 s: neither the mean nor its interval is of the nine.
  std::vector<measures::Report> reports(9, report_with({"s", 10, {}, 0}));
  reports.push_back(report_with({"s", {}, 100, 7}));
  const analysis::Metrics metrics = analysis::combine(reports);
  CHECK_FALSE(metrics.at("recovery.f.p99").value);
  CHECK(*metrics.at("recovery.f.p99").at_least == 19);
  // A mean that counts who is not back up to the end of the run is a lower bound, and stays one.
  reports.back() = report_with({"s", 100, 100, 7});
  CHECK(*analysis::combine(reports).at("recovery.f.p99").at_least == 19);
}

namespace {

application::Expectation expect(application::Comparison comparison, double limit) {
  return {"m", "m", comparison, limit};
}

Verdict verdict(const analysis::Metric& metric, application::Comparison comparison, double limit,
                bool strict) {
  return analysis::judge(expect(comparison, limit), {{"m", metric}}, strict).verdict;
}

}  // namespace

TEST_CASE("expectations compare the mean") {
  using enum application::Comparison;
  const analysis::Metric metric{"s", 10, {}, {}, 1, {}};
  CHECK(verdict(metric, less, 11, false) == Verdict::pass);
  CHECK(verdict(metric, less, 10, false) == Verdict::fail);
  CHECK(verdict(metric, less_equal, 10, false) == Verdict::pass);
  CHECK(verdict(metric, greater, 10, false) == Verdict::fail);
  CHECK(verdict(metric, greater_equal, 10, false) == Verdict::pass);
  CHECK(verdict(metric, equal, 10, false) == Verdict::pass);
  CHECK(verdict(metric, not_equal, 10, false) == Verdict::fail);
}

TEST_CASE("null counts as infinite, no sample fails whatever is asked") {
  using enum application::Comparison;
  const analysis::Metric censored{"s", {}, 3600, {}, 1, 5};
  CHECK(verdict(censored, less, 1e9, false) == Verdict::fail);
  CHECK(verdict(censored, greater, 1e9, false) == Verdict::pass);
  CHECK(verdict(censored, less, 1e9, true) == Verdict::fail);
  const analysis::Metric nobody{"s", {}, {}, {}, 0, {}};
  CHECK(verdict(nobody, less, 1, false) == Verdict::fail);
  CHECK(verdict(nobody, greater, 1, false) == Verdict::fail);
  CHECK(analysis::judge(expect(greater, 1), {}, true).verdict == Verdict::fail);
}

TEST_CASE("a lower bound meets no upper limit") {
  using enum application::Comparison;
  const analysis::Metric bound{"s", 10, 10, Interval{9, 11}, 5, 3};
  for (const bool strict : {false, true}) {
    CHECK(verdict(bound, less, 1e9, strict) == Verdict::fail);
    CHECK(verdict(bound, less_equal, 10, strict) == Verdict::fail);
    CHECK(verdict(bound, equal, 10, strict) == Verdict::fail);
    CHECK(verdict(bound, greater, 8, strict) == Verdict::pass);
  }
  CHECK(verdict(bound, greater, 9.5, true) == Verdict::inconclusive);
}

TEST_CASE("strictly, the whole interval decides") {
  using enum application::Comparison;
  const analysis::Metric metric{"s", 10, {}, Interval{8, 12}, 5, {}};
  CHECK(verdict(metric, less, 13, true) == Verdict::pass);
  CHECK(verdict(metric, less, 11, true) == Verdict::inconclusive);
  CHECK(verdict(metric, less, 11, false) == Verdict::pass);
  CHECK(verdict(metric, less, 9, true) == Verdict::inconclusive);
  CHECK(verdict(metric, less, 7, true) == Verdict::fail);
  CHECK(verdict(metric, less, 12, true) == Verdict::inconclusive);
  CHECK(verdict(metric, less_equal, 12, true) == Verdict::pass);
  CHECK(verdict(metric, equal, 10, true) == Verdict::inconclusive);
  CHECK(verdict(metric, equal, 13, true) == Verdict::fail);
  CHECK(verdict({"s", 0, {}, Interval{0, 0}, 5, {}}, equal, 0, true) == Verdict::pass);
  CHECK(verdict({"s", 10, {}, {}, 1, {}}, less, 13, true) == Verdict::inconclusive);
}

TEST_CASE("one failure fails all, one doubt makes all doubtful") {
  const auto with = [](std::initializer_list<Verdict> verdicts) {
    std::vector<analysis::Judgement> all;
    for (const Verdict v : verdicts) all.push_back({{}, {}, v, false});
    return analysis::overall(all);
  };
  CHECK(with({}) == Verdict::pass);
  CHECK(with({Verdict::pass, Verdict::inconclusive}) == Verdict::inconclusive);
  CHECK(with({Verdict::inconclusive, Verdict::fail}) == Verdict::fail);
}

TEST_CASE("where too many are not back, all that is known is the shortest observation") {
  std::vector<measures::Report> reports(3);
  const double observed[] = {300, 200, 400};
  for (std::size_t i = 0; i < reports.size(); ++i) {
    reports[i].values["recovery.f.max"] = {"s", std::nullopt, observed[i], std::nullopt};
    reports[i].pools["f"].recovery.add(1);
    reports[i].pools["f"].censored = 99;
  }
  const analysis::Metric p99 = analysis::combine(reports).at("recovery.f.pooled_p99");
  CHECK_FALSE(p99.value);
  CHECK(p99.at_least == 200.0);
}
