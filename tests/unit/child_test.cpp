// Child processes: whatever they do, the parent gets their result or their end.
#include "sim/child.hpp"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

using sim::Child;
using sim::ChildResult;

namespace {

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct TemporaryFile {
  std::string path =
      std::filesystem::temp_directory_path() / ("hubstorm-child-test-" + std::to_string(getpid()));
  ~TemporaryFile() { std::remove(path.c_str()); }
};

bool readable(const Child& child) {
  pollfd wait{child.descriptor(), POLLIN, 0};
  return poll(&wait, 1, 30'000) == 1;
}

}  // namespace

TEST_CASE("a child hands back what its function returned", "[child]") {
  const pid_t parent = getpid();
  const ChildResult result =
      sim::in_child([parent] { return getpid() == parent ? "same" : std::string("a\0b", 3); });
  CHECK(result.ok);
  CHECK(result.exit_code == 0);
  CHECK(result.output == std::string("a\0b", 3));
  CHECK(result.error.empty());
  CHECK(result.peak_rss_bytes > 100'000);
}

TEST_CASE("output and errors of megabytes do not block", "[child]") {
  const ChildResult result = sim::in_child([] {
    std::fputs(std::string(3'000'000, 'e').c_str(), stderr);
    return std::string(20'000'000, 'o');
  });
  CHECK(result.ok);
  CHECK(result.output == std::string(20'000'000, 'o'));
  CHECK(result.error == std::string(3'000'000, 'e'));
}

TEST_CASE("processor time is that of the child", "[child]") {
  const ChildResult result = sim::in_child([] {
    volatile double x = 0;
    while (std::clock() < CLOCKS_PER_SEC / 5) x = x + 1;
    return std::string();
  });
  CHECK(result.cpu_s >= 0.1);
}

TEST_CASE("an exception becomes exit code 1 and a message", "[child]") {
  const ChildResult known = sim::in_child([]() -> std::string { throw std::runtime_error("no such hub"); });
  CHECK_FALSE(known.ok);
  CHECK(known.exit_code == 1);
  CHECK(known.error == "no such hub\n");
  CHECK(known.output.empty());
  const ChildResult unknown = sim::in_child([]() -> std::string { throw 7; });
  CHECK(unknown.exit_code == 1);
  CHECK(unknown.error == "unknown exception\n");
}

TEST_CASE("signals are reported as 128 and their number", "[child]") {
  const ChildResult aborted = sim::in_child([]() -> std::string {
    std::fputs("about to abort\n", stderr);
    std::abort();
  });
  CHECK_FALSE(aborted.ok);
  CHECK(aborted.exit_code == 128 + SIGABRT);
  CHECK(aborted.error == "about to abort\n");
  const ChildResult killed = sim::in_child([]() -> std::string {
    kill(getpid(), SIGKILL);
    return "";
  });
  CHECK(killed.exit_code == 128 + SIGKILL);
}

TEST_CASE("a signal the parent ignores still ends the child", "[child]") {
  const auto before = std::signal(SIGTERM, SIG_IGN);
  const ChildResult result = sim::in_child([]() -> std::string {
    kill(getpid(), SIGTERM);
    return "survived";
  });
  std::signal(SIGTERM, before);
  CHECK(result.exit_code == 128 + SIGTERM);
}

TEST_CASE("an exit in the middle is no success", "[child]") {
  const ChildResult quiet = sim::in_child([]() -> std::string { std::exit(0); });
  CHECK_FALSE(quiet.ok);
  CHECK(quiet.exit_code == 0);
  const ChildResult loud = sim::in_child([]() -> std::string { std::exit(9); });
  CHECK_FALSE(loud.ok);
  CHECK(loud.exit_code == 9);
}

TEST_CASE("notes arrive in order and whole", "[child]") {
  Child child([](const Child::Note& note) {
    for (int i = 0; i < 100; ++i) note(std::to_string(i) + std::string(10'000, '.'));
    return std::string("done");
  });
  std::vector<std::string> notes;
  while (!child.finished([&notes](const std::string& text) { notes.push_back(text); }))
    REQUIRE(readable(child));
  REQUIRE(notes.size() == 100);
  for (int i = 0; i < 100; ++i)
    REQUIRE(notes[static_cast<std::size_t>(i)] == std::to_string(i) + std::string(10'000, '.'));
  CHECK(child.result().output == "done");
  CHECK(child.finished());
}

TEST_CASE("a note arrives while the child is still at work", "[child]") {
  Child child([](const Child::Note& note) {
    note("started");
    pause();
    return std::string();
  });
  std::string heard;
  while (heard.empty()) {
    REQUIRE(readable(child));
    REQUIRE_FALSE(child.finished([&heard](const std::string& text) { heard = text; }));
  }
  CHECK(heard == "started");
}

TEST_CASE("the destructor kills and reaps", "[child]") {
  pid_t pid = 0;
  {
    Child child([](const Child::Note& note) {
      note(std::to_string(getpid()));
      for (;;) pause();
      return std::string();
    });
    while (pid == 0) {
      REQUIRE(readable(child));
      child.finished([&pid](const std::string& text) { pid = std::stoi(text); });
    }
    REQUIRE(kill(pid, 0) == 0);
  }
  CHECK(kill(pid, 0) == -1);
  CHECK(errno == ESRCH);
}

TEST_CASE("two children at once, and the second may end first", "[child]") {
  int gate[2];
  REQUIRE(pipe(gate) == 0);
  Child first([&gate](const Child::Note&) {
    char c = 0;
    close(gate[1]);
    return std::string(read(gate[0], &c, 1) == 1 ? "let go" : "cut off");
  });
  Child second([](const Child::Note&) { return std::string("second"); });
  CHECK(second.result().output == "second");
  CHECK_FALSE(first.finished());
  REQUIRE(write(gate[1], "x", 1) == 1);
  CHECK(first.result().output == "let go");
  close(gate[0]);
  close(gate[1]);
}

// A child started later holds copies of the first one's pipe ends; the first must still be seen to end.
TEST_CASE("the end of a child is seen while another runs", "[child]") {
  Child first([](const Child::Note&) { return std::string("first"); });
  Child second([](const Child::Note&) {
    pause();
    return std::string();
  });
  CHECK(first.result().output == "first");
}

// The second child holds a copy of the pipe that the first one closed: it must not stay readable for ever.
TEST_CASE("nothing is readable when nothing has arrived", "[child]") {
  Child first([](const Child::Note& note) {
    close(STDERR_FILENO);
    note("closed");
    pause();
    return std::string();
  });
  Child second([](const Child::Note&) {
    pause();
    return std::string();
  });
  bool heard = false;
  while (!heard) {
    REQUIRE(readable(first));
    first.finished([&heard](const std::string&) { heard = true; });
  }
  pollfd now{first.descriptor(), POLLIN, 0};
  CHECK(poll(&now, 1, 0) == 0);
}

TEST_CASE("a child can be moved", "[child]") {
  std::vector<Child> children;
  for (int i = 0; i < 4; ++i)
    children.push_back(Child([i](const Child::Note&) { return std::to_string(i); }));
  for (int i = 0; i < 4; ++i)
    CHECK(children[static_cast<std::size_t>(i)].result().output == std::to_string(i));
  children[0] = std::move(children[3]);
  CHECK(children[0].result().output == "3");
}

TEST_CASE("a child runs a child", "[child]") {
  const ChildResult result =
      sim::in_child([] { return sim::in_child([] { return std::string("deep"); }).output; });
  CHECK(result.output == "deep");
}

// The file is written by whoever flushes: the parent once, nobody twice, and the parent's exit handlers not
// at all.
TEST_CASE("a child leaves the parent's buffers and exit handlers alone", "[child]") {
  const TemporaryFile file;
  const ChildResult outer = sim::in_child([&file] {
    static std::string path;
    path = file.path;
    std::FILE* out = std::fopen(path.c_str(), "w");
    std::fputs("once", out);
    std::atexit([] { std::ofstream(path, std::ios::app) << "handler"; });
    const ChildResult normal = sim::in_child([] { return std::string(); });
    const ChildResult exits = sim::in_child([]() -> std::string { std::exit(3); });
    std::fclose(out);
    return std::to_string(normal.exit_code) + std::to_string(exits.exit_code);
  });
  CHECK(outer.output == "03");
  CHECK(text_of(file.path) == "once");
}

TEST_CASE("what a child prints arrives, what the parent printed before is not repeated", "[child]") {
  const TemporaryFile file;
  const ChildResult outer = sim::in_child([&file] {
    if (!std::freopen(file.path.c_str(), "w", stdout)) return std::string("cannot open");
    std::fputs("parent,", stdout);
    sim::in_child([] {
      std::fputs("child,", stdout);
      return std::string();
    });
    std::fputs("parent", stdout);
    std::fflush(stdout);
    return std::string("ok");
  });
  CHECK(outer.output == "ok");
  CHECK(text_of(file.path) == "parent,child,parent");
}

// Three generations: when the middle one is killed, the youngest must not live on.
TEST_CASE("children die with their parent", "[child]") {
  pid_t youngest = 0;
  {
    Child middle([](const Child::Note& note) {
      Child inner([](const Child::Note& tell) {
        tell(std::to_string(getpid()));
        for (;;) pause();
        return std::string();
      });
      while (!inner.finished(note)) readable(inner);
      return std::string();
    });
    while (youngest == 0) {
      REQUIRE(readable(middle));
      middle.finished([&youngest](const std::string& text) { youngest = std::stoi(text); });
    }
  }
  // Its new parent reaps it in its own time: gone or dead are both fine.
  bool dead = false;
  for (int i = 0; i < 3'000 && !dead; ++i) {
    std::string state = text_of("/proc/" + std::to_string(youngest) + "/stat");
    dead = state.empty() || state.find(") Z") != std::string::npos || state.find(") X") != std::string::npos;
    if (!dead) usleep(10'000);
  }
  CHECK(dead);
}
