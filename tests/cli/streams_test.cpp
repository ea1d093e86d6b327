// Standard streams that are full, closed or broken: the exit code is the verdict all the same.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "tests/cli/command.hpp"

namespace {

using cli::Folder;
using cli::Ran;

constexpr const char* scenario =
    "duration: 1h\n"
    "application: {hubs: {count: 3, edition: S2, units: 1}}\n"
    "fleet: [{name: meters, devices: 60}]\n"
    "faults: [{name: hub2, at: 10m, hub: 2, for: 5m}]\n";

// Files of every kind that the commands take.
struct Files : Folder {
  Files() {
    write("s.yaml", scenario);
    write("misses.yaml", std::string(scenario) + "expect: [recovery.hub2.p99 < 1s]\n");
    write("bad.yaml", "fleet: [{devices: 10, buffre: 5 messages}]\n");
    write("many.yaml", "limits: off\nfleet: [{devices: 2000000}]\n");
    write("study.yaml", "scenario: s.yaml\nreplications: 2\nmetrics: [telemetry.lost]\n");
    write("broken.yaml", "scenario: bad.yaml\nmetrics: [telemetry.lost]\n");
    REQUIRE(cli::in_shell("$H run s.yaml --replications 2 --quiet --export a.json --export baseline:b.json",
                          *this)
                .code == 0);
  }
};

}  // namespace

TEST_CASE("whatever standard error takes, the exit code is the same", "[long]") {
  const Files files;
  const std::pair<const char*, int> cases[] = {
      {"run s.yaml --quiet --replications 1", 0},
      {"run misses.yaml --replications 1", 10},
      {"run bad.yaml", 3},
      {"run none.yaml", 4},
      {"run s.yaml --bogus", 2},
      {"fly", 2},
      {"validate many.yaml", 0},  // with a warning
      {"validate many.yaml bad.yaml", 3},
      {"init --output new.yaml --force", 0},  // says what to do next
      {"schema --output none/s.json", 4},
      {"catalog none", 2},
      {"compare a.json b.json --tolerance recovery.hub2.p99=5%", 0},  // of two replications: a warning
      {"compare a.json none.json", 4},
      {"compare --baseline b.json a.json none.json", 4},
      {"study run study.yaml", 0},
      {"study run broken.yaml", 3},
      {"study status none.yaml", 4},
  };
  for (const auto& [words, code] : cases) {
    const std::string run = "$H " + std::string(words) + " >/dev/null";
    INFO(words);
    CHECK(cli::in_shell(run, files).code == code);
    CHECK(cli::in_shell(run + " 2>/dev/full", files).code == code);
    CHECK(cli::in_shell(run + " 2>&-", files).code == code);
    CHECK(cli::in_shell(run + " 2>&- <&-", files).code == code);
    // The reader of the pipe is gone before the command begins.
    const std::string pipe = "{ sleep 0.05; " + run + " 2>&1 >/dev/null; echo $? >code; } | true";
    REQUIRE(cli::in_shell(pipe, files).code == 0);
    CHECK(cli::read(files.path("code")) == std::to_string(code) + "\n");
  }
}

TEST_CASE("what standard output does not take is an error, with every command: 4", "[long]") {
  const Files files;
  for (const std::string words : {"--help",
                                  "--version",
                                  "run --help",
                                  "study run --help",
                                  "catalog",
                                  "catalog hubs",
                                  "catalog --json",
                                  "schema",
                                  "schema --reference",
                                  "init",
                                  "init --list",
                                  "validate s.yaml",
                                  "validate --print-resolved s.yaml",
                                  "run s.yaml --replications 1",
                                  "run s.yaml --replications 1 --json",
                                  "run s.yaml --replications 1 --export csv:-",
                                  "compare a.json b.json",
                                  "compare a.json b.json --json",
                                  "study plan study.yaml",
                                  "study run study.yaml",
                                  "study collect study.yaml --format csv"}) {
    INFO(words);
    const Ran full = cli::in_shell("$H " + words + " >/dev/full", files);
    CHECK(full.code == 4);
    CHECK(full.err == "error: cannot write to standard output: No space left on device\n");
    const Ran closed = cli::in_shell("$H " + words + " >&-", files);
    CHECK(closed.code == 4);
    CHECK(closed.err == "error: cannot write to standard output: Bad file descriptor\n");
  }
}

