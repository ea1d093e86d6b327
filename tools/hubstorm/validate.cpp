// hubstorm validate: every error of every file in one go.
#include <fmt/format.h>

#include <memory>

#include "tools/hubstorm/commands.hpp"
#include "tools/hubstorm/scenario_file.hpp"
#include "tools/output/escape.hpp"
#include "tools/output/streams.hpp"

namespace hubstorm {
namespace {

struct ValidateOptions {
  std::vector<std::string> files;
  std::vector<std::string> set;
  bool print_resolved = false;
};

void print_warnings(const application::Scenario& scenario, const std::string& path) {
  for (const std::string& warning : scenario.warnings)
    output::say(fmt::format("{}: warning: {}\n", path, warning));
}

// Says on stderr what is wrong with one file; a file that is as it should be says so on stdout.
Exit validate_one(const std::string& path, const ValidateOptions& options) {
  try {
    const application::Scenario scenario = load_scenario(path, options.set);
    print_warnings(scenario, path);
    output::write_stdout(options.print_resolved ? output::escape::strings(scenario.resolved)
                                                : output::escape::terminal(path) + ": ok\n");
    return exit_ok;
  } catch (const Failure& failure) {
    return report(failure);
  }
}

// A file that cannot be read outweighs one that is invalid.
Exit validate(const ValidateOptions& options) {
  if (options.print_resolved && options.files.size() > 1)
    throw Failure(exit_usage, "--print-resolved takes one FILE");
  Exit worst = exit_ok;
  for (const std::string& path : options.files) worst = std::max(worst, validate_one(path, options));
  return worst;
}

}  // namespace

Command add_validate(const CommandLine& root, const Common&) {
  const auto options = std::make_shared<ValidateOptions>();
  const CommandLine app =
      root.subcommand("validate", "Show everything that is wrong with scenarios, without running them");
  app.option("FILE", options->files, "Scenarios; - reads standard input").type_name("").required();
  app.option("--set", options->set, "Overrides a key: path=value, such as fleet[0].devices=2000; repeatable")
      .type_name("PATH=VALUE")
      .one_value_each();
  app.flag("--print-resolved", options->print_resolved, "Print the scenario with every default filled in");
  return {app, [options] { return validate(*options); }};
}

}  // namespace hubstorm
