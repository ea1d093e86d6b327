// hubstorm compare, as pipelines see it: each exit code, each refusal, streams and files.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "tests/cli/command.hpp"

using cli::contains;
using cli::hubstorm;
using cli::Ran;
using Json = nlohmann::ordered_json;

namespace {

const char* const outage = R"(name: small-outage
duration: 40m
warmup: 2m
application: {hubs: {count: 4, edition: S1, units: 1}}
provisioning: {registrations_per_minute: 40}
fleet: [{name: meters, devices: 300, client: sdk-python, return_to_dps: after 3 failures}]
scaling: {policy: none, rebalance: {when: never}}
faults: [{name: hub2, at: 10m, hub: 2, for: 10m}]
tolerances: {recovery.hub2.mean: 3%, recovery.hub2.unrecovered: 0}
)";

// Results of the scenario, with the values of the files that pipelines would have.
class Results {
 public:
  explicit Results(int replications = 10)
      : run_("run " + folder.write("outage.yaml", outage) + " --quiet --replications " +
             std::to_string(replications)) {
    make("a", "");
  }
  std::string make(const std::string& name, const std::string& options,
                   const std::string& kind = "json") const {
    const std::string path = folder.path(name + ".json");
    REQUIRE(hubstorm(run_ + " " + options + " --export " + kind + ":" + path).code == 0);
    return path;
  }
  std::string a() const { return folder.path("a.json"); }
  // A copy of the first with a part changed.
  std::string changed(const std::string& name, const std::function<void(Json&)>& change) const {
    Json json = Json::parse(cli::read(a()));
    change(json);
    return folder.write(name + ".json", json.dump());
  }
  cli::Folder folder;

 private:
  std::string run_;
};

const char* const half = "--set provisioning.registrations_per_minute=20";

}  // namespace

TEST_CASE("compare: 0 for the same, 11 for worse, 12 and a warning for unclear") {
  const Results results;
  const Ran same = hubstorm("compare " + results.a() + " " + results.a());
  CHECK(same.code == 0);
  CHECK(same.err.empty());
  CHECK(same.out.starts_with("✓ PASS  small-outage: all 2 gates hold."));
  const std::string slow = results.make("slow", half);
  const Ran worse = hubstorm("compare --allow-different " + results.a() + " " + slow);
  CHECK(worse.code == 11);
  CHECK(worse.out.starts_with("✗ REGRESSION  small-outage: 1 of 2 gates fails."));
  CHECK(contains(worse.out, "different scenarios"));
  CHECK(hubstorm("compare --allow-different " + slow + " " + results.a()).code == 0);
  CHECK(hubstorm("compare --allow-different --fail-on change " + slow + " " + results.a()).code == 11);
  const std::string other = results.make("other", "--seed 2");
  const std::string pair = "compare " + results.a() + " " + other + " --tolerance recovery.hub2.mean=0";
  const Ran unclear = hubstorm(pair);
  CHECK(unclear.code == 0);
  CHECK(contains(unclear.err, "warning: inconclusive"));
  CHECK(contains(unclear.out, "Welch t"));
  CHECK(hubstorm(pair + " --strict").code == 12);
  CHECK(hubstorm(pair + " --strict").err.empty());
}

TEST_CASE("compare with --exact: any number of replications, and what differs") {
  const Results results(1);
  CHECK(hubstorm("compare --exact " + results.a() + " " + results.a()).code == 0);
  CHECK(hubstorm("compare --strict " + results.a() + " " + results.a()).code == 12);
  const std::string nudged =
      results.changed("nudged", [](Json& json) { json["metrics"]["availability"]["value"] = 0.123; });
  const Ran differs = hubstorm("compare --exact " + results.a() + " " + nudged);
  CHECK(differs.code == 11);
  CHECK(contains(differs.out, "availability: baseline 0.9"));
  CHECK(contains(differs.out, "new 0.123 1, n = 1"));
  const Ran seeds = hubstorm("compare --exact " + results.a() + " " + results.make("seed", "--seed 2"));
  CHECK(seeds.code == 11);
  CHECK(contains(seeds.out, "seed: baseline 1; new 2"));
}

