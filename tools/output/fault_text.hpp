// What a fault did, in a sentence.
#pragma once
#include <string>

#include "tools/output/view.hpp"

namespace output {

// "hub-2 refused every connection from 2h on, for 20m."
std::string what_happened(const View& view, const faults::Fault& fault);

}  // namespace output
