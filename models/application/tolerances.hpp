// `tolerances`: how much worse than a baseline each metric may be.
#pragma once
#include "models/application/resolve.hpp"
#include "models/measures/catalog.hpp"
#include "sim/settings/quantity.hpp"

namespace application {

// "5%" is a share of the baseline's mean, whatever the unit; "30s", "20 messages", "0.01", "0" are amounts in
// the unit of the metric. Not negative.
sim::settings::Parsed<Tolerance> parse_tolerance(const std::string& metric, const std::string& text,
                                                 const std::string& unit);

// Why a metric of this kind can have no tolerance; nothing if it can.
std::optional<sim::settings::Problem> no_tolerance(const measures::MetricKind& kind);

// Reads draft.tolerances into draft.scenario.tolerances; metrics must exist and be able to get worse.
void read_tolerances(Draft& draft, const Origin& origin);

}  // namespace application
