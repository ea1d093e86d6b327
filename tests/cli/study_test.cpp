// hubstorm study, as a user has it: whatever happens on the way, the results are those of an undisturbed run.
#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/command.hpp"

namespace {

namespace fs = std::filesystem;
using cli::Folder;
using cli::Ran;

constexpr const char* base =
    "duration: 2h\n"
    "application: {hubs: {count: 3, edition: S1, units: 2}}\n"
    "fleet: [{devices: 300, return_to_dps: at once}]\n"
    "faults: [{name: hub2, at: 30m, hub: 2, for: 20m}]\n"
    "expect: [recovery.hub2.p99 < 100s]\n";

constexpr const char* axes =
    "scenario: base.yaml\n"
    "axes:\n"
    "- {name: hubs, path: application.hubs.count, values: [3, 4]}\n"
    "- {name: quota, path: provisioning.registrations_per_minute, values: [60, 600]}\n"
    "metrics: [recovery.hub2.p99, cost.hubs]\n";

// A study of four points with 5 replications each in a folder of its own.
struct Study {
  explicit Study(const std::string& more = "replications: 5\n") {
    folder.write("base.yaml", base);
    file = folder.write("s.yaml", axes + more);
  }
  std::string dir(const std::string& name) const { return folder.path(name); }
  // The bytes of all files that `collect` writes.
  std::string results(const std::string& name) const {
    std::string all;
    for (const char* one : {"study.json", "results.csv", "runs.csv", "study.db"})
      all += cli::read(dir(name) + "/" + one);
    return all;
  }
  std::string words(const std::string& action, const std::string& name, const std::string& more = "") const {
    return "study " + action + " " + file + " --dir " + dir(name) + " " + more;
  }
  Folder folder;
  std::string file;
};

std::vector<fs::path> units(const std::string& dir) {
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator(dir + "/units")) all.push_back(entry.path());
  std::sort(all.begin(), all.end());
  return all;
}

// The rows of a query, columns separated by bars.
std::string query(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  std::string rows;
  const auto add = [](void* to, int n, char** cells, char**) {
    for (int i = 0; i < n; ++i)
      *static_cast<std::string*>(to) += std::string(i == 0 ? "" : "|") + (cells[i] ? cells[i] : "");
    *static_cast<std::string*>(to) += "\n";
    return 0;
  };
  char* error = nullptr;
  sqlite3_exec(database, sql.c_str(), add, &rows, &error);
  INFO(sql << ": " << (error ? error : ""));
  CHECK(error == nullptr);
  sqlite3_free(error);
  sqlite3_close(database);
  return rows;
}

}  // namespace

TEST_CASE("a study is planned, run and collected, and its results are the same with any number of jobs") {
  const Study study;
  const Ran plan = cli::hubstorm(study.words("plan", "a"));
  CHECK(plan.code == 0);
  CHECK_THAT(plan.out, Catch::Contains("hubs 4, quota 600") && Catch::Contains("0 of 5") &&
                           Catch::Contains("20 replications are to be run"));
  CHECK_FALSE(fs::exists(study.dir("a")));
  const Ran run = cli::hubstorm(study.words("run", "a", "--jobs 1"));
  CHECK(run.code == 0);
  CHECK_THAT(run.out, Catch::Contains("4 points, 5 replications each, common seeds.") &&
                          Catch::Contains("What the axes do") && Catch::Contains("p99 is recovery.hub2.p99"));
  CHECK(cli::hubstorm(study.words("run", "b", "--jobs 3 --quiet")).out.empty());
  CHECK(study.results("a") == study.results("b"));
  CHECK(units(study.dir("a")).size() == 20);
  // Again: nothing is left to do, and nothing changes.
  CHECK(cli::hubstorm(study.words("run", "a")).code == 0);
  CHECK(study.results("a") == study.results("b"));
  const Ran status = cli::hubstorm(study.words("status", "a", "--json"));
  CHECK(nlohmann::json::parse(status.out)["points"][3]["there"] == 5);
}

