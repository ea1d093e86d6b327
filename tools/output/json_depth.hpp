// How deep a JSON document that comes from outside may be nested: the library goes into each level by calling
// itself, and the stack ends before the document does.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace output {

inline constexpr std::size_t most_json_levels = 64;  // what hubstorm writes has less than ten

// Whether it is nested deeper than that, as far as it can be read at all. To be asked before it is parsed.
bool nested_too_deep(const std::string& document, nlohmann::json::input_format_t format);

}  // namespace output
