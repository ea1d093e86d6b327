#include "tools/hubstorm/commands.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <sstream>

#include "sim/settings/shape.hpp"
#include "sim/shortage.hpp"
#include "tools/output/streams.hpp"

namespace hubstorm {

const char* const exit_code_help =
    "Exit codes:\n"
    "   0  done, every expectation holds\n"
    "   1  internal error\n"
    "   2  wrong command line\n"
    "   3  scenario, study or baseline invalid\n"
    "   4  a file cannot be read or written, or memory, processes or descriptors ran out\n"
    "  10  an expectation does not hold\n"
    "  11  regression against a baseline\n"
    "  12  inconclusive (with --strict)\n"
    "  13  study incomplete\n"
    "  75  interrupted; run again to go on\n";

namespace {

// A line a subcommand, in the order of the help.
std::vector<Command> add_all(const CommandLine& root, const Common& common) {
  return {
      add_run(root, common),      add_study(root, common),   add_compare(root, common),
      add_validate(root, common), add_catalog(root, common), add_schema(root, common),
      add_init(root, common),
  };
}

void add_common(CLI::App& root, Common& common) {
  const auto set_colour = [&common](const std::string& word) {
    common.colour = word == "always"  ? output::ColourWhen::always
                    : word == "never" ? output::ColourWhen::never
                                      : output::ColourWhen::automatic;
  };
  root.add_option_function<std::string>(
          "--color", set_colour,
          "Colour the text: auto (on a terminal, unless NO_COLOR is set), always, never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}).description(""));
  root.set_version_flag("--version", std::string("hubstorm ") + HUBSTORM_VERSION);
  root.require_subcommand(1);
  root.fallthrough();
  root.footer(exit_code_help);
}

int act(const std::vector<Command>& commands) {
  for (const Command& command : commands)
    if (command.line.parsed()) return command.action();
  return exit_internal;
}

// What CLI11 says about a wrong command line is an error of ours, with a pointer to the help.
[[noreturn]] void usage_error(const CLI::App& root, const CLI::ParseError& error, const std::string& first) {
  const auto used = root.get_subcommands();
  const std::string name = used.empty() ? "hubstorm" : "hubstorm " + used.front()->get_name();
  if (used.empty() && !first.empty() && first.front() != '-') {
    std::vector<std::string> commands;
    for (const CLI::App* command : root.get_subcommands([](const CLI::App*) { return true; }))
      commands.push_back(command->get_name());
    const std::string near = sim::settings::nearest(first, commands);
    const std::string hint =
        near.empty() ? "write " + sim::settings::listed(commands) : "did you mean \"" + near + "\"?";
    throw Failure(exit_usage, fmt::format("\"{}\" is no command; {}", first, hint));
  }
  // A subcommand with subcommands of its own, and none of them.
  const auto inner = used.empty() ? std::vector<CLI::App*>{}
                                  : used.front()->get_subcommands([](const CLI::App*) { return true; });
  if (!inner.empty() && used.front()->get_subcommands().empty()) {
    std::vector<std::string> commands;
    for (const CLI::App* command : inner) commands.push_back(command->get_name());
    throw Failure(exit_usage,
                  fmt::format("{} takes a command of its own: {}", name, sim::settings::listed(commands)));
  }
  throw Failure(exit_usage, fmt::format("{}\nRun `{} --help` for the options.", error.what(), name));
}

// What --help and --version print.
Exit print(const CLI::App& root, const CLI::Success& asked) {
  std::ostringstream out, err;
  root.exit(asked, out, err);
  output::write_stdout(out.str());
  return exit_ok;
}

int run_parsed(int argc, const char* const* argv) {
  CLI::App root{
      "Simulates an IoT Central application: devices, provisioning service, hubs and what happens when a hub "
      "fails.",
      "hubstorm"};
  Common common;
  add_common(root, common);
  const std::vector<Command> commands = add_all(CommandLine(root), common);
  try {
    root.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return print(root, asked);
  } catch (const CLI::ParseError& error) {
    usage_error(root, error, argc > 1 ? argv[1] : "");
  }
  return act(commands);
}

}  // namespace

Exit report(const Failure& failure) {
  output::say(fmt::format("{}{}\n", failure.complete ? "" : "error: ", failure.what()));
  return failure.code;
}

int run_command_line(int argc, const char* const* argv) {
  output::prepare_streams();
  try {
    return run_parsed(argc, argv);
  } catch (const Failure& failure) {
    return report(failure);
  } catch (const output::ReaderGone&) {
    return exit_file;
  } catch (const output::FileError& failure) {
    if (output::stop_asked) return report({exit_interrupted, fmt::format("interrupted: {}", failure.what())});
    return report({exit_file, failure.what()});
  } catch (const std::exception& failure) {
    const std::string lacking = sim::shortage(failure);
    return lacking.empty() ? report({exit_internal, fmt::format("internal error: {}", failure.what())})
                           : report({exit_file, lacking});
  }
}

}  // namespace hubstorm
