// hubstorm run, as users and their pipelines see it: exit codes, streams, files, the same bytes for any job
// count.
#include <catch2/catch.hpp>
#include <csignal>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "tests/cli/command.hpp"

using cli::contains;
using cli::hubstorm;
using cli::Ran;
using Json = nlohmann::ordered_json;

namespace {

const char* const outage = R"(name: small-outage
duration: 1h
application: {hubs: {count: 3, edition: S2, units: 1}}
fleet:
  - {name: meters, devices: 300, client: sdk-python, return_to_dps: after 10 failures}
  - {name: pumps, devices: 60, client: sdk-c}
faults: [{name: hub2, at: 10m, hub: 2, for: 5m}]
)";

// The scenario with expectations.
std::string expecting(const std::string& expectations) {
  return std::string(outage) + "expect: " + expectations + "\n";
}

std::string without_meta(const std::string& text) {
  Json json = Json::parse(text);
  json.erase("meta");
  return json.dump();
}

}  // namespace

TEST_CASE("help and version go to standard output") {
  const Ran help = hubstorm("--help");
  CHECK(help.code == 0);
  CHECK(help.err.empty());
  for (const char* code : {"0", "1", "2", "3", "4", "10", "11", "12", "13", "75"})
    CHECK(std::regex_search(help.out, std::regex("\n +" + std::string(code) + "  ")));
  CHECK(contains(hubstorm("run --help").out, "series.csv"));
  CHECK_FALSE(contains(hubstorm("run --help").out, "parking"));
  const Ran version = hubstorm("--version");
  CHECK(version.code == 0);
  CHECK(version.out == std::string("hubstorm ") + HUBSTORM_VERSION + "\n");
}

TEST_CASE("a wrong command line: 2, nothing on standard output") {
  const cli::Folder folder;
  const std::string file = folder.write("a.yaml", outage);
  for (const std::string& words : std::vector<std::string>{
           "", "fly", "run", "run " + file + " --jobs 0", "run " + file + " --jobs x",
           "run " + file + " --carrier pigeon", "run " + file + " --bogus",
           "run " + file + " --export out.xml", "run " + file + " --json --export -",
           "run " + file + " --trace meters", "run " + file + " --trace meters/300",
           "run " + file + " --trace pigeons/1", "run " + file + " --trace meters/1 --export csv:-",
           "run " + file + " --seed -1", "run " + file + " --replications -1", "--color blue run " + file}) {
    const Ran ran = hubstorm(words);
    INFO(words);
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err.starts_with("error: "));
  }
}

TEST_CASE("an invalid scenario: 3, all its errors, each with its place") {
  const cli::Folder folder;
  const std::string file =
      folder.write("bad.yaml", "fleet: [{devices: 10, buffre: 5 messages}]\nduration: 5\n");
  const Ran ran = hubstorm("run " + file);
  CHECK(ran.code == 3);
  CHECK(ran.out.empty());
  CHECK(contains(ran.err, file + ":1:23: error: "));
  CHECK(contains(ran.err, file + ":2:11: error: "));
  CHECK(hubstorm("run " + folder.write("m.yaml", expecting("[recovery.hub3.p99 < 15m]"))).code == 3);
  CHECK(hubstorm("run " + folder.write("o.yaml", outage) + " --set fleet[0].devises=3").code == 3);
  CHECK(hubstorm("run " + folder.path("o.yaml") + " --replications 0").code == 2);
}

TEST_CASE("a file that is not there: 4, a place that cannot be written: 4 before anything runs") {
  const cli::Folder folder;
  const Ran missing = hubstorm("run " + folder.path("none.yaml"));
  CHECK(missing.code == 4);
  CHECK(contains(missing.err, "none.yaml: No such file or directory"));
  CHECK(hubstorm("run " + folder.path("")).code == 4);
  // A year of a million devices would take long: the message must come first.
  const std::string file =
      folder.write("long.yaml", "duration: 366d\nlimits: off\nfleet: [{devices: 1000000, client: sdk-c}]\n");
  const Ran unwritable = hubstorm("run " + file + " --export " + folder.path("no/such/out.json"));
  CHECK(unwritable.code == 4);
  CHECK(contains(unwritable.err, "no/such/out.json: No such file or directory"));
  CHECK(hubstorm("run " + folder.write("a.yaml", outage) + " --json --quiet --export /dev/full").code == 2);
  CHECK(hubstorm("run " + folder.path("a.yaml") + " --export json:/dev/full").code == 4);
}

