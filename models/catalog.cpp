#include "models/catalog.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <stdexcept>

#include "models/embedded.hpp"

namespace catalog {
namespace {

using sim::settings::Diagnostics;
using sim::settings::Document;
using sim::settings::Entry;
using sim::settings::Node;

[[noreturn]] void broken(std::string_view path, const std::string& why) {
  throw std::logic_error("catalog " + std::string(path) + ": " + why);
}

std::string_view text_of(std::string_view path) {
  for (const embedded::File& file : embedded::files())
    if (file.path == path) return file.text;
  broken(path, "is not built in");
}

// Documents stay for ever: the places of their nodes point into them.
const Node& document(std::string_view path) {
  static std::map<std::string, Document, std::less<>> known;
  const auto found = known.find(path);
  if (found != known.end()) return found->second.root();
  Diagnostics diagnostics;
  const auto [fresh, done] =
      known.try_emplace(std::string(path), std::string(path), std::string(text_of(path)), diagnostics);
  if (diagnostics.errors() > 0) broken(path, diagnostics.report());
  return fresh->second.root();
}

const std::string& name_of(std::string_view path, const Node& row) {
  const Node* name = row.find("name");
  if (!name) broken(path, "a row without name");
  return name->text;
}

// The row with every field it does not give itself taken from its base, a complete row that stands before it.
Node completed(std::string_view path, const Node& row, const std::vector<Node>& before) {
  Node complete = Node::map();
  complete.place = row.place;
  for (const Entry& entry : row.entries)
    if (entry.key != "base" && entry.key != "sources") complete.entries.push_back(entry);
  const Node* base = row.find("base");
  if (!base) return complete;
  const auto found = std::find_if(before.begin(), before.end(),
                                  [&](const Node& n) { return name_of(path, n) == base->text; });
  if (found == before.end()) broken(path, "unknown base " + base->text);
  for (const Entry& entry : found->entries)
    if (!complete.find(entry.key)) complete.entries.push_back(entry);
  return complete;
}

}  // namespace

std::vector<Node> rows(std::string_view path) {
  const Node* list = document(path).find("rows");
  if (!list) broken(path, "has no rows");
  std::vector<Node> all;
  for (const Node& row : list->items) all.push_back(completed(path, row, all));
  return all;
}

void read(std::string_view path, const Node& row, const sim::settings::Shape& shape,
          const std::function<bool(sim::settings::Reader&, const Node&)>& into) {
  Diagnostics diagnostics;
  sim::settings::Reader reader(diagnostics, shape);
  if (!into(reader, row)) broken(path, diagnostics.report());
}

}  // namespace catalog
