// The built-in figures as text for a terminal, and as JSON.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "models/catalog_file.hpp"
#include "models/measures/catalog.hpp"
#include "tools/output/style.hpp"

namespace output {

// A map as "{flat: 100/s, per_unit: 12/s}" without the braces.
std::string figure_text(const catalog::Node& value);

// Every row with its figures, where each comes from, and the references in full. A catalog whose rows are
// short is one table; otherwise each row is a paragraph.
std::string catalog_text(const catalog::File& catalog, const Style& style);
nlohmann::ordered_json catalog_json(const catalog::File& catalog);

std::string metrics_text(const std::vector<measures::MetricKind>& kinds, const Style& style);
nlohmann::ordered_json metrics_json(const std::vector<measures::MetricKind>& kinds);

}  // namespace output
