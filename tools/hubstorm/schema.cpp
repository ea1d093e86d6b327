// hubstorm schema: what a scenario may hold, for editors and for readers.
#include "sim/settings/schema.hpp"

#include <memory>

#include "models/application/draft.hpp"
#include "tools/hubstorm/commands.hpp"
#include "tools/output/file.hpp"

namespace hubstorm {
namespace {

struct Options {
  std::string path;
  bool reference = false;
};

Exit show(const Options& options) {
  const sim::settings::Shape& shape = application::scenario_shape();
  const std::string text = options.reference ? sim::settings::to_reference(shape)
                                             : sim::settings::to_json_schema(shape, "Hubstorm scenario");
  if (options.path.empty())
    output::write_stdout(text);
  else
    output::write_file(options.path, text);
  return exit_ok;
}

}  // namespace

Command add_schema(CLI::App& root, const Common&) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = root.add_subcommand("schema", "Print the JSON Schema of scenarios, which editors use");
  app->add_option("--output", options->path, "Write it to a file instead")->type_name("PATH");
  app->add_flag("--reference", options->reference, "Print the reference page of all keys (Markdown) instead");
  return {app, [options] { return show(*options); }};
}

}  // namespace hubstorm
