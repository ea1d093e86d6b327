// Every figure of the catalogs, as it was published, with its source and the test that shows the program go
// by it: the .txt files beside this one. A figure that changes, or is new, fails until it stands there with a
// test of what it does.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "models/catalog_file.hpp"
#include "models/embedded.hpp"

namespace {

using sim::settings::Node;

struct Figure {
  std::string value, source;
};
using Figures = std::map<std::string, Figure>;  // by "row figure"

// What the .txt file of a catalog says, and which tests it names.
struct Published {
  std::string catalog;
  Figures figures;
  std::set<std::string> tests;
};

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Published published(const std::filesystem::path& path) {
  Published all;
  std::ifstream file(path);
  std::string source, row;
  for (std::string line; std::getline(file, line);) {
    const auto rest = [&](std::string_view start) { return line.substr(start.size()); };
    if (line.starts_with("figures of ")) all.catalog = rest("figures of ");
    if (line.starts_with("source ")) source = rest("source ");
    if (line.starts_with("held by ")) all.tests.insert(rest("held by "));
    const std::size_t equals = line.find(" = ");
    if (line.starts_with("    ") && equals != std::string::npos)
      all.figures[row + ' ' + line.substr(4, equals - 4)] = {line.substr(equals + 3), source};
    else if (line.starts_with("  "))
      row = line.substr(2);
  }
  return all;
}

// The figures that a row gives itself: those of its base are held where that gives them.
void collect(const Node& node, const std::string& path, const catalog::Row& row, Figures& figures) {
  if (node.kind == Node::Kind::map) {
    for (const auto& entry : node.entries) collect(entry.value, path + '.' + entry.key, row, figures);
    return;
  }
  if (!node.items.empty() && node.items.front().kind == Node::Kind::map) {
    for (std::size_t i = 0; i < node.items.size(); ++i)
      collect(node.items[i], path + '[' + std::to_string(i) + ']', row, figures);
    return;
  }
  std::string text = node.text;
  for (const Node& item : node.items) text += (text.empty() ? "" : " ") + item.text;
  const std::string figure = path.substr(1);
  const std::size_t second = figure.find('.', figure.find('.') + 1);
  const std::string origin = figure.substr(0, std::min(second, figure.find('[')));
  figures[row.name + ' ' + figure] = {text, row.origin(origin).source};
}

Figures figures_of(const catalog::File& file) {
  Figures figures;
  for (const Node& item : file.root().find("rows")->items) {
    const catalog::Row& row = *file.find(item.find("name")->text);
    for (const auto& entry : item.entries)
      if (entry.key != "name" && entry.key != "base" && entry.key != "sources" && entry.key != "verified")
        collect(entry.value, '.' + entry.key, row, figures);
  }
  return figures;
}

std::vector<Published> all_published() {
  std::vector<Published> all;
  for (const auto& entry : std::filesystem::directory_iterator(TREE "/tests/unit/figures"))
    if (entry.path().extension() == ".txt") all.push_back(published(entry.path()));
  return all;
}

}  // namespace

TEST_CASE("every figure of a catalog is the published one", "[figures]") {
  std::map<std::string, Published> by_catalog;
  for (const Published& one : all_published()) by_catalog[one.catalog] = one;
  for (const embedded::File& file : embedded::files()) {
    if (!file.path.starts_with("models/")) continue;
    INFO(file.path);
    const Figures said = by_catalog[std::string(file.path)].figures;
    const Figures there = figures_of(catalog::built_in(file.path));
    for (const auto& [name, figure] : there) {
      INFO(name);
      REQUIRE(said.contains(name));
      CHECK(figure.value == said.at(name).value);
      CHECK(figure.source == said.at(name).source);
    }
    CHECK(there.size() == said.size());
  }
}

TEST_CASE("the tests that hold the figures are there", "[figures]") {
  std::set<std::string> names;
  const std::regex test_case(R"re(TEST_CASE\(\s*"((?:[^"\\]|\\.)*)")re");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(TREE "/tests")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = content(entry.path());
    for (std::sregex_iterator at(text.begin(), text.end(), test_case), end; at != end; ++at)
      names.insert((*at)[1]);
  }
  for (const Published& one : all_published())
    for (const std::string& test : one.tests) {
      INFO(one.catalog);
      CHECK(names.contains(test) == true);
      if (!names.contains(test)) FAIL_CHECK("there is no test \"" << test << '"');
    }
}
