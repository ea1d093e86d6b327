#include "models/hub/names.hpp"

#include <fmt/format.h>

#include "sim/settings/quantity.hpp"
#include "sim/settings/shape.hpp"

namespace hub {

std::optional<std::uint32_t> index_of(const std::string& text, const std::vector<Settings>& hubs) {
  const auto number = sim::settings::parse_whole(text);
  if (const auto* n = std::get_if<std::uint64_t>(&number); n && *n >= 1 && *n <= hubs.size())
    return static_cast<std::uint32_t>(*n - 1);
  for (std::size_t i = 0; i < hubs.size(); ++i)
    if (hubs[i].name == text) return static_cast<std::uint32_t>(i);
  return std::nullopt;
}

std::string listed(const std::vector<Settings>& hubs) {
  constexpr std::size_t few = 6;
  if (hubs.size() == 1) return "the only hub is " + hubs[0].name;
  std::vector<std::string> names;
  names.reserve(hubs.size());
  for (const Settings& hub : hubs) names.push_back(hub.name);
  if (hubs.size() > few) return fmt::format("hubs are {} to {}", names.front(), names.back());
  return "write " + sim::settings::listed(names);
}

}  // namespace hub
