// The command hubstorm.
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <new>
#include <string>

#include "sim/shortage.hpp"
#include "tools/hubstorm/commands.hpp"
#include "tools/hubstorm/exit_code.hpp"
#include "tools/output/descriptor.hpp"
#include "tools/output/streams.hpp"

namespace {

bool begun = false;  // main

[[noreturn]] void end_in_few_words() {
  (void)output::write_all(STDERR_FILENO, "error: out of memory: raise the limit (ulimit -v)\n");
  ::_exit(hubstorm::exit_file);
}

// Memory may run out while the libraries begin, before anybody can catch it, and so that there is none for
// the exception either: then this is called without one, or within itself.
void end_without_memory() {
  static bool ending = false;
  const std::exception_ptr problem = std::current_exception();
  if (ending || (!begun && !problem)) end_in_few_words();
  ending = true;
  try {
    if (problem) std::rethrow_exception(problem);
  } catch (const std::bad_alloc& lacking) {
    try {
      output::say("error: " + sim::shortage(lacking) + "\n");
    } catch (const std::bad_alloc&) {
      end_in_few_words();
    }
    ::_exit(hubstorm::exit_file);
  } catch (...) {
  }
  std::abort();
}

// Runs before the libraries begin.
[[gnu::section(".preinit_array"), gnu::used]] void (*const first)() = [] {
  std::set_terminate(end_without_memory);
};

}  // namespace

int main(int argc, char** argv) {
  begun = true;
  return hubstorm::run_command_line(argc, argv);
}
