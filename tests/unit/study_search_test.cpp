// The searches of a study, on responses whose best point is known: they find it with a fraction of the
// replications that trying all takes, and are wrong no oftener than they say.
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "sim/random.hpp"
#include "tools/study/headroom.hpp"
#include "tools/study/race.hpp"

namespace {

using analysis::Verdict;
using application::Comparison;
using application::Expectation;

// Points with a cost and a recovery time, both with noise: a part that all points share in a replication, and
// their own.
class Response {
 public:
  struct Truth {
    double cost, recovery;
  };
  Response(std::vector<Truth> truth, double shared_noise, double own_noise, double cost_noise,
           std::uint64_t seed)
      : truth_(std::move(truth)), shared_(shared_noise), own_(own_noise), cost_(cost_noise), seed_(seed) {
    source.ensure = [this](const std::vector<study::Source::Asked>& asked) {
      for (const auto& one : asked) make(one);
    };
    source.report = [this](std::size_t point, std::uint32_t r) -> const measures::Report& {
      return reports_.at({point, r});
    };
  }
  Response(const Response&) = delete;

  std::size_t ran() const { return reports_.size(); }
  std::size_t points() const { return truth_.size(); }
  study::Source source;

 private:
  double normal(std::uint64_t who, std::uint32_t r) const {
    return sim::normal_quantile(sim::Streams(seed_, r).draw(who, 1, 0).uniform(0));
  }

  void make(const study::Source::Asked& asked) {
    const auto [point, r] = asked;
    measures::Report report;
    report.values["recovery"] = {
        "s", truth_[point].recovery + shared_ * normal(1000, r) + own_ * normal(point, r), {}, {}};
    report.values["cost"] = {"USD", truth_[point].cost + cost_ * normal(2000 + point, r), {}, {}};
    reports_[asked] = report;
  }

  std::vector<Truth> truth_;
  double shared_, own_, cost_;
  std::uint64_t seed_;
  std::map<study::Source::Asked, measures::Report> reports_;
};

// Units 1 to 8 and quotas 1 to 5: more of either is dearer and faster.
std::vector<Response::Truth> grid() {
  std::vector<Response::Truth> all;
  for (int units = 1; units <= 8; ++units)
    for (int quota = 1; quota <= 5; ++quota)
      all.push_back({10.0 * units + 3 * quota, 200 + 1200.0 / units + 900.0 / quota});
  return all;
}

std::size_t best_of(const std::vector<Response::Truth>& truth, double limit) {
  std::size_t best = truth.size();
  for (std::size_t i = 0; i < truth.size(); ++i)
    if (truth[i].recovery < limit && (best == truth.size() || truth[i].cost < truth[best].cost)) best = i;
  return best;
}

study::Race race(Response& response, double limit, std::uint32_t most = 30) {
  const Expectation expectation{"recovery < limit", "recovery", Comparison::less, limit};
  const std::vector<std::vector<Expectation>> expectations(response.points(), {expectation});
  return study::race(expectations, response.source, {"cost", false, 0.95, 3, most, 10});
}

}  // namespace

TEST_CASE("a race finds the optimum of an exhaustive search with a quarter of its replications",
          "[optimise][long]") {
  int found = 0, certain = 0, wrong = 0;
  double share = 0;
  constexpr int times = 200;
  for (int seed = 0; seed < times; ++seed) {
    Response response(grid(), 15, 10, 0, static_cast<std::uint64_t>(seed));
    const study::Race result = race(response, 700);
    CHECK(result.replications == response.ran());
    share += static_cast<double>(result.replications) / (30.0 * static_cast<double>(response.points()));
    const std::size_t best = best_of(grid(), 700);
    if (result.winner == best) ++found;
    if (result.certain) ++certain;
    if (result.certain && result.winner != best) ++wrong;
  }
  INFO("found " << found << ", certain " << certain << ", wrong " << wrong << ", share " << share / times);
  CHECK(found >= 190);
  CHECK(wrong <= 5);  // 5 % of the times would be 10
  CHECK(share / times <= 0.25);
}

TEST_CASE("a race between noisy costs names no winner for certain that is none", "[optimise]") {
  int wrong = 0;
  for (int seed = 0; seed < 200; ++seed) {
    const std::vector<Response::Truth> truth{{50, 100}, {52, 100}, {60, 100}, {40, 400}};
    Response response(truth, 5, 5, 3, static_cast<std::uint64_t>(seed));
    const study::Race result = race(response, 300);
    if (result.certain && result.winner != std::optional<std::size_t>{0}) ++wrong;
  }
  CHECK(wrong <= 10);
}

TEST_CASE("a point at the limit is left open, and so is a better one than the winner", "[optimise]") {
  Response response({{10, 700}, {20, 500}}, 5, 5, 0, 1);
  const study::Race result = race(response, 700);
  CHECK(result.winner == std::optional<std::size_t>{1});
  CHECK_FALSE(result.certain);
  CHECK(result.points[0].standing == study::Standing::open);
  CHECK(result.points[0].n == 30);
}

TEST_CASE("where no point meets the expectations there is no winner", "[optimise]") {
  Response response({{10, 900}, {20, 800}}, 5, 5, 0, 1);
  const study::Race result = race(response, 700);
  CHECK_FALSE(result.winner);
  CHECK(result.points[1].standing == study::Standing::misses);
}

