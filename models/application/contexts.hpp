// What each room is told of the rest of a scenario when it resolves and checks its own part.
#pragma once
#include "models/actions/resolve.hpp"
#include "models/application/draft.hpp"
#include "models/control/checks.hpp"
#include "models/exports/resolve.hpp"
#include "models/failover/resolve.hpp"

namespace application {

// They refer to the scenario, which must outlive them.
actions::Context actions_context(const Scenario& scenario);
control::Context control_context(const Scenario& scenario);
exports::Context exports_context(const Scenario& scenario);
failover::Context failover_context(const Scenario& scenario);

}  // namespace application
