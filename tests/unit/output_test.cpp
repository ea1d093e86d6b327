// What is written about a run: the terminal summary, summary.json, CSV; each against a file and against the
// others.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "models/application/load.hpp"
#include "models/measures/catalog.hpp"
#include "tests/unit/output_example.hpp"
#include "tools/output/advice.hpp"
#include "tools/output/escape.hpp"
#include "tools/output/recovery_text.hpp"
#include "tools/output/run_writers.hpp"
#include "tools/output/summary_text.hpp"
#include "tools/output/words.hpp"

namespace words = output::words;
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

std::string text_of(std::size_t replications, bool colour = false) {
  const application::Scenario scenario = example::scenario();
  const output::Result result = example::result(replications);
  return output::summary_text({scenario, result, output::Style{colour}}, "hub-outage.yaml");
}

}  // namespace

TEST_CASE("the terminal summary, of several replications and of one") {
  check_golden("summary-3.txt", text_of(3));
  check_golden("summary-1.txt", text_of(1));
}

TEST_CASE("summary.json") { check_golden("summary-3.json", output::summary_json(example::result(3))); }

TEST_CASE("the summary keeps to 80 columns, command lines apart, and to plain text without colour") {
  for (const std::size_t replications : {1u, 3u}) {
    std::istringstream lines(text_of(replications));
    for (std::string line; std::getline(lines, line);) {
      if (line.find("hubstorm run") != std::string::npos) continue;
      CHECK(words::columns(line) <= 80);
      CHECK(line.find('\x1b') == std::string::npos);
    }
  }
  const std::string coloured = text_of(3, true);
  CHECK(coloured.find('\x1b') != std::string::npos);
  CHECK(std::regex_replace(coloured, std::regex("\x1b\\[[0-9]*m"), "") == text_of(3));
}

namespace {

void add_forms(double x, std::set<std::string>& forms) {
  for (const std::string& form : {words::duration(x), words::count(x), words::share(x),
                                  words::in_unit(x, "1"), words::in_unit(x, "USD"), words::bytes(x)})
    forms.insert(form);
}

// Every number of the document, in every form it may be printed, with the half widths of intervals.
void collect(const Json& json, std::set<std::string>& forms) {
  if (json.is_number()) add_forms(json.get<double>(), forms);
  if (json.is_object() && json.contains("ci95"))
    forms.insert(words::half_width((json["ci95"][1].get<double>() - json["ci95"][0].get<double>()) / 2,
                                   json["unit"].get<std::string>()));
  if (json.is_structured())
    for (const Json& inside : json) collect(inside, forms);
}

// The shares behind the bars are quotients of the document's numbers.
void collect_shares(const Json& metrics, const std::string& fault, std::set<std::string>& forms) {
  double total = 0;
  for (const std::string& part : measures::wait_parts())
    total += metrics["recovery." + fault + ".wait." + part]["value"].get<double>();
  for (const std::string& part : measures::wait_parts())
    forms.insert(words::share(metrics["recovery." + fault + ".wait." + part]["value"].get<double>() / total));
}

std::vector<std::string> numbers_in(const std::string& text) {
  // A number with its unit, not one that is part of a name.
  static const std::regex number(
      "(^|[^A-Za-z0-9.,_-])([0-9][0-9,]*(\\.[0-9]+)?([dhm][0-9dhms]*|( (ms|s|%|kB|MB|GB)(?![A-Za-z])))?)");
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), number), end; at != end; ++at) {
    std::string token = (*at)[2];
    while (!token.empty() && token.back() == ',') token.pop_back();
    found.push_back(token);
  }
  return found;
}

}  // namespace

TEST_CASE("every number of the summary is in the JSON or in the scenario") {
  for (const std::size_t replications : {1u, 3u}) {
    const Json json = Json::parse(output::summary_json(example::result(replications)));
    // The scenario's own: hubs, hours, faults, expectations; the names of quantiles.
    std::set<std::string> forms{"3",    "6h",     "2h", "20m", "4h", "30 %", "90 %", "99 %",
                                "95 %", "99.9 %", "5m", "15m", "1h", "4",    "2",    "1970"};
    collect(json, forms);
    for (const char* fault : {"hub2", "late"}) collect_shares(json["metrics"], fault, forms);
    std::istringstream lines(text_of(replications));
    std::size_t checked = 0;
    for (std::string line; std::getline(lines, line);) {
      if (line.find("hubstorm run") != std::string::npos || line.find("< ") != std::string::npos ||
          line.find("==") != std::string::npos)
        continue;
      for (const std::string& token : numbers_in(line)) {
        INFO(line);
        INFO(token);
        CHECK(forms.contains(token));
        ++checked;
      }
    }
    CHECK(checked > 80);
  }
}

