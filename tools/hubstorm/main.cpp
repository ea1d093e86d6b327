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

// Memory may run out while the libraries begin, before anybody can catch it.
void end_without_memory() {
  try {
    if (const std::exception_ptr problem = std::current_exception()) std::rethrow_exception(problem);
  } catch (const std::bad_alloc& lacking) {
    try {
      output::say("error: " + sim::shortage(lacking) + "\n");
    } catch (const std::bad_alloc&) {
      (void)output::write_all(STDERR_FILENO, "error: out of memory: raise the limit (ulimit -v)\n");
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

int main(int argc, char** argv) { return hubstorm::run_command_line(argc, argv); }
