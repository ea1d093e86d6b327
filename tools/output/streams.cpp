#include "tools/output/streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>

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

void say(const std::string& text) noexcept {
  try {
    draw(escape::message(text));
  } catch (const std::exception&) {  // no memory left: nothing is said rather than what may steer a terminal
  }
}

void draw(const std::string& line) noexcept { (void)write_all(STDERR_FILENO, line); }

}  // namespace output
