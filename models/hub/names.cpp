#include "models/hub/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/settings/quantity.hpp"
#include "sim/settings/shape.hpp"

namespace hub {

std::optional<std::uint32_t> index_of(const std::string& text, const std::vector<std::string>& names) {
  const auto number = sim::settings::parse_whole(text);
  if (const auto* n = std::get_if<std::uint64_t>(&number); n && *n >= 1 && *n <= names.size())
    return static_cast<std::uint32_t>(*n - 1);
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - names.begin());
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t few = 6;
  if (names.size() == 1) return "the only hub is " + names[0];
  if (names.size() > few) return fmt::format("hubs are {} to {}", names.front(), names.back());
  return "write " + sim::settings::listed(names);
}

std::vector<std::string> names_of(const std::vector<Settings>& hubs) {
  std::vector<std::string> names;
  names.reserve(hubs.size());
  for (const Settings& hub : hubs) names.push_back(hub.name);
  return names;
}

}  // namespace hub
