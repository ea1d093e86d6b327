#include "models/application/load.hpp"

#include "models/application/checks.hpp"
#include "models/application/expectations.hpp"
#include "models/application/resolve.hpp"
#include "models/application/tolerances.hpp"
#include "models/provisioning/tables.hpp"
#include "sim/settings/emit.hpp"

namespace application {
namespace {

using sim::settings::Diagnostics;
using sim::settings::Document;
using sim::settings::Node;
using sim::settings::Reader;

// The draft that reading starts from: defaults, and the provisioning service of the quotas that the scenario
// names.
Draft initial(const Node& root) {
  Draft draft = default_draft();
  const Node* quotas = sim::settings::value_at(root, {"application", "quotas"});
  for (const std::uint32_t year : provisioning::years())
    if (quotas && quotas->text == std::to_string(year))
      draft.scenario.provisioning = provisioning::service(year).settings;
  return draft;
}

Scenario read(Document& document, const std::string& file_name, const ReadFile& read_file,
              Diagnostics& diagnostics) {
  const sim::settings::Table<Draft>& table = scenario_table();
  const Node& root = document.root();
  Reader reader(diagnostics, scenario_shape);
  Draft draft = initial(root);
  table.read(reader, root, draft);
  const auto attach = [&](const std::string& path) -> const sim::settings::Source& {
    return document.attach(path, read_file(path));
  };
  const Origin origin{root, reader, diagnostics, attach};
  resolve(draft, file_name, origin);
  check(draft, origin);
  read_expectations(draft, origin);
  read_tolerances(draft, origin);
  draft.scenario.resolved = sim::settings::to_yaml(table.write(draft));
  return std::move(draft.scenario);
}

}  // namespace

std::string no_files(const std::string&) { throw std::runtime_error("no files can be read here"); }

Scenario load(const std::string& text, const std::string& file_name,
              const std::vector<std::string>& overrides, const ReadFile& read_file) {
  Diagnostics diagnostics;
  Document document(file_name, text, diagnostics);
  if (diagnostics.errors() > 0 && document.root().kind == Node::Kind::null) throw Invalid(diagnostics);
  for (const std::string& assignment : overrides) document.override_with(assignment, diagnostics);
  Scenario scenario = read(document, file_name, read_file, diagnostics);
  if (diagnostics.errors() > 0) throw Invalid(diagnostics);
  return scenario;
}

}  // namespace application
