// What is written about comparisons, in every form, each against a file; and what of a summary is read back.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/unit/output_example.hpp"
#include "tools/output/comparison_writers.hpp"
#include "tools/output/run_writers.hpp"
#include "tools/output/words.hpp"

using analysis::RunValue;
using measures::Direction;
using output::Compared;
using Json = nlohmann::json;

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// With HUBSTORM_WRITE_GOLDEN set the file is written anew, for a reviewer to look at.
void check_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(TREE) + "/tests/unit/golden/" + name;
  if (std::getenv("HUBSTORM_WRITE_GOLDEN")) std::ofstream(path, std::ios::binary) << text;
  CHECK(text == read(path));
}

void put(analysis::Side& side, const std::string& metric, const std::string& unit,
         const std::vector<RunValue>& runs) {
  std::vector<double> all;
  bool bounded = false;
  for (const RunValue& run : runs) {
    all.push_back(run.value.value_or(run.at_least.value_or(0)));
    bounded = bounded || run.at_least;
  }
  analysis::Metric& of = side.metrics[metric];
  of = {unit, analysis::mean(all), {}, analysis::mean_interval(all), all.size(), {}};
  if (bounded) of = {unit, {}, analysis::mean(all), {}, all.size(), 7};
  side.runs[metric] = runs;
}

std::vector<RunValue> around(double centre, double step) {
  std::vector<RunValue> runs;
  for (int i = 0; i < 10; ++i) runs.push_back({centre + step * ((i * 7) % 10 - 4.5), std::nullopt});
  return runs;
}

output::StoredSummary summary(const std::string& scenario) {
  output::StoredSummary stored;
  stored.version = "0.1.0";
  stored.scenario = scenario;
  stored.scenario_hash = "0123456789abcdef0123456789abcdef";
  stored.side.replications = 10;
  return stored;
}

analysis::Gate gate(const std::string& metric, const std::string& text, bool relative, double amount,
                    const std::string& unit, Direction direction = Direction::lower) {
  return {{metric, text, relative, amount}, unit, direction};
}

// Every verdict once.
Compared every_verdict(bool strict_names = false) {
  Compared compared;
  compared.baseline_path = "baselines/hub-outage.json";
  compared.result_path = "new.json";
  compared.baseline = summary("hub-outage");
  compared.result = summary(strict_names ? "a|b<c>&\"d\"\n::error::x%,\x01\xEF\xBF\xBE" : "hub-outage");
  analysis::Side& a = compared.baseline.side;
  analysis::Side& b = compared.result.side;
  put(a, "recovery.hub2.p99", "s", around(788, 3));
  put(b, "recovery.hub2.p99", "s", around(872, 4));
  put(a, "recovery.hub2.p50", "s", around(423, 1));
  put(b, "recovery.hub2.p50", "s", around(424, 1.1));
  put(a, "telemetry.lost", "messages", around(20, 2));
  put(b, "telemetry.lost", "messages", around(22, 4));
  put(a, "availability", "1", around(0.98, 0.0001));
  put(b, "availability", "1", around(0.99, 0.0001));
  put(a, "recovery.hub2.unrecovered", "devices", around(0, 0));
  put(b, "recovery.hub2.unrecovered", "devices", around(0, 0));
  put(a, "recovery.hub2.max", "s", around(900, 5));
  put(b, "recovery.hub2.max", "s", std::vector<RunValue>(10, RunValue{std::nullopt, 15120}));
  put(b, "devices.stuck", "devices", around(9, 0));
  compared.comparison = analysis::compare(
      a, b,
      {gate("recovery.hub2.p99", "5%", true, 0.05, "s"), gate("recovery.hub2.p50", "2%", true, 0.02, "s"),
       gate("telemetry.lost", "2 messages", false, 2, "messages"),
       gate("availability", "0.1%", true, 0.001, "1", Direction::higher),
       gate("recovery.hub2.unrecovered", "0", false, 0, "devices"),
       gate("recovery.hub2.max", "5%", true, 0.05, "s"), gate("devices.stuck", "0", false, 0, "devices")},
      {});
  compared.notes = {"made by different versions of hubstorm, 0.1.0 and 0.2.0."};
  return compared;
}

Compared exact() {
  Compared compared = every_verdict();
  compared.exact = true;
  compared.comparison = {};
  compared.differences = analysis::differences(compared.baseline.side, compared.result.side);
  return compared;
}

}  // namespace

