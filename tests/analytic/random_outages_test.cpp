// Known answer 24: in the long run a target that fails by chance serves MTBF / (MTBF + MTTR) of the time.
#include <catch2/catch.hpp>
#include <cmath>

#include "models/application/topology.hpp"
#include "tests/analytic/known.hpp"

namespace {

using Catch::Matchers::WithinAbs;

const std::string year = R"(
duration: 365d
application: {hubs: {count: 4}}
provisioning: {exclude_failed_hubs: false}
fleet: [{devices: 4, client: sdk-python, credentials: x509, telemetry: {every: 24h}}]
faults: [{name: outages, each: hub, mtbf: 45h, mttr: 5h}]
)";

// Of hub number `hub`, in a year's run of its own that nobody uses: what is left after the outages,
// overlapping ones counted once.
double availability(const application::Scenario& scenario, std::uint32_t hub, std::uint32_t replication) {
  const faults::Span span = application::span_of(scenario);
  sim::Time up_since = span.from;
  sim::Duration up{0};
  for (const faults::Incident& one : faults::incidents(scenario.faults, application::topology_of(scenario),
                                                       sim::Streams(scenario.seed, replication), span)) {
    if (one.what.hub != ids::HubId(hub)) continue;
    if (one.what.at > up_since) up += one.what.at - up_since;
    up_since = std::max(up_since, std::min(one.what.end(), span.to));
  }
  up += span.to - up_since;
  return sim::seconds(up) / sim::seconds(span.length());
}

// Over so many years; the mean and its standard error.
std::pair<double, double> over_years(const std::string& fault, std::uint32_t years) {
  const application::Scenario scenario =
      application::load(year, "year.yaml", {"faults[0]=" + fault, "application.hubs={count: 4}"});
  double sum = 0, squares = 0;
  for (std::uint32_t r = 0; r < years; ++r) {
    const double a = availability(scenario, 0, r);
    sum += a;
    squares += a * a;
  }
  const double mean = sum / years;
  return {mean, std::sqrt((squares / years - mean * mean) / (years - 1))};
}

}  // namespace

// Exponential times with means of 45 h and 5 h: the share a of a year T in which a hub serves is 0.9 on
// average, and 0.1 x 4.5 h / T = 0.00005 more because it serves at the start. Its variance is 2 l m / (l +
// m)^3 / T with l = 1/45 h and m = 1/5 h: 0.81 h / 8,760 h, a standard deviation of 0.0096; of 12 hub-years
// 0.00278.
TEST_CASE("availability of hubs that fail by chance is MTBF over MTBF and MTTR", "[chance][long]") {
  double sum = 0;
  constexpr int runs = 3;
  for (std::uint32_t r = 0; r < runs; ++r) {
    support::Options options;
    options.replication = r;
    const measures::Report report = support::run(year, options);
    sum += support::value(report, "hubs.availability");
    // The metric is that of the timetable, hub by hub.
    const application::Scenario scenario = application::load(year, "year.yaml", {});
    for (std::uint32_t h = 0; h < 4; ++h)
      CHECK_THAT(support::value(report, "hub.hub-" + std::to_string(h + 1) + ".availability"),
                 WithinAbs(availability(scenario, h, r), 1e-12));
    CHECK_THAT(support::value(report, "recovery.outages.downtime") / (4 * 365 * 86400.0),
               WithinAbs(1 - support::value(report, "hubs.availability"), 1e-12));
  }
  CHECK_THAT(sum / runs, WithinAbs(0.90005, 3 * 0.00278));
}

TEST_CASE("it is so for any distribution", "[chance]") {
  for (const char* law :
       {"time_to_failure: {weibull: {shape: 2}}, time_to_repair: fixed",
        "time_to_failure: {weibull: {shape: 0.7}}, time_to_repair: {lognormal: {sigma: 1}}"}) {
    const auto [mean, error] =
        over_years(std::string("{name: outages, each: hub, mtbf: 45h, mttr: 5h, ") + law + "}", 40);
    INFO(law << ": " << mean << " +- " << error);
    CHECK(error < 0.004);
    CHECK_THAT(mean, WithinAbs(0.9, 3 * error + 0.0002));
  }
}

// A hub serves when no outage of its own is on, and of each of the three others none that took it along: at
// any time the other is down with probability 0.1, and by an outage that takes all along with half of that.
TEST_CASE("outages that are taken along add to a hub's own", "[chance]") {
  const auto [mean, error] =
      over_years("{name: outages, each: hub, mtbf: 45h, mttr: 5h, correlated: {region: 50%}}", 40);
  CHECK(error < 0.004);
  CHECK_THAT(mean, WithinAbs(0.9 * 0.95 * 0.95 * 0.95, 3 * error + 0.0002));
}