TEST_CASE("the tables of a study agree with each other, and with the command run", "[long]") {
  const Study study;
  REQUIRE(cli::hubstorm(study.words("run", "a", "--quiet")).code == 0);
  const auto json = nlohmann::json::parse(cli::read(study.dir("a") + "/study.json"));
  const std::string db = study.dir("a") + "/study.db";
  const auto& point = json["points"][1];
  CHECK(point["levels"]["quota"] == "600");
  const double value = point["metrics"]["recovery.hub2.p99"]["value"];
  CHECK(std::stod(query(db,
                        "SELECT value FROM results WHERE hubs = 3 AND quota = 600 AND "
                        "metric = 'recovery.hub2.p99'")) == Approx(value));
  CHECK(std::stod(query(db,
                        "SELECT avg(value) FROM runs WHERE hubs = 3 AND quota = 600 AND "
                        "metric = 'recovery.hub2.p99'")) == Approx(value));
  CHECK(query(db, "SELECT count(*) FROM run") == "40\n");
  CHECK(query(db, "PRAGMA integrity_check") == "ok\n");
  CHECK(query(db, "SELECT better FROM metric WHERE metric = 'cost.hubs'") == "lower\n");
  const std::string csv = cli::read(study.dir("a") + "/results.csv");
  CHECK_THAT(csv, Catch::StartsWith("point,hubs,quota,metric,unit,value,at_least,low,high,level,method,n,"));
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 9);
  // The same scenario by itself gives the same replications.
  const Ran alone = cli::hubstorm("run " + study.folder.path("base.yaml") +
                                  " --set provisioning.registrations_per_minute=600 --replications 5 --json");
  CHECK(nlohmann::json::parse(alone.out)["metrics"]["recovery.hub2.p99"]["value"] == value);
  const Ran one = cli::hubstorm("run " + study.folder.path("base.yaml") +
                                " --set provisioning.registrations_per_minute=600 --only 4 --json");
  CHECK(std::stod(query(db,
                        "SELECT value FROM runs WHERE point = 2 AND replication = 4 AND "
                        "metric = 'recovery.hub2.p99'")) ==
        Approx(nlohmann::json::parse(one.out)["metrics"]["recovery.hub2.p99"]["value"].get<double>()));
}

TEST_CASE("a study whose runner or unit is killed at any instant goes on where it was, to the same bytes",
          "[long]") {
  const Study study;
  REQUIRE(cli::hubstorm(study.words("run", "whole", "--quiet")).code == 0);
  int killed = 0;
  for (int after_ms = 1; after_ms < 90; after_ms = after_ms * 3 / 2 + 1)
    killed += cli::hubstorm_killed(study.words("run", "killed", "--jobs 2"), cli::Victim::command, after_ms);
  CHECK(killed > 0);
  CHECK(cli::hubstorm(study.words("run", "killed", "--quiet")).code == 0);
  CHECK(study.results("killed") == study.results("whole"));
  CHECK(units(study.dir("killed")).size() == 20);  // and nothing else: what was half written is gone
  int children = 0;
  for (int after_ms = 1; after_ms < 90; after_ms = after_ms * 3 / 2 + 1) {
    const std::string name = "child" + std::to_string(after_ms);
    Ran ran;
    children += cli::hubstorm_killed(study.words("run", name, "--jobs 2 --quiet"), cli::Victim::child,
                                     after_ms, &ran);
    CHECK(ran.code == 0);  // the unit was run once more
    CHECK(study.results(name) == study.results("whole"));
  }
  CHECK(children > 0);
}

TEST_CASE("an interrupted study says how to go on, and goes on") {
  const Study study("replications: 200\n");
  const Ran interrupted = cli::in_shell(
      "$H study run s.yaml --dir a & until ls a/units/*.unit >/dev/null 2>&1; do "
      "sleep 0.01; done; kill $!; wait $!",
      study.folder);
  CHECK(interrupted.code == 75);
  CHECK_THAT(interrupted.err, Catch::Contains("are kept. The same command goes on."));
  // So it does before anything is run.
  const Ran planning = cli::hubstorm_interrupted(study.words("run", "b"), SIGINT);
  CHECK(planning.code == 75);
  CHECK_THAT(planning.err, Catch::Contains("nothing was run. Run the same command again.") ||
                               Catch::Contains("are kept. The same command goes on."));
}

