// Texts of scalars that a scenario may hold: at the bounds of a quantity, and between them.
#pragma once
#include <string>

#include "sim/settings/shape.hpp"
#include "sim/time.hpp"
#include "tests/support/draws.hpp"

namespace fuzz {

// A text that reads as the scalar: a word, the least or the most of a range, or something between; of a
// duration often one that is shorter than the run. Free texts are their example.
std::string scalar_text(const sim::settings::Shape& shape, sim::Duration run, support::Draws& draws);

// Between two numbers, all orders of magnitude alike.
std::uint64_t between(std::uint64_t least, std::uint64_t most, support::Draws& draws);

}  // namespace fuzz
