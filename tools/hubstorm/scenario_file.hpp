// Reads a scenario file for a subcommand.
#pragma once
#include <string>
#include <vector>

#include "models/application/scenario.hpp"

namespace hubstorm {

// More than any scenario may have, so that endless input ends; the reader of scenarios says how much that is.
inline constexpr std::size_t enough_for_scenario = std::size_t{1} << 22;

// The text of a file, or of standard input for "-"; of endless input what comes after `enough` bytes is left
// out. Throws Failure (file) when it cannot be read, or is a device and no terminal; Failure (interrupted).
std::string read_text(const std::string& path, std::size_t enough = enough_for_scenario);

// Throws Failure (usage) when `path`, which is to be written, is a file that was read before: the scenario,
// the study, a table of theirs, a result. `option` names it in the message.
void refuse_input(const std::string& path, const std::string& option);

// The name of a file as a command line takes it: one that looks like an option is written with "./".
std::string path_word(const std::string& path);

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
