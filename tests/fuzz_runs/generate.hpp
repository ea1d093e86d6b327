// Scenarios out of the schema: over all keys, at the bounds of each and between them; small and short.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "models/application/load.hpp"
#include "sim/settings/document.hpp"

namespace fuzz {

// The n-th scenario of a seed, the same everywhere. Its references lead somewhere; whether it is valid is
// another matter.
sim::settings::Node draft(std::uint64_t seed, std::uint32_t n);

// The same without what the reader finds wrong in it, or nothing if that leaves no scenario.
std::optional<sim::settings::Node> mended(sim::settings::Node document);

// Reads it; `problems` gets the message where it is refused.
std::optional<application::Scenario> loaded(const sim::settings::Node& document,
                                            std::string* problems = nullptr);

}  // namespace fuzz
