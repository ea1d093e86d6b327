#include "tools/analysis/settling.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "models/application/topology.hpp"
#include "tools/analysis/interval.hpp"

namespace analysis {
namespace {

constexpr std::size_t always_kept = 5;  // batches
constexpr double sure = 3;              // standard errors

std::vector<double> batch_means(const std::vector<double>& values) {
  std::vector<double> means;
  for (std::size_t from = 0; from + settling_batch <= values.size(); from += settling_batch) {
    double sum = 0;
    for (std::size_t i = 0; i < settling_batch; ++i) sum += values[from + i];
    means.push_back(sum / settling_batch);
  }
  return means;
}

struct Spread {
  double mean = 0, squares = 0;  // squared deviations, added up
};

// Of values from..to; those of equal values are exact.
Spread spread(const std::vector<double>& values, std::size_t from, std::size_t to) {
  Spread s;
  s.mean = mean(
      {values.begin() + static_cast<std::ptrdiff_t>(from), values.begin() + static_cast<std::ptrdiff_t>(to)});
  for (std::size_t i = from; i < to; ++i) s.squares += (values[i] - s.mean) * (values[i] - s.mean);
  return s;
}

bool is_counter(const std::string& column) {
  return column == "dps.throttled" || column == "dps.polls_throttled";
}

bool should_be_steady(const std::string& column, const SettlingFacts& facts) {
  if (column == "connected" || is_counter(column)) return true;
  if (column.starts_with("hub.") && column.ends_with(".queue")) return true;
  if (!facts.steady_load) return false;
  return column == "hubs.count" || column == "units.count" ||
         (column.starts_with("export.") && column.ends_with(".backlog"));
}

// The samples of the window: the first of them and the one behind the last.
std::pair<std::size_t, std::size_t> window(const measures::Series& series, const SettlingFacts& facts) {
  std::size_t first = 0;
  while (first < series.rows.size() && series.rows[first][0] < facts.from_s) ++first;
  std::size_t last = first;
  while (last < series.rows.size() && series.rows[last][0] < facts.until_s) ++last;
  return {first, last};
}

void earlier(double& until_s, sim::Time at) { until_s = std::min(until_s, sim::seconds(at)); }

bool changes(const device::Telemetry& telemetry) {
  return telemetry.profile.kind != device::Profile::Kind::constant || !telemetry.surges.empty();
}

}  // namespace

std::optional<Truncation> mser5(const std::vector<double>& values) {
  const std::vector<double> means = batch_means(values);
  if (means.size() < settling_batches) return std::nullopt;
  std::size_t best = 0;
  double least = 0;
  for (std::size_t d = 0; d + always_kept <= means.size(); ++d) {
    const double kept = static_cast<double>(means.size() - d);
    const double error = spread(means, d, means.size()).squares / (kept * kept);
    if (d == 0 || error < least) best = d, least = error;
  }
  return Truncation{best * settling_batch, 2 * best < means.size()};
}

bool drifts(const std::vector<double>& values) {
  const std::vector<double> means = batch_means(values);
  const std::size_t half = means.size() / 2;
  const Spread first = spread(means, 0, half), second = spread(means, half, means.size());
  const auto variance = [](const Spread& s, std::size_t count) {
    const double n = static_cast<double>(count);
    return s.squares / (n - 1) / n;
  };
  const double error = std::sqrt(variance(first, half) + variance(second, means.size() - half));
  return std::abs(first.mean - second.mean) > sure * error;
}

SettlingFacts settling_facts(const application::Scenario& scenario, std::uint32_t replication) {
  SettlingFacts facts{sim::seconds(scenario.warmup), sim::seconds(scenario.duration), true, {}};
  const sim::Streams streams(scenario.seed, replication);
  for (const faults::Incident& incident : faults::incidents(
           scenario.faults, application::topology_of(scenario), streams, application::span_of(scenario)))
    earlier(facts.until_s, incident.what.at);
  if (facts.until_s < sim::seconds(scenario.duration)) facts.fault_s = facts.until_s;
  for (const actions::Action& action : scenario.actions) earlier(facts.until_s, action.at);
  for (const exports::Export& one : scenario.exports)
    if (one.created) earlier(facts.until_s, *one.created);
  for (const device::Group& group : scenario.fleet) {
    if (group.joins) earlier(facts.until_s, sim::Time{group.joins->start});
    if (group.leaves) earlier(facts.until_s, sim::Time{group.leaves->start});
    for (const device::Surge& surge : group.telemetry.surges) earlier(facts.until_s, sim::Time{surge.at});
    if (changes(group.telemetry)) facts.steady_load = false;
  }
  return facts;
}

std::vector<SettledSeries> settling(const measures::Report& report, const SettlingFacts& facts) {
  std::vector<SettledSeries> judged;
  const measures::Series& series = report.series;
  const auto [first, last] = window(series, facts);
  for (std::size_t c = 1; c < series.columns.size(); ++c) {
    if (!should_be_steady(series.columns[c], facts)) continue;
    const std::size_t lag = is_counter(series.columns[c]) ? 1 : 0;
    std::vector<double> values;
    for (std::size_t i = first + lag; i < last; ++i)
      values.push_back(series.rows[i][c] - (lag == 1 ? series.rows[i - 1][c] : 0));
    if (std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end()) continue;
    const std::optional<Truncation> truncation = mser5(values);
    SettledSeries one{series.columns[c], Settled::too_short, facts.from_s};
    if (truncation) {
      one.settled = truncation->settled || !drifts(values) ? Settled::yes : Settled::no;
      one.truncation_s = series.rows[first + lag + truncation->index][0];
    }
    judged.push_back(one);
  }
  return judged;
}

std::vector<SettlingSummary> settling(const std::vector<measures::Report>& reports,
                                      const application::Scenario& scenario) {
  std::map<std::string, SettlingSummary> all;
  for (std::uint32_t r = 0; r < reports.size(); ++r)
    for (const SettledSeries& one : settling(reports[r], settling_facts(scenario, r))) {
      SettlingSummary& of = all[one.series];
      of.series = one.series;
      ++of.replications;
      if (one.settled == Settled::no) ++of.not_settled;
      if (one.settled == Settled::too_short) ++of.too_short;
      of.truncation_s = std::max(of.truncation_s, one.truncation_s);
    }
  std::vector<SettlingSummary> list;
  for (const auto& [name, of] : all) list.push_back(of);
  return list;
}

}  // namespace analysis
