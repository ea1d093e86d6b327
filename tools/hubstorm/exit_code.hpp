// How the command ends: the exit codes that pipelines rely on, and the exceptions that lead to them.
#pragma once
#include <stdexcept>
#include <string>

#include "sim/settings/text.hpp"

namespace hubstorm {

enum Exit : int {
  exit_ok = 0,             // done, every expectation holds
  exit_internal = 1,       // a defect of this program
  exit_usage = 2,          // wrong command line
  exit_invalid = 3,        // scenario, study or baseline invalid
  exit_file = 4,           // a file cannot be read or written, or memory, processes or descriptors ran out
  exit_expectation = 10,   // an expectation does not hold
  exit_regression = 11,    // regression against a baseline
  exit_inconclusive = 12,  // with --strict
  exit_study_incomplete = 13,
  exit_interrupted = 75,  // run again to go on
};

// The text about exit codes at the end of --help.
extern const char* const exit_code_help;

// Ends the command with a message and a code. The message has no "error: " in front, unless it is a list of
// messages in their final form (`complete`). Whatever the message quotes, it has an end.
struct Failure : std::runtime_error {
  Failure(Exit with, const std::string& message, bool is_complete = false)
      : std::runtime_error(sim::settings::excerpt(message, sim::settings::longest_message)),
        code(with),
        complete(is_complete) {}
  Exit code;
  bool complete;
};

// Says on standard error what went wrong; returns the code.
Exit report(const Failure& failure);

}  // namespace hubstorm
