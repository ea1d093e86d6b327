// MSER-5 on series with a known bias, and what of a run it is applied to (known answer 31).
#include <catch2/catch.hpp>
#include <functional>

#include "models/application/load.hpp"
#include "sim/random.hpp"
#include "tests/unit/output_example.hpp"
#include "tools/analysis/settling.hpp"
#include "tools/output/run_writers.hpp"
#include "tools/output/summary_text.hpp"

using analysis::mser5;
using analysis::Settled;

namespace {

const sim::Streams streams(31, 0);

double noise(std::uint64_t run, std::uint32_t i) {
  return sim::normal_quantile(streams.draw(run, 1, i).uniform(0));
}

std::vector<double> series(std::size_t n, const std::function<double(std::uint32_t)>& value) {
  std::vector<double> values;
  for (std::uint32_t i = 0; i < n; ++i) values.push_back(value(i));
  return values;
}

// As the run's report judges it.
bool unsettled(const std::vector<double>& values) {
  return !mser5(values)->settled && analysis::drifts(values);
}

}  // namespace

TEST_CASE("MSER-5: a constant needs no truncation, a step is cut where it ends", "[known-31]") {
  CHECK(mser5(std::vector<double>(100, 3.5))->index == 0);
  CHECK(mser5(std::vector<double>(100, 3.5))->settled);
  const auto step = [](std::uint32_t until) {
    return *mser5(series(100, [&](std::uint32_t i) { return i < until ? 7.0 : 1.0; }));
  };
  CHECK(step(20).index == 20);
  CHECK(step(22).index == 25);  // by whole batches
  CHECK(step(20).settled);
  CHECK(step(70).index == 70);
  CHECK_FALSE(step(70).settled);
  CHECK_FALSE(mser5(std::vector<double>(49, 1)));
  CHECK(mser5(std::vector<double>(50, 1)));
}

TEST_CASE("MSER-5: the worked minimum of a short series", "[known-31]") {
  // Batch means 9, 1, 0, 1, 0, 1, 0, 1, 0, 1: without the first, 9 values with squares 20/9, over 81.
  std::vector<double> values;
  for (const double mean : {9, 1, 0, 1, 0, 1, 0, 1, 0, 1}) values.insert(values.end(), 5, mean);
  CHECK(mser5(values)->index == 5);
  // Cut down to the last five, 1, 0, 1, 0, 1, they give 6/5 over 25: more.
  CHECK(mser5(values)->settled);
}

TEST_CASE("MSER-5: an exponential start is cut off", "[known-31]") {
  // 10 exp(-t/10) beside noise of 0.5: below the noise of a batch after about 40 values.
  for (std::uint64_t run = 0; run < 200; ++run) {
    const auto values =
        series(300, [&](std::uint32_t i) { return 5 + 10 * sim::exact_exp(-0.1 * i) + 0.5 * noise(run, i); });
    CHECK(mser5(values)->index >= 20);
    CHECK_FALSE(unsettled(values));
  }
}

TEST_CASE("MSER-5: a first-order autoregressive series that starts far off", "[known-31]") {
  int cut = 0, wrong = 0;
  for (std::uint64_t run = 0; run < 200; ++run) {
    double x = 20;
    const auto values = series(400, [&](std::uint32_t i) { return x = 0.8 * x + noise(run, i); });
    cut += mser5(values)->index >= 10 ? 1 : 0;  // 20 * 0.8^10 = 2.1, 1.3 standard deviations of the state
    wrong += unsettled(values) ? 1 : 0;
  }
  CHECK(cut > 170);
  CHECK(wrong <= 6);
}

TEST_CASE("noise is settled, a trend is not", "[known-31]") {
  int by_rule = 0, wrong = 0, missed = 0;
  for (std::uint64_t run = 0; run < 1000; ++run) {
    const auto still = series(50 + run % 5 * 35, [&](std::uint32_t i) { return noise(run, i); });
    by_rule += mser5(still)->settled ? 0 : 1;
    wrong += unsettled(still) ? 1 : 0;
    const auto trend = series(50 + run % 5 * 35, [&](std::uint32_t i) { return 0.2 * i + noise(run, i); });
    missed += unsettled(trend) ? 0 : 1;
  }
  WARN("noise taken for unsettled in " << wrong << " of 1000 series (by MSER-5 alone in " << by_rule
                                       << "), a trend overlooked in " << missed);
  CHECK(by_rule > 10 * wrong);
  CHECK(wrong <= 10);
  CHECK(missed <= 60);
}

namespace {

// Samples a minute apart; `value` gives the columns behind the time.
measures::Report report(std::vector<std::string> columns, std::size_t minutes,
                        const std::function<std::vector<double>(std::uint32_t)>& value) {
  measures::Report one;
  one.series.columns = {"time_s"};
  for (std::string& column : columns) one.series.columns.push_back(std::move(column));
  for (std::uint32_t i = 0; i < minutes; ++i) {
    std::vector<double> row{60.0 * i};
    for (const double x : value(i)) row.push_back(x);
    one.series.rows.push_back(std::move(row));
  }
  return one;
}

}  // namespace

