// The subcommands. Each has a file of its own named after it with one function add_<name>, listed in
// commands.cpp.
#pragma once
#include <functional>

#include "tools/hubstorm/command_line.hpp"
#include "tools/hubstorm/exit_code.hpp"
#include "tools/output/style.hpp"

namespace hubstorm {

// Options that every subcommand has; filled in when the command line has been read.
struct Common {
  output::ColourWhen colour = output::ColourWhen::automatic;
};

// A subcommand and what it does once its command line has been read. The action returns the exit code or
// throws Failure (one message on stderr); its result goes to standard output through output::write_stdout.
struct Command {
  CommandLine line;
  std::function<Exit()> action;
};

// Adds the subcommand and its options to `root`. Options live in a shared struct that the action holds.
Command add_run(const CommandLine& root, const Common& common);
Command add_compare(const CommandLine& root, const Common& common);
Command add_validate(const CommandLine& root, const Common& common);
Command add_study(const CommandLine& root, const Common& common);
Command add_catalog(const CommandLine& root, const Common& common);
Command add_schema(const CommandLine& root, const Common& common);
Command add_init(const CommandLine& root, const Common& common);

// The whole program: reads the command line, runs the subcommand, reports errors on stderr, returns the exit
// code.
int run_command_line(int argc, const char* const* argv);

}  // namespace hubstorm
