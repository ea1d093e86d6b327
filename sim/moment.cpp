#include "sim/moment.hpp"

#include "sim/invariant.hpp"

namespace sim {

void Moment::closed(Time t, const char* door) const {
  broken(fmt::format("{} was called for {} us {}", door, t.time_since_epoch().count(),
                     open ? fmt::format("at {} us", now.time_since_epoch().count()) : "between instants"));
}

}  // namespace sim
