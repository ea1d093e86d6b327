// Writes a tree as YAML: block style, one way only, so that equal trees give equal bytes.
#pragma once
#include <string>

#include "sim/settings/document.hpp"

namespace sim::settings {

std::string to_yaml(const Node& node);        // ends with a line break
std::string flow_yaml(const Node& node);      // one line, as it may stand behind "path=": {a: 1, b: [x, y]}
std::string scalar_yaml(const Node& scalar);  // quoted where it has to be

}  // namespace sim::settings