TEST_CASE("expectations decide between 0, 10 and 12") {
  const cli::Folder folder;
  const auto run = [&](const std::string& expectations, const std::string& options = "") {
    return hubstorm("run " + folder.write("e.yaml", expecting(expectations)) + " " + options);
  };
  const Ran pass = run("[recovery.hub2.p50 < 1h, devices.total == 360]");
  CHECK(pass.code == 0);
  CHECK(pass.out.starts_with("✓ PASS  small-outage"));
  const Ran fail = run("[recovery.hub2.p50 < 1s, devices.total == 360]");
  CHECK(fail.code == 10);
  CHECK(fail.out.starts_with("✗ FAIL  small-outage: 1 of 2"));
  const Ran inconclusive = run("[devices.total == 360]", "--strict");
  CHECK(inconclusive.code == 12);
  CHECK(inconclusive.out.starts_with("? INCONCLUSIVE"));
  CHECK(run("[devices.total == 360]", "--strict --replications 2").code == 0);
  CHECK(run("[devices.total == 361]", "--strict --replications 2").code == 10);
}

TEST_CASE("an expectation without samples fails") {
  const cli::Folder folder;
  const std::string nobody =
      std::regex_replace(expecting("[recovery.hub2.p99 < 1h]"), std::regex("count: 3"), "count: 60");
  const Ran ran = hubstorm(
      "run " + folder.write("n.yaml", nobody) +
      " --set limits=off --set 'fleet=[{devices: 1, region: germany}]' --set provisioning.allocation=static");
  CHECK(ran.code == 10);
  CHECK(contains(ran.out, "no sample"));
}

TEST_CASE("with --json: one document on standard output, as the contract says") {
  const cli::Folder folder;
  const Ran ran = hubstorm("run " + folder.write("j.yaml", expecting("[recovery.hub2.p50 < 1h]")) +
                           " --json --replications 2");
  CHECK(ran.code == 0);
  CHECK(ran.err.empty());
  const Json json = Json::parse(ran.out);
  CHECK(json["schema_version"] == 1);
  CHECK(json["verdict"] == "pass");
  CHECK(json["manifest"]["tool"] == "hubstorm");
  CHECK(json["manifest"]["scenario"] == "small-outage");
  CHECK(json["manifest"]["seed"] == 1);
  CHECK(json["manifest"]["replications"] == 2);
  CHECK(json["manifest"]["scenario_hash"].get<std::string>().size() == 32);
  CHECK(json["expectations"][0]["text"] == "recovery.hub2.p50 < 1h");
  CHECK(json["metrics"]["devices.total"]["value"] == 360);
  CHECK(json["metrics"]["recovery.hub2.p50"]["unit"] == "s");
  CHECK(json["metrics"]["recovery.hub2.p50"]["ci95"].size() == 2);
  CHECK(json["metrics"]["recovery.hub2.p50"]["method"] == "student-t");
  CHECK_FALSE(json.contains("settling"));  // all connected from the start on
  CHECK(json["meta"]["device_events"] > 0);
  CHECK(json["meta"]["peak_rss_bytes"] > 1000000);
}

TEST_CASE("a fault before the state is steady: the JSON says so, and no more after a longer warm-up",
          "[long]") {
  const cli::Folder folder;
  // Firmware that registers with every token, more than DPS serves: 2,400 of 3,000 are connected in the end.
  const std::string file = folder.write("s.yaml", R"(duration: 4h
provisioning: {registrations_per_minute: 50}
fleet: [{name: sensors, devices: 3000, client: ha-sample-c, on_dps_failure: keep asking}]
)");
  const auto run = [&](const std::string& warmup, const std::string& at) {
    return hubstorm("run " + file + " --set warmup=" + warmup + " --set 'faults=[{name: away, at: " + at +
                    ", hub: 1, for: 5m}]' --json");
  };
  const auto unsettled = [](const Ran& ran) {
    std::size_t n = 0;
    const Json json = Json::parse(ran.out);
    if (json.contains("settling"))
      for (const Json& one : json["settling"]["series"]) n += one["not_settled"].get<std::size_t>();
    return n;
  };
  CHECK(unsettled(run("0s", "40m")) > 0);
  CHECK(unsettled(run("80m", "3h")) == 0);
}