TEST_CASE("a comparison in every form") {
  const std::vector<Compared> all{every_verdict(), exact()};
  check_golden("compare.txt", output::comparison_text(all, output::Style{false}));
  check_golden("compare-markdown.txt", output::comparison_markdown(all));
  check_golden("compare.json", output::comparison_json(all));
  check_golden("compare.xml", output::comparison_junit(all, false));
  check_golden("compare-github.txt", output::comparison_github(all));
  check_golden("compare-azure.txt", output::comparison_azure(all));
}

TEST_CASE("the comparison keeps to 80 columns, and to plain text without colour") {
  std::istringstream lines(output::comparison_text({every_verdict(), exact()}, output::Style{false}));
  for (std::string line; std::getline(lines, line);) {
    CHECK(output::words::columns(line) <= 80);
    CHECK(line.find('\x1b') == std::string::npos);
  }
  CHECK(output::comparison_text({every_verdict()}, output::Style{true}).find('\x1b') != std::string::npos);
}

TEST_CASE("a comparison with --strict: an inconclusive gate is an error of the test report") {
  const std::string lenient = output::comparison_junit({every_verdict()}, false);
  const std::string strict = output::comparison_junit({every_verdict()}, true);
  CHECK_THAT(lenient, Catch::Contains("tests=\"7\" failures=\"3\" errors=\"0\" skipped=\"1\""));
  CHECK_THAT(strict, Catch::Contains("tests=\"7\" failures=\"3\" errors=\"1\" skipped=\"0\""));
  CHECK_THAT(strict, Catch::Contains("<error type=\"inconclusive\""));
}

TEST_CASE("names of a result become no markup and no command of the CI system") {
  const std::vector<Compared> all{every_verdict(true)};
  const std::string xml = output::comparison_junit(all, false);
  CHECK_THAT(xml, Catch::Contains("a|b&lt;c&gt;&amp;&quot;d&quot;&#10;::error::x%,??"));
  std::istringstream github(output::comparison_github(all));
  for (std::string line; std::getline(github, line);) {
    CHECK(line.rfind("::error::x", 0) != 0);
    CHECK_THAT(line, Catch::Contains("%0A%3A%3Aerror%3A%3Ax%25%2C"));
  }
  std::istringstream azure(output::comparison_azure(all));
  int count = 0;
  for (std::string line; std::getline(azure, line); ++count)
    CHECK_THAT(line, Catch::Contains("%0A::error::x%AZP25"));
  CHECK(count == 6);
  std::istringstream markdown(output::comparison_markdown(all));
  std::string title;
  std::getline(markdown, title);
  CHECK_THAT(title, Catch::Contains("a\\|b&lt;c>"));
  CHECK(Json::parse(output::comparison_json(all))["comparisons"][0]["scenario"] == all[0].result.scenario);
}

TEST_CASE("a summary is read back as it was, to the last bit") {
  const output::Result result = example::result(3);
  for (const std::string& text : {output::summary_json(result), output::baseline_json(result)}) {
    const output::StoredSummary stored = output::read_summary(text);
    CHECK(stored.side.metrics == result.metrics);
    CHECK(stored.side.runs == result.runs);
    CHECK(stored.scenario_hash == result.manifest.scenario_hash);
    CHECK(stored.tolerances.at("recovery.hub2.p99") == "5%");
    CHECK(stored.expected.at(0) == "recovery.hub2.p99");
    CHECK(stored.side.replications == 3);
  }
  const output::StoredSummary one = output::read_summary(output::summary_json(example::result(1)));
  CHECK(one.side.runs.at("recovery.hub2.p99") == std::vector<RunValue>{{792.4, std::nullopt}});
  CHECK(one.side.runs.at("recovery.late.p99") == std::vector<RunValue>{{std::nullopt, 15120}});
  CHECK_FALSE(one.side.runs.contains("recovery.hub2.pooled_p99"));
}

TEST_CASE("names are read back as they are: what is printable is for the writers to say") {
  Json json = Json::parse(output::summary_json(example::result(3)));
  json["metrics"]["bell\x07"] = json["metrics"]["telemetry.lost"];
  const output::StoredSummary stored = output::read_summary(json.dump());
  CHECK(stored.side.metrics.contains("bell\x07"));
}

TEST_CASE("the change as a share of the baseline is a plain number") {
  analysis::GateResult gate;
  gate.baseline = analysis::Metric{"s", 100, {}, {}, 3, {}};
  const auto text = [&](double change) {
    gate.change = change;
    return output::words::relative_change(gate);
  };
  CHECK(text(110) == "+110 %");
  CHECK(text(-99.96) == "-100 %");
  CHECK(text(1.234) == "+1.2 %");
  CHECK(text(-0.0123) == "-0.012 %");
}

