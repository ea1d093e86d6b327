#include "models/ids.hpp"

#include "sim/invariant.hpp"

namespace ids {

void does_not_fit(std::uint64_t number, std::uint64_t most) {
  sim::broken(fmt::format("the number {} is above {}, the largest of its kind", number, most));
}

void out_of_bounds(std::size_t index, std::size_t size) {
  sim::broken(fmt::format("number {} of a list of {}", index, size));
}

}  // namespace ids
