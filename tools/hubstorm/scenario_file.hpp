// Reads a scenario file for a subcommand.
#pragma once
#include <string>
#include <vector>

#include "models/application/scenario.hpp"

namespace hubstorm {

// More than any scenario may have, so that endless input ends; the reader of scenarios says how much that is.
inline constexpr std::size_t enough_for_scenario = std::size_t{1} << 22;

// The text of a file, or of standard input for "-"; what comes after `enough` bytes may be left out. Throws
// Failure (file) when it cannot be read.
std::string read_text(const std::string& path, std::size_t enough = enough_for_scenario);

// A scenario file read once, to be loaded with several sets of overrides. load() throws application::Invalid.
class ScenarioFile {
 public:
  explicit ScenarioFile(std::string path) : path_(std::move(path)), text_(read_text(path_)) {}
  application::Scenario load(const std::vector<std::string>& overrides) const;

 private:
  std::string path_;
  std::string text_;
};

// The scenario with overrides (path=value). Throws Failure: file, or invalid with every error in its final
// form.
application::Scenario load_scenario(const std::string& path, const std::vector<std::string>& overrides);

}  // namespace hubstorm
