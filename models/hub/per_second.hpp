// How much there was in each whole second of a run, of which most may be empty.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

namespace hub {

class PerSecond {
 public:
  static constexpr std::size_t bytes_a_second = sizeof(std::uint32_t);  // where no block is empty
  void add(std::size_t second) {
    const std::size_t block = second / length;
    if (blocks_.size() <= block) blocks_.resize(block + 1);
    if (blocks_[block].empty()) blocks_[block].resize(length);
    ++blocks_[block][second % length];
  }
  std::uint32_t operator[](std::size_t second) const {
    const std::size_t block = second / length;
    return block < blocks_.size() && !blocks_[block].empty() ? blocks_[block][second % length] : 0;
  }
  std::uint64_t sum(std::size_t from, std::size_t to) const {
    std::uint64_t sum = 0;
    for_each(from, to, [&](std::uint32_t n) { sum += n; });
    return sum;
  }
  std::uint32_t most_from(std::size_t second) const {
    std::uint32_t most = 0;
    for_each(second, blocks_.size() * length, [&](std::uint32_t n) { most = std::max(most, n); });
    return most;
  }
  PerSecond& operator+=(const PerSecond& other) {
    if (blocks_.size() < other.blocks_.size()) blocks_.resize(other.blocks_.size());
    for (std::size_t b = 0; b < other.blocks_.size(); ++b) {
      if (other.blocks_[b].empty()) continue;
      blocks_[b].resize(length);
      for (std::size_t i = 0; i < length; ++i) blocks_[b][i] += other.blocks_[b][i];
    }
    return *this;
  }

 private:
  static constexpr std::size_t length = 256;
  // Those seconds of [from, to) that may not be empty.
  template <class Use>
  void for_each(std::size_t from, std::size_t to, const Use& use) const {
    to = std::min(to, blocks_.size() * length);
    while (from < to) {
      const std::vector<std::uint32_t>& block = blocks_[from / length];
      const std::size_t end = std::min(to, (from / length + 1) * length);
      for (; !block.empty() && from < end; ++from) use(block[from % length]);
      from = end;
    }
  }
  std::vector<std::vector<std::uint32_t>> blocks_;
};

}  // namespace hub
