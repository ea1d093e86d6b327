#include "tools/output/streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <string_view>

#include "tools/output/descriptor.hpp"
#include "tools/output/escape.hpp"

namespace output {

void prepare_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGCHLD, SIG_DFL);
  // A descriptor that only names a place refuses both; open takes the lowest number that is free.
  for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) < 0 && errno == EBADF) (void)::open("/", O_PATH);
}

void write_stdout(const std::string& content) {
  if (write_all(STDOUT_FILENO, content)) return;
  const int error = errno;
  const std::string problem = std::string("cannot write to standard output: ") + std::strerror(error);
  if (error == EPIPE) throw ReaderGone(problem);
  throw FileError(problem);
}

namespace {

// Where no memory is left to escape with: characters that steer nothing, a piece at a time.
void say_plainly(std::string_view text) noexcept {
  char piece[128];
  char before = ' ';
  while (!text.empty()) {
    const std::size_t n = std::min(text.size(), sizeof piece);
    for (std::size_t i = 0; i < n; ++i) {
      const char c = text[i];
      const bool plain = c == '\n' || (c >= ' ' && c <= '~' && c != '#' && !(c == ':' && before == ':'));
      piece[i] = plain ? c : '?';
      before = c;
    }
    if (!write_all(STDERR_FILENO, {piece, n})) return;
    text.remove_prefix(n);
  }
}

}  // namespace

void say(const std::string& text) noexcept {
  try {
    draw(escape::message(text));
  } catch (const std::exception&) {
    say_plainly(text);
  }
}

void draw(const std::string& line) noexcept { (void)write_all(STDERR_FILENO, line); }

}  // namespace output