TEST_CASE("what was not reached says so, never zero") {
  const std::string text = std::regex_replace(text_of(1), std::regex("\\s+"), " ");
  CHECK(text.find("not reached (at least 4h12m)") != std::string::npos);
  CHECK(text.find("405 of 812 never came back") != std::string::npos);
}

TEST_CASE("only meta differs when only the effort differs") {
  output::Result result = example::result(3);
  Json before = Json::parse(output::summary_json(result));
  result.meta = {99, 99, 99, 99, 99, 99};
  Json after = Json::parse(output::summary_json(result));
  CHECK(before != after);
  before.erase("meta");
  after.erase("meta");
  CHECK(before == after);
}

TEST_CASE("the scenario hash ignores seed and replications only") {
  const std::string hash = output::scenario_hash("name: a\nseed: 1\nduration: 6h\n");
  CHECK(hash.size() == 32);
  CHECK(hash == output::scenario_hash("name: a\nseed: 2\nreplications: 7\nduration: 6h\n"));
  CHECK(hash != output::scenario_hash("name: a\nseed: 1\nduration: 7h\n"));
  CHECK(hash != output::scenario_hash("name: a\nseeds: 1\nduration: 6h\n"));
  CHECK(hash != output::scenario_hash("name: a\n  seed: 1\nduration: 6h\n"));
}

TEST_CASE("CSV: metrics with empty fields for what is absent, the series replication by replication") {
  const std::string csv = output::summary_csv(example::result(3));
  CHECK(csv.starts_with("metric,unit,value,at_least,ci95_low,ci95_high,n,censored,method\n"));
  CHECK(csv.find("\nrecovery.late.p99,s,,15120,,,3,1215,\n") != std::string::npos);
  CHECK(csv.find("\ndevices.total,devices,10000,,10000,10000,3,,student-t\n") != std::string::npos);
  CHECK(output::series_csv(example::reports()) ==
        "replication,time_s,connected\n1,0,10000\n1,60,9999.5\n2,0,10000\n2,60,9998.5\n3,0,10000\n3,60,9997."
        "5\n");
}

namespace {

// The advice when one wait part (or none, for "") takes most of the time of the scenario's first fault.
std::optional<output::Advice> advice_when(const application::Scenario& scenario, const std::string& part,
                                          const std::string& throttled = "dps.throttled") {
  output::Result result;
  const std::string fault = scenario.faults.at(0).name;
  for (const std::string& other : measures::wait_parts())
    result.metrics["recovery." + fault + ".wait." + other] = {"s", other == part ? 1000 : 10, {}, {}, 1, {}};
  result.metrics[throttled] = {"operations", 5000, {}, {}, 1, {}};
  return output::advice({scenario, result, {}}, scenario.faults.at(0));
}

const char* const presets = R"(
application: {hubs: {count: 3, edition: S2, units: 2}}
fleet: [{devices: 10, client: sdk-python}]
faults: [{name: hub2, at: 1h, hub: 2, for: 20m}]
)";
const char* const custom = R"(
application: {hubs: [{name: a, units: 2}, {name: b, units: 3}]}
provisioning: {exclude_failed_hubs: false}
fleet: [{devices: 10, client: {base: sdk-c, retry: {max: 90s}}, return_to_dps: after 10m}]
faults: [{name: away, at: 1h, hub: a, for: 20m}]
)";

}  // namespace

TEST_CASE("advice names a key when one part dominates, and none otherwise") {
  const application::Scenario scenario = application::load(presets, "presets.yaml");
  CHECK_FALSE(advice_when(scenario, ""));
  CHECK(advice_when(scenario, "dps_throttle")->setting == "provisioning.registrations_per_minute=400");
  CHECK(advice_when(scenario, "dps_throttle", "dps.polls_throttled")->setting ==
        "provisioning.polls_per_minute=4000");
  CHECK(advice_when(scenario, "dps_throttle", "hub.identity_throttled")->setting ==
        "application.hubs={count: 3, edition: S2, units: 4}");
  CHECK(advice_when(scenario, "stuck")->setting == "fleet[0].return_to_dps=after 15m");
}

