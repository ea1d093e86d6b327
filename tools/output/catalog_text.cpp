#include "tools/output/catalog_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/output/words.hpp"

namespace output {
namespace {

using catalog::File;
using catalog::Node;
using catalog::Origin;
using catalog::Row;
using Json = nlohmann::ordered_json;

bool same(const Origin& a, const Origin& b) {
  return a.source == b.source && a.status == b.status && a.note == b.note;
}

// Fields of all rows in the order in which they first appear.
std::vector<std::string> all_fields(const File& catalog) {
  std::vector<std::string> keys;
  for (const Row& row : catalog.rows())
    for (const auto& field : row.fields.entries)
      if (std::find(keys.begin(), keys.end(), field.key) == keys.end()) keys.push_back(field.key);
  return keys;
}

// The references that the rows use, numbered from 1 in the order of the file.
class References {
 public:
  explicit References(const File& catalog) {
    for (const auto& entry : catalog.root().find("references")->entries) texts_.push_back(entry.value.text);
  }
  std::string text(const Origin& origin) const {
    const auto found = std::find(texts_.begin(), texts_.end(), origin.source);
    return fmt::format("{} [{}]{}{}", origin.status, found - texts_.begin() + 1,
                       origin.note.empty() ? "" : ": ", origin.note);
  }
  std::string list() const {
    std::string out;
    for (std::size_t i = 0; i < texts_.size(); ++i)
      out += hanging(fmt::format("[{}]", i + 1), words::wrap(texts_[i], 7));
    return out;
  }

 private:
  // A label in front of an indented paragraph.
  static std::string hanging(const std::string& label, std::string paragraph) {
    return paragraph.replace(2, label.size(), label);
  }
  std::vector<std::string> texts_;
};

// Columns under bold headings; the first is the name of the row.
class Columns {
 public:
  void add(std::vector<std::string> cells) {
    widths_.resize(std::max(widths_.size(), cells.size()), 0);
    for (std::size_t i = 0; i < cells.size(); ++i)
      widths_[i] = std::max(widths_[i], words::columns(cells[i]));
    lines_.push_back(std::move(cells));
  }
  bool fits() const {
    std::size_t total = 0;
    for (const std::size_t width : widths_) total += width + 2;
    return lines_.size() > 2 && total <= words::width;
  }
  std::string text(const Style& style) const {
    std::string out;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const std::string text = joined(lines_[i]);
      out += (i == 0 ? style.bold(text) : text) + "\n";
    }
    return out;
  }

 private:
  std::string joined(const std::vector<std::string>& cells) const {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) text += words::pad(cells[i], widths_[i]) + "  ";
    return text.erase(text.find_last_not_of(' ') + 1);
  }
  std::vector<std::vector<std::string>> lines_;
  std::vector<std::size_t> widths_;
};

std::string cell(const Node& map, const std::string& key) {
  const Node* value = map.find(key);
  return value ? figure_text(*value) : std::string();
}

Columns rows_as_columns(const File& catalog) {
  const std::vector<std::string> keys = all_fields(catalog);
  Columns columns;
  std::vector<std::string> cells{""};
  cells.insert(cells.end(), keys.begin(), keys.end());
  columns.add(cells);
  for (const Row& row : catalog.rows()) {
    cells = {row.name};
    for (const std::string& key : keys) cells.push_back(cell(row.fields, key));
    columns.add(cells);
  }
  return columns;
}

// What a file holds beside rows and sources: lists of equal maps, such as the measurements of a fit.
std::string further_lists(const File& catalog, const Style& style) {
  std::string out;
  for (const auto& entry : catalog.root().entries) {
    if (entry.value.kind != Node::Kind::list || entry.key == "rows" || entry.value.items.empty()) continue;
    Columns columns;
    std::vector<std::string> keys;
    for (const auto& member : entry.value.items.front().entries) keys.push_back(member.key);
    columns.add(keys);
    for (const Node& item : entry.value.items) {
      std::vector<std::string> cells;
      for (const std::string& key : keys) cells.push_back(cell(item, key));
      columns.add(cells);
    }
    out += style.bold(entry.key) + "\n" + columns.text(style) + "\n";
  }
  return out;
}

// Origins that belong to one row, or to all.
class Origins {
 public:
  Origins(const File& catalog, const References& references) : catalog_(catalog), references_(references) {
    for (const std::string& key : all_fields(catalog)) find_common(key);
  }
  // What most rows say about a field, one line a field.
  std::string common() const {
    std::string out;
    for (const auto& [key, origin] : common_) out += entry(key, *origin);
    return out;
  }
  // What a row says otherwise about a field or its members.
  std::string own(const Row& row, const std::string& field, std::size_t indent) const {
    std::string out;
    for (const auto& [key, origin] : row.origins) {
      const bool member = key.starts_with(field + ".");
      if ((key != field && !member) || is_common(key, origin)) continue;
      out +=
          words::wrap((member ? key.substr(field.size() + 1) + " " : "") + references_.text(origin), indent);
    }
    return out;
  }
  std::string exceptions() const {
    std::string out;
    for (const Row& row : catalog_.rows())
      for (const auto& [key, origin] : row.origins)
        if (!is_common(key, origin) && row.fields.find(key.substr(0, key.find('.'))))
          out += entry(row.name + " " + key, origin);
    return out;
  }

