// Writes YAML files as C++ constants, for models/embedded.hpp: hubstorm_embed OUT ROOT FILE...
// A part of the build. FILE is relative to ROOT; those in models/ are read, so that the program need not
// parse them at each start, and a catalog that is no YAML ends the build.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <fstream>
#include <sstream>
#include <string>

#include "sim/settings/document.hpp"

namespace {

using sim::settings::Diagnostics;
using sim::settings::Document;
using sim::settings::Entry;
using sim::settings::Node;
using sim::settings::Place;

std::string literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\' && c != '?';
    out += plain ? std::string(1, c) : fmt::format("\\{:03o}", byte);
    if (c == '\n') out += "\"\n\"";
  }
  return out + '"';
}

std::string spot(const Place& place) {
  return fmt::format("{{{}, {}, {}}}", place.line, place.column, place.length);
}

// The rows of the table for a node, the value of `entry` if there is one.
void flatten(const Node& node, const Entry* entry, std::string& out) {
  out += fmt::format("    {{Kind({}), {}, {}, {}, {}, {}, {}}},\n", static_cast<int>(node.kind), node.quoted,
                     node.items.size() + node.entries.size(), literal(entry ? entry->key : ""),
                     spot(entry ? entry->place : Place{}), literal(node.text), spot(node.place));
  for (const Node& item : node.items) flatten(item, nullptr, out);
  for (const Entry& inner : node.entries) flatten(inner.value, &inner, out);
}

std::string table(const std::string& file, const std::string& text) {
  Diagnostics diagnostics;
  const Document document(file, text, diagnostics);
  if (diagnostics.errors() > 0) throw sim::settings::Invalid(diagnostics);
  std::string rows;
  flatten(document.root(), nullptr, rows);
  return rows;
}

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!(text << in.rdbuf())) throw std::runtime_error("cannot read " + path);
  return text.str();
}

std::string generated(const std::string& root, int count, char** files) {
  std::string tables, list;
  for (int i = 0; i < count; ++i) {
    const std::string file = files[i], text = content(root + '/' + file);
    std::string rows = "{}";
    if (file.starts_with("models/")) {
      rows = fmt::format("rows_{}", i);
      tables += fmt::format("constexpr Flat {}[] = {{\n{}}};\n", rows, table(file, text));
    }
    list += fmt::format("    {{{}, {}, {}}},\n", literal(file), literal(text), rows);
  }
  return fmt::format(
      "// Generated from the YAML files of the tree.\n#include \"models/embedded.hpp\"\n\n"
      "namespace embedded {{\nnamespace {{\n\nusing sim::settings::Flat;\n"
      "using Kind = sim::settings::Node::Kind;\n\n{}\n}}  // namespace\n\n"
      "const std::vector<File>& files() {{\n  static const std::vector<File> all{{\n{}  }};\n  return "
      "all;\n}}\n\n"
      "}}  // namespace embedded\n",
      tables, list);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 4) throw std::runtime_error("usage: hubstorm_embed OUT ROOT FILE...");
  const std::string text = generated(argv[2], argc - 3, argv + 3);
  std::ofstream out(argv[1], std::ios::binary);
  if (!(out << text).flush()) throw std::runtime_error(std::string("cannot write ") + argv[1]);
  return 0;
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