TEST_CASE("the command under `reproduce` gives the same result") {
  const cli::Folder folder;
  const std::string file = folder.write("r.yaml", outage);
  const Ran first =
      hubstorm("run " + file + " --json --seed 7 --set 'fleet[0].client={base: sdk-node, notice: 1s}'");
  const std::string again = Json::parse(first.out)["manifest"]["reproduce"];
  REQUIRE(again.starts_with("hubstorm "));
  CHECK(without_meta(hubstorm(again.substr(9) + " --json").out) == without_meta(first.out));
}

TEST_CASE("the same bytes for any number of jobs, and twice", "[long]") {
  const cli::Folder folder;
  const std::string run = "run " + folder.write("b.yaml", outage) + " --replications 5";
  const std::string series = folder.path("one-series.csv");
  const std::string one = hubstorm(run + " --json --jobs 1 --export " + series).out;
  const std::string first = cli::read(series);
  CHECK(first.starts_with("replication,time_s,"));
  for (const char* jobs : {"1", "2", "5"}) {
    CHECK(without_meta(hubstorm(run + " --json --jobs " + jobs + " --export " + series).out) ==
          without_meta(one));
    CHECK(cli::read(series) == first);
  }
}

TEST_CASE("another seed is another result") {
  const cli::Folder folder;
  const std::string run = "run " + folder.write("s.yaml", outage) + " --json --seed ";
  const Json one = Json::parse(hubstorm(run + "1").out);
  const Json two = Json::parse(hubstorm(run + "2").out);
  CHECK(one["metrics"] != two["metrics"]);
  CHECK(one["manifest"]["scenario_hash"] == two["manifest"]["scenario_hash"]);
}

TEST_CASE("exports: whole files, and standard output for one of them") {
  const cli::Folder folder;
  const std::string run = "run " + folder.write("x.yaml", outage) + " ";
  const Ran ran =
      hubstorm(run + "--export " + folder.path("a.json") + " --export " + folder.path("a.csv") + " --quiet");
  CHECK(ran.code == 0);
  CHECK(ran.out.empty());
  CHECK(ran.err.empty());
  CHECK(folder.files() == 3);
  CHECK(Json::parse(cli::read(folder.path("a.json")))["schema_version"] == 1);
  CHECK(cli::read(folder.path("a.csv")).starts_with("metric,unit,value"));
  CHECK(hubstorm(run + "--export csv:-").out == cli::read(folder.path("a.csv")));
}

TEST_CASE("with --quiet: nothing is said, the exit code tells") {
  const cli::Folder folder;
  const Ran ran = hubstorm("run --quiet " + folder.write("q.yaml", expecting("[devices.total == 1]")));
  CHECK(ran.code == 10);
  CHECK(ran.out.empty());
  CHECK(ran.err.empty());
}

TEST_CASE("no colour without a terminal or with NO_COLOR, colour when asked for") {
  const cli::Folder folder;
  const std::string run = "run " + folder.write("c.yaml", outage);
  CHECK_FALSE(contains(hubstorm(run).out, "\x1b["));
  CHECK_FALSE(contains(hubstorm(run + " --color auto", "NO_COLOR=1").out, "\x1b["));
  CHECK(contains(hubstorm(run + " --color always", "NO_COLOR=1").out, "\x1b["));
  CHECK(contains(hubstorm("--color always " + run).out, "\x1b["));
}

TEST_CASE("on a terminal NO_COLOR still rules, and there is a summary either way") {
  const cli::Folder folder;
  const std::string run = std::string(BUILD) + "/hubstorm run " + folder.write("t.yaml", outage);
  const auto on_terminal = [&](const std::string& environment) {
    const std::string out = folder.path("typescript");
    REQUIRE(std::system((environment + " script -qec '" + run + "' " + out + " >/dev/null").c_str()) == 0);
    return cli::read(out);
  };
  CHECK(contains(on_terminal("TERM=xterm"), "\x1b[1m"));
  CHECK_FALSE(contains(on_terminal("TERM=xterm NO_COLOR=1"), "\x1b[1m"));
  CHECK_FALSE(contains(on_terminal("TERM=dumb"), "\x1b[1m"));
  CHECK(contains(on_terminal("TERM=xterm NO_COLOR=1"), "DONE  small-outage"));
}

