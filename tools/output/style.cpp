#include "tools/output/style.hpp"

#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace output {

bool use_colour(ColourWhen when, int descriptor) {
  if (when != ColourWhen::automatic) return when == ColourWhen::always;
  const char* no_colour = std::getenv("NO_COLOR");
  if (no_colour && *no_colour) return false;
  const char* terminal = std::getenv("TERM");
  if (terminal && std::strcmp(terminal, "dumb") == 0) return false;
  return ::isatty(descriptor) == 1;
}

std::string Style::painted(const char* code, std::string_view text) const {
  if (!colour) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace output
