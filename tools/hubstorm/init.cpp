// hubstorm init: a commented scenario to start from, one of the built-in examples.
#include <fmt/format.h>
#include <sys/stat.h>

#include <memory>

#include "models/application/load.hpp"
#include "models/embedded.hpp"
#include "sim/settings/shape.hpp"
#include "tools/hubstorm/commands.hpp"
#include "tools/output/file.hpp"
#include "tools/output/streams.hpp"

namespace hubstorm {
namespace {

constexpr std::string_view folder = "scenarios/", extension = ".yaml";
constexpr const char* first_template = "hub-outage";
constexpr const char* schema_file = "hubstorm.schema.json";

struct InitOptions {
  std::string name = first_template;
  std::string path;
  bool list = false;
  bool force = false;
};

struct Template {
  std::string name;
  std::string_view text;
};

std::vector<Template> templates() {
  std::vector<Template> all;
  for (const embedded::File& file : embedded::files())
    if (file.path.starts_with(folder) && file.path.ends_with(extension))
      all.push_back(
          {std::string(file.path.substr(folder.size(), file.path.size() - folder.size() - extension.size())),
           file.text});
  return all;
}

std::string listing() {
  std::string text = "Scenarios to start from; `hubstorm init NAME` prints one.\n\n";
  for (const Template& one : templates())
    text +=
        fmt::format("  {:<24}{}\n", one.name, application::load(std::string(one.text), one.name).description);
  return text;
}

Template template_named(const std::string& name) {
  std::vector<std::string> names;
  for (const Template& one : templates()) {
    if (one.name == name) return one;
    names.push_back(one.name);
  }
  const std::string near = sim::settings::nearest(name, names);
  throw Failure(exit_usage, fmt::format("there is no template \"{}\"; {}", name,
                                        near.empty() ? "`hubstorm init --list` shows them"
                                                     : fmt::format("did you mean \"{}\"?", near)));
}

bool exists(const std::string& path) {
  struct stat unused {};
  return stat(path.c_str(), &unused) == 0;
}

Exit init(const InitOptions& options) {
  if (options.list) {
    output::write_stdout(listing());
    return exit_ok;
  }
  const std::string text =
      fmt::format("# yaml-language-server: $schema={}\n{}", schema_file, template_named(options.name).text);
  if (options.path.empty()) {
    output::write_stdout(text);
    return exit_ok;
  }
  if (exists(options.path) && !options.force)
    throw Failure(exit_file, fmt::format("{} is there already; --force replaces it", options.path));
  output::write_file(options.path, text);
  output::say(fmt::format(
      "{} written. `hubstorm schema --output {}` beside it lets editors check and complete keys.\n",
      options.path, schema_file));
  return exit_ok;
}

}  // namespace

Command add_init(const CommandLine& root, const Common&) {
  const auto options = std::make_shared<InitOptions>();
  const CommandLine app = root.subcommand("init", "Print a commented scenario to start from");
  app.option("TEMPLATE", options->name, "One of those that --list shows").type_name("").show_default();
  app.option("--output", options->path, "Write it to a file instead").type_name("PATH");
  app.flag("--force", options->force, "Replace a file that is there");
  app.flag("--list", options->list, "Show the templates");
  return {app, [options] { return init(*options); }};
}

}  // namespace hubstorm
