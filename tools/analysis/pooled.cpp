#include "tools/analysis/pooled.hpp"

#include <algorithm>

#include "sim/random.hpp"

namespace analysis {
namespace {

constexpr std::uint64_t least_replications = 3;

std::uint64_t affected(const measures::Pool& pool) { return pool.recovery.count() + pool.censored; }

// ceil(part / whole of n).
std::uint64_t rank_of(std::uint64_t part, std::uint64_t whole, std::uint64_t n) {
  const auto product = static_cast<sim::WideInt>(part) * static_cast<sim::WideInt>(n);
  const auto of = static_cast<sim::WideInt>(whole);
  return static_cast<std::uint64_t>((product + of - 1) / of);
}

// The variance of the share of all devices that are back, by how many of each pool are, over what it would be
// if devices were independent; zero where all or none are back.
double design_effect(const std::vector<const measures::Pool*>& pools,
                     const std::vector<std::uint64_t>& back) {
  double all = 0, all_back = 0;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    all += static_cast<double>(affected(*pools[i]));
    all_back += static_cast<double>(back[i]);
  }
  const double share = all_back / all;
  if (share <= 0 || share >= 1) return 0;
  double squares = 0;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    const double more = static_cast<double>(back[i]) - share * static_cast<double>(affected(*pools[i]));
    squares += more * more;
  }
  const double n = static_cast<double>(pools.size());
  return squares * n / (n - 1) / (all * share * (1 - share));
}

double largest_design_effect(const std::vector<const measures::Pool*>& pools, const measures::Pool& all) {
  double largest = 1;
  std::vector<std::uint64_t> back(pools.size());
  for (const std::uint64_t percent : {50u, 75u, 90u, 95u, 98u, 99u}) {
    const std::uint64_t rank = rank_of(percent, 100, affected(all));
    if (rank > all.recovery.count()) break;
    const std::int64_t time = all.recovery.at_rank(rank);
    for (std::size_t i = 0; i < pools.size(); ++i) back[i] = pools[i]->recovery.count_through(time);
    largest = std::max(largest, design_effect(pools, back));
  }
  for (std::size_t i = 0; i < pools.size(); ++i) back[i] = pools[i]->recovery.count();
  return std::max(largest, design_effect(pools, back));
}

}  // namespace

PooledQuantile pooled_quantile(const std::vector<const measures::Pool*>& pools, std::uint64_t percent) {
  constexpr double confidence = 0.95;
  PooledQuantile result;
  measures::Pool all;
  std::vector<const measures::Pool*> used;
  for (const measures::Pool* pool : pools) {
    if (affected(*pool) == 0) continue;
    used.push_back(pool);
    all.recovery.merge(pool->recovery);
    all.censored += pool->censored;
  }
  result.n = used.size();
  result.censored = all.censored;
  const std::uint64_t rank = rank_of(percent, 100, affected(all));
  if (rank == 0 || rank > all.recovery.count()) return result;
  result.value = static_cast<double>(all.recovery.at_rank(rank));
  if (result.n < least_replications) return result;
  const double z = sim::normal_quantile(1 - (1 - confidence) / 2);
  const double few = z / student_t(result.n - 1, confidence);
  result.effective = static_cast<double>(affected(all)) / largest_design_effect(used, all) * few * few;
  const auto count = static_cast<std::uint64_t>(result.effective);
  if (count == 0) return result;
  const auto ranks = quantile_ranks(count, static_cast<double>(percent) / 100, confidence);
  if (!ranks) return result;
  const std::uint64_t low = rank_of(ranks->first, count, affected(all));
  const std::uint64_t high = rank_of(ranks->second, count, affected(all));
  if (high > all.recovery.count()) return result;
  result.ci95 = Interval{static_cast<double>(all.recovery.at_rank(low)),
                         static_cast<double>(all.recovery.at_rank(high))};
  return result;
}

}  // namespace analysis
