// Broken invariants stop the program, in release builds too.
#pragma once
#include <cstdio>
#include <cstdlib>

namespace sim {

inline void require(bool holds, const char* what) {
  if (holds) [[likely]]
    return;
  std::fprintf(stderr, "internal error: %s\n", what);
  std::abort();
}

}  // namespace sim