TEST_CASE("compare with --baseline: a file or a folder, and several results") {
  const Results results;
  REQUIRE(std::filesystem::create_directory(results.folder.path("kept")));
  results.make("kept/small-outage", "", "baseline");
  const std::string kept = " --baseline " + results.folder.path("kept");
  const Ran two = hubstorm("compare " + results.a() + " " + results.a() + kept);
  CHECK(two.code == 0);
  CHECK(two.out.find("PASS") != two.out.rfind("PASS"));
  CHECK(hubstorm("compare " + results.a() + kept + "/small-outage.json --exact").code == 0);
  const std::string renamed =
      results.changed("renamed", [](Json& json) { json["manifest"]["scenario"] = "another"; });
  const Ran missing = hubstorm("compare " + renamed + kept);
  CHECK(missing.code == 4);
  CHECK(contains(missing.err, "has no baseline of another; make it with"));
  // The others are compared all the same, and the test report says which was not.
  const Ran some = hubstorm("compare " + renamed + " " + results.a() + kept + " --export " +
                            results.folder.path("some.xml"));
  CHECK(some.code == 4);
  CHECK(contains(some.out, "✗ ERROR  " + renamed + ": not compared:"));
  CHECK(contains(some.out, "✓ PASS  small-outage"));
  CHECK(contains(some.err, "has no baseline of another; make it with"));
  const std::string report = cli::read(results.folder.path("some.xml"));
  CHECK(contains(report, "<error type=\"not compared\""));
  CHECK(contains(report, "name=\"small-outage\" tests=\"2\" failures=\"0\""));
  CHECK(std::system(("xmllint --noout " + results.folder.path("some.xml")).c_str()) == 0);
  for (const char* format : {"github", "azure", "markdown", "json"})
    CHECK(contains(hubstorm("compare " + renamed + " " + results.a() + kept + " --format " + format).out,
                   "has no baseline of another"));
  const std::string climbing =
      results.changed("climbing", [](Json& json) { json["manifest"]["scenario"] = "../a"; });
  CHECK(hubstorm("compare " + climbing + kept).code == 3);
}

TEST_CASE("compare refuses what cannot be compared: 3, and what to do") {
  const Results results;
  const auto refused = [&](const std::string& path, const std::string& says) {
    for (const std::string& words : {results.a() + " " + path, path + " " + results.a()}) {
      const Ran ran = hubstorm("compare " + words);
      CHECK(ran.code == 3);
      CHECK(ran.out.empty());
      CHECK(contains(ran.err, says));
    }
  };
  refused(results.make("slow", half), "different scenarios, small-outage (");
  refused(results.changed("later", [](Json& json) { json["schema_version"] = 2; }), "schema_version 2");
  refused(results.changed("old", [](Json& json) { json.erase("runs"); }), "has no \"runs\"");
  refused(results.folder.write("cut.json", cli::read(results.a()).substr(0, 5000)), "cut off");
  refused(results.folder.write("other.json", "{\"results\": []}"), "not a summary of hubstorm");
  refused(results.folder.path("outage.yaml"), "no JSON");
  CHECK(hubstorm("compare " + results.a() + " " + results.folder.path("none.json")).code == 4);
  CHECK(hubstorm("compare " + results.a() + " " + results.a() + " --export " +
                 results.folder.path("no/such.md"))
            .code == 4);
}

TEST_CASE("a figure that no run can have is refused, and hides no other result: 3") {
  const Results results;
  const std::string huge = results.changed("huge", [](Json& json) {
    for (Json& value : json["runs"]["recovery.hub2.p99"]) value = -1.7e308;
    json["runs"]["recovery.hub2.p99"][0] = 1.7e308;
  });
  for (const std::string& words : {results.a() + " " + huge, huge + " " + results.a(), huge + " " + huge}) {
    const Ran ran = hubstorm("compare " + words);
    CHECK(ran.code == 3);
    CHECK(contains(ran.err, "larger than any figure of hubstorm"));
  }
  const std::string junit = results.folder.path("both.xml");
  CHECK(hubstorm("compare " + results.a() + " " + huge + " --baseline " + results.a() +
                 " --export junit:" + junit)
            .code == 3);
  CHECK(contains(cli::read(junit), "<error type=\"not compared\""));
}

TEST_CASE("compare with a wrong command line: 2, and near names") {
  const Results results(1);
  const std::string both = "compare " + results.a() + " " + results.a() + " ";
  for (const std::string& words : {std::string("compare"),
                                   "compare " + results.a(),
                                   both + results.a(),
                                   both + "--tolerance x",
                                   both + "--tolerance recovery.hub2.p99=5",
                                   both + "--tolerance recovery.hub2.p99=-5s",
                                   both + "--tolerance recovery.hub2.pooled_p99=5%",
                                   both + "--tolerance devices.total=5%",
                                   both + "--tolerance availability=1% --tolerance availability=2%",
                                   both + "--level 20%",
                                   both + "--level 0.95",
                                   std::string("compare - -"),
                                   both + "--exact --tolerance availability=1%",
                                   both + "--format pdf",
                                   both + "--export x.pdf",
                                   both + "--json --format text",
                                   both + "--baseline ''",
                                   both + "--quiet=-1",
                                   both + "--strict=false",
                                   both + "--export ''",
                                   both + "--quiet --format json",
                                   both + "--json --export markdown:-"}) {
    const Ran ran = hubstorm(words);
    INFO(words);
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err.starts_with("error: "));
  }
  CHECK(contains(hubstorm(both + "--tolerance availabilty=1%").err, "did you mean availability?"));
}

TEST_CASE("compare without any tolerance: by default 2 %, and it says so") {
  const Results results(3);
  const std::string none = results.changed("none", [](Json& json) { json.erase("tolerances"); });
  const Json json = Json::parse(hubstorm("compare --json " + results.a() + " " + none).out);
  CHECK(json["comparisons"][0]["default_tolerances"] == true);
  std::vector<std::string> metrics;
  for (const Json& gate : json["comparisons"][0]["gates"]) metrics.push_back(gate["metric"]);
  CHECK(metrics == std::vector<std::string>{"recovery.hub2.p99", "recovery.hub2.unrecovered"});
  CHECK(contains(hubstorm("compare " + results.a() + " " + none).out, "nobody named a tolerance: 2 %"));
}

