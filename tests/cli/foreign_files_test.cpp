// Files that are not the command's own: it neither writes, nor follows, nor removes them.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <string>

#include "tests/cli/command.hpp"

namespace {

namespace fs = std::filesystem;
using cli::Folder;
using cli::Ran;

constexpr const char* mark = "hubstorm-study";

// A study of four replications, and a file that nothing must touch.
struct Study : Folder {
  Study() {
    write("base.yaml",
          "duration: 1h\n"
          "application: {hubs: {count: 3, edition: S2, units: 1}}\n"
          "fleet: [{devices: 60}]\n"
          "faults: [{name: hub2, at: 10m, hub: 2, for: 5m}]\n");
    write("s.yaml",
          "scenario: base.yaml\nreplications: 2\nmetrics: [recovery.hub2.p99]\n"
          "axes: [{name: hubs, path: application.hubs.count, values: [3, 4]}]\n");
    write("precious", "mine\n");
  }
  Ran run(const std::string& more = "") const {
    return cli::in_shell("$H study run s.yaml --quiet " + more, *this);
  }
  Ran act(const std::string& words) const { return cli::in_shell("$H study " + words, *this); }
  std::string first_unit() const {
    std::string first;
    for (const auto& entry : fs::directory_iterator(path("s.results/units")))
      if (first.empty() || entry.path().string() < first) first = entry.path();
    return first;
  }
  bool untouched() const { return cli::read(path("precious")) == "mine\n"; }
};

bool is_link(const std::string& path) { return fs::is_symlink(fs::symlink_status(path)); }

double seconds_of(const std::function<void()>& act) {
  const auto started = std::chrono::steady_clock::now();
  act();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

}  // namespace

TEST_CASE("whatever is no file under a name of the store is an error, and is neither followed nor removed") {
  const Study study;
  REQUIRE(study.run().code == 0);
  const std::string unit = fs::path(study.first_unit()).filename();
  const std::vector<std::string> names = {"units/" + unit, "results.csv", "study.json", mark};
  for (const std::string& name : names) {
    const std::string path = study.path("s.results/" + name);
    const std::string content = cli::read(path);
    const auto refused = [&](const char* what) {
      INFO(name << " as " << what);
      const Ran ran = study.run();
      CHECK(ran.code == 4);
      CHECK(cli::contains(ran.err, "/" + name + " is no file, and links are not followed; remove it"));
      CHECK(study.untouched());
    };
    fs::remove(path);
    fs::create_symlink(study.path("precious"), path);
    refused("a link");
    CHECK(is_link(path));
    fs::remove(path);
    fs::create_symlink(study.path("new"), path);
    refused("a link to nowhere");
    CHECK_FALSE(fs::exists(study.path("new")));
    fs::remove(path);
    REQUIRE(::mkfifo(path.c_str(), 0666) == 0);
    refused("a pipe");  // and nobody waits for its other end
    fs::remove(path);
    fs::create_directory(path);
    refused("a folder");
    fs::remove(path);
    study.write("s.results/" + name, content);
    CHECK(study.run().code == 0);
  }
}

TEST_CASE("a folder of results that is a link is not followed, nor is one in it a way to other files") {
  const Study study;
  REQUIRE(study.run().code == 0);
  fs::rename(study.path("s.results/units"), study.path("elsewhere"));
  fs::create_symlink(study.path("elsewhere"), study.path("s.results/units"));
  const auto before = fs::last_write_time(study.path("elsewhere"));
  for (const char* action : {"run", "status", "plan", "collect"}) {
    const Ran ran = study.act(std::string(action) + " s.yaml");
    CHECK(ran.code == 4);
    CHECK(cli::contains(ran.err, "s.results/units is no folder, and links are not followed; remove it"));
  }
  CHECK(fs::last_write_time(study.path("elsewhere")) == before);
}

TEST_CASE("a second name of a file of somebody else is replaced, the file is not") {
  const Study study;
  REQUIRE(study.run().code == 0);
  const std::string unit = study.first_unit();
  for (const std::string& path : {unit, study.path("s.results/results.csv")}) {
    fs::remove(path);
    fs::create_hard_link(study.path("precious"), path);
  }
  CHECK(study.run().code == 0);
  CHECK(study.untouched());
  CHECK(fs::hard_link_count(study.path("precious")) == 1);
  CHECK(cli::contains(cli::read(study.path("s.results/results.csv")), "recovery.hub2.p99"));
}

TEST_CASE("a second name of somebody else's file in the place of the mark is replaced, the file is not") {
  const Study study;
  const std::string there = study.path("s.results/" + std::string(mark));
  for (const char* content : {"", "hubst"}) {
    INFO(content);
    fs::remove_all(study.path("s.results"));
    fs::create_directories(study.path("s.results/units"));
    study.write("other", content);
    fs::create_hard_link(study.path("other"), there);
    CHECK(study.run().code == 0);
    CHECK(cli::read(study.path("other")) == content);
    CHECK(fs::hard_link_count(study.path("other")) == 1);
    CHECK(cli::read(there).starts_with("hubstorm-study 1\n"));
  }
}

TEST_CASE("a folder that holds other things is no folder of a study, and stays as it is") {
  const Study study;
  fs::create_directory(study.path("data"));
  for (const char* name : {"results.csv", "study.json", "lock"}) {
    study.write("data/" + std::string(name), "mine\n");
    for (const char* action : {"run", "collect", "optimise", "headroom"}) {
      study.write("s.yaml", cli::read(study.path("s.yaml")));
      const Ran ran = study.act(std::string(action) + " s.yaml --dir data");
      CHECK((ran.code == 4 || ran.code == 3));  // without a goal there is nothing to search for
      if (ran.code == 4)
        CHECK(cli::contains(ran.err,
                            "data holds other things, and no file hubstorm-study that says it is one of "
                            "a study; give --dir a folder that is empty or not there yet"));
    }
    CHECK(cli::read(study.path("data/" + std::string(name))) == "mine\n");
    CHECK(std::distance(fs::directory_iterator(study.path("data")), {}) == 1);
    fs::remove(study.path("data/" + std::string(name)));
  }
  study.write("data/" + std::string(mark), "a diary\n");
  CHECK(study.act("run s.yaml --dir data").code == 4);
  CHECK(cli::read(study.path("data/" + std::string(mark))) == "a diary\n");
  // The place where the study itself is holds other things as well.
  CHECK(study.act("run s.yaml --dir .").code == 4);
}

TEST_CASE("folders of studies are known by their mark, or by what an earlier version or a cache leaves") {
  const Study study;
  REQUIRE(study.run().code == 0);
  const std::string table = cli::read(study.path("s.results/results.csv"));
  CHECK(cli::read(study.path("s.results/" + std::string(mark))).starts_with("hubstorm-study 1\n"));
  // Killed over the mark.
  study.write("s.results/" + std::string(mark), "hubst");
  CHECK(study.run().code == 0);
  CHECK(cli::read(study.path("s.results/" + std::string(mark))).starts_with("hubstorm-study 1\n"));
  // Of a version that knew no mark.
  fs::rename(study.path("s.results/" + std::string(mark)), study.path("s.results/lock"));
  study.write("s.results/lock", "");
  CHECK(study.run().code == 0);
  // Only the results were kept.
  fs::create_directory(study.path("kept"));
  fs::rename(study.path("s.results/units"), study.path("kept/units"));
  CHECK(study.run("--dir kept").code == 0);
  CHECK(cli::read(study.path("kept/results.csv")) == table);
  // An empty one.
  fs::create_directory(study.path("empty"));
  CHECK(study.run("--dir empty").code == 0);
}

TEST_CASE("of a study's folder only what the command made is removed") {
  const Study study;
  REQUIRE(study.run().code == 0);
  const std::string own = "/.hubstorm-0123456789abcdef.part";
  const std::vector<std::string> foreign = {"/results.csv.bak",
                                            "/runs.csv.gz",
                                            "/study.db.old",
                                            "/study.json.AbCdEf",
                                            "/notes.md",
                                            "/.hubstorm-1.part",
                                            "/units/a.unit.txt",
                                            "/units/README",
                                            "/units/notes.unit",
                                            "/.hubstorm-0123456789abcdeF.part",
                                            "/units/0123456789abcdef0123456789abcdef-007.unit",
                                            "/units/0123456789abcdef0123456789abcdef.unit",
                                            "/optimise.json.1"};
  for (const std::string& name : foreign) study.write("s.results" + name, "mine\n");
  for (const std::string& name : {own, "/units" + own}) study.write("s.results" + name, "half");
  CHECK(study.run().code == 0);
  for (const std::string& name : foreign) {
    INFO(name);
    CHECK(cli::read(study.path("s.results" + name)) == "mine\n");
  }
  CHECK_FALSE(fs::exists(study.path("s.results" + own)));
  CHECK_FALSE(fs::exists(study.path("s.results/units" + own)));
  // They are no results of other settings either.
  CHECK_FALSE(cli::contains(study.act("status s.yaml").out, "more results"));
}

TEST_CASE("an export never replaces what was read for it") {
  const Folder folder;
  folder.write("p.csv", "time,factor\n0h,1\n1h,2\n");
  const std::string text =
      "duration: 1h\nfleet: [{devices: 10, telemetry: {every: 1m, profile: {csv: p.csv}}}]\n";
  folder.write("s.yaml", text);
  const Ran valid =
      cli::in_shell("$H run s.yaml --replications 2 --quiet --export a.json --export b.json", folder);
  INFO(valid.err);
  REQUIRE(valid.code == 0);
  fs::create_symlink("s.yaml", folder.path("link.json"));
  fs::create_hard_link(folder.path("s.yaml"), folder.path("hard.json"));
  fs::create_directory_symlink(".", folder.path("here"));
  const auto refused = [&](const std::string& words) {
    INFO(words);
    const std::string before = cli::read(folder.path("a.json"));
    const Ran ran = cli::in_shell("$H " + words, folder);
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(cli::contains(ran.err, "would replace"));
    CHECK(cli::read(folder.path("s.yaml")) == text);
    CHECK(cli::read(folder.path("p.csv")).starts_with("time,factor"));
    CHECK(cli::read(folder.path("a.json")) == before);
  };
  for (const char* export_to :
       {"json:s.yaml", "json:./s.yaml", "json:here/s.yaml", "link.json", "hard.json", "p.csv", "here/p.csv"})
    refused("run s.yaml --export " + std::string(export_to));
  refused("run - --export json:s.yaml <s.yaml");
  refused("compare a.json b.json --tolerance telemetry.lost=1 --export a.json");
  refused("compare a.json b.json --tolerance telemetry.lost=1 --export junit:./b.json");
  refused("compare --baseline a.json b.json a.json --tolerance telemetry.lost=1 --export here/a.json");
}

TEST_CASE("an export makes what a link leads to, also where nothing is there yet") {
  const Study study;
  fs::create_symlink("target.json", study.path("first.json"));
  fs::create_symlink("first.json", study.path("link.json"));
  REQUIRE(cli::in_shell("$H run base.yaml --quiet --export link.json", study).code == 0);
  CHECK(fs::is_symlink(study.path("link.json")));
  CHECK(fs::is_symlink(study.path("first.json")));
  CHECK(fs::is_regular_file(study.path("target.json")));
  fs::create_symlink("round.json", study.path("loop.json"));
  fs::create_symlink("loop.json", study.path("round.json"));
  CHECK(cli::in_shell("$H run base.yaml --quiet --export loop.json", study).code == 4);
}

TEST_CASE("two exports to one file are refused, however it is spelled, as is the file of standard output") {
  const Study study;
  study.write("there.json", "");
  fs::create_symlink("there.json", study.path("link.json"));
  fs::create_hard_link(study.path("there.json"), study.path("hard.json"));
  fs::create_directory_symlink(".", study.path("here"));
  for (const char* pair : {"--export a.json --export ./a.json", "--export a.json --export here/a.json",
                           "--export csv:a --export json:none/../a", "--export there.json --export link.json",
                           "--export there.json --export hard.json"}) {
    INFO(pair);
    const Ran ran = cli::in_shell("$H run base.yaml " + std::string(pair), study);
    CHECK(ran.code == 2);
    CHECK(cli::contains(ran.err, "are one file"));
  }
  const Ran both = cli::in_shell("$H run base.yaml --export o.json >o.json", study);
  CHECK(both.code == 2);
  CHECK(cli::contains(both.err, "--export o.json is where standard output goes"));
  CHECK(cli::in_shell("$H run base.yaml --quiet --export o.json --export p.json >/dev/null", study).code ==
        0);
}

TEST_CASE("the files that a study is made of are not its outputs") {
  const Study study;
  REQUIRE(study.run().code == 0);
  const std::string text = "scenario: ../base.yaml\nreplications: 1\nmetrics: [recovery.hub2.p99]\n";
  study.write("s.results/study.json", text);
  const Ran ran = study.act("run s.results/study.json --dir s.results");
  CHECK(ran.code == 2);
  CHECK(cli::contains(ran.err, "would replace"));
  CHECK(cli::read(study.path("s.results/study.json")) == text);
}

TEST_CASE("a second study in a busy folder says so at once: 4") {
  const Study study;
  REQUIRE(study.run().code == 0);
  const int busy = ::open(study.path("s.results/" + std::string(mark)).c_str(), O_RDWR | O_CLOEXEC);
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  REQUIRE(::fcntl(busy, F_SETLK, &whole) == 0);
  Ran ran;
  CHECK(seconds_of([&] { ran = study.run(); }) < 2);
  CHECK(ran.code == 4);
  CHECK(cli::contains(ran.err, "s.results is in use: another hubstorm study (process " +
                                   std::to_string(::getpid()) + ") works in it"));
  CHECK(study.act("status s.yaml").code == 0);  // which only looks
  ::close(busy);
  CHECK(study.run().code == 0);
}

TEST_CASE("a place where no folder can be made is told with its reason") {
  const Study study;
  const Ran below = study.act("run s.yaml --dir precious/x");
  CHECK(below.code == 4);
  CHECK(below.err == "error: cannot make the folder precious/x: Not a directory\n");
  CHECK(study.act("run s.yaml --dir precious").err ==
        "error: cannot make the folder precious: Not a directory\n");
  CHECK(study.untouched());
  // The superuser may write anywhere, so somebody else has to try.
  fs::permissions(study.path(""), fs::perms(0755));
  fs::create_directory(study.path("own"));
  fs::permissions(study.path("own"), fs::perms(0555));
  fs::copy_file(std::string(BUILD) + "/hubstorm", study.path("hubstorm"));
  const std::string other = ::geteuid() == 0 ? "setpriv --reuid 65534 --regid 65534 --clear-groups " : "";
  const Ran made = cli::in_shell(other + "./hubstorm study run s.yaml --dir own/r", study);
  CHECK(made.code == 4);
  CHECK(made.err == "error: cannot make the folder own/r: Permission denied\n");
  const Ran there = cli::in_shell(other + "./hubstorm study run s.yaml --dir own", study);
  CHECK(there.code == 4);
  CHECK(there.err == "error: cannot write own/hubstorm-study: Permission denied\n");
}
