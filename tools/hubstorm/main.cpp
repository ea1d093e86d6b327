// The command hubstorm.
#include <csignal>

#include "tools/hubstorm/commands.hpp"

int main(int argc, char** argv) {
  // A limit on the size of files (ulimit -f) is then an error of the write, with its message and exit code,
  // here and in the processes of the replications.
  std::signal(SIGXFSZ, SIG_IGN);
  return hubstorm::run_command_line(argc, argv);
}
