#include "sim/settings/text.hpp"

#include <algorithm>
#include <array>

namespace sim::settings {
namespace {

// Length of the character that starts with this byte; 0 for a byte that starts none.
std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

unsigned char byte(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

bool valid_at(std::string_view text, std::size_t at, std::size_t length) {
  if (length == 0 || at + length > text.size()) return false;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(text, at + i) & 0xc0) != 0x80) return false;
  const unsigned char lead = byte(text, at);
  const unsigned char second = length > 1 ? byte(text, at + 1) : std::uint8_t{0};
  if (lead == 0xe0 && second < 0xa0) return false;  // overlong
  if (lead == 0xed && second > 0x9f) return false;  // surrogate
  if (lead == 0xf0 && second < 0x90) return false;  // overlong
  return lead != 0xf4 || second <= 0x8f;            // above U+10FFFF
}

struct CodeRange {
  char32_t from, to;
};

// Unicode 15: the blocks whose characters are wide, and those of marks that combine with what stands before.
constexpr std::array<CodeRange, 17> wide{{{0x1100, 0x115f},
                                          {0x2e80, 0x303e},
                                          {0x3041, 0x33ff},
                                          {0x3400, 0x4dbf},
                                          {0x4e00, 0x9fff},
                                          {0xa000, 0xa4cf},
                                          {0xa960, 0xa97f},
                                          {0xac00, 0xd7a3},
                                          {0xf900, 0xfaff},
                                          {0xfe30, 0xfe6f},
                                          {0xff01, 0xff60},
                                          {0xffe0, 0xffe6},
                                          {0x1f300, 0x1f64f},
                                          {0x1f680, 0x1f6ff},
                                          {0x1f900, 0x1f9ff},
                                          {0x1fa70, 0x1faff},
                                          {0x20000, 0x3fffd}}};
constexpr std::array<CodeRange, 8> combining{{{0x0300, 0x036f},
                                              {0x0483, 0x0489},
                                              {0x0591, 0x05bd},
                                              {0x1ab0, 0x1aff},
                                              {0x1dc0, 0x1dff},
                                              {0x200b, 0x200f},
                                              {0x20d0, 0x20ff},
                                              {0xfe00, 0xfe0f}}};

template <std::size_t N>
bool within(const std::array<CodeRange, N>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](CodeRange r) { return code >= r.from && code <= r.to; });
}

// C0 and C1 controls; marks, embeddings, overrides and isolates of the direction of writing, with the
// deprecated format characters beside them; separators of lines and paragraphs; the byte order mark;
// interlinear annotations; what is no character.
constexpr std::array<CodeRange, 9> unprintable{{{0x00, 0x1f},
                                                {0x7f, 0x9f},
                                                {0x061c, 0x061c},
                                                {0x200e, 0x200f},
                                                {0x2028, 0x202e},
                                                {0x2066, 0x206f},
                                                {0xfeff, 0xfeff},
                                                {0xfff9, 0xfffb},
                                                {0xfffe, 0xffff}}};

bool control(char32_t code) { return within(unprintable, code); }

template <class Each>
void for_characters(std::string_view text, Each each) {
  while (!text.empty()) {
    const Character c = first_character(text);
    each(c, text.substr(0, c.bytes));
    text.remove_prefix(c.bytes);
  }
}

}  // namespace

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = length_of(byte(text, at));
    if (!valid_at(text, at, length)) return at;
    at += length;
  }
  return std::nullopt;
}

Character first_character(std::string_view text) {
  const std::size_t length = std::max<std::size_t>(1, length_of(byte(text, 0)));
  if (length == 1 || length > text.size()) return {byte(text, 0), 1};
  char32_t code = byte(text, 0) & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) code = code << 6 | (byte(text, i) & 0x3fu);
  return {code, length};
}

std::size_t cells(char32_t code) {
  if (within(combining, code)) return 0;
  return within(wide, code) ? 2 : 1;
}

std::size_t cells(std::string_view text) {
  std::size_t sum = 0;
  for_characters(text, [&](Character c, std::string_view) { sum += control(c.code) ? 1 : cells(c.code); });
  return sum;
}

std::size_t characters(std::string_view text) {
  std::size_t sum = 0;
  for_characters(text, [&](Character, std::string_view) { ++sum; });
  return sum;
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = length_of(byte(text, 0));
    const bool valid = valid_at(text, 0, length);
    const std::size_t bytes = valid ? length : 1;
    if (valid && !control(first_character(text).code))
      out += text.substr(0, bytes);
    else
      out += text[0] == '\t' ? ' ' : '?';
    text.remove_prefix(bytes);
  }
  return out;
}

std::string excerpt(std::string_view text, std::size_t most) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < most; ++i) {
    if (bytes == text.size()) return std::string(text);
    bytes += first_character(text.substr(bytes)).bytes;
  }
  return bytes == text.size() ? std::string(text) : std::string(text.substr(0, bytes)) + "...";
}

std::string quoted(std::string_view text) {
  // A character takes at most four bytes: what is behind that many is not shown, so it is not looked at.
  return '"' + excerpt(printable(text.substr(0, 4 * longest_excerpt + 4))) + '"';
}

}  // namespace sim::settings
