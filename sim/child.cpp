#include "sim/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <new>
#include <string_view>
#include <system_error>
#include <utility>

#include "sim/shortage.hpp"

#ifdef HUBSTORM_COVERAGE
extern "C" void __gcov_dump();
#endif

namespace sim {

namespace {

// What travels from the child: a letter, the length of the text, the text.
constexpr char note_frame = 'n';
constexpr char result_frame = 'r';
constexpr std::size_t head_size = 1 + sizeof(std::uint64_t);

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

void write_all(int to, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t n = write(to, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("write to the parent process");
    data += n;
    size -= static_cast<std::size_t>(n);
  }
}

void write_frame(int to, char kind, const std::string& text) {
  std::array<char, head_size> head{kind};
  const std::uint64_t length = text.size();
  std::memcpy(head.data() + 1, &length, sizeof length);
  write_all(to, head.data(), head.size());
  write_all(to, text.data(), text.size());
}

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

Pipe open_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
  return {ends[0], ends[1]};
}

void shut(int& descriptor) {
  if (descriptor >= 0) close(descriptor);
  descriptor = -1;
}

// Ends the process without the parent's exit handlers and without the parent's buffers, which the parent
// flushes itself; what the child printed is flushed.
[[noreturn]] void end_child(int code) {
  std::cout.flush();
  std::fflush(stdout);
  std::fflush(stderr);
#ifdef HUBSTORM_COVERAGE
  __gcov_dump();
#endif
  _exit(code);
}

// What goes wrong after memory was lacking goes wrong for that reason, even where SimGrid survives it at
// first: a message that was never sent is a deadlock later.
volatile std::sig_atomic_t memory_lacked = 0;

void lack_memory() {
  memory_lacked = 1;
  throw std::bad_alloc();
}

void say_why_it_aborts(int) {
  constexpr std::string_view why = "std::bad_alloc\n";
  if (memory_lacked && write(STDERR_FILENO, why.data(), why.size()) < 0) _exit(exit_shortage);
}

// A child must not outlive its parent, nor report the signals that end it through handlers of the parent.
void settle_child(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  for (const int number : {SIGABRT, SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGTERM, SIGINT})
    signal(number, SIG_DFL);
  std::set_new_handler(lack_memory);
  signal(SIGABRT, say_why_it_aborts);
  // Handlers run last to first: this one keeps exit() in the child from the handlers of the parent.
  on_exit([](int status, void*) { end_child(status); }, nullptr);
}

[[noreturn]] void run_child(const std::function<std::string(const Child::Note&)>& body, int to) {
  try {
    const std::string output = body([to](const std::string& text) { write_frame(to, note_frame, text); });
    write_frame(to, result_frame, output);
    end_child(0);
  } catch (const std::exception& e) {
    const std::string lacking = shortage(e);
    std::fprintf(stderr, "%s\n", lacking.empty() ? e.what() : lacking.c_str());
    if (!lacking.empty()) end_child(exit_shortage);
  } catch (...) {
    std::fputs("unknown exception\n", stderr);
  }
  end_child(1);
}

// Reads what has arrived without waiting; false at the end of the stream.
bool read_available(int from, std::string& into) {
  std::array<char, 65536> block;
  for (;;) {
    const ssize_t n = read(from, block.data(), block.size());
    if (n > 0) into.append(block.data(), static_cast<std::size_t>(n));
    if (n == 0) return false;
    if (n < 0 && errno == EAGAIN) return true;
    if (n < 0 && errno != EINTR) fail("read from a child process");
  }
}

// Whether the process ended since it got no memory where nobody can tell of it: SimGrid aborts, with a
// message of its own, and so it does where an actor throws.
bool starved(int status, const std::string& error) {
  const auto says = [&](const char* words) { return error.find(words) != std::string::npos; };
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT &&
         (says("std::bad_alloc") || (says("ocation of ") && says(" failed")));
}

std::string last_line(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  const std::size_t before = text.rfind('\n');
  return before == std::string::npos ? text : text.substr(before + 1);
}

double cpu_seconds(const rusage& usage) {
  const auto s = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return s(usage.ru_utime) + s(usage.ru_stime);
}

}  // namespace

