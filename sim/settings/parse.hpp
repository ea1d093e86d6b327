// From YAML text to a tree of nodes.
#pragma once
#include "sim/settings/document.hpp"

namespace sim::settings {

// Reads text[offset, end) of a source. Reports every fault of the text and returns a null node if it is not
// YAML.
Node parse(const Source& source, std::size_t offset, Diagnostics& diagnostics);

}  // namespace sim::settings
