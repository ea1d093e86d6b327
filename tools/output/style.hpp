// Colour on terminals. Colour never carries meaning alone.
#pragma once
#include <string>
#include <string_view>

namespace output {

enum class ColourWhen { automatic, always, never };

// Whether to colour what goes to a descriptor: as said, or by itself on a terminal unless NO_COLOR is set to
// something or TERM is dumb.
bool use_colour(ColourWhen when, int descriptor);

struct Style {
  bool colour = false;
  std::string bold(std::string_view text) const { return painted("1", text); }
  std::string good(std::string_view text) const { return painted("32", text); }
  std::string bad(std::string_view text) const { return painted("31", text); }
  std::string unsure(std::string_view text) const { return painted("33", text); }
  std::string faint(std::string_view text) const { return painted("2", text); }

 private:
  std::string painted(const char* code, std::string_view text) const;
};

}  // namespace output
