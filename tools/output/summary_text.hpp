// The summary on the terminal, meant to be read aloud: verdict, recovery, where the time went, balance, what
// to try next. At most 80 columns, apart from command lines; every number is in summary.json or in the
// scenario.
#pragma once
#include <string>

#include "tools/output/view.hpp"

namespace output {

// `file`: the scenario file as given, for the command lines it suggests.
std::string summary_text(const View& view, const std::string& file);

// The life of the traced device, a line a step.
std::string trace_text(const std::string& device, const std::vector<measures::TraceLine>& trace);

}  // namespace output
