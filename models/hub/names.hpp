// Hubs by what a scenario calls them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/hub/settings.hpp"

namespace hub {

// The index of a hub by number from 1 or by name.
std::optional<std::uint32_t> index_of(const std::string& text, const std::vector<std::string>& names);

// For hints: "write hub-1 or hub-2", "hubs are hub-1 to hub-40".
std::string listed(const std::vector<std::string>& names);

std::vector<std::string> names_of(const std::vector<Settings>& hubs);

}  // namespace hub