TEST_CASE("torn and damaged files of a study are found and made anew", "[long]") {
  const Study study;
  REQUIRE(cli::hubstorm(study.words("run", "a", "--quiet")).code == 0);
  const std::string whole = study.results("a");
  const std::vector<fs::path> all = units(study.dir("a"));
  fs::resize_file(all[0], fs::file_size(all[0]) / 2);
  fs::resize_file(all[1], 0);
  std::string content = cli::read(all[2]);
  content[content.size() / 2] ^= 1;
  std::ofstream(all[2], std::ios::binary) << content;
  fs::copy_file(all[3], all[4], fs::copy_options::overwrite_existing);  // of another unit
  const Ran status = cli::hubstorm(study.words("status", "a"));
  CHECK_THAT(status.out, Catch::Contains("4 torn files will be written anew"));
  const Ran collect = cli::hubstorm(study.words("collect", "a"));
  CHECK(collect.code == 13);
  CHECK_THAT(collect.out, Catch::Contains("Incomplete: 16 of 20 replications"));
  CHECK(cli::hubstorm(study.words("run", "a", "--quiet")).code == 0);
  CHECK(study.results("a") == whole);
}

TEST_CASE("a study on a full disk ends with an error and loses nothing", "[long]") {
  const Study study;
  REQUIRE(cli::hubstorm(study.words("run", "whole", "--quiet")).code == 0);
  // No file may grow beyond 2 KiB, then beyond 32 KiB: units do not fit, then the database does not.
  for (const char* blocks : {"4", "64"}) {
    const std::string command = "trap '' XFSZ; ulimit -f " + std::string(blocks) + "; " + BUILD +
                                "/hubstorm " + study.words("run", "full") + " >/dev/null 2>" +
                                study.dir("err");
    CHECK(WEXITSTATUS(std::system(command.c_str())) == 4);
    CHECK_THAT(cli::read(study.dir("err")), Catch::Contains("cannot write"));
    for (const fs::path& unit : units(study.dir("full"))) CHECK(unit.extension() == ".unit");
  }
  CHECK(cli::hubstorm(study.words("run", "full", "--quiet")).code == 0);
  CHECK(study.results("full") == study.results("whole"));
}

TEST_CASE("a unit that breaks twice is reported with the command that shows it, and the others go on",
          "[unwatched]") {
  const Folder folder;
  folder.write("base.yaml", base);
  const std::string file =
      folder.write("s.yaml",
                   "scenario: base.yaml\nreplications: 2\n"
                   "axes: [{name: devices, path: fleet.0.devices, values: [300, 900000]}]\n");
  // Too little memory for the large fleet.
  const std::string command = "ulimit -v 300000; " + std::string(BUILD) + "/hubstorm study run " + file +
                              " >" + folder.path("out") + " 2>" + folder.path("err");
  CHECK(WEXITSTATUS(std::system(command.c_str())) == 13);
  const std::string err = cli::read(folder.path("err"));
  CHECK_THAT(err, Catch::Contains("error: replication 2 of point 2 (devices 900000) ended"));
  CHECK_THAT(err, Catch::Contains("hubstorm run " + folder.path("base.yaml") +
                                  " --set fleet.0.devices=900000 --only 2"));
  CHECK_THAT(cli::read(folder.path("out")), Catch::Contains("Incomplete: 2 of 4 replications"));
}

