// Reads scenarios: from text to an immutable, validated Scenario, or to everything that is wrong with it.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "models/application/scenario.hpp"
#include "sim/settings/source.hpp"

namespace application {

// What a scenario that cannot be run throws: what() is all errors as they are printed, each with a line
// break.
using Invalid = sim::settings::Invalid;

// Gives the text of a file that a scenario names, by the path as it stands there; throws std::runtime_error,
// whose text says why not.
using ReadFile = std::function<std::string(const std::string& path)>;

std::string no_files(const std::string& path);  // throws: there are none to be read

// Reads a scenario. `file_name` stands in messages and, its path and extension left out, names the scenario
// where the text does not. Each override is "path=value", as in "fleet[0].devices=2000"; they are applied
// before reading. Throws Invalid, and nothing else whatever the text.
Scenario load(const std::string& text, const std::string& file_name,
              const std::vector<std::string>& overrides = {}, const ReadFile& read_file = no_files);

}  // namespace application
