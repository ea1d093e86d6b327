// A mergeable histogram of non-negative whole numbers with a stated relative error (log-linear buckets);
// minimum, maximum, count and sum are exact. Integer counts: merging in any order gives the same bytes.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/limiter.hpp"  // WideInt

namespace sim {

class Quantiles {
 public:
  static constexpr double relative_error =
      0x1p-11 + 0x1p-14;  // of a quantile, below 0.06 %; values below 2048 are exact

  void add(std::int64_t value, std::uint64_t times = 1);  // value >= 0
  void merge(const Quantiles& other);
  std::uint64_t count() const { return count_; }
  std::int64_t min() const { return min_; }  // 0 when empty
  std::int64_t max() const { return max_; }
  WideInt sum() const { return sum_; }
  double mean() const;  // 0 when empty
  // The nearest rank: the k-th smallest value, 1 <= k <= count, within the relative error, never outside
  // [min, max]; rank 1 is min and rank count is max, exactly. What is not exact has five digits, since the
  // buckets tell no more.
  std::int64_t at_rank(std::uint64_t k) const;

  // How many values lie in the bucket of this value or below, value >= 0: those at most the value, within the
  // relative error.
  std::uint64_t count_through(std::int64_t value) const;

  // A compact text and back, for passing results between processes.
  std::string encode() const;
  static Quantiles decode(const std::string& text);  // throws std::invalid_argument
  bool operator==(const Quantiles&) const = default;

 private:
  void reach(std::size_t bucket);
  bool consistent() const;
  // Counts of the buckets from first_ on: the whole octaves between that of min_ and that of max_.
  std::vector<std::uint64_t> buckets_;
  std::size_t first_ = 0;
  std::uint64_t count_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
  WideInt sum_ = 0;
};

}  // namespace sim
