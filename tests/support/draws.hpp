// What a draw decides in a random test.
#pragma once
#include <cstddef>
#include <cstdint>

#include "sim/random.hpp"

namespace support {

class Draws {
 public:
  Draws(std::uint64_t seed, std::uint32_t index) : streams_(seed, index) {}
  std::uint64_t below(std::uint64_t n) { return streams_.draw(0, 1, next_++).below(n); }
  template <std::size_t N>
  const char* one_of(const char* const (&all)[N]) {
    return all[below(N)];
  }

 private:
  sim::Streams streams_;
  std::uint32_t next_ = 0;
};

}  // namespace support
