// Whether the state before the first event was steady, in words.
#pragma once
#include <string>

#include "tools/output/view.hpp"

namespace output {

// What had not settled by MSER-5, or was too short to judge, and what to do; empty when all had.
std::string settling_text(const View& view);

}  // namespace output
