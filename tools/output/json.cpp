#include "tools/output/json.hpp"

#include "tools/output/escape.hpp"

namespace output {

std::string json_text(const nlohmann::ordered_json& json, int indent) {
  return escape::strings(json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace output