TEST_CASE("with --trace: the life of one device") {
  const cli::Folder folder;
  const std::string run = "run " + folder.write("l.yaml", outage) + " --trace meters/17";
  const Ran text = hubstorm(run);
  CHECK(text.out.starts_with("The life of meters/17"));
  CHECK(contains(text.out, "DONE  small-outage"));
  const Json json = Json::parse(hubstorm(run + " --json").out);
  REQUIRE(json["trace"].size() >= 1);
  CHECK(json["trace"][0].contains("time_s"));
  CHECK_FALSE(Json::parse(hubstorm("run " + folder.path("l.yaml") + " --json").out).contains("trace"));
}

namespace {

// The cells of a table without quotes, without its header.
std::vector<std::vector<std::string>> cells(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream parts(line + ",");
    rows.emplace_back();
    for (std::string cell; std::getline(parts, cell, ',');) rows.back().push_back(cell);
  }
  rows.erase(rows.begin());
  return rows;
}

}  // namespace

TEST_CASE("each device is exported as the metrics have it, and a trace finds the one worth looking at",
          "[long]") {
  const cli::Folder folder;
  const std::string run = "run " + folder.write("d.yaml", outage) + " --replications 2 --quiet";
  REQUIRE(
      hubstorm(run + " --export " + folder.path("devices.csv") + " --export " + folder.path("a.json")).code ==
      0);
  const auto rows = cells(cli::read(folder.path("devices.csv")));
  const Json metrics = Json::parse(cli::read(folder.path("a.json")))["metrics"];
  std::map<double, std::string> times;  // of the pumps in the first replication
  double attempts = 0, affected = 0, first = 1e9;
  std::string earliest;
  for (const auto& row : rows) {
    REQUIRE(row.size() == 15);
    if (row[3] != "hub2") continue;  // moved back by a rebalance
    ++affected;
    CHECK(row[4] == "600");
    CHECK(row[12] == "hub-2");
    CHECK((row[13] == "hub-2" || row[1] == "meters"));  // C asks DPS never
    CHECK(std::stod(row[5]) <= std::stod(row[6]));
    CHECK(std::stod(row[6]) <= std::stod(row[7]));
    CHECK(std::stod(row[7]) < std::stod(row[8]));
    attempts += std::stod(row[10]);
    if (row[0] != "1" || row[1] != "pumps") continue;
    times.emplace(std::stod(row[8]), row[2]);
    if (std::stod(row[5]) < first) first = std::stod(row[5]), earliest = row[2];
  }
  CHECK(affected == 2 * metrics["recovery.hub2.affected"]["value"].get<double>());
  CHECK(attempts / affected == Approx(metrics["recovery.hub2.attempts"]["value"].get<double>()));
  const auto life = [&](const std::string& of) { return hubstorm(run + " --trace " + of).out; };
  CHECK(life("pumps/slowest").starts_with("The life of pumps/" + times.rbegin()->second + ","));
  CHECK(life("pumps/median")
            .starts_with("The life of pumps/" + std::next(times.begin(), long(times.size() - 1) / 2)->second +
                         ","));
  CHECK(life("pumps/affected").starts_with("The life of pumps/" + earliest + ","));
  CHECK(life("pumps/slowest") == life("pumps/" + times.rbegin()->second));
  const Ran nobody = hubstorm(run + " --trace meters/slowest --set faults=[]");
  CHECK(nobody.code == 2);
  CHECK(contains(nobody.err, "no device of meters lost service to a fault; give a number, such as meters/0"));
}

TEST_CASE("an interrupted run: 75, nothing written, what to do") {
  const cli::Folder folder;
  const std::string file = folder.write(
      "long.yaml",
      "duration: 366d\nlimits: off\nfleet: [{devices: 100000, client: sdk-c, telemetry: {every: 1m}}]\n");
  for (const int signal : {SIGINT, SIGTERM}) {
    const Ran ran = cli::hubstorm_interrupted(
        "run " + file + " --replications 4 --export " + folder.path("out.json"), signal);
    CHECK(ran.code == 75);
    CHECK(ran.out.empty());
    CHECK(contains(ran.err, "interrupted after 0 of 4 replications"));
    CHECK(contains(ran.err, "Run the same command again"));
    CHECK(folder.files() == 1);
  }
}

TEST_CASE("the scenario may come from standard input") {
  const cli::Folder folder;
  const std::string out = folder.path("out.json");
  const std::string command =
      std::string(BUILD) + "/hubstorm run - --json <" + folder.write("i.yaml", outage) + " >" + out;
  CHECK(std::system(command.c_str()) == 0);
  CHECK(Json::parse(cli::read(out))["manifest"]["scenario"] == "small-outage");
}