 private:
  // Its further lines are indented deeper than the first.
  std::string entry(const std::string& what, const Origin& origin) const {
    return words::wrap(what + ": " + references_.text(origin), 4).substr(2);
  }
  // Common is what more than half of the rows that have the field say.
  void find_common(const std::string& key) {
    std::vector<const Origin*> all;
    for (const Row& row : catalog_.rows())
      if (const auto own = row.origins.find(key); own != row.origins.end() && row.fields.find(key))
        all.push_back(&own->second);
    for (const Origin* origin : all) {
      const auto equal =
          std::count_if(all.begin(), all.end(), [&](const Origin* o) { return same(*o, *origin); });
      if (2 * static_cast<std::size_t>(equal) <= all.size()) continue;
      common_.emplace_back(key, origin);
      return;
    }
  }
  bool is_common(const std::string& key, const Origin& origin) const {
    return std::any_of(common_.begin(), common_.end(),
                       [&](const auto& c) { return c.first == key && same(*c.second, origin); });
  }
  const File& catalog_;
  const References& references_;
  std::vector<std::pair<std::string, const Origin*>> common_;
};

std::string paragraph(const Row& row, const Origins& origins, std::size_t label, const Style& style) {
  std::string out = style.bold(row.name) + "\n";
  for (const auto& field : row.fields.entries) {
    const std::string text = words::wrap(figure_text(field.value), label + 4);
    out += "  " + words::pad(field.key, label) + "  " + text.substr(label + 4);
    const std::string own = origins.own(row, field.key, label + 4);
    out += own.empty() ? own : style.faint(own.substr(0, own.size() - 1)) + "\n";
  }
  return out;
}

std::string paragraphs(const File& catalog, const Origins& origins, const Style& style) {
  std::size_t label = 0;
  for (const std::string& key : all_fields(catalog)) label = std::max(label, key.size());
  std::string out;
  for (const Row& row : catalog.rows()) out += paragraph(row, origins, label, style) + "\n";
  return out;
}

std::string section(const Style& style, const char* title, const std::string& body) {
  return body.empty() ? "" : style.bold(title) + "\n" + body;
}

Json figure_json(const Node& value) {
  if (value.kind != Node::Kind::map) return value.text;
  Json members = Json::object();
  for (const auto& member : value.entries) members[member.key] = figure_json(member.value);
  return members;
}

const char* direction_text(measures::Direction direction) {
  switch (direction) {
    case measures::Direction::lower:
      return "lower is better";
    case measures::Direction::higher:
      return "higher is better";
    case measures::Direction::neutral:
      break;
  }
  return "neither";
}

}  // namespace

std::string figure_text(const Node& value) {
  std::string out;
  if (value.kind == Node::Kind::list) {
    for (const Node& item : value.items) out += (out.empty() ? "" : ", ") + figure_text(item);
    return out.empty() ? "none in particular" : out;
  }
  if (value.kind != Node::Kind::map) return value.text;
  for (const auto& member : value.entries)
    out += (out.empty() ? "" : ", ") + member.key + " " + figure_text(member.value);
  return out;
}

std::string catalog_text(const File& catalog, const Style& style) {
  const References references(catalog);
  const Origins origins(catalog, references);
  const Columns columns = rows_as_columns(catalog);
  const std::string sources =
      section(style, "Sources", origins.common() + (columns.fits() ? origins.exceptions() : ""));
  const std::string rows = columns.fits() ? columns.text(style) + "\n" : paragraphs(catalog, origins, style);
  return rows + further_lists(catalog, style) + (sources.empty() ? "" : sources + "\n") +
         section(style, "References", references.list());
}

Json catalog_json(const File& catalog) {
  Json rows = Json::array();
  for (const Row& row : catalog.rows()) {
    Json sources = Json::object();
    for (const std::string& figure : catalog::figures(row)) {
      const Origin& origin = row.origin(figure);
      sources[figure] = {{"source", origin.source}, {"status", origin.status}};
      if (!origin.note.empty()) sources[figure]["note"] = origin.note;
    }
    rows.push_back(
        {{"name", row.name}, {"figures", figure_json(row.fields)}, {"sources", std::move(sources)}});
  }
  Json document{{"file", catalog.path()}, {"rows", std::move(rows)}};
  for (const auto& entry : catalog.root().entries)
    if (entry.value.kind == Node::Kind::list && entry.key != "rows")
      for (const Node& item : entry.value.items) document[entry.key].push_back(figure_json(item));
  return document;
}

std::string metrics_text(const std::vector<measures::MetricKind>& kinds, const Style& style) {
  std::string out;
  for (const measures::MetricKind& kind : kinds) {
    const std::string unit = kind.unit == "1" ? "a ratio" : kind.unit;
    out += style.bold(kind.pattern) + fmt::format("  ({}; {})\n", unit, direction_text(kind.direction));
    out += words::wrap(kind.formula, 4);
  }
  return out;
}

Json metrics_json(const std::vector<measures::MetricKind>& kinds) {
  Json all = Json::array();
  for (const measures::MetricKind& kind : kinds)
    all.push_back({{"name", kind.pattern},
                   {"unit", kind.unit},
                   {"direction", direction_text(kind.direction)},
                   {"formula", kind.formula}});
  return all;
}

}  // namespace output
