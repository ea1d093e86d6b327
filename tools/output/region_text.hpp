// The way back of an application whose region was lost, step by step, and which step held it up.
#pragma once
#include <string>

#include "models/faults/settings.hpp"
#include "tools/output/view.hpp"

namespace output {

// Lines of their own; nothing for a fault that does not take the application's region.
std::string region_text(const View& view, const faults::Fault& fault);

}  // namespace output
