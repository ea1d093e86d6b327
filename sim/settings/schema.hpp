// What a field table says, for editors and for readers: JSON Schema (draft-07) and a page in Markdown.
#pragma once
#include <string>

#include "sim/settings/shape.hpp"

namespace sim::settings {

// A complete schema document, indented, with a line break at the end.
std::string to_json_schema(const Shape& shape, const std::string& title);

// A table a map: key, what it takes, default, meaning.
std::string to_reference(const Shape& shape);

}  // namespace sim::settings
