// Hostile text out of files of others, through every writer of run, compare and study that is listed: it
// comes out as text, and steers neither a terminal nor a CI system nor a spreadsheet.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "sim/settings/text.hpp"
#include "tests/unit/output_example.hpp"
#include "tools/output/comparison_writers.hpp"
#include "tools/output/escape.hpp"
#include "tools/output/run_writers.hpp"
#include "tools/output/study_writers.hpp"
#include "tools/output/summary_text.hpp"

namespace escape = output::escape;
using Json = nlohmann::json;
using namespace std::string_literals;

namespace {

const std::string plain = "harmless";

const std::vector<std::string> hostile = {
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b never ends",
    "\xc2\x9b"
    "31m",  // a control sequence of C1
    "##vso[task.complete result=Failed;]",
    "####vso[task.complete]",
    "a ##[error]b",
    "##teamcity[x]",
    "::error::x",
    ":::error file=a::x",
    "a ::error::x",
    "a\xe2\x80\x83::warning::after another blank",
    "a\n::error::x",
    "a\r\n##[error]x\rb",
    "left \xe2\x81\xa6 isolate \xe2\x81\xa9",
    "mark \xe2\x80\x8e\xe2\x80\x8f\xd8\x9c",
    "override \xe2\x80\xae\xe2\x80\xac",
    "line \xe2\x80\xa8 paragraph \xe2\x80\xa9",
    "\xef\xbb\xbf"
    "byte order mark",
    "no UTF-8 \xff\xc3(\xe2\x82",
    "nul "s + '\0' + " and delete \x7f",
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "  =1",
    "\t=1",
    "a,b\"c;d",
    "a;=1+1",
    "a\t=1; \t@SUM(A1)",
    ";-2+3;+1",
    "a|b",
    "<script>&amp;</script>",
    "[a](http://b) `c` *d* _e_ ~~f~~ \\",
    "# heading",
    "- item",
    "]]>-->",
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

// What in a text would steer who shows it; empty when nothing would. `own` begins the commands that are
// meant.
std::string steers(const std::string& text, const std::string& own = "") {
  if (sim::settings::first_invalid_utf8(text)) return "no UTF-8";
  static const std::regex anywhere("##[A-Za-z]*\\["), at_start("^( |\xc2\xa0|\xe2\x80\x83)*::");
  for (std::string line : lines_of(text)) {
    if (sim::settings::printable(line) != line) return "unprintable: " + line;
    if (!own.empty() && line.starts_with(own)) line = line.substr(own.size());
    // An expression is slow on a long line: it is asked where what it begins or ends with is there at all.
    const auto matches = [&](const char* part, const std::regex& whole) {
      return line.find(part) != std::string::npos && std::regex_search(line, whole);
    };
    if (matches("##", anywhere) || matches("::", at_start)) return "command: " + line;
  }
  return "";
}

// The cells of a CSV document that has no line break in a cell.
std::vector<std::vector<std::string>> cells_of(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& line : lines_of(csv)) {
    std::vector<std::string> row(1);
    bool quoted = false;
    for (const char c : line) {
      if (c == '"')
        quoted = !quoted;
      else if (c == ',' && !quoted)
        row.emplace_back();
      else
        row.back() += c;
    }
    rows.push_back(row);
  }
  return rows;
}

// As many rows and cells as with harmless text, and none that a spreadsheet would compute, be it one that
// divides at semicolons.
void check_csv(const std::string& csv, const std::string& harmless) {
  const auto rows = cells_of(csv), like = cells_of(harmless);
  REQUIRE(rows.size() == like.size());
  static const std::regex number("[-+]?[0-9.]+(e[-+][0-9]+)?( ?%)?");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(rows[i].size() == like[i].size());
    for (const std::string& cell : rows[i]) {
      std::istringstream parts(cell);
      for (std::string part; std::getline(parts, part, ';');) {
        const std::string bare = part.substr(std::min(part.find_first_not_of(' '), part.size()));
        if (bare.find_first_of("=+-@") == 0) CHECK(std::regex_match(bare, number));
      }
    }
  }
}

// How often the sign stands there without a backslash in front that takes its meaning.
std::size_t unescaped(const std::string& text, const std::string& signs) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\\')
      ++i;
    else if (signs.find(text[i]) != std::string::npos)
      ++n;
  return n;
}

// No HTML, no markup, and no row or cell more than with harmless text.
void check_markdown(const std::string& text, const std::string& harmless) {
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1))
    CHECK(text.substr(at, 2) == "< ");
  CHECK(unescaped(text, "[`*~") == unescaped(harmless, "[`*~"));
  const auto cells = [](const std::string& of) {
    std::vector<std::size_t> all;
    for (const std::string& line : lines_of(of))
      if (line.starts_with('|')) all.push_back(unescaped(line, "|"));
    return all;
  };
  CHECK(cells(text) == cells(harmless));
}

