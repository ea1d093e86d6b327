// The lines of `expect`: "recovery.hub2.p99 < 15m".
#pragma once
#include "models/application/resolve.hpp"
#include "sim/settings/quantity.hpp"

namespace application {

// Reads draft.expect into draft.scenario.expect; metrics must exist, values must fit their units.
void read_expectations(Draft& draft, const Origin& origin);

// A value of a metric as users write it ("15m", "98%", "20 messages", "5/s"), in the metric's base unit.
sim::settings::Parsed<double> parse_amount(std::string_view value, const std::string& unit);

}  // namespace application
