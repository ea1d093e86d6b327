#include "models/catalog_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/embedded.hpp"
#include "sim/invariant.hpp"

namespace catalog {
namespace {

using sim::settings::Diagnostics;
using sim::settings::Entry;
using Origins = std::map<std::string, Origin>;

// Keys of a row that are no figures.
bool is_figure(const std::string& key) { return key != "name" && key != "base" && key != "sources"; }

std::string text_of(const Node& map, std::string_view key) {
  const Node* value = map.find(key);
  return value ? value->text : std::string();
}

// Reads one file; what is wrong with it goes to the diagnostics.
class Builder {
 public:
  Builder(const Node& root, Diagnostics& diagnostics) : root_(root), diagnostics_(diagnostics) {}

  std::vector<Row> rows() {
    const Node* all = root_.find("rows");
    if (!all || all->kind != Node::Kind::list) {
      diagnostics_.error(root_.place, "a catalog needs a list of rows");
      return {};
    }
    if (const Node* sources = root_.find("sources")) file_origins_ = origins(*sources);
    for (const Node& item : all->items) add(item);
    return std::move(rows_);
  }

 private:
  Origins origins(const Node& sources) {
    Origins all;
    for (const Entry& entry : sources.entries) all[entry.key] = origin(entry);
    return all;
  }

  Origin origin(const Entry& entry) {
    static const std::set<std::string> statuses{"documented", "measured", "assumed"};
    for (const Entry& key : entry.value.entries)
      if (key.key != "source" && key.key != "status" && key.key != "note")
        diagnostics_.error(key.place,
                           "only source, status and note are known; a note with a comma needs quotes");
    const Node* references = root_.find("references");
    const std::string key = text_of(entry.value, "source");
    Origin origin{references ? text_of(*references, key) : "", text_of(entry.value, "status"),
                  text_of(entry.value, "note")};
    if (origin.source.empty())
      diagnostics_.error(entry.place, fmt::format("\"{}\" is not among the references", key));
    if (!statuses.count(origin.status))
      diagnostics_.error(entry.place, "status must be documented, measured or assumed");
    return origin;
  }

  void add(const Node& item) {
    Row row;
    row.name = text_of(item, "name");
    row.fields = Node::map();
    row.fields.place = item.place;
    row.origins = file_origins_;
    if (row.name.empty()) diagnostics_.error(item.place, "a row needs a name");
    if (const Node* base = item.find("base")) inherit(row, *base);
    for (const Entry& entry : item.entries)
      if (is_figure(entry.key)) set(row.fields, entry);
    if (const Node* sources = item.find("sources")) replace(row.origins, origins(*sources));
    check(row, item);
    rows_.push_back(std::move(row));
  }

  void inherit(Row& row, const Node& base) {
    const auto found =
        std::find_if(rows_.begin(), rows_.end(), [&](const Row& other) { return other.name == base.text; });
    if (found == rows_.end()) return diagnostics_.error(base.place, "no earlier row has this name");
    row.fields.entries = found->fields.entries;
    row.origins = found->origins;
  }

  static void set(Node& fields, const Entry& entry) {
    if (Node* value = fields.find(entry.key))
      *value = entry.value;
    else
      fields.entries.push_back(entry);
  }

  // The origin of a field that is given anew also stands for its members.
  static void replace(Origins& origins, const Origins& own) {
    for (const auto& [key, origin] : own)
      std::erase_if(origins, [prefix = key + "."](const auto& old) { return old.first.starts_with(prefix); });
    for (const auto& [key, origin] : own) origins[key] = origin;
  }

  void check(const Row& row, const Node& item) {
    for (const Row& other : rows_)
      if (other.name == row.name)
        diagnostics_.error(item.place, fmt::format("a second row \"{}\"", row.name));
    for (const std::string& figure : figures(row))
      if (!row.origins.count(figure) && !row.origins.count(figure.substr(0, figure.find('.'))))
        diagnostics_.error(item.place, fmt::format("{}.{} has no source", row.name, figure));
  }

  const Node& root_;
  Diagnostics& diagnostics_;
  Origins file_origins_;
  std::vector<Row> rows_;
};

std::vector<File> read_built_in() {
  std::vector<File> all;
  for (const embedded::File& file : embedded::files())
    if (file.path.starts_with("models/"))
      all.emplace_back(std::string(file.path), std::string(file.text), file.table);
  return all;
}

}  // namespace

const Origin& Row::origin(const std::string& path) const {
  const auto exact = origins.find(path);
  const auto found = exact != origins.end() ? exact : origins.find(path.substr(0, path.find('.')));
  sim::require(found != origins.end(), "a figure of a catalog has no source");
  return found->second;
}

File::File(std::string path, std::string text) : path_(std::move(path)) {
  Diagnostics diagnostics;
  document_ = std::make_unique<sim::settings::Document>(path_, std::move(text), diagnostics);
  if (diagnostics.errors() > 0) throw sim::settings::Invalid(diagnostics);
  read_rows();
}

File::File(std::string path, std::string text, std::span<const sim::settings::Flat> table)
    : path_(std::move(path)),
      document_(std::make_unique<sim::settings::Document>(path_, std::move(text), table)) {
  read_rows();
}

void File::read_rows() {
  Diagnostics diagnostics;
  rows_ = Builder(document_->root(), diagnostics).rows();
  if (diagnostics.errors() > 0) throw sim::settings::Invalid(diagnostics);
}

const Row* File::find(std::string_view name) const {
  for (const Row& row : rows_)
    if (row.name == name) return &row;
  return nullptr;
}

const File& built_in(std::string_view path) {
  static const std::vector<File> all = read_built_in();
  for (const File& catalog : all)
    if (catalog.path() == path) return catalog;
  sim::require(false, "no such catalog is built in");
  return all.front();
}

std::vector<std::string> figures(const Row& row) {
  std::vector<std::string> all;
  for (const Entry& field : row.fields.entries) {
    if (field.value.kind != Node::Kind::map) all.push_back(field.key);
    for (const Entry& member : field.value.entries) all.push_back(field.key + "." + member.key);
  }
  return all;
}

}  // namespace catalog
