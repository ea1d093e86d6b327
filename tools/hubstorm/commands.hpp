// The subcommands. Each has a file of its own named after it with one function add_<name>, listed in
// commands.cpp.
#pragma once
#include <CLI/CLI.hpp>
#include <functional>

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
  CLI::App* app;
  std::function<Exit()> action;
};

// Adds the subcommand and its options to `root`. Options live in a shared struct that the action holds.
Command add_run(CLI::App& root, const Common& common);
Command add_compare(CLI::App& root, const Common& common);
Command add_validate(CLI::App& root, const Common& common);
Command add_study(CLI::App& root, const Common& common);
Command add_catalog(CLI::App& root, const Common& common);
Command add_schema(CLI::App& root, const Common& common);
Command add_init(CLI::App& root, const Common& common);

// The whole program: reads the command line, runs the subcommand, reports errors on stderr, returns the exit
// code.
int run_command_line(int argc, const char* const* argv);

}  // namespace hubstorm
