// Values of few among many entities, found by one visit of four bytes. They lie in blocks and never move, so
// that millions of them can come up in one instant.
#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/huge_pages.hpp"
#include "sim/prefetch.hpp"

namespace sim {

template <class T>
class Sparse {
 public:
  // Of entities 0 to entities - 1. It takes memory once one of them has a value.
  explicit Sparse(std::size_t entities = 0) : entities_(entities) {}
  std::size_t entities() const { return entities_; }
  bool any() const { return used_ > 0; }  // whether somebody has a value

  // Null if it has none.
  T* find(std::uint32_t entity) { return has(entity) ? &at(index_[entity] - 1) : nullptr; }
  const T* find(std::uint32_t entity) const { return has(entity) ? &at(index_[entity] - 1) : nullptr; }
  // Its own, or one as whoever had it before has left it.
  T& get(std::uint32_t entity) {
    if (!has(entity)) give(entity);
    return at(index_[entity] - 1);
  }
  void erase(std::uint32_t entity) {  // which may have none
    if (!has(entity)) return;
    --used_;
    free_.push_back(index_[entity] - 1);
    index_[entity] = 0;
  }

  // Before a visit: first where its value is, then the value.
  void fetch_index(std::uint32_t entity) const {
    if (used_ > 0) prefetch(&index_[entity]);
  }
  void fetch(std::uint32_t entity) const {
    if (has(entity)) prefetch(find(entity), sizeof(T));
  }

 private:
  void give(std::uint32_t entity) {
    if (index_.empty()) index_.resize(entities_);
    if (free_.empty()) {
      const auto first = static_cast<std::uint32_t>(blocks_.size() * block);
      blocks_.emplace_back(std::min<std::size_t>(block, entities_));
      for (auto slot = static_cast<std::uint32_t>(blocks_.back().size()); slot-- > 0;)
        free_.push_back(first + slot);
    }
    index_[entity] = free_.back() + 1;
    free_.pop_back();
    ++used_;
  }
  static constexpr std::size_t block = std::bit_ceil(HugePages<T>::page / sizeof(T));  // in huge pages
  // While nobody has one, the index is not visited.
  bool has(std::uint32_t entity) const { return used_ > 0 && index_[entity] != 0; }
  T& at(std::uint32_t slot) { return blocks_[slot / block][slot % block]; }
  const T& at(std::uint32_t slot) const { return blocks_[slot / block][slot % block]; }

  std::size_t entities_;
  HugeVector<std::uint32_t> index_;  // of each entity: its slot + 1, 0 if it has none; empty until one has
  std::vector<HugeVector<T>> blocks_;
  std::vector<std::uint32_t> free_;
  std::size_t used_ = 0;
};

}  // namespace sim