TEST_CASE("compare says which gates the new result gave up, and misses a fault that is gone") {
  const Results results(3);
  const auto noted = [&](const Json& tolerances) {
    const std::string path = results.changed("looser", [&](Json& json) { json["tolerances"] = tolerances; });
    return Json::parse(hubstorm("compare --json " + results.a() + " " + path).out)["comparisons"][0]["notes"]
        .dump();
  };
  CHECK(contains(noted({{"recovery.hub2.mean", "3%"}}),
                 "recovery.hub2.unrecovered is not judged, and in the baseline it has a tolerance of 0."));
  CHECK(contains(noted({{"recovery.hub2.mean", "30%"}, {"recovery.hub2.unrecovered", "0"}}),
                 "recovery.hub2.mean has a tolerance of 30%, and in the baseline one of 3%."));
  CHECK_FALSE(
      contains(noted({{"recovery.hub2.mean", "1%"}, {"recovery.hub2.unrecovered", "0"}}), "tolerance"));
  const auto erase = [](Json& json) { json.erase("tolerances"); };
  const std::string before = results.changed("before", erase);
  const std::string after = results.changed("after", [&](Json& json) {
    erase(json);
    for (const char* part : {"metrics", "runs"})
      for (const char* metric : {"p99", "unrecovered"})
        json[part].erase(std::string("recovery.hub2.") + metric);
  });
  CHECK(hubstorm("compare " + before + " " + after).code == 11);
}

TEST_CASE("a delay that is judged while fewer messages arrive comes with a note") {
  const Results results(3);
  const std::string lost = results.changed("lost", [](Json& json) {
    Json& metric = json["metrics"]["telemetry.lost"];
    metric["value"] = metric["value"].get<double>() + 900;
  });
  const std::string gates = " --tolerance telemetry.delay.p99=5%";
  CHECK(contains(hubstorm("compare " + results.a() + " " + lost + gates).out, "judge it as well"));
  CHECK_FALSE(
      contains(hubstorm("compare " + results.a() + " " + results.a() + gates).out, "judge it as well"));
}

TEST_CASE("a limit on the size of files is an error of the write: 4, and nothing is left") {
  const Results results(3);
  const std::size_t before = results.folder.files();
  const Ran ran = hubstorm(
      "compare " + results.a() + " " + results.a() + " --quiet --export " + results.folder.path("big.json"),
      "prlimit --fsize=512");
  CHECK(ran.code == 4);
  CHECK(contains(ran.err, "cannot write"));
  CHECK(results.folder.files() == before);
}

TEST_CASE("compare writes test reports that xmllint accepts, and its other forms") {
  const Results results(3);
  const auto path = [&](const std::string& name) { return results.folder.path(name); };
  const Ran ran = hubstorm("compare --quiet " + results.a() + " " + results.a() + " --export " +
                           path("o.xml") + " --export " + path("o.md") + " --export " + path("o.json") +
                           " --export github:" + path("o.txt"));
  CHECK(ran.code == 0);
  CHECK(ran.out.empty());
  CHECK(std::system(("xmllint --noout " + path("o.xml")).c_str()) == 0);
  CHECK(contains(cli::read(path("o.xml")), "tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"0\""));
  CHECK(cli::read(path("o.md")).starts_with("### ✅ small-outage"));
  CHECK(Json::parse(cli::read(path("o.json")))["verdict"] == "pass");
  const std::string note = "Note: fewer than 9 replications";
  CHECK(
      contains(cli::read(path("o.txt")), "::notice title=hubstorm compare small-outage::all 2 gates hold."));
  CHECK(contains(cli::read(path("o.txt")), "::warning title=hubstorm compare small-outage::" + note));
  CHECK(contains(cli::read(path("o.xml")), "<property name=\"note\" value=\"fewer than 9"));
  const std::string azure = hubstorm("compare --format azure " + results.a() + " " + results.a()).out;
  CHECK(azure.starts_with("##vso[task.logissue type=warning]hubstorm compare small-outage: " + note));
  CHECK(azure.ends_with("\nhubstorm compare small-outage: all 2 gates hold.\n"));
}

TEST_CASE("the page on pipelines names no option that compare and run do not have") {
  const std::string page = cli::read(std::string(TREE) + "/docs/ci.md");
  const std::string help = hubstorm("compare --help").out + hubstorm("run --help").out;
  const std::regex option("[ `](--[a-z][a-z-]+)");
  const std::set<std::string> of_others{"--depth", "--branch", "--yes", "--update", "--user"};
  int found = 0;
  for (std::sregex_iterator at(page.begin(), page.end(), option), end; at != end; ++at) {
    const std::string name = (*at)[1];
    if (of_others.contains(name)) continue;
    INFO(name);
    CHECK(contains(help, name));
    ++found;
  }
  CHECK(found > 15);
}