TEST_CASE("the rate of false alarms that is stated is that of both ways with --fail-on change") {
  analysis::Comparison comparison;
  CHECK_THAT(output::words::how(comparison), Catch::Contains("at most 2.5 % of comparisons"));
  comparison.judging.fail_on_change = true;
  CHECK_THAT(output::words::how(comparison), Catch::Contains("at most 5 % of comparisons"));
}

TEST_CASE("a baseline has no meta, and a line a metric") {
  const std::string text = output::baseline_json(example::result(3));
  const Json json = Json::parse(text);
  Json whole = Json::parse(output::summary_json(example::result(3)));
  whole.erase("meta");
  CHECK(json == whole);
  CHECK_THAT(text, Catch::Contains("\n    \"telemetry.lost\": {\"unit\":\"messages\",\"value\":1204.0,"));
  CHECK_THAT(text, Catch::Contains("\n    \"telemetry.lost\": [1204.0,1204.0,1204.0]"));
}

TEST_CASE("what is no summary is refused, with what to do") {
  const std::string good = output::summary_json(example::result(3));
  const auto refusal = [](const std::string& text) -> std::string {
    try {
      output::read_summary(text);
    } catch (const output::NotASummary& problem) {
      return problem.what();
    }
    return "";
  };
  const auto changed = [&](const std::function<void(Json&)>& change) {
    Json json = Json::parse(good);
    change(json);
    return refusal(json.dump());
  };
  CHECK(refusal(good) == "");
  CHECK_THAT(refusal(""), Catch::Contains("is empty"));
  CHECK_THAT(refusal(good.substr(0, good.size() / 2)), Catch::Contains("cut off"));
  CHECK_THAT(refusal("name: x\n"), Catch::Contains("no JSON"));
  CHECK_THAT(refusal("{\"a\": 1e999}"), Catch::Contains("not a summary of hubstorm"));
  CHECK_THAT(refusal("[1]"), Catch::Contains("not a summary of hubstorm"));
  CHECK_THAT(refusal("{\"manifest\": {\"tool\": 7}, \"schema_version\": 1}"), Catch::Contains("hubstorm"));
  CHECK_THAT(changed([](Json& json) { json["schema_version"] = 2; }), Catch::Contains("schema_version 2"));
  CHECK_THAT(changed([](Json& json) { json.erase("runs"); }), Catch::Contains("no \"runs\""));
  CHECK_THAT(changed([](Json& json) { json["runs"]["telemetry.lost"].erase(0); }),
             Catch::Contains("2 values"));
  CHECK_THAT(changed([](Json& json) { json["metrics"]["telemetry.lost"] = 5; }),
             Catch::Contains("parts missing"));
  CHECK_THAT(changed([](Json& json) { json["manifest"].erase("seed"); }), Catch::Contains("parts missing"));
  CHECK_THAT(changed([](Json& json) { json["manifest"]["seed"] = -1; }), Catch::Contains("\"seed\" is -1"));
  for (const Json& wrong : {Json(4294967306), Json(0), Json(1.5), Json(1e30), Json("10")})
    CHECK_THAT(changed([&](Json& json) { json["manifest"]["replications"] = wrong; }),
               Catch::Contains("must be a whole number from 1 to 4294967295"));
  CHECK_THAT(changed([](Json& json) {
               json["runs"] = Json::array({1, 2, 3});
             }),
             Catch::Contains("must hold a list for each metric"));
  CHECK_THAT(changed([](Json& json) { json["runs"]["telemetry.lost"] = 5; }),
             Catch::Contains("must hold a list for each metric"));
}

TEST_CASE("the scenario hash leaves out what changes no simulated number") {
  const std::string base = "name: a\nfleet:\n  - name: meters\n    devices: 5\nfaults: []\n";
  const std::string more =
      "name: a\ndescription: words\nseed: 4\nreplications: 7\nfleet:\n  - name: meters\n    devices: "
      "5\nfaults: []\n"
      "expect:\n  - \"devices.lost == 0\"\ntolerances:\n  devices.lost: 0\n";
  CHECK(output::scenario_hash(more) == output::scenario_hash(base));
  CHECK(output::scenario_hash(base + "prices:\n  hub: 5\n") != output::scenario_hash(base));
  CHECK(output::scenario_hash("name: a\nexpect:\n  - x\nfaults: [1]\n") !=
        output::scenario_hash("name: a\nexpect:\n  - x\nfaults: [2]\n"));
}