TEST_CASE("what is advised is a valid scenario, and another one") {
  for (const char* text : {presets, custom}) {
    const application::Scenario scenario = application::load(text, "advised.yaml");
    for (const std::string& part : measures::wait_parts()) {
      const std::optional<output::Advice> advice = advice_when(scenario, part);
      REQUIRE(advice);
      CHECK(advice->reason.size() > 20);
      if (advice->setting.empty()) continue;
      INFO(advice->setting);
      CHECK(application::load(text, "advised.yaml", {advice->setting}).resolved != scenario.resolved);
    }
  }
}

TEST_CASE("durations, counts and shares in words") {
  CHECK(words::duration(1e308) == "1e+308 s");
  CHECK(words::duration(0) == "0 s");
  CHECK(words::duration(0.00025) == "0.25 ms");
  CHECK(words::duration(0.25) == "250 ms");
  CHECK(words::duration(0.9999) == "1 s");
  CHECK(words::duration(1.5) == "1.5 s");
  CHECK(words::duration(12.34) == "12.3 s");
  CHECK(words::duration(59.96) == "1m");
  CHECK(words::duration(792.4) == "13m12s");
  CHECK(words::duration(3599.6) == "1h");
  CHECK(words::duration(15120) == "4h12m");
  CHECK(words::duration(86399) == "1d");
  CHECK(words::duration(183600) == "2d3h");
  CHECK(words::count(0) == "0");
  CHECK(words::count(2481) == "2,481");
  CHECK(words::count(1234567) == "1,234,567");
  CHECK(words::count(0.004) == "0.004");
  CHECK(words::count(2.4) == "2.4");
  CHECK(words::count(12.25) == "12.2");
  CHECK(words::count(2481.5) == "2,482");
  CHECK(words::share(0) == "0 %");
  CHECK(words::share(1) == "100 %");
  CHECK(words::share(0.0001) == "under 0.1 %");
  CHECK(words::share(0.004) == "0.4 %");
  CHECK(words::share(0.62) == "62 %");
  CHECK(words::share(0.9921) == "99.2 %");
  CHECK(words::share(0.99999) == "over 99.9 %");
}

TEST_CASE("values with their intervals in words") {
  const auto with = [](const char* unit, double value, double half) {
    return words::value({unit, value, {}, analysis::Interval{value - half, value + half}, 2, {}});
  };
  CHECK(with("s", 792.4, 4.25) == "13m12s ± 4.2 s");
  CHECK(with("s", 792.4, 0.0988) == "13m12s ± 99 ms");
  CHECK(with("s", 792.4, 0.38) == "13m12s ± 380 ms");
  CHECK(with("s", 792.4, 75) == "13m12s ± 1m15s");
  CHECK(with("devices", 2481.3, 31.9) == "2,481 ± 32");
  CHECK(with("1", 1.3594, 0.01082) == "1.36 ± 0.011");
  CHECK(with("1/s", 189.5, 12.1) == "189.5 ± 12 a second");
  CHECK(with("s", 3, 0) == "3 s");
  CHECK(words::value(
            {"s", 792.4, {}, analysis::Interval{780, 840}, 9, {}, analysis::Method::order_statistics}) ==
        "13m12s (95 % interval 13m to 14m)");
  CHECK(words::value({"s", {}, 15120, {}, 1, 3}) == "not reached (at least 4h12m)");
  CHECK(words::value({"s", 10, 10, {}, 1, 3}) == "at least 10 s");
  CHECK(words::value({}) == "nothing to report");
}

TEST_CASE("lines break at blanks, never between a number and its unit") {
  const std::string long_word(76, 'x');
  CHECK(words::wrap(long_word + " a b") == long_word + " a b\n");
  CHECK(words::wrap(long_word + " 12 s.") == long_word + "\n12 s.\n");
  CHECK(words::wrap(long_word + " 1 ± 2 s", 2) == "  " + long_word + "\n  1 ± 2 s\n");
  CHECK(words::columns("█ ±\x1b[1mx\x1b[0m") == 4);
}

TEST_CASE("words for the shell") {
  CHECK(output::escape::shell("a/b-1.yaml") == "a/b-1.yaml");
  CHECK(output::escape::shell("it's here") == "'it'\\''s here'");
  CHECK(output::escape::shell("fleet[0].devices=1") == "'fleet[0].devices=1'");
  CHECK(output::escape::shell("") == "''");
}