TEST_CASE("what is judged: states that should be steady, and increments of counters") {
  const auto all = report({"connected", "dps.registrations", "dps.throttled", "units.count", "hub.a.queue",
                           "hub.a.connects", "export.e.d.backlog"},
                          200, [](std::uint32_t i) {
                            const double t = i;
                            return std::vector<double>{100, t * t, 3 * t, 4, t, t, t};
                          });
  using List = std::vector<analysis::SettledSeries>;
  // The counter that grows evenly is steady; what is connected is constant.
  CHECK(analysis::settling(all, {600, 9000, true}) ==
        List{{"hub.a.queue", Settled::no, 7500}, {"export.e.d.backlog", Settled::no, 7500}});
  CHECK(analysis::settling(all, {600, 9000, false}) == List{{"hub.a.queue", Settled::no, 7500}});
  CHECK(analysis::settling(all, {600, 3000, false}) == List{{"hub.a.queue", Settled::too_short, 600}});
  CHECK(analysis::settling(all, {9000, 9000, true}).empty());
}

TEST_CASE("a series that settles in time says from when on it was steady") {
  const auto one = report({"connected"}, 120,
                          [](std::uint32_t i) { return std::vector<double>{i < 30 ? 10.0 * i : 300.0}; });
  CHECK(analysis::settling(one, {600, 7200, true}) ==
        std::vector<analysis::SettledSeries>{{"connected", Settled::yes, 1800}});
}

TEST_CASE("the first event ends what is judged") {
  const auto facts = [](const std::string& more, const std::string& fleet = "{devices: 100}") {
    return analysis::settling_facts(
        application::load("duration: 6h\nwarmup: 30m\nfleet: [" + fleet + "]\n" + more, "x.yaml"), 0);
  };
  CHECK(facts("").from_s == 1800);
  CHECK(facts("").until_s == 21600);
  CHECK(facts("").steady_load);
  CHECK(facts("faults: [{name: a, at: 2h, hub: 1, for: 5m}, {name: b, at: 1h, dps: outage, for: 5m}]")
            .until_s == 3600);
  CHECK(facts("", "{devices: 100, joins: at 2h over 1h}").until_s == 7200);
  const auto surging =
      facts("", "{devices: 100, telemetry: {every: 60s, surges: [{at: 3h, for: 1h, factor: 2}]}}");
  CHECK(surging.until_s == 10800);
  CHECK_FALSE(surging.steady_load);
  const auto daily = facts("", "{devices: 100, telemetry: {every: 60s, profile: diurnal}}");
  CHECK(daily.until_s == 21600);
  CHECK_FALSE(daily.steady_load);
}

TEST_CASE("a fault whose state before is not judged is said to be unchecked") {
  const auto text = [](const std::string& fleet, const std::string& fault_at) {
    const auto scenario =
        application::load("duration: 6h\nwarmup: 30m\nfleet: [" + fleet +
                              "]\nfaults: [{name: away, at: " + fault_at + ", hub: 1, for: 5m}]",
                          "x.yaml");
    output::Result result = example::result(3);
    result.settling.clear();
    return output::summary_text({scenario, result, {}}, "x.yaml");
  };
  CHECK(text("{devices: 100}", "2h").find("Not checked") == std::string::npos);
  CHECK(text("{devices: 100, joins: at 1h over 10m}", "2h")
            .find("Not checked: whether the state before the first fault, at 2h, was steady: judged") !=
        std::string::npos);
  CHECK(text("{devices: 100}", "30m").find("Not checked: whether") != std::string::npos);
}

TEST_CASE("a run that has not settled says so, with the remedy, in the text and in the JSON") {
  const application::Scenario scenario = application::load(
      "duration: 6h\nfleet: [{devices: 100}]\nfaults: [{name: away, at: 2h, hub: 1, for: 5m}]", "x.yaml");
  const auto growing = [](double slope) {
    return report({"connected"}, 360, [=](std::uint32_t i) { return std::vector<double>{1000 + slope * i}; });
  };
  output::Result result = example::result(3);
  result.settling = analysis::settling({growing(1), growing(2), growing(0)}, scenario);
  REQUIRE(result.settling.size() == 1);
  CHECK(result.settling[0] == analysis::SettlingSummary{"connected", 2, 2, 0, 5700});
  const auto text = [&](const application::Scenario& of) {
    return output::summary_text({of, result, {}}, "x.yaml");
  };
  CHECK(text(scenario).find("\nNot settled: connected (MSER-5") != std::string::npos);
  CHECK(text(scenario).find("longer warmup") != std::string::npos);
  CHECK(output::summary_json(result).find("\"not_settled\": 2") != std::string::npos);

  // Without an event there is no state before it; averages are of a state that changes.
  const auto quiet = application::load("duration: 6h\nfleet: [{devices: 100}]", "x.yaml");
  result.settling = analysis::settling({growing(1)}, quiet);
  CHECK(text(quiet).find("\nNot steady: connected (MSER-5") != std::string::npos);

  result.settling = analysis::settling({growing(0)}, scenario);
  CHECK(result.settling.empty());
  CHECK(text(scenario).find("ettled") == std::string::npos);
}
