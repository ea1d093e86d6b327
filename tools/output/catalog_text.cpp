#include "tools/output/catalog_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/output/catalog_parts.hpp"
#include "tools/output/catalog_verified.hpp"
#include "tools/output/words.hpp"

namespace output {
namespace {

using catalog::File;
using catalog::Node;
using catalog::Origin;
using Json = nlohmann::ordered_json;

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
  for (const catalog::Row& row : catalog.rows()) {
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

std::string paragraph(const catalog::Row& row, const Origins& origins, std::size_t label,
                      const Style& style) {
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
  for (const catalog::Row& row : catalog.rows()) out += paragraph(row, origins, label, style) + "\n";
  return out;
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
  if (!catalog.evidence().empty()) return verified_text(catalog, references, origins, style);
  const Columns columns = rows_as_columns(catalog);
  const std::string sources =
      section(style, "Sources", origins.common() + (columns.fits() ? origins.exceptions() : ""));
  const std::string rows = columns.fits() ? columns.text(style) + "\n" : paragraphs(catalog, origins, style);
  return rows + further_lists(catalog, style) + (sources.empty() ? "" : sources + "\n") +
         section(style, "References", references.list());
}

Json catalog_json(const File& catalog) {
  Json rows = Json::array();
  for (const catalog::Row& row : catalog.rows()) {
    Json sources = Json::object();
    for (const std::string& figure : catalog::figures(row)) {
      const Origin& origin = row.origin(figure);
      sources[figure] = {{"source", origin.source}, {"status", origin.status}};
      if (!origin.lines.empty()) sources[figure]["lines"] = origin.lines;
      if (!origin.note.empty()) sources[figure]["note"] = origin.note;
      if (!catalog.evidence().empty()) sources[figure]["verified"] = row.evidence(figure);
    }
    rows.push_back(
        {{"name", row.name}, {"figures", figure_json(row.fields)}, {"sources", std::move(sources)}});
  }
  Json document{{"file", catalog.path()}, {"rows", std::move(rows)}};
  for (const catalog::Evidence& one : catalog.evidence()) {
    Json& evidence = document["evidence"][one.name];
    evidence = {{"how", one.how}, {"by", one.by}};
    if (!one.note.empty()) evidence["note"] = one.note;
  }
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
