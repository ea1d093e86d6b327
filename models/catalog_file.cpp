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
bool is_figure(const std::string& key) {
  return key != "name" && key != "base" && key != "sources" && key != "verified";
}

// Without the member: "retry.first" is of "retry".
std::string field_of(const std::string& figure) { return figure.substr(0, figure.find('.')); }

// What stands for a figure: itself, or else its field.
template <class Map>
auto of_figure(const Map& by_path, const std::string& figure) {
  const auto exact = by_path.find(figure);
  return exact != by_path.end() ? exact : by_path.find(field_of(figure));
}

std::string text_of(const Node& map, std::string_view key) {
  const Node* value = map.find(key);
  return value ? value->text : std::string();
}

// A list, or one alone.
std::vector<std::string> texts_of(const Node& value) {
  if (value.kind != Node::Kind::list) return {value.text};
  std::vector<std::string> all;
  for (const Node& item : value.items) all.push_back(item.text);
  return all;
}

std::vector<Evidence> read_evidence(const Node& root, Diagnostics& diagnostics) {
  static const std::set<std::string> kinds{"measured", "virtual time", "seen", "issue threads"};
  std::vector<Evidence> all;
  const Node* given = root.find("evidence");
  if (!given) return all;
  for (const Entry& entry : given->entries) {
    const Node* by = entry.value.find("by");
    all.push_back({entry.key, text_of(entry.value, "how"), by ? texts_of(*by) : std::vector<std::string>(),
                   text_of(entry.value, "note")});
    if (!kinds.count(all.back().how))
      diagnostics.error(entry.place, "how must be measured, virtual time, seen or issue threads");
    if (!by) diagnostics.error(entry.place, "evidence needs `by`: what shows it");
  }
  return all;
}

// Reads one file; what is wrong with it goes to the diagnostics.
class Builder {
 public:
  Builder(const Node& root, const std::vector<Evidence>& evidence, Diagnostics& diagnostics)
      : root_(root), evidence_(evidence), diagnostics_(diagnostics) {}

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
    static const std::set<std::string> keys{"source", "status", "lines", "note"};
    for (const Entry& key : entry.value.entries)
      if (!keys.count(key.key))
        diagnostics_.error(key.place,
                           "only source, status, lines and note are known; a note with a comma needs quotes");
    const Node* references = root_.find("references");
    const std::string key = text_of(entry.value, "source");
    Origin origin{references ? text_of(*references, key) : "", text_of(entry.value, "status"),
                  text_of(entry.value, "lines"), text_of(entry.value, "note")};
    if (origin.source.empty())
      diagnostics_.error(entry.place, fmt::format("\"{}\" is not among the references", key));
    check(origin, entry);
    return origin;
  }

  void check(const Origin& origin, const Entry& entry) {
    static const std::set<std::string> statuses{"read", "documented", "measured", "assumed"};
    if (!statuses.count(origin.status))
      diagnostics_.error(entry.place, "status must be read, documented, measured or assumed");
    if (origin.status == "read" && !names_code(origin.source))
      diagnostics_.error(
          entry.place, "what was read is in a file: the reference must be github.com/OWNER/NAME@COMMIT PATH");
    if (origin.status == "documented" && names_code(origin.source))
      diagnostics_.error(entry.place, "what stands in source code is read, not documented");
    if (!origin.lines.empty() && !names_file(origin.source))
      diagnostics_.error(entry.place, "lines are those of a file: github.com/OWNER/NAME@COMMIT PATH");
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
      if (is_figure(entry.key)) give(row, entry);
    if (const Node* sources = item.find("sources")) replace(row.origins, origins(*sources));
    if (const Node* verified = item.find("verified")) verify(row, *verified);
    check(row, item);
    rows_.push_back(std::move(row));
  }

  void inherit(Row& row, const Node& base) {
    const auto found =
        std::find_if(rows_.begin(), rows_.end(), [&](const Row& other) { return other.name == base.text; });
    if (found == rows_.end()) return diagnostics_.error(base.place, "no earlier row has this name");
    row.base = base.text;
    row.fields.entries = found->fields.entries;
    row.origins = found->origins;
    row.verified = found->verified;
  }

  // What was verified of the base was another figure.
  static void give(Row& row, const Entry& entry) {
    row.own.push_back(entry.key);
    std::erase_if(row.verified, [&](const auto& old) { return field_of(old.first) == entry.key; });
    if (Node* value = row.fields.find(entry.key))
      *value = entry.value;
    else
      row.fields.entries.push_back(entry);
  }

  void verify(Row& row, const Node& verified) {
    const std::vector<std::string> all = figures(row);
    for (const Entry& entry : verified.entries) {
      if (std::none_of(all.begin(), all.end(), [&](const std::string& figure) {
            return figure == entry.key || field_of(figure) == entry.key;
          }))
        diagnostics_.error(entry.place, fmt::format("{} has no figure \"{}\"", row.name, entry.key));
      for (const std::string& name : texts_of(entry.value))
        if (std::none_of(evidence_.begin(), evidence_.end(),
                         [&](const Evidence& one) { return one.name == name; }))
          diagnostics_.error(entry.place, fmt::format("\"{}\" is not among the evidence", name));
      row.verified[entry.key] = texts_of(entry.value);
    }
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
      if (of_figure(row.origins, figure) == row.origins.end())
        diagnostics_.error(item.place, fmt::format("{}.{} has no source", row.name, figure));
  }

  const Node& root_;
  const std::vector<Evidence>& evidence_;
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
  const auto found = of_figure(origins, path);
  sim::require(found != origins.end(), "a figure of a catalog has no source");
  return found->second;
}

std::vector<std::string> Row::evidence(const std::string& path) const {
  const auto found = of_figure(verified, path);
  return found == verified.end() ? std::vector<std::string>() : found->second;
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
  evidence_ = read_evidence(document_->root(), diagnostics);
  rows_ = Builder(document_->root(), evidence_, diagnostics).rows();
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

bool names_file(std::string_view reference) {
  constexpr std::string_view site = "github.com/";
  if (!reference.starts_with(site)) return false;
  const std::string_view repository = reference.substr(site.size(), reference.find(' ') - site.size());
  const std::size_t at = repository.find('@');
  if (at == std::string_view::npos || repository.substr(0, at).find('/') == std::string_view::npos)
    return false;
  const std::string_view commit = repository.substr(at + 1);
  const bool is_commit =
      commit.size() >= 7 && commit.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return is_commit && site.size() + repository.size() + 1 < reference.size();
}

bool names_code(std::string_view reference) {
  return names_file(reference) && reference.find(".md") == std::string_view::npos;
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