TEST_CASE("a study that breaks says so and ends with 13, whatever its labels are and wherever it was read",
          "[unwatched]") {
  const Folder folder;
  folder.write("base.yaml", base);
  const std::string text =
      "scenario: base.yaml\nreplications: 1\nset: {limits: off, faults: []}\nexpect: []\n"
      "metrics: [telemetry.lost]\n"
      "axes: [{name: devices, path: fleet.0.devices, values: {\"ok\": 10, "
      "\"##vso[task.setvariable variable=x]pwn \\e[31mRED\\u202e\": 3000000}}]\n";
  folder.write("s.yaml", text);
  // Under a limit of memory that the large fleet does not fit in; the file is gone when it is reported.
  for (const char* script : {"ulimit -v 300000; $H study run s.yaml --quiet --dir a",
                             "ulimit -v 300000; cat s.yaml | $H study run - --quiet --dir b",
                             "mkfifo p; (cat s.yaml >p; rm p) & ulimit -v 300000; "
                             "$H study run p --quiet --dir c"}) {
    const Ran ran = cli::in_shell(script, folder);
    INFO(script << ": " << ran.err);
    CHECK(ran.code == 13);
    CHECK_THAT(ran.err, Catch::Contains("error: replication 1 of point 2 (devices ?#vso["));
    CHECK_THAT(ran.err, Catch::Contains("--set fleet.0.devices=3000000 --set 'expect=[]' --only 1"));
    for (const char* raw : {"##vso[", "\x1b", "\u202e"}) CHECK_THAT(ran.err, !Catch::Contains(raw));
  }
  for (const char* dir : {"a", "b", "c"}) CHECK(fs::exists(folder.path(dir) + std::string("/results.csv")));
}

TEST_CASE("the views of a study have a column an axis, however many axes there are") {
  const Folder folder;
  folder.write(
      "base.yaml", "duration: 1h\nfleet:\n" + [] {
        std::string groups;
        for (int i = 0; i < 250; ++i) groups += "- {devices: 1}\n";
        return groups;
      }());
  std::string text = "scenario: base.yaml\nreplications: 1\nmetrics: [telemetry.lost]\naxes:\n";
  for (int i = 0; i < 250; ++i)
    text += "- {name: a" + std::to_string(i) + ", path: fleet." + std::to_string(i) + ".devices, values: " +
            (i == 200   ? "[2, 3]"
             : i == 201 ? "{few: 1}"
                        : "[1]") +
            "}\n";
  const Ran run = cli::hubstorm("study run " + folder.write("s.yaml", text) + " --quiet");
  INFO(run.err);
  REQUIRE(run.code == 0);
  const std::string db = folder.path("s.results/study.db");
  CHECK(query(db, "SELECT a0, a200, a201, a249 FROM points ORDER BY point") ==
        "1.0|2.0|few|1.0\n1.0|3.0|few|1.0\n");
  CHECK(query(db, "SELECT point FROM runs WHERE a200 = 3 AND metric = 'telemetry.lost'") == "2\n");
  CHECK(query(db, "SELECT count(*) FROM results WHERE a200 = 2 AND metric = 'telemetry.lost'") == "1\n");
  CHECK(query(db, "SELECT count(*) FROM passing") == "2\n");
}

TEST_CASE("the plan of a study costs its points and what is there, not its replications") {
  const Folder folder;
  folder.write("base.yaml", base);
  folder.write("s.yaml",
               "scenario: base.yaml\nreplications: 100000\n"
               "axes: [{name: quota, path: provisioning.registrations_per_minute, "
               "range: {from: 1, to: 300, step: 1}}]\n");
  for (const char* action : {"plan", "status"}) {
    const Ran plan = cli::in_shell("ulimit -t 20; $H study " + std::string(action) + " s.yaml", folder);
    CHECK(plan.code == 0);
    CHECK_THAT(plan.out, Catch::Contains("30000000 replications are to be run"));
  }
}

TEST_CASE("a study with a point that cannot run stops before anything is run") {
  const Study study("set: {fleet.0.devices: none}\n");
  const Ran run = cli::hubstorm(study.words("run", "a"));
  CHECK(run.code == 3);
  CHECK_THAT(run.err, Catch::Contains("point 1 (hubs 3, quota 60) is no scenario that can run"));
  CHECK_FALSE(fs::exists(study.dir("a")));
  const Study unknown("optimise: {minimise: recovery.hub9.p99}\n");
  const Ran metric = cli::hubstorm(unknown.words("plan", "a"));
  CHECK(metric.code == 3);
  CHECK_THAT(metric.err, Catch::Contains("no point has a metric \"recovery.hub9.p99\"; did you mean"));
  const std::pair<const char*, const char*> cases[] = {
      {"precision: {metric: recovery.hub2.p99, within: 10KiB}\n", "precision.within: \"10KiB\""},
      {"precision: {metric: recovery.hub2.pooled_p99, within: 5%}\n", "use recovery.hub2.p99"},
      {"optimise: {minimise: cost.hubs}\nexpect: [recovery.hub2.pooled_p99 < 5m]\n", "use recovery.hub2.p99"},
      {"headroom: {groups: others}\n", "no group \"others\""}};
  for (const auto& [text, what] : cases) {
    const Ran refused = cli::hubstorm(Study(text).words("plan", "a"));
    CHECK(refused.code == 3);
    CHECK_THAT(refused.err, Catch::Contains(what));
  }
  CHECK(cli::hubstorm("study run missing.yaml").code == 4);
  CHECK(cli::hubstorm("study").code == 2);
}

