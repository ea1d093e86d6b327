// Inputs of any size and depth, names of any bytes, and machines that give little: one clear error, and no
// crash.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/random.hpp"
#include "tests/cli/command.hpp"

namespace {

namespace fs = std::filesystem;
using cli::Folder;
using cli::Ran;
using Json = nlohmann::json;

constexpr const char* scenario =
    "duration: 1h\n"
    "application: {hubs: {count: 3, edition: S2, units: 1}}\n"
    "fleet: [{name: meters, devices: 60}]\n"
    "faults: [{name: hub2, at: 10m, hub: 2, for: 5m}]\n";

constexpr std::size_t longest_message = 20'000;  // bytes

// A result of two replications, b.json with one of its parts set to `value`.
struct Results : Folder {
  Results() {
    write("s.yaml", scenario);
    REQUIRE(cli::in_shell("$H run s.yaml --replications 2 --quiet --export a.json", *this).code == 0);
  }
  Ran with(const std::string& part, const std::string& value) const {
    std::string text =
        Json::parse(cli::read(path("a.json")))
            .patch(Json::parse(R"([{"op": "replace", "path": ")" + part + R"(", "value": "here"}])"))
            .dump();
    write("b.json", text.replace(text.find("\"here\""), 6, value));
    return cli::in_shell("$H compare a.json b.json --tolerance recovery.hub2.p99=5%", *this);
  }
};

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

}  // namespace

