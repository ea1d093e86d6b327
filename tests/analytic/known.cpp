#include "tests/analytic/known.hpp"

#include "models/network/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

namespace known {

void no_distance(application::Scenario& scenario) {
  scenario.distance.overhead = sim::Duration{0};
  scenario.distance.x509 = sim::Duration{0};
}

measures::Report run_nearby(const std::string& yaml, support::Options options) {
  options.change = [then = options.change](application::Scenario& scenario) {
    no_distance(scenario);
    if (then) then(scenario);
  };
  return support::run(yaml, options);
}

std::string difference(const measures::Report& a, const measures::Report& b) {
  if (support::bytes(a) == support::bytes(b)) return "";
  for (const auto& [name, value] : a.values) {
    const auto other = b.values.find(name);
    if (other == b.values.end()) return name + " is there once";
    if (!(other->second == value))
      return fmt::format("{}: {} and {}", name, value.value.value_or(NAN), other->second.value.value_or(NAN));
  }
  for (std::size_t i = 0; i < std::min(a.series.rows.size(), b.series.rows.size()); ++i)
    if (a.series.rows[i] != b.series.rows[i]) return fmt::format("time series at {} s", a.series.rows[i][0]);
  return "something else";
}

measures::Report run_both(const std::string& yaml, const support::Options& options) {
  support::Options unparked = options;
  unparked.parking = false;
  const measures::Report report = run_nearby(yaml, options);
  const measures::Report plain = run_nearby(yaml, unparked);
  CHECK(plain.parked_attempts == 0);
  REQUIRE(difference(report, plain) == "");
  return report;
}

std::vector<double> instants(const measures::Report& report, const std::string& text) {
  std::vector<double> times;
  for (const measures::TraceLine& line : report.trace)
    if (line.text.rfind(text, 0) == 0) times.push_back(line.time_s);
  return times;
}

double at(const measures::Report& report, const std::string& column, double t) {
  const auto& columns = report.series.columns;
  const auto found = std::find(columns.begin(), columns.end(), column);
  REQUIRE(found != columns.end());
  const auto row = std::find_if(report.series.rows.begin(), report.series.rows.end(),
                                [&](const auto& r) { return r[0] == t; });
  REQUIRE(row != report.series.rows.end());
  return (*row)[static_cast<std::size_t>(found - columns.begin())];
}

double distance_to_uniform(const measures::Pool& pool, double low, double high) {
  const auto n = static_cast<double>(pool.recovery.count());
  double distance = 0;
  for (std::uint64_t rank = 1; rank <= pool.recovery.count(); ++rank) {
    const double x = static_cast<double>(pool.recovery.at_rank(rank)) / 1e6;
    const double share = std::clamp((x - low) / (high - low), 0.0, 1.0);
    const auto k = static_cast<double>(rank);
    distance = std::max({distance, k / n - share, share - (k - 1) / n});
  }
  return distance;
}

double last_repeat_s(int end_s) {
  const sim::Time sent{std::chrono::seconds{10}}, end{std::chrono::seconds{end_s}};
  sim::Time last = sent;
  for (sim::Time next = sent; next < end;
       next = network::next_repeat(sent, sim::Duration{0}, last + sim::Duration{1}))
    last = next;
  return sim::seconds(last.time_since_epoch());
}

}  // namespace known
