// A retry storm named in the summary: how little came back after the fault, and how much of the load were
// retries.
#pragma once
#include <string>

#include "tools/output/view.hpp"

namespace output {

// Whether the goodput stayed away after the fault, in most replications.
bool stormed(const View& view, const std::string& fault);

// Lines of their own; nothing when no storm was detected.
std::string storm_text(const View& view, const std::string& fault);

}  // namespace output