// As many tags and lines as with harmless text.
void check_xml(const std::string& xml, const std::string& harmless) {
  for (const char c : {'<', '>', '"', '\n'})
    CHECK(std::count(xml.begin(), xml.end(), c) == std::count(harmless.begin(), harmless.end(), c));
}

// The document holds the text as it was, where JSON can.
void check_json(const std::string& document, const std::string& text) {
  const Json json = Json::parse(document);
  if (sim::settings::first_invalid_utf8(text)) return;
  const Json flat = json.flatten();
  std::size_t found = 0;
  for (const auto& [path, value] : flat.items())
    if (value.is_string() && value.get<std::string>() == text) ++found;
  CHECK(found > 0);
}

// What is written with this text in every place that comes out of a file.
template <class Write>
void check_every_form(const output::Format& format, const std::string& text, const Write& write) {
  const std::string document = write(text), harmless = write(plain);
  INFO(format.kind << ": " << document);
  const std::string kind(format.kind);
  if (kind == "database") {  // text of a database is kept as it is
    CHECK(document.find(text.substr(0, text.find('\0'))) != std::string::npos);
    return;
  }
  const std::string own = kind == "github" ? "::" : kind == "azure" ? "##vso[" : "";
  CHECK(steers(document, own) == "");
  if (kind == "json" || kind == "baseline")
    check_json(document, text);
  else if (kind == "csv" || kind == "series" || kind == "timeline" || kind == "devices" || kind == "runs")
    check_csv(document, harmless);
  else if (kind == "markdown")
    check_markdown(document, harmless);
  else if (kind == "junit")
    check_xml(document, harmless);
  else if (kind == "github" || kind == "azure")
    CHECK(lines_of(document).size() == lines_of(harmless).size());
  else
    CHECK(kind == "text");  // a writer that is new says here how it is held to the rules
}

analysis::Metric metric(const std::string& unit) { return {unit, 4, {}, analysis::Interval{3, 5}, 3, {}}; }

analysis::Judgement judgement(const std::string& text) {
  return {{text, text, application::Comparison::less, 900}, metric(text), analysis::Verdict::fail, true};
}

output::Result run_result(const std::string& text) {
  output::Result result = example::result(3);
  result.manifest.version = result.manifest.scenario = result.manifest.simgrid = text;
  result.manifest.reproduce = "hubstorm run " + escape::shell(text);
  result.manifest.warnings = {text};
  result.judgements = {judgement(text)};
  result.metrics[text] = metric(text);
  result.runs[text] = {{1, {}}, {2, {}}, {3, {}}};
  result.tolerances = {{text, text}};
  result.trace = {{1, text}};
  result.timeline = {{1, text, text, text, text, text, text}};
  result.placed = {{1, text, text, 1, 1, 1, {}}};
  result.unseen = {{text, 3, 0.5}};
  result.settling = {{text, 3, 3, 0, 60}};
  return result;
}

std::vector<measures::Report> run_reports(const std::string& text) {
  measures::Report report;
  report.series = {{"time_s", text}, {{0, 1}, {60, 2}}};
  report.timeline = {{1, text, text, text, text, text, text}};
  report.episodes = {{text}, {text}, {text}, {{}}};
  return {report, report};
}

analysis::GateResult gate(const std::string& text, analysis::Verdict verdict) {
  analysis::GateResult result;
  result.gate = {{text, text, true, 0.05}, text};
  result.baseline = result.current = metric(text);
  result.verdict = verdict;
  result.reason = text;
  result.change = 1;
  result.interval = analysis::Interval{0.5, 1.5};
  return result;
}

std::vector<output::Compared> comparisons(const std::string& text) {
  using analysis::Verdict;
  output::Compared compared;
  compared.baseline_path = compared.result_path = text;
  compared.baseline.version = compared.baseline.scenario = compared.baseline.scenario_hash = text;
  compared.result = compared.baseline;
  compared.notes = {text};
  output::Compared gates = compared, exact = compared, broken = compared;
  gates.comparison.gates = {gate(text, Verdict::pass), gate(text, Verdict::fail),
                            gate(text, Verdict::inconclusive)};
  gates.comparison.gates[1].current.reset();
  exact.exact = true;
  exact.differences = {{text, text, text}};
  broken.problem = text;
  return {gates, exact, broken};
}

