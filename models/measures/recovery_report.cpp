// What is reported of the recovery episodes.
#include <algorithm>

#include "models/measures/recovery.hpp"

namespace measures {
namespace {

// all: episodes, with those in `back`, microseconds. sum: of all of them, of who is not back until the end of
// what was seen.
void report_times(Report& report, const std::string& prefix, std::uint64_t all, std::uint64_t unrecovered,
                  const sim::Quantiles& back, sim::WideInt sum, Duration seen) {
  const bool censored = unrecovered > 0;
  const double bound = sim::seconds(seen);
  const auto put = [&](const char* name, std::optional<double> value, bool lower_bound) {
    Value v{"s", value, std::nullopt, unrecovered};
    if (all > 0 && lower_bound) v.at_least = value.value_or(bound);
    report.values[prefix + name] = v;
  };
  const auto rank = [&](std::uint64_t k) -> std::optional<double> {
    if (k == 0 || k > back.count()) return std::nullopt;
    return static_cast<double>(back.at_rank(k)) / 1e6;
  };
  const auto quantile = [&](const char* name, std::uint64_t percent) {
    const std::uint64_t k = (percent * all + 99) / 100;
    put(name, rank(k), k > back.count());
  };
  put("first", rank(all > 0 ? 1 : 0), back.count() == 0);
  quantile("p10", 10);
  quantile("p25", 25);
  quantile("p50", 50);
  quantile("p90", 90);
  quantile("p95", 95);
  quantile("p99", 99);
  quantile("max", 100);
  const double n = static_cast<double>(all);
  put("mean", all > 0 ? std::optional(static_cast<double>(sum) / n / 1e6) : std::nullopt, censored);
}

// Of so many, those that got so far are in `done`; the others count as infinite. seen: how long they were
// observed.
void report_ranks(Report& report, const std::string& prefix, const sim::Quantiles& done, std::uint64_t all,
                  Duration seen) {
  const auto put = [&](const char* name, std::uint64_t percent) {
    const std::uint64_t rank = (percent * all + 99) / 100;
    Value v{"s", std::nullopt, std::nullopt, all - done.count()};
    if (rank > 0 && rank <= done.count())
      v.value = static_cast<double>(done.at_rank(rank)) / 1e6;
    else if (all > 0)
      v.at_least = sim::seconds(seen);
    report.values[prefix + name] = v;
  };
  put("p50", 50);
  put("p99", 99);
  put("max", 100);
}

// Of a part of the wait, over all episodes; where some do not end a lower bound, as the mean outage is that
// they add up to.
Value mean_part(sim::WideInt sum, std::uint64_t episodes, bool bound) {
  Value v{"s", std::nullopt, std::nullopt, std::nullopt};
  if (episodes > 0) v.value = static_cast<double>(sum) / static_cast<double>(episodes) / 1e6;
  if (bound) v.at_least = v.value;
  return v;
}

}  // namespace

// Who lost service in the time of one of the incidents, from its begin to its last return.
std::size_t Recovery::collateral(std::size_t tally) const {
  std::vector<std::pair<Time, Time>> times;  // apart from each other, in order
  for (const CauseId i : of_tally_[tally]) {
    const FaultTime& f = setup_.faults[i];
    const Time first = f.action ? f.first : f.begin;
    const Time last = last_back_[i] == sim::never ? end_ : std::max(last_back_[i], f.end);
    if (!times.empty() && first <= times.back().second)
      times.back().second = std::max(times.back().second, last);
    else
      times.emplace_back(first, last);
  }
  return struck_.devices_beside(tally, times);
}

void Recovery::report_tally(Report& report, const std::string& prefix, const Tally& tally, Time begin) const {
  const auto put = [&](const char* name, const char* unit, std::uint64_t n) {
    report.values[prefix + name] = {unit, static_cast<double>(n), std::nullopt, std::nullopt};
  };
  put("affected", "devices", tally.affected);
  put("episodes", "episodes", tally.episodes);
  put("unrecovered", "devices", tally.unrecovered);
  put("prolonged", "episodes", tally.prolonged);
  put("relapses", "episodes", tally.relapses);
  Value attempts{"attempts", {}, {}, {}};
  if (tally.recovery.count() > 0)
    attempts.value = static_cast<double>(tally.attempts) / static_cast<double>(tally.recovery.count());
  report.values[prefix + "attempts"] = attempts;
  report_times(report, prefix, tally.episodes, tally.unrecovered, tally.recovery, tally.recovery_sum,
               end_ - begin);
  report_times(report, prefix + "outage.", tally.episodes, tally.unrecovered, tally.outage, tally.outage_sum,
               end_ - begin);
  report_ranks(report, prefix + "ready.", tally.ready, tally.episodes - tally.cut_short, end_ - begin);
  report_ranks(report, prefix + "lasting.", tally.lasting, tally.stretches, end_ - begin);
  for (std::size_t w = 0; w < setup_.within.size(); ++w) {
    Value v{"1", std::nullopt, std::nullopt, std::nullopt};
    // Where the run ends before that time and somebody is still away, it is at least the share so far.
    const bool seen = tally.unrecovered == 0 || begin + setup_.within[w].time <= end_;
    if (tally.episodes > 0)
      (seen ? v.value : v.at_least) =
          static_cast<double>(tally.within[w]) / static_cast<double>(tally.episodes);
    report.values[prefix + "within." + setup_.within[w].label] = v;
  }
}

// How often it happened, and for how long; of an action there is no such thing.
void Recovery::report_incidents(Report& report, const std::string& prefix, std::size_t tally) const {
  std::uint64_t incidents = 0;
  Duration downtime{0};
  bool action = false;
  for (const CauseId i : of_tally_[tally]) {
    const FaultTime& f = setup_.faults[i];
    action = f.action;
    ++incidents;
    downtime += f.end - f.begin;
  }
  Value number{"incidents", {}, {}, {}}, length{"s", {}, {}, {}};
  if (!action) {
    number.value = static_cast<double>(incidents);
    length.value = sim::seconds(downtime);
  }
  report.values[prefix + "incidents"] = number;
  report.values[prefix + "downtime"] = length;
}

void Recovery::report(Report& report) const {
  for (std::size_t f = 0; f < all_.size(); ++f) {
    Time begin{};  // of the latest incident: what began then has been observed for the shortest time
    for (const CauseId i : of_tally_[f]) begin = std::max(begin, setup_.faults[i].begin);
    const Tally& tally = all_[f];
    // What operators do may have no episodes.
    if (!std::all_of(of_tally_[f].begin(), of_tally_[f].end(),
                     [this](CauseId i) { return setup_.faults[i].cuts_off; }))
      continue;
    const std::string prefix = "recovery." + setup_.names[f] + ".";
    report_tally(report, prefix, tally, begin);
    report_incidents(report, prefix, f);
    report.values[prefix + "collateral"] = {"devices", static_cast<double>(collateral(f)), std::nullopt,
                                            std::nullopt};
    for (std::size_t p = 0; p < part_count; ++p)
      report.values[prefix + "wait." + wait_parts()[p]] =
          mean_part(tally.parts[p], tally.episodes, tally.unrecovered > 0);
    report.values[prefix + "stuck_at_dps"] = mean_part(tally.in_vain, tally.episodes, tally.unrecovered > 0);
    for (const GroupId g : setup_.groups.ids())
      report_tally(report, prefix + "group." + setup_.groups[g] + ".", group_[f][g], begin);
    report.pools[setup_.names[f]] = {tally.recovery, tally.unrecovered};
  }
}

}  // namespace measures