struct Child::State {
  pid_t pid = -1;  // -1 once reaped
  int frames = -1;
  int errors = -1;
  int both = -1;  // an epoll descriptor: readable when either of the two is
  std::string buffer;
  bool complete = false;  // the result has arrived
  ChildResult result;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State();
  void watch(int& mine, Pipe& pipe);
  void drain(int& from, std::string& into);
  void take_frames(const Note& on_note);
  void reap();
};

Child::State::~State() {
  if (pid > 0) kill(pid, SIGKILL);
  shut(frames);
  shut(errors);
  shut(both);
  if (pid > 0)
    while (wait4(pid, nullptr, 0, nullptr) < 0 && errno == EINTR) {
    }
}

void Child::State::watch(int& mine, Pipe& pipe) {
  mine = std::exchange(pipe.read_end, -1);
  shut(pipe.write_end);
  epoll_event event{};
  event.events = EPOLLIN;
  if (fcntl(mine, F_SETFL, O_NONBLOCK) != 0 || epoll_ctl(both, EPOLL_CTL_ADD, mine, &event) != 0)
    fail("epoll");
}

// The descriptor leaves the set by name: a child started later holds a copy, and closing alone would keep it
// there.
void Child::State::drain(int& from, std::string& into) {
  if (from < 0 || read_available(from, into)) return;
  epoll_ctl(both, EPOLL_CTL_DEL, from, nullptr);
  shut(from);
}

void Child::State::take_frames(const Note& on_note) {
  std::size_t at = 0;
  while (buffer.size() - at >= head_size) {
    std::uint64_t length = 0;
    std::memcpy(&length, buffer.data() + at + 1, sizeof length);
    if (buffer.size() - at - head_size < length) break;
    std::string text = buffer.substr(at + head_size, length);
    const char kind = buffer[at];
    at += head_size + length;
    if (kind == result_frame) {
      result.output = std::move(text);
      complete = true;
    } else if (on_note) {
      on_note(text);
    }
  }
  buffer.erase(0, at);
}

void Child::State::reap() {
  int status = 0;
  rusage usage{};
  while (wait4(pid, &status, 0, &usage) < 0)
    if (errno != EINTR) fail("wait for a child process");
  pid = -1;
  result.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  if (starved(status, result.error)) {
    result.exit_code = exit_shortage;
    result.error = shortage(std::bad_alloc());
  } else if (result.exit_code == exit_shortage) {
    result.error = last_line(result.error);  // SimGrid may have said something before
  }
  result.ok = result.exit_code == 0 && complete;
  result.cpu_s = cpu_seconds(usage);
  result.peak_rss_bytes = usage.ru_maxrss * 1024;
}

Child::Child(const std::function<std::string(const Note& note)>& body) {
  auto state = std::make_unique<State>();
  state->both = epoll_create1(EPOLL_CLOEXEC);
  if (state->both < 0) fail("epoll");
  Pipe frames = open_pipe();
  Pipe errors = open_pipe();
  std::cout.flush();
  std::fflush(stdout);
  std::fflush(stderr);
  const pid_t parent = getpid();
  state->pid = fork();
  if (state->pid < 0) fail("fork");
  if (state->pid == 0) {
    settle_child(parent);
    dup2(errors.write_end, STDERR_FILENO);
    shut(errors.write_end);
    shut(errors.read_end);
    shut(frames.read_end);
    run_child(body, frames.write_end);
  }
  state->watch(state->frames, frames);
  state->watch(state->errors, errors);
  state_ = std::move(state);
}

Child::Child(Child&&) noexcept = default;
Child& Child::operator=(Child&&) noexcept = default;
Child::~Child() = default;

int Child::descriptor() const { return state_->both; }

bool Child::finished(const Note& on_note) {
  State& s = *state_;
  if (s.pid < 0) return true;
  s.drain(s.frames, s.buffer);
  s.drain(s.errors, s.result.error);
  s.take_frames(on_note);
  if (s.frames >= 0 || s.errors >= 0) return false;
  s.reap();
  return true;
}

ChildResult Child::result() {
  while (!finished()) {
    pollfd wait{descriptor(), POLLIN, 0};
    if (poll(&wait, 1, -1) < 0 && errno != EINTR) fail("poll");
  }
  return state_->result;
}

ChildResult in_child(const std::function<std::string()>& body) {
  return Child([&body](const Child::Note&) { return body(); }).result();
}

}  // namespace sim
