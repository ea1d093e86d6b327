// The lines of `expect`: "recovery.hub2.p99 < 15m".
#pragma once
#include "models/application/resolve.hpp"

namespace application {

// Reads draft.expect into draft.scenario.expect; metrics must exist, values must fit their units.
void read_expectations(Draft& draft, const Origin& origin);

}  // namespace application