TEST_CASE("results of other settings are kept and not used") {
  const Study study;
  REQUIRE(cli::hubstorm(study.words("run", "a", "--quiet")).code == 0);
  study.folder.write("base.yaml", std::string(base) + "seed: 2\n");
  const Ran status = cli::hubstorm(study.words("status", "a"));
  CHECK_THAT(status.out, Catch::Contains("0 of 5") && Catch::Contains("20 more results"));
  // Another expectation is not another simulation.
  study.folder.write("base.yaml", std::string(base));
  study.folder.write("s.yaml", std::string(axes) + "replications: 5\nexpect: [recovery.hub2.p50 < 5m]\n");
  CHECK_THAT(cli::hubstorm(study.words("status", "a")).out, Catch::Contains("All replications are there"));
}

TEST_CASE("a precision runs as many replications as it needs, whoever counts", "[long]") {
  const Study study("precision: {metric: recovery.hub2.p99, within: 4%, min: 3, max: 20}\n");
  REQUIRE(cli::hubstorm(study.words("run", "a", "--quiet --jobs 1")).code == 0);
  REQUIRE(cli::hubstorm(study.words("run", "b", "--quiet --jobs 4")).code == 0);
  CHECK(study.results("a") == study.results("b"));
  bool some = false;
  const auto json = nlohmann::json::parse(cli::read(study.dir("a") + "/study.json"));
  for (const auto& point : json["points"]) {
    const auto& metric = point["metrics"]["recovery.hub2.p99"];
    const double half = (metric["ci95"][1].get<double>() - metric["ci95"][0].get<double>()) / 2;
    CHECK((half <= 0.04 * metric["value"].get<double>() || point["replications"] == 20));
    some = some || point["replications"] < 20;
  }
  CHECK(some);
}

TEST_CASE("the searches of a study are decided alike with any number of jobs, and go on from what is there",
          "[long]") {
  const Study study("optimise: {minimise: cost.hubs, max: 12}\n");
  const Ran first = cli::hubstorm(study.words("optimise", "a", "--json --jobs 1"));
  CHECK(first.code == 0);
  CHECK(cli::hubstorm(study.words("optimise", "b", "--json --jobs 3")).out == first.out);
  CHECK(cli::hubstorm(study.words("optimise", "a", "--json")).out == first.out);
  const auto json = nlohmann::json::parse(first.out);
  CHECK(json["winner"] == 2);  // three hubs, 600 registrations a minute
  CHECK(json["certain"] == true);
  CHECK(cli::hubstorm(study.words("headroom", "a")).code == 3);
  const Folder folder;
  folder.write("base.yaml", base);
  const std::string file = folder.write("s.yaml",
                                        "scenario: base.yaml\nset: {provisioning.registrations_per_minute: "
                                        "600}\nheadroom: {to: 64, within: 20%}\n");
  const Ran headroom = cli::hubstorm("study headroom " + file + " --json");
  CHECK(headroom.code == 0);
  // An axis with one value is the same as setting it.
  const std::string axis =
      folder.write("axis.yaml",
                   "scenario: base.yaml\nname: s\naxes: [{name: quota, values: [600], path: "
                   "provisioning.registrations_per_minute}]\nheadroom: {to: 64, within: 20%}\n");
  CHECK(cli::hubstorm("study headroom " + axis + " --json").out == headroom.out);
  const auto found = nlohmann::json::parse(headroom.out);
  CHECK(found["meets"]["devices"] >= 300);
  CHECK(found["misses"]["devices"] > found["meets"]["devices"]);
}

