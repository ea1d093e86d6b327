// UTF-8 text: whether it is valid, and how wide it is on a terminal.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sim::settings {

// Byte offset of the first byte that is not UTF-8 (overlong forms, surrogates and values above U+10FFFF are
// not).
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

// One character and how many bytes it takes; the text is valid UTF-8 and not empty.
struct Character {
  char32_t code;
  std::size_t bytes;
};
Character first_character(std::string_view text);

// Cells the character takes on a terminal: 0 for combining marks, 2 for East Asian wide characters and emoji,
// else 1.
std::size_t cells(char32_t code);
std::size_t cells(std::string_view text);
std::size_t characters(std::string_view text);

// The text as valid UTF-8 that only shows itself: "?" for each byte that is no UTF-8 and for each character
// that would steer what shows it (controls, direction of writing, separators of lines), a space for a tab.
// This is the one list of such characters; tools/output/escape.hpp builds on it.
std::string printable(std::string_view text);

// What a message shows of a text that may be of any length: all of it, or its first `most` characters and
// "...".
inline constexpr std::size_t longest_excerpt = 60;
std::string excerpt(std::string_view text, std::size_t most = longest_excerpt);

// The printable text in double quotes, shortened to an excerpt.
std::string quoted(std::string_view text);
// For what std::quoted would be taken otherwise, wherever <iomanip> is included.
inline std::string quoted(const std::string& text) { return quoted(std::string_view(text)); }
inline std::string quoted(const char* text) { return quoted(std::string_view(text)); }

// How much of a message is kept, in characters: what it quotes may be of any length.
inline constexpr std::size_t longest_message = 16'000;

}  // namespace sim::settings
