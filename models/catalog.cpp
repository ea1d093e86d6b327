#include "models/catalog.hpp"

#include <stdexcept>

#include "models/catalog_file.hpp"

namespace catalog {
namespace {

using sim::settings::Diagnostics;
using sim::settings::Node;

[[noreturn]] void broken(std::string_view path, const std::string& why) {
  throw std::logic_error("catalog " + std::string(path) + ": " + why);
}

}  // namespace

std::vector<Node> rows(std::string_view path) {
  std::vector<Node> all;
  for (const Row& row : built_in(path).rows()) {
    Node whole = row.fields;
    whole.entries.insert(whole.entries.begin(), {"name", whole.place, Node::scalar(row.name)});
    all.push_back(std::move(whole));
  }
  return all;
}

void read(std::string_view path, const Node& row, const sim::settings::Shape& shape,
          const std::function<bool(sim::settings::Reader&, const Node&)>& into) {
  Diagnostics diagnostics;
  sim::settings::Reader reader(diagnostics, [&]() -> const sim::settings::Shape& { return shape; });
  if (!into(reader, row)) broken(path, diagnostics.report());
}

}  // namespace catalog
