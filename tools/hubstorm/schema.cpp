// hubstorm schema: what a scenario or a study may hold, for editors and for readers.
#include "sim/settings/schema.hpp"

#include <memory>

#include "models/application/draft.hpp"
#include "tools/hubstorm/commands.hpp"
#include "tools/output/file.hpp"
#include "tools/output/streams.hpp"
#include "tools/study/settings.hpp"

namespace hubstorm {
namespace {

struct SchemaOptions {
  std::string what = "scenario";
  std::string path;
  bool reference = false;
};

Exit show(const SchemaOptions& options) {
  const sim::settings::Shape& shape =
      options.what == "study" ? study::shape() : application::scenario_shape();
  const std::string text = options.reference
                               ? sim::settings::to_reference(shape)
                               : sim::settings::to_json_schema(shape, "Hubstorm " + options.what);
  if (options.path.empty())
    output::write_stdout(text);
  else
    output::write_file(options.path, text);
  return exit_ok;
}

}  // namespace

Command add_schema(const CommandLine& root, const Common&) {
  const auto options = std::make_shared<SchemaOptions>();
  const CommandLine app =
      root.subcommand("schema", "Print the JSON Schema of scenarios or studies, which editors use");
  app.option("WHAT", options->what, "scenario or study")
      .type_name("")
      .default_text("scenario")
      .one_of({"scenario", "study"});
  app.option("--output", options->path, "Write it to a file instead").type_name("PATH");
  app.flag("--reference", options->reference, "Print the reference page of all keys (Markdown) instead");
  return {app, [options] { return show(*options); }};
}

}  // namespace hubstorm