TEST_CASE("a result nested as deep as one likes is no summary, wherever it is nested") {
  const Results results;
  REQUIRE(results.with("/manifest/seed", "1").code == 0);
  for (const char* part : {"/manifest/seed", "/schema_version", "/runs", "/metrics", "/expectations"}) {
    INFO(part);
    for (const std::size_t levels : {50u, 200'000u}) {
      const Ran ran = results.with(part, nested(levels));
      CHECK(ran.code == 3);
      CHECK(ran.err.starts_with("error: b.json: "));
      CHECK(ran.err.size() < 500);
    }
    CHECK(results.with(part, std::string(200'000, '[')).code == 3);  // cut off
  }
}

TEST_CASE("what a message quotes of a result is an excerpt", "[long]") {
  const Results results;
  const std::string digits(10'000'000, '7'), letters(10'000'000, 'x');
  for (const std::string& value :
       {digits, '"' + letters + '"', "[" + digits + "]", "-" + digits, "0." + digits})
    for (const char* part : {"/manifest/seed", "/schema_version", "/manifest/replications",
                             "/manifest/scenario", "/manifest/version", "/expectations"}) {
      const Ran ran = results.with(part, value);
      INFO(part << " " << value.substr(0, 5));
      CHECK(ran.code == 3);
      CHECK(ran.err.size() < 500);
      CHECK(ran.out.empty());
    }
}

TEST_CASE("what a message quotes of a scenario, a study or the command line is an excerpt", "[long]") {
  const Folder folder;
  const std::string letters(900'000, 'x'), word(100'000, 'x');
  folder.write("s.yaml", scenario);
  folder.write("name.yaml", "name: " + letters + "\n" + scenario);
  folder.write("key.yaml", letters + ": 1\n" + scenario);
  folder.write("value.yaml", std::string(scenario) + "duration: " + letters + "\n");
  folder.write("hub.yaml", std::string(scenario) + "actions: [{failover: " + letters + ", at: 1m}]\n");
  folder.write("profile.yaml",
               "fleet: [{devices: 9, telemetry: {every: 1m, profile: {csv: " + letters + "}}}]\n");
  const std::string study = "scenario: s.yaml\n";
  folder.write("scenario.yaml", "scenario: " + letters + "\n");
  folder.write("metric.yaml", study + "metrics: [" + letters + "]\n");
  folder.write("path.yaml", study + "set: {" + std::string(500, 'x') + ": 1}\nmetrics: [telemetry.lost]\n");
  folder.write("constraint.yaml", study + "constraint: " + letters + "\n");
  folder.write("label.yaml",
               study + "axes: [{name: a, path: seed, values: {" + std::string(900, 'x') + ": 1}}]\n");
  folder.write("precision.yaml", study + "precision: {metric: telemetry.lost, within: " + letters + "}\n");
  for (const std::string words : {"validate name.yaml",
                                  "validate key.yaml",
                                  "validate value.yaml",
                                  "validate hub.yaml",
                                  "validate profile.yaml",
                                  "study plan scenario.yaml",
                                  "study plan metric.yaml",
                                  "study plan path.yaml",
                                  "study plan constraint.yaml",
                                  "study plan label.yaml",
                                  "study plan precision.yaml",
                                  "validate s.yaml --set ",
                                  "validate s.yaml --set seed=",
                                  "run s.yaml --trace ",
                                  "run s.yaml --export ",
                                  "run s.yaml --export x:",
                                  "catalog ",
                                  "init ",
                                  "validate ",
                                  "compare ",
                                  "run s.yaml --seed ",
                                  "",
                                  "compare s.yaml s.yaml --tolerance ",
                                  "study run s.yaml --dir ",
                                  "schema ",
                                  "compare a b --level ",
                                  "compare s.yaml --baseline "}) {
    INFO(words);
    const Ran ran = cli::in_shell(
        "$H " + words +
            (words.empty() || words.ends_with(' ') || words.ends_with('=') || words.ends_with(':') ? word
                                                                                                   : ""),
        folder);
    CHECK(ran.code >= 2);
    CHECK(ran.code <= 4);
    CHECK(ran.err.size() < longest_message);
    CHECK_FALSE(ran.err.empty());
  }
}

TEST_CASE("a path of any number of steps is refused, in a study and on the command line") {
  const Folder folder;
  folder.write("s.yaml", scenario);
  std::string path = "a";
  for (int i = 0; i < 150'000; ++i) path += ".a";
  folder.write("axis.yaml", "scenario: s.yaml\naxes: [{name: a, path: " + path + ", values: [1]}]\n");
  folder.write("set.yaml", "scenario: s.yaml\nset: {" + path.substr(0, 1001) + ": 1}\n");
  for (const std::string words :
       {"study plan axis.yaml", "study plan set.yaml", "validate s.yaml --set $(cat path)=1"}) {
    folder.write("path", path.substr(0, 60'001));
    const Ran ran = cli::in_shell("$H " + words, folder);
    INFO(words);
    CHECK(ran.code == 3);
    CHECK(cli::contains(ran.err, "steps is longer than the 32 levels of a document"));
    CHECK(ran.err.size() < longest_message);
  }
}

TEST_CASE("a unit that is not what the store wrote is torn, whatever it holds, and is made anew") {
  const Folder folder;
  folder.write("base.yaml", scenario);
  folder.write("s.yaml", "scenario: base.yaml\nreplications: 2\nmetrics: [recovery.hub2.p99]\n");
  REQUIRE(cli::in_shell("$H study run s.yaml --quiet", folder).code == 0);
  const std::string whole = cli::read(folder.path("s.results/results.csv"));
  const fs::path unit = fs::directory_iterator(folder.path("s.results/units"))->path();
  // With the checksum that belongs to it: whoever fills a cache can count.
  for (const std::string& content :
       {std::string(200'000, '\x81'), std::string("\xa1\x66values\x01"), std::string("\xff"), std::string(),
        std::string("\x9b\x7f\xff\xff\xff\xff\xff\xff\xff"),
        std::string("\x5b\x7f\xff\xff\xff\xff\xff\xff\xff")}) {
    const std::string bytes = "\n" + content;
    std::ofstream(unit, std::ios::binary) << "hubstorm-unit 1 " << unit.stem().string() << " "
                                          << sim::fingerprint(bytes) << " " << bytes.size() << "\n"
                                          << bytes;
    CHECK(cli::contains(cli::in_shell("$H study status s.yaml", folder).out, "1 of 2, 1 torn"));
    CHECK(cli::in_shell("$H study run s.yaml --quiet", folder).code == 0);
    CHECK(cli::read(folder.path("s.results/results.csv")) == whole);
  }
}

TEST_CASE("what a long name is near to is not sought for long", "[long]") {
  const Results results;
  Json result = Json::parse(cli::read(results.path("a.json")));
  const Json metric = result["metrics"]["telemetry.lost"];
  for (int i = 0; i < 20'000; ++i) {
    std::string name = std::to_string(i);
    result["metrics"][name + std::string(900 - name.size(), 'x')] = metric;
  }
  results.write("many.json", result.dump());
  for (const std::size_t n : {8u, 200u, 50'000u}) {
    const Ran ran = cli::in_shell(
        "ulimit -t 20; $H compare many.json many.json --tolerance " + std::string(n, 'n') + "=5%", results);
    INFO(n << " " << ran.err.substr(0, 300));
    CHECK(ran.code == 2);
    CHECK(cli::contains(ran.err, "these results have no metric"));
  }
}

TEST_CASE("a unit of a study whose figures are no numbers is torn") {
  const Folder folder;
  folder.write("base.yaml", scenario);
  folder.write("s.yaml",
               "scenario: base.yaml\nreplications: 2\nmetrics: [telemetry.lost]\n"
               "axes: [{name: d, path: fleet.0.devices, values: [60, 70]}]\n"
               "expect: [telemetry.lost <= 100000]\noptimise: {minimise: telemetry.lost}\n");
  REQUIRE(cli::in_shell("$H study run s.yaml --quiet", folder).code == 0);
  const std::string whole = cli::read(folder.path("s.results/results.csv"));
  const fs::path unit = fs::directory_iterator(folder.path("s.results/units"))->path();
  const std::string content = cli::read(unit);
  const std::string kept = content.substr(content.find('\n') + 1);
  const std::size_t start = kept.find('\n') + 1;
  for (const double x : {std::nan(""), std::numeric_limits<double>::infinity(), 1e308}) {
    INFO(x);
    Json report = Json::from_cbor(kept.substr(start));
    for (const char* metric : {"telemetry.lost", "recovery.hub2.p99", "cost.hubs"})
      report["values"][metric][1] = x;
    std::string bytes = kept.substr(0, start);
    Json::to_cbor(report, bytes);
    std::ofstream(unit, std::ios::binary) << "hubstorm-unit 1 " << unit.stem().string() << " "
                                          << sim::fingerprint(bytes) << " " << bytes.size() << "\n"
                                          << bytes;
    CHECK(cli::contains(cli::in_shell("$H study status s.yaml", folder).out, "1 of 2, 1 torn"));
    CHECK_FALSE(cli::contains(cli::in_shell("$H study optimise s.yaml", folder).out, "nan"));
    CHECK(cli::in_shell("$H study run s.yaml --quiet", folder).code == 0);
    CHECK(cli::read(folder.path("s.results/results.csv")) == whole);
  }
}

TEST_CASE("devices are no input, and endless ones have an end") {
  const Results results;
  results.write("study.yaml", "scenario: /dev/zero\n");
  for (const std::string words :
       {"compare a.json /dev/zero", "compare /dev/zero a.json", "validate /dev/zero", "run /dev/urandom",
        "study plan /dev/zero", "study plan study.yaml", "compare a.json - </dev/zero", "run - </dev/zero"}) {
    INFO(words);
    const Ran ran = cli::in_shell("ulimit -t 10; $H " + words, results);
    CHECK(ran.code == 4);
    CHECK(cli::contains(ran.err, "it is a device, and no file"));
  }
  results.write("p.yaml", "fleet: [{devices: 9, telemetry: {every: 1m, profile: {csv: /dev/zero}}}]\n");
  CHECK(cli::contains(cli::in_shell("$H validate p.yaml", results).err, "it is a device, and no file"));
  const Ran endless = cli::in_shell("yes 2>/dev/null | $H validate -", results);
  CHECK(endless.code == 3);
  CHECK(endless.err.size() < longest_message);
  // An empty one is an empty file, and a pipe is a file.
  CHECK(cli::in_shell("$H validate /dev/null", results).code == 3);
  CHECK(cli::in_shell("cat s.yaml | $H validate /dev/stdin", results).code == 0);
  CHECK(cli::in_shell("cat a.json | $H compare a.json - --exact", results).code == 0);
}

TEST_CASE("a name that is no UTF-8 is a name like any other") {
  const Folder folder;
  folder.write("s.yaml", scenario);
  const std::string name = "caf\xe9";  // Latin-1
  folder.write(name + ".yaml", scenario);
  folder.write(name + "-study.yaml",
               "scenario: " + std::string("s.yaml\nreplications: 2\nmetrics: [telemetry.lost]\n"));
  folder.write("name", name);
  const std::string words = " --replications 2 --json";
  const Ran plain = cli::in_shell("$H run s.yaml" + words, folder);
  const Ran json = cli::in_shell("$H run \"$(cat name).yaml\"" + words, folder);
  REQUIRE(json.code == 0);
  const Json found = Json::parse(json.out);
  CHECK(found["metrics"] == Json::parse(plain.out)["metrics"]);
  const std::string again = found["manifest"]["reproduce"];
  folder.write("again", "PATH=" + std::string(BUILD) + ":$PATH; " + again + " --json");
  CHECK(Json::parse(cli::in_shell("bash again", folder).out)["metrics"] == found["metrics"]);
  CHECK(cli::in_shell("$H run \"$(cat name).yaml\" --replications 2 --export \"$(cat name).json\"", folder)
            .code == 0);
  for (const char* format : {"text", "json", "junit", "markdown", "github", "azure"})
    for (const char* other : {".json", "none.json"}) {
      INFO(format << other);
      const int code =
          cli::in_shell("$H compare --baseline \"$(cat name).json\" \"$(cat name).json\" \"$(cat name)" +
                            std::string(other) + "\" --tolerance telemetry.lost=1 --format " + format,
                        folder)
              .code;
      CHECK(code == (std::string(other) == ".json" ? 0 : 4));
    }
  CHECK(cli::in_shell("$H study run \"$(cat name)-study.yaml\" --format json", folder).code == 0);
  CHECK(cli::in_shell("$H study status \"$(cat name)-study.yaml\" --json", folder).code == 0);
}

TEST_CASE("the command that reproduces a result takes a name that looks like an option") {
  const Folder folder;
  folder.write("-x.yaml", scenario);
  const Ran ran = cli::in_shell("$H run --replications 1 --json -- -x.yaml", folder);
  REQUIRE(ran.code == 0);
  const std::string again = Json::parse(ran.out)["manifest"]["reproduce"];
  CHECK(again == "hubstorm run ./-x.yaml --seed 1 --replications 1");
  CHECK(cli::in_shell("PATH=" + std::string(BUILD) + ":$PATH; " + again + " --json", folder).code == 0);
}

TEST_CASE("too few descriptors: 4, with the limit, or enough of them", "[unwatched]") {
  const Folder folder;
  folder.write("s.yaml", scenario);
  folder.write("study.yaml", "scenario: s.yaml\nreplications: 4\nmetrics: [telemetry.lost]\n");
  int lacking = 0;
  for (int limit = 4; limit < 40; limit += 3)
    for (const std::string words : {"run s.yaml --quiet --replications 4 --jobs 4 --export out.json",
                                    "study run study.yaml --quiet --jobs 4"}) {
      INFO(words << ", " << limit);
      const Ran ran = cli::in_shell("ulimit -n " + std::to_string(limit) + "; $H " + words, folder);
      if (ran.code == 127) continue;  // not even the libraries can be opened
      CHECK((ran.code == 0 || ran.code == 4));
      if (ran.code == 0) continue;
      ++lacking;
      CHECK((cli::contains(ran.err, "(ulimit -n)") || cli::contains(ran.err, "Too many open files")));
      CHECK_FALSE(cli::contains(ran.err, "internal"));
    }
  CHECK(lacking > 2);
}

TEST_CASE("too few processes: 4, with the limit", "[unwatched]") {
  const Folder folder;
  folder.write("s.yaml", scenario);
  fs::permissions(folder.path(""), fs::perms(0777));
  fs::copy_file(std::string(BUILD) + "/hubstorm", folder.path("hubstorm"));
  // The superuser has no such limit.
  const std::string other = ::geteuid() == 0 ? "setpriv --reuid 65534 --regid 65534 --clear-groups " : "";
  const Ran ran =
      cli::in_shell(other + "prlimit --nproc=1 ./hubstorm run s.yaml --quiet --replications 2", folder);
  CHECK(ran.code == 4);
  CHECK(cli::contains(ran.err, "error: out of processes: the limit is 1 of this user (ulimit -u)"));
}

#ifndef HUBSTORM_SANITIZE  // which reserves far more than it uses
TEST_CASE("too little memory: 4, with the limit, or enough of it") {
  const Folder folder;
  folder.write("s.yaml", scenario);
  folder.write("large.yaml", "limits: off\nduration: 1h\nfleet: [{devices: 3000000}]\n");
  int lacking = 0;
  for (const char* file : {"s.yaml", "large.yaml"})
    for (int limit = 40'000; limit < 400'000; limit = limit * 9 / 8) {
      INFO(file << ", " << limit);
      const Ran ran = cli::in_shell("ulimit -v " + std::to_string(limit) + "; $H run " + file +
                                        " --quiet --replications 1 --set duration=10s --set faults=[]",
                                    folder);
      if (ran.code == 127) continue;  // not even the libraries have a place
      CHECK((ran.code == 0 || ran.code == 4));
      if (ran.code == 0) continue;
      ++lacking;
      CHECK(cli::contains(ran.err,
                          "out of memory: the limit is " + std::to_string(limit) + " KiB of addresses"));
    }
  CHECK(lacking > 2);
}

TEST_CASE("memory that runs out before the command begins, or as soon as it has: 4") {
  const Folder folder;
  folder.write("s.yaml", scenario);
  int lacking = 0;
  // In small steps: what lacks differs within a hundred KiB.
  for (int limit = 48'000; limit < 64'000; limit += 250)
    for (const std::string words : {"--version", "run s.yaml --quiet --replications 1"}) {
      INFO(words << ", " << limit);
      const Ran ran = cli::in_shell("ulimit -v " + std::to_string(limit) + "; $H " + words, folder);
      if (ran.code == 127) continue;  // not even the libraries have a place
      CHECK((ran.code == 0 || ran.code == 4));
      if (ran.code == 0) continue;
      ++lacking;
      CHECK(cli::contains(ran.err, "out of memory"));
    }
  CHECK(lacking > 2);
}

TEST_CASE("memory that runs out in the middle of a run, or for SimGrid: 4, with the limit") {
  const Folder folder;
  folder.write("hubs.yaml",
               "duration: 20d\napplication: {hubs: {count: 20}}\nprovisioning: {exclude_failed_hubs: false}\n"
               "fleet: [{devices: 240, client: {renewal: 250s}, telemetry: {every: 366d}}]\n");
  folder.write("actors.yaml", "limits: off\nduration: 1h\nfleet: [{devices: 5000}]\n");
  for (const std::string words : {"hubs.yaml", "actors.yaml --carrier actor"}) {
    INFO(words);
    const Ran ran = cli::in_shell("ulimit -v 150000; $H run --quiet --replications 1 " + words, folder);
    CHECK(ran.code == 4);
    CHECK(
        cli::contains(ran.err,
                      "error: replication 1 ran out of memory: the limit is 150000 KiB of addresses (ulimit "
                      "-v); raise it, or run fewer processes at a time\n"));
  }
}
#endif
