// What the terminal summary says of exports: a table of what came where, what a fault of a destination did,
// and whether destinations are large enough.
#pragma once
#include <string>

#include "tools/output/view.hpp"

namespace output {

// Empty where nothing is exported.
std::string exports_text(const View& view);

// What a fault did to the exports to destinations that it is about; empty where there are none.
std::string delivery_text(const View& view, const faults::Fault& fault);

}  // namespace output
