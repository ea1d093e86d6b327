// What a draw decides in a random test, and how many such a test makes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>

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

// Random scenarios of a test; HUBSTORM_SEEDS, where it is set, of all of them, for longer runs by hand. Under
// sanitizers a scenario takes many times as long.
inline std::uint32_t scenarios(std::uint32_t usual, std::uint32_t under_sanitizers) {
  if (const char* const given = std::getenv("HUBSTORM_SEEDS"))
    return static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10));
#ifdef HUBSTORM_SANITIZE
  constexpr bool sanitized = true;
#else
  constexpr bool sanitized = false;
#endif
  return sanitized ? under_sanitizers : usual;
}

}  // namespace support
