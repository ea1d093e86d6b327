// Asks for the cache lines of what is visited soon.
#pragma once
#include <cstddef>

namespace sim {

// Of `bytes` from `at`, which are likely to be written. A function that does nothing but prefetch passes for
// one without effect with GCC, which then removes calls to it: the empty statement says that it has one.
inline void prefetch(const void* at, std::size_t bytes = 1) {
  for (std::size_t i = 0; i < bytes; i += 64) __builtin_prefetch(static_cast<const char*>(at) + i, 1);
  asm volatile("");
}

}  // namespace sim