study::Results study_results(const std::string& text) {
  study::Results results;
  results.settings.name = results.settings.description = results.settings.scenario = text;
  results.settings.axes = {{"units", {text}, {{text, text, {}}, {"2", "2", 2}}}};
  results.version = results.model = text;
  results.metrics = {text};
  results.directions[text] = measures::Direction::lower;
  results.units[text] = results.formulas[text] = text;
  study::PointResult point;
  point.levels = {text};
  point.label = point.scenario_hash = text;
  point.set = {text};
  point.replications = {1, 2, 3};
  point.progress.settled = true;
  point.metrics[text] = metric(text);
  point.runs[text] = std::vector<measures::Value>(3, {text, 4, {}, {}});
  point.judgements = {judgement(text)};
  point.unsettled[text] = 3;
  results.points = {point};
  study::Effects effects;
  effects.metric = text;
  effects.ranked = {{"units", {1, 2}, 0, 1, 1, {}, 3, 0.5}};
  effects.varies = true;
  results.effects = {effects};
  return results;
}

}  // namespace

TEST_CASE("hostile text through every writer of a run") {
  for (const std::string& text : hostile)
    for (const output::RunWriter& writer : output::run_writers)
      check_every_form(writer.format, text, [&](const std::string& of) {
        const output::Result result = run_result(of);
        const std::vector<measures::Report> reports = run_reports(of);
        return writer.write({result, reports});
      });
}

TEST_CASE("hostile text through the summary of a run and its trace") {
  for (const std::string& text : hostile) {
    application::Scenario scenario = example::scenario();
    scenario.name = text;
    const output::Result result = run_result(text);
    CHECK(steers(output::summary_text({scenario, result, output::Style{false}}, text)) == "");
    CHECK(steers(output::trace_text(text, result.trace)) == "");
  }
}

TEST_CASE("hostile text through every writer of comparisons") {
  for (const std::string& text : hostile)
    for (const output::ComparisonWriter& writer : output::comparison_writers)
      for (const bool strict : {false, true})
        check_every_form(writer.format, text, [&](const std::string& of) {
          return writer.write({comparisons(of), strict, output::Style{false}});
        });
}

TEST_CASE("hostile text through every writer of studies") {
  for (const std::string& text : hostile)
    for (const output::StudyWriter& writer : output::study_writers)
      check_every_form(writer.format, text, [&](const std::string& of) {
        const study::Results results = study_results(of);
        return writer.write({results, output::Style{false}});
      });
}

TEST_CASE("hostile text in messages, in words for the shell and in resolved scenarios") {
  for (const std::string& text : hostile) {
    CHECK(steers(escape::message("error: " + text + "\n  " + text)) == "");
    CHECK(steers(escape::shell(text)) == "");
    CHECK(steers(escape::strings(Json(sim::settings::first_invalid_utf8(text) ? "" : text).dump())) == "");
  }
}

TEST_CASE("text is escaped as each writer needs it, and no further") {
  CHECK(escape::terminal("hub-1: 2::3 #7 ## [x]") == "hub-1: 2::3 #7 ## [x]");
  CHECK(escape::terminal("two\nlines\r\nand ::error:: and ###vso[x") ==
        "two lines and ?:error:: and ??#vso[x");
  CHECK(escape::message("a\n ::b") == "a\n ?:b");
  CHECK(escape::csv("-5") == "-5");
  CHECK(escape::csv("+2.5e-3") == "+2.5e-3");
  CHECK(escape::csv("-10 %") == "-10 %");
  CHECK(escape::csv("-10-5") == "'-10-5");
  CHECK(escape::csv("-inf") == "'-inf");
  CHECK(escape::csv("=a,b") == "\"'=a,b\"");
  CHECK(escape::csv("a;=1+1;-5; @b;c") == "a;'=1+1;-5;' @b;c");
  CHECK(escape::csv(";") == ";");
  CHECK(escape::csv("a \"b\"") == "\"a \"\"b\"\"\"");
  CHECK(escape::markdown("a|b_c <d> -5") == "a\\|b_c &lt;d> -5");
  CHECK(escape::markdown("_a_ b_ p99 < 15m <") == "\\_a\\_ b\\_ p99 < 15m &lt;");
  CHECK(escape::markdown("12. x") == "12\\. x");
  CHECK(escape::markdown("-5") == "-5");
  CHECK(escape::xml("a\n##[b]<\"&") == "a&#10;?#[b]&lt;&quot;&amp;");
  CHECK(escape::github_property("a: b, 5 %\nc") == "a%3A b%2C 5 %25%0Ac");
  CHECK(escape::github_message("a: b, 5 %\nc") == "a: b, 5 %25%0Ac");
  CHECK(escape::azure("5 %\nc") == "5 %AZP25%0Ac");
  CHECK(escape::strings("{\"a\": \"##vso[\xe2\x80\xae\"}") == "{\"a\": \"\\u0023#vso[\\u202e\"}");
  CHECK(escape::shell("a b\x1b") == "$'a\\040b\\033'");
  CHECK(escape::shell("::error::x") == "$'\\072\\072error\\072\\072x'");
}
