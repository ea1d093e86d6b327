// What figures were held against: shown a line a figure, existing, and on the page docs/validation.md as the
// catalog has it. With HUBSTORM_WRITE_GOLDEN set the table is put there.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "models/catalog_file.hpp"
#include "tools/output/catalog_text.hpp"
#include "tools/output/catalog_verified.hpp"
#include "tools/output/words.hpp"

namespace {

using catalog::Evidence;
using catalog::File;
using catalog::Row;

const std::string page_path = TREE "/docs/validation.md";

std::string content(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const File& clients() { return catalog::built_in("models/device/clients.yaml"); }

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const File& small() {
  static const File file("small.yaml",
                         "references: {page: a page, code: github.com/o/n@0123abc src/a.c}\n"
                         "evidence:\n"
                         "  killed: {how: measured, by: [kill-60, kill-120]}\n"
                         "  log: {how: issue threads, by: [n#1], note: twice}\n"
                         "rows:\n"
                         "  - name: one\n"
                         "    waits: {first: 1s, last: 30s}\n"
                         "    limit: 4m\n"
                         "    asks: never\n"
                         "    sources:\n"
                         "      waits: {source: code, status: read, lines: 3-9, note: in whole seconds}\n"
                         "      limit: {source: page, status: documented, note: at most}\n"
                         "      asks: {source: page, status: assumed, note: nobody says}\n"
                         "    verified: {waits.first: [log, killed], limit: log}\n"
                         "  - name: two\n"
                         "    base: one\n"
                         "    limit: 5m\n"
                         "    sources: {limit: {source: code, status: read, lines: 12}}\n");
  return file;
}

}  // namespace

TEST_CASE("a catalog that says what was verified is a line a figure") {
  CHECK(output::catalog_text(small(), {}) ==
        "one                   known           verified\n"
        "  waits.first  1s     read [2]        measured [a,b]\n"
        "  waits.last   30s    read [2]        -\n"
        "  limit        4m     documented [1]  issue threads [b]\n"
        "      at most\n"
        "  asks         never  assumed [1]     -\n"
        "\n"
        "two          known     verified\n"
        "  limit  5m  read [2]  -\n"
        "      line 12\n"
        "  all else as one\n"
        "\n"
        "Sources\n"
        "  waits: read [2], lines 3-9: in whole seconds\n"
        "  asks: assumed [1]: nobody says\n"
        "\n"
        "Verified by\n"
        "  [a]  measured, tests/validation/data: kill-60, kill-120\n"
        "  [b]  issue threads: n#1; twice\n"
        "  -    not held against anything beside its source\n"
        "\n"
        "References\n"
        "  [1]  a page\n"
        "  [2]  github.com/o/n@0123abc src/a.c\n");
}

TEST_CASE("a path that is wider than the terminal goes on after a slash") {
  std::istringstream lines(output::catalog_text(clients(), {}));
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK(output::words::columns(line) <= output::words::width);
  }
}

TEST_CASE("how far the figures of each row can be trusted, as a table") {
  CHECK(output::trust_table(small()) ==
        "| client | verified | read in source | documented | assumed |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| one | measured: waits.first; issue threads: limit | waits.last |  | asks |\n"
        "| two, else one |  | limit |  |  |\n");
}

TEST_CASE("what shows a figure of a client exists", "[figures]") {
  const std::string golden = content(TREE "/tests/validation/golden_test.cpp");
  const std::string node = content(TREE "/tests/validation/node/runs.test.js"), page = content(page_path);
  const std::regex thread("[A-Za-z0-9-]+#[0-9]+");
  for (const Evidence& one : clients().evidence())
    for (const std::string& by : one.by) {
      INFO(one.name << " by " << by);
      if (one.how == "measured") {
        CHECK(std::filesystem::exists(TREE "/tests/validation/data/" + by + ".csv"));
        CHECK(contains(golden, '"' + by + '"'));
      } else if (one.how == "virtual time") {
        const bool driver = std::filesystem::exists(TREE "/tests/validation/node/software/" + by + ".js");
        CHECK((driver || contains(node, "test('" + by + "'") || contains(page, "| " + by)));
      } else if (one.how == "issue threads") {
        CHECK(std::regex_match(by, thread));
      } else {
        CHECK_FALSE(one.note.empty());
      }
    }
}

TEST_CASE("all evidence verifies something, and all data are evidence", "[figures]") {
  std::set<std::string> used, sets;
  for (const Row& row : clients().rows())
    for (const std::string& figure : catalog::figures(row))
      for (const std::string& name : row.evidence(figure)) used.insert(name);
  for (const Evidence& one : clients().evidence()) {
    INFO(one.name);
    CHECK(used.count(one.name) == 1);
    if (one.how == "measured") sets.insert(one.by.begin(), one.by.end());
  }
  for (const auto& entry : std::filesystem::directory_iterator(TREE "/tests/validation/data")) {
    INFO(entry.path());
    CHECK(sets.count(entry.path().stem()) == 1);
  }
}

// What was measured is evidence, with its data: a source is what says how the figure came about.
TEST_CASE("each figure of a client is read, documented or assumed", "[figures]") {
  for (const Row& row : clients().rows())
    for (const std::string& figure : catalog::figures(row)) {
      INFO(row.name << ' ' << figure);
      CHECK(row.origin(figure).status != "measured");
      CHECK((row.origin(figure).status != "assumed" || row.evidence(figure).empty()));
      CHECK((row.origin(figure).status != "read" || !row.origin(figure).lines.empty()));
    }
}

TEST_CASE("the page on validation says what is verified as the catalog does", "[figures]") {
  const std::string table = output::trust_table(clients());
  std::string page = content(page_path);
  const std::size_t at = page.find(table.substr(0, table.find('\n') + 1));
  REQUIRE(at != std::string::npos);
  const std::size_t end = page.find("\n\n", at) + 1;
  const bool same = page.substr(at, end - at) == table;
  if (!same && std::getenv("HUBSTORM_WRITE_GOLDEN"))
    std::ofstream(page_path) << page.replace(at, end - at, table);
  CHECK(same);
}
