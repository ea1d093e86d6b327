// YAML text as a tree: places, aliases, limits, overrides, and how errors are printed.
#include <catch2/catch.hpp>

#include "sim/settings/document.hpp"
#include "sim/settings/emit.hpp"
#include "sim/settings/text.hpp"

namespace {

using namespace sim::settings;

std::string errors_of(const std::string& text) {
  Diagnostics diagnostics;
  const Document document("x.yaml", text, diagnostics);
  return diagnostics.report();
}

// The text as canonical YAML, after overrides.
std::string read(const std::string& text, const std::vector<std::string>& overrides = {}) {
  Diagnostics diagnostics;
  Document document("x.yaml", text, diagnostics);
  for (const std::string& assignment : overrides) document.override_with(assignment, diagnostics);
  INFO(diagnostics.report());
  REQUIRE(diagnostics.errors() == 0);
  return to_yaml(document.root());
}

}  // namespace

TEST_CASE("places count bytes, messages count characters and align the caret by cells") {
  Diagnostics diagnostics;
  const Document document("x.yaml", "é: {故障: wrong}\n", diagnostics);
  const Node& map = document.root().entries.at(0).value;
  const Node& value = map.entries.at(0).value;
  CHECK(value.place.line == 1);
  CHECK(value.place.column == 14);
  CHECK(value.place.length == 5);
  CHECK(render({Severity::error, value.place, "no", "hint"}) ==
        "x.yaml:1:9: error: no\n"
        "  |\n"
        "1 | é: {故障: wrong}\n"
        "  |           ^^^^^ hint");
}

TEST_CASE("an alias stands where it is written, and what is inside where it was defined") {
  Diagnostics diagnostics;
  const Document document("x.yaml", "a: &a {k: 1}\nb: *a\n", diagnostics);
  REQUIRE(diagnostics.errors() == 0);
  const Node& alias = document.root().entries.at(1).value;
  CHECK(alias.place.line == 2);
  CHECK(alias.place.column == 4);
  CHECK(alias.entries.at(0).value.place.line == 1);
}

TEST_CASE("a value that is left out stands at its key") {
  Diagnostics diagnostics;
  const Document document("x.yaml", "a:\nb: 1\n", diagnostics);
  CHECK(document.root().entries.at(0).value.place.line == 1);
  CHECK(document.root().entries.at(0).value.kind == Node::Kind::null);
}

TEST_CASE("texts of every style keep their meaning in canonical YAML") {
  const std::string text =
      "a: 'it''s'\nb: \"x\\ty: z\"\nc: |\n  two\n  lines\nd: [1, [], {}]\ne: '~'\nf: \" \"\ng: "
      "2023-06-01T06:00Z\n";
  const std::string once = read(text);
  CHECK(read(once) == once);
  CHECK(once ==
        "a: \"it's\"\nb: \"x\\ty: z\"\nc: \"two\\nlines\\n\"\nd:\n  - 1\n  - []\n  - {}\ne: \"~\"\nf: \" "
        "\"\ng: 2023-06-01T06:00Z\n");
}

TEST_CASE("quotes must be closed") {
  CHECK(errors_of("a: \"x\"").empty());
  CHECK(errors_of("a: 'it''s'").empty());
  CHECK(errors_of("a: \"two\n  lines\"\n").empty());
  for (const char* text : {"a: \"x", "a: \"x\\\"", "a: 'x''", "a: \"x'\n", "a: '"})
    CHECK(errors_of(text).find("the quotes are not closed") != std::string::npos);
}

TEST_CASE("overrides change, add and step into lists") {
  CHECK(read("a: {b: 1}", {"a.b=2"}) == "a:\n  b: 2\n");
  CHECK(read("a: {b: 1}", {"a.c.d=x"}) == "a:\n  b: 1\n  c:\n    d: x\n");
  CHECK(read("l: [{k: 1}, {k: 2}]", {"l[1].k=3", "l.0.k=4"}) == "l:\n  - k: 4\n  - k: 3\n");
  CHECK(read("l: [[1, 2], 3]", {"l[0][1]=5"}) == "l:\n  - - 1\n    - 5\n  - 3\n");
  CHECK(read("a: 1", {"a={x: [1, 2]}"}) == "a:\n  x:\n    - 1\n    - 2\n");
  CHECK(read("", {"a.b=1"}) == "a:\n  b: 1\n");
  CHECK(read("a: 1", {"a=x=y"}) == "a: \"x=y\"\n");
  // No list is so long that it has an index of eight digits or more.
  for (const char* far : {"l[10000000]=1", "l[99999999999999999999999]=1"}) {
    Diagnostics diagnostics;
    Document document("x.yaml", "l: [1, 2]", diagnostics);
    document.override_with(far, diagnostics);
    CHECK(diagnostics.errors() == 1);
  }
}

TEST_CASE("a file may have a mebibyte and no more") {
  const std::string head = "a: ";
  const std::string fits = head + std::string(Document::most_bytes - head.size(), 'x');
  CHECK(errors_of(fits).empty());
  CHECK(errors_of(fits + "x") ==
        "x.yaml:1:1: error: 1048577 bytes are more than the 1048576 a scenario may have\n  |\n1 |\n  | ^\n");
}

TEST_CASE("hostile texts of a mebibyte end soon with one error", "[long]") {
  constexpr std::size_t n = Document::most_bytes - 16;
  const auto repeated = [](const std::string& piece) {
    std::string text;
    while (text.size() + piece.size() < n) text += piece;
    return text;
  };
  for (const char* piece : {"[",
                            "{",
                            "- ",
                            "? ",
                            "a: {",
                            "&a ",
                            "*a ",
                            "!!a ",
                            "'",
                            "\"",
                            "|\n",
                            "a:\n",
                            "#",
                            ",",
                            "\n",
                            "[],",
                            "- - - ",
                            "{a: 1}\n---\n",
                            "\xe6\x95\x85",
                            "a: &a [*a]\n"}) {
    INFO(piece);
    Diagnostics diagnostics;
    const Document document("x.yaml", repeated(piece), diagnostics);
    CHECK(diagnostics.sorted().size() <= Diagnostics::most_kept);
    CHECK(diagnostics.report().size() < 20'000);
  }
}

TEST_CASE("at most twenty errors are shown, and the others counted") {
  Diagnostics diagnostics;
  const Source source("x.yaml", "a\n");
  for (std::size_t i = 0; i < 23; ++i) diagnostics.error({&source, 1, 1, 1}, "error " + std::to_string(i));
  diagnostics.error({&source, 1, 1, 1}, "error 0");  // said before
  const std::string report = diagnostics.report();
  CHECK(report.substr(report.size() - 22) == "x.yaml: 3 more errors\n");
  CHECK(std::count(report.begin(), report.end(), '^') == 20);
}

TEST_CASE("cells of a terminal") {
  CHECK(cells("abc") == 3);
  CHECK(cells("故障") == 4);
  CHECK(cells("e\xcc\x81") == 1);  // e and a combining accent
  CHECK(cells("🚨") == 2);
  CHECK(printable("a\x1b[31mb\tc") == "a?[31mb c");
  CHECK(first_invalid_utf8("ab\xc3") == 2);
  CHECK(first_invalid_utf8("\xed\xa0\x80") == 0);      // a surrogate
  CHECK(first_invalid_utf8("\xf4\x90\x80\x80") == 0);  // beyond Unicode
  CHECK_FALSE(first_invalid_utf8("\xf4\x8f\xbf\xbf"));
}