TEST_CASE("a reader that has seen enough, as head has, gets no message but a code") {
  const Files files;
  const Ran ran =
      cli::in_shell("{ sleep 0.05; $H run s.yaml --replications 1; echo $? >code; } | true", files);
  CHECK(ran.err.empty());
  CHECK(cli::read(files.path("code")) == "4\n");
}

TEST_CASE("a file never takes the place of a stream that is closed", "[long]") {
  const Files files;
  REQUIRE(cli::in_shell("$H run many.yaml --set fleet[0].devices=10 --replications 2 --quiet --export "
                        "baseline:open.json",
                        files)
              .code == 0);
  for (const char* closed : {"2>&-", ">&-", "<&-", ">&- 2>&-", "<&- >&- 2>&-"}) {
    INFO(closed);
    const std::string words =
        "run many.yaml --set fleet[0].devices=10 --replications 2 --quiet --export baseline:";
    CHECK(cli::in_shell("$H " + words + "closed.json " + closed, files).code == 0);
    CHECK(cli::read(files.path("closed.json")) == cli::read(files.path("open.json")));
    // A unit that breaks says so on a closed stream too, and not into a file of the store.
    CHECK(cli::in_shell("rm -rf study.results; $H study run study.yaml --quiet " + std::string(closed), files)
              .code == 0);
    CHECK(cli::in_shell("$H study status study.yaml", files).out.find("All replications are there") !=
          std::string::npos);
  }
  const Ran nothing = cli::in_shell("$H run - <&-", files);
  CHECK(nothing.code == 4);
  CHECK(nothing.err == "error: cannot read standard input: Bad file descriptor\n");
}

TEST_CASE("children of a command that was started with SIGCHLD ignored are waited for") {
  const Files files;
  const Ran ran = cli::in_shell("trap '' CHLD; exec $H run s.yaml --replications 2 --quiet", files);
  INFO(ran.err);
  CHECK(ran.code == 0);
}

TEST_CASE("an interruption ends what waits for a reader that does not read: 75", "[long]") {
  const Files files;
  for (const char* signal : {"INT", "TERM"}) {
    INFO(signal);
    // The sleep holds the pipe open; the series is larger than a pipe holds. 1 is the number of write.
    const Ran ran = cli::in_shell(
        "mkfifo p; sleep 60 <>p & reader=$!\n"
        "$H run s.yaml --set duration=20h --replications 10 --quiet --export series:- >p & run=$!\n"
        "while kill -0 $run && [ \"$(cut -d' ' -f1 /proc/$run/syscall)\" != 1 ]; do sleep 0.1; done\n"
        "kill -" +
            std::string(signal) + " $run; wait $run; code=$?; kill $reader; rm p; exit $code",
        files);
    INFO(ran.err);
    CHECK(ran.code == 75);
    CHECK(cli::contains(ran.err, "interrupted"));
  }
}

TEST_CASE("standard output that somebody made one that does not wait is waited for") {
  std::array<int, 2> pipe{};
  REQUIRE(::pipe2(pipe.data(), O_CLOEXEC) == 0);
  REQUIRE(::fcntl(pipe[1], F_SETPIPE_SZ, 4096) > 0);
  REQUIRE(::fcntl(pipe[1], F_SETFL, O_NONBLOCK) == 0);
  const pid_t command = ::fork();
  if (command == 0) {
    ::dup2(pipe[1], STDOUT_FILENO);
    ::execl((std::string(BUILD) + "/hubstorm").c_str(), "hubstorm", "catalog", "metrics", nullptr);
    ::_exit(99);
  }
  ::close(pipe[1]);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));  // meanwhile the pipe is full
  std::string out;
  char block[4096];
  for (ssize_t n = 0; (n = ::read(pipe[0], block, sizeof block)) > 0;)
    out.append(block, static_cast<std::size_t>(n));
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(command, &status, 0);
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(out.size() > 4096);
  CHECK(out == cli::hubstorm("catalog metrics").out);
}
