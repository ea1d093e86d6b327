// Reads a scenario file for a subcommand.
#pragma once
#include <string>
#include <vector>

#include "models/application/scenario.hpp"

namespace hubstorm {

// The text of a file, or of standard input for "-". Throws Failure (file) when it cannot be read.
std::string read_text(const std::string& path);

// The scenario with overrides (path=value). Throws Failure: file, or invalid with every error in its final
// form.
application::Scenario load_scenario(const std::string& path, const std::vector<std::string>& overrides);

}  // namespace hubstorm