TEST_CASE("fewer than three replications give no verdict, and axes may be called like words of SQL") {
  const Folder folder;
  folder.write("base.yaml", base);
  const std::string file =
      folder.write("s.yaml",
                   "scenario: base.yaml\nreplications: 2\naxes:\n"
                   "- {name: order, path: provisioning.registrations_per_minute, values: [300, 600]}\n"
                   "- {name: result, path: application.hubs.count, values: {three: 3, four: 4}}\n");
  const Ran run = cli::hubstorm("study run " + file);
  CHECK(run.code == 0);
  CHECK_THAT(run.out, Catch::Contains("? under 3 runs"));
  const std::string db = folder.path("s.results/study.db");
  CHECK(query(db, "SELECT \"order\", result, verdict FROM points WHERE point = 3") ==
        "600.0|three|inconclusive\n");
  CHECK(query(db, "SELECT count(*) FROM runs WHERE result = 'four'") == "4\n");
  CHECK(query(db, "SELECT count(*) FROM passing") == "0\n");
}

namespace {

// The page shows what a study of users printed. With HUBSTORM_WRITE_GOLDEN set that is put there, for a
// reviewer to look at: from `first` on, behind the name of the study, to the end of the line that ends like
// it.
void check_shown(const std::string& study, const std::string& first, const std::string& printed) {
  const std::string path = std::string(TREE) + "/docs/studies.md";
  std::string page = cli::read(path);
  if (std::getenv("HUBSTORM_WRITE_GOLDEN") && page.find(printed) == std::string::npos) {
    const std::size_t before_last = printed.rfind('\n', printed.size() - 2);
    const std::string last = printed.substr(before_last + 1);
    const std::size_t begin = page.find(first, page.find("studies/" + study + ".yaml"));
    const std::size_t end = page.find(last, begin);
    REQUIRE(begin != std::string::npos);
    REQUIRE(end != std::string::npos);
    page.replace(begin, end + last.size() - begin, printed);
    std::ofstream(path, std::ios::binary) << page;
  }
  INFO(study);
  CHECK_THAT(page, Catch::Contains(printed));
}

}  // namespace

TEST_CASE(
    "studies for users are as the page about them shows, and their optimum is that of an exhaustive search",
    "[long]") {
  const Folder folder;
  for (const char* name : {"units-and-cost", "return-rule-and-quota", "throughput-and-wave"}) {
    const std::string words =
        std::string(TREE) + "/scenarios/studies/" + name + ".yaml --dir " + folder.path(name);
    const Ran run = cli::hubstorm("study run " + words + " --format markdown");
    CHECK(run.code == 0);
    check_shown(name, "| ", run.out.substr(run.out.find("| ")));
  }
  const Ran headroom =
      cli::hubstorm("study headroom " + std::string(TREE) + "/scenarios/studies/fleet-headroom.yaml --dir " +
                    folder.path("headroom"));
  CHECK(headroom.code == 0);
  check_shown("fleet-headroom", "fleet-headroom: ", headroom.out);
  // The cheapest of all points, each run as often as the search may run one: 20 times, of which ten are
  // there.
  const std::string text = cli::read(std::string(TREE) + "/scenarios/studies/units-and-cost.yaml");
  std::string all = text;
  all.replace(all.find("replications: 10"), 16, "replications: 20");
  all.replace(all.find("../ten"), 6, std::string(TREE) + "/scenarios/ten");
  const std::string file = folder.write("all.yaml", all);
  const std::string there = " --dir " + folder.path("units-and-cost");
  REQUIRE(cli::hubstorm("study run " + file + there + " --quiet").code == 0);
  const std::string best = query(
      folder.path("units-and-cost/study.db"),
      "SELECT point FROM results WHERE verdict = 'pass' AND metric = 'cost.hubs' ORDER BY value LIMIT 1");
  const Ran found = cli::hubstorm("study optimise " + file + there + " --json");
  const auto json = nlohmann::json::parse(found.out);
  CHECK(std::to_string(json["winner"].get<int>()) + "\n" == best);
  CHECK(json["certain"] == true);
  CHECK(4 * json["replications"].get<int>() <= json["replications_of_exhaustive_search"].get<int>());
}