TEST_CASE("what is not reached in one replication misses an upper limit for good", "[optimise]") {
  study::Source source;
  std::map<std::uint32_t, measures::Report> reports;
  source.ensure = [](const auto&) {};
  source.report = [&](std::size_t, std::uint32_t r) -> const measures::Report& {
    measures::Report& report = reports[r];
    report.values["recovery"] =
        r == 1 ? measures::Value{"s", {}, 3600.0, 1} : measures::Value{"s", 10.0 + r, {}, 0};
    return report;
  };
  const Expectation expectation{"recovery < 1000", "recovery", Comparison::less, 1000};
  CHECK(study::judge_all({expectation}, source, 0, 1, 0.01) == Verdict::inconclusive);
  CHECK(study::judge_all({expectation}, source, 0, 3, 0.01) == Verdict::fail);
}

TEST_CASE("values that were equal so far count for little, and one above zero settles that not all are zero",
          "[optimise]") {
  study::Source source;
  std::map<std::uint32_t, measures::Report> reports;
  const auto lost = [&](std::uint32_t r, double value) {
    reports[r].values["lost"] = {"messages", value, {}, {}};
  };
  for (std::uint32_t r = 0; r < 12; ++r) lost(r, 0);
  source.report = [&](std::size_t, std::uint32_t r) -> const measures::Report& { return reports.at(r); };
  const Expectation none{"lost == 0", "lost", Comparison::equal, 0};
  CHECK(study::judge_all({none}, source, 0, 3, 0.01) == Verdict::inconclusive);
  CHECK(study::judge_all({none}, source, 0, 10, 0.01) == Verdict::pass);
  lost(2, 5);
  CHECK(study::judge_all({none}, source, 0, 3, 0.01) == Verdict::fail);
}

TEST_CASE("few equal runs neither drop a point nor miss a limit", "[optimise]") {
  // What is rare has not happened yet at either point; then it happens at the first.
  study::Source source;
  std::map<study::Source::Asked, measures::Report> reports;
  source.ensure = [&](const std::vector<study::Source::Asked>& asked) {
    for (const auto& one : asked)
      reports[one].values["up"] = {"1", one.first == 0 && one.second == 6 ? 0.9 : 1.0, {}, {}};
  };
  source.report = [&](std::size_t point, std::uint32_t r) -> const measures::Report& {
    return reports.at({point, r});
  };
  const Expectation most{"up > 0.5", "up", Comparison::greater, 0.5};
  const study::Race result = study::race({{most}, {most}}, source, {"up", true, 0.95, 3, 30, 10});
  CHECK(result.winner == std::optional<std::size_t>{1});
  const Expectation below{"up < 1", "up", Comparison::less, 1};
  CHECK(study::judge_all({below}, source, 1, 3, 0.01) == Verdict::inconclusive);
  CHECK(study::judge_all({below}, source, 1, 12, 0.01) == Verdict::fail);
}

TEST_CASE("looks grow by half, and end at the most", "[optimise]") {
  CHECK(study::looks(3, 30) == std::vector<std::uint32_t>{3, 4, 6, 9, 13, 19, 28, 30});
  CHECK(study::looks(5, 5) == std::vector<std::uint32_t>{5});
}

namespace {

// Meets the limit up to `edge` times the fleet; recovery grows with the fleet, with noise.
study::HeadroomFound search(double edge, std::uint64_t seed, const study::HeadroomRules& rules) {
  return study::headroom(
      [&](double factor, std::uint32_t n, double error) -> std::optional<Verdict> {
        Response response({{0, 100 * factor / edge}}, 0, 2, 0, seed);
        std::vector<study::Source::Asked> asked;
        for (std::uint32_t r = 0; r < n; ++r) asked.emplace_back(0, r);
        response.source.ensure(asked);
        return study::judge_all({{"", "recovery", Comparison::less, 100}}, response.source, 0, n, error);
      },
      rules);
}

}  // namespace

TEST_CASE("the headroom lies between the two ends that are found", "[headroom][long]") {
  for (const double edge : {1.3, 2.0, 7.77, 40.0}) {
    int outside = 0;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      const study::HeadroomFound found = search(edge, seed, {1, 64, 0.02, 0.95, 3, 30, 1});
      REQUIRE(found.meets);
      REQUIRE(found.misses);
      if (*found.meets > edge || *found.misses < edge) ++outside;
      CHECK(*found.misses / *found.meets < 1.1);
    }
    INFO(edge);
    CHECK(outside <= 2);
  }
}

TEST_CASE("a headroom as it is looked for where a study says nothing", "[headroom]") {
  const study::Headroom usual;
  CHECK(usual.from == 1);
  CHECK(usual.to == 64);
  CHECK(usual.within == 0.02);
  CHECK(usual.confidence == 0.95);
  CHECK(usual.first == 3);
  CHECK(usual.most == 30);
}

TEST_CASE("a headroom beyond the range, below it, or beyond what a scenario may be", "[headroom]") {
  const study::HeadroomFound beyond = search(100, 1, {1, 64, 0.02, 0.95, 3, 30, 1});
  CHECK(beyond.meets == 64);
  CHECK_FALSE(beyond.misses);
  const study::HeadroomFound below = search(0.5, 1, {1, 64, 0.02, 0.95, 3, 30, 1});
  CHECK_FALSE(below.meets);
  CHECK(below.misses == 1);
  const study::HeadroomFound invalid =
      study::headroom([](double factor, std::uint32_t,
                         double) { return factor > 5 ? std::nullopt : std::optional(Verdict::pass); },
                      {1, 64, 0.02, 0.95, 3, 30, 1});
  REQUIRE(invalid.meets);
  CHECK(*invalid.meets <= 5);
  CHECK(*invalid.meets > 4.8);
}
