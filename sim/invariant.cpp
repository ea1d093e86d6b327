#include "sim/invariant.hpp"

#include <cstdio>
#include <cstdlib>

namespace sim {

void broken(const std::string& what) {
  std::fputs(("internal error: " + what + "\n").c_str(), stderr);
  std::abort();
}

}  // namespace sim
