// JSON documents as this program writes them.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace output {

// An object with a member a key of `map` (any range of pairs whose keys differ), in its order: make(value)
// each. It takes time that grows with the number of members; ordered_json's own operator[] seeks a key among
// all that are there.
template <class Map, class Make>
nlohmann::ordered_json members(const Map& map, const Make& make) {
  nlohmann::ordered_json::object_t all;
  all.reserve(map.size());
  for (const auto& [key, value] : map) all.emplace_back(key, make(value));
  return nlohmann::ordered_json(std::move(all));
}

// The document as text, members on lines of their own where `indent` is not negative. What a terminal or a CI
// system would take for a command, or that is invisible, is written as \u escapes: readers of JSON get it as
// it was. Bytes that are no UTF-8 become U+FFFD, since JSON has no way to write them.
std::string json_text(const nlohmann::ordered_json& json, int indent = 2);

}  // namespace output
