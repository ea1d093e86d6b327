// The command hubstorm.
#include "tools/hubstorm/commands.hpp"

int main(int argc, char** argv) { return hubstorm::run_command_line(argc, argv); }
