// A metric as the JSON documents have it.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>

#include "tools/analysis/combine.hpp"

namespace output {

nlohmann::ordered_json or_null(const std::optional<double>& value);
// {unit, value, at_least, ci95, method, n, censored}; what is absent is left out, but for the value.
nlohmann::ordered_json metric_json(const analysis::Metric& metric);

}  // namespace output
