#include "tools/output/escape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <utility>
#include <vector>

#include "sim/settings/text.hpp"

namespace output::escape {
namespace {

using sim::settings::first_character;
using sim::settings::printable;

// Each character of the table is replaced by the text beside it.
std::string coded(std::string_view text, std::initializer_list<std::pair<char, std::string_view>> codes) {
  std::string out;
  for (const char c : text) {
    const auto* code =
        std::find_if(codes.begin(), codes.end(), [&](const auto& one) { return one.first == c; });
    if (code == codes.end())
      out += c;
    else
      out += code->second;
  }
  return out;
}

// Whether the character at `at` means nothing in Markdown: an underscore inside a word, a "<" before a space.
bool is_text(std::string_view line, std::size_t at) {
  const auto word = [&](std::size_t i) {
    const auto c = static_cast<unsigned char>(line[i]);
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  };
  if (at + 1 == line.size()) return false;
  return line[at] == '_' ? at > 0 && word(at - 1) && word(at + 1) : line[at] == '<' && line[at + 1] == ' ';
}

// What CI systems trim from a line before they look for a command.
bool is_space(char32_t code) {
  return code == ' ' || code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) ||
         code == 0x202f || code == 0x205f || code == 0x3000;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Where the run of equal characters that begins at `at` ends.
std::size_t run_end(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(text[at], at), text.size());
}

// Commands that are read wherever they stand in a line, such as "##vso[" of Azure Pipelines, "##[" of both
// and
// "##teamcity[": the offset of each "#" of them but the last of a run.
std::vector<std::size_t> hash_commands(std::string_view text) {
  std::vector<std::size_t> marks;
  for (std::size_t at = text.find("##"); at < text.size(); at = text.find("##", at)) {
    const std::size_t end = run_end(text, at);
    std::size_t after = end;
    while (after < text.size() && is_letter(text[after])) ++after;
    if (after < text.size() && text[after] == '[')
      for (std::size_t i = at; i + 1 < end; ++i) marks.push_back(i);
    at = end;
  }
  return marks;
}

// "::error::" of GitHub Actions, which is read at the start of a line: as the terminal may break a line
// before each word, the offset of each ":" but the last of a run at the start of a word.
std::vector<std::size_t> colon_commands(std::string_view text) {
  std::vector<std::size_t> marks;
  for (std::size_t at = text.find("::"); at < text.size(); at = text.find("::", at)) {
    std::size_t before = at;  // of the character in front
    while (before > 0 && (static_cast<unsigned char>(text[--before]) & 0xc0) == 0x80) {
    }
    const std::size_t end = run_end(text, at);
    if (at == 0 || is_space(first_character(text.substr(before)).code))
      for (std::size_t i = at; i + 1 < end; ++i) marks.push_back(i);
    at = end;
  }
  return marks;
}

void mask(std::string& text, const std::vector<std::size_t>& marks) {
  for (const std::size_t mark : marks) text[mark] = '?';
}

// One line without what is unprintable, and without commands that are read anywhere.
std::string quiet(std::string_view line) {
  std::string out = printable(line);
  mask(out, hash_commands(out));
  return out;
}

std::string quiet_words(std::string_view line) {
  std::string out = quiet(line);
  mask(out, colon_commands(out));
  return out;
}

// The lines of a text, each changed, with `between` between them.
template <class Change>
std::string by_lines(std::string_view text, std::string_view between, const Change& change) {
  std::string out;
  for (;;) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (end < text.size() && line.ends_with('\r')) line.remove_suffix(1);
    out += change(line);
    if (end == text.size()) return out;
    out += between;
    text.remove_prefix(end + 1);
  }
}

// "-5", "+2.5", "1e-3", "-10 %": a spreadsheet may well take it for the number it is.
bool is_number(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (text.ends_with('%')) text.remove_suffix(1);
  if (text.ends_with(' ')) text.remove_suffix(1);
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

bool is_formula(std::string_view text) {
  const std::string_view bare = text.substr(std::min(text.find_first_not_of(' '), text.size()));
  if (is_number(bare)) return false;
  // The last four are wide forms of the others.
  constexpr std::string_view signs[] = {"=", "+", "-", "@", "＝", "＋", "－", "＠"};
  return std::any_of(std::begin(signs), std::end(signs),
                     [&](std::string_view s) { return bare.starts_with(s); });
}

// Whether the first characters make a line a heading, a quotation, a list, a rule or a command.
bool begins_block(std::string_view line) {
  const char first = line.empty() ? ' ' : line[0], second = line.size() < 2 ? ' ' : line[1];
  if (first == '#' || first == '>' || first == ':') return true;
  return (first == '-' || first == '+' || first == '=') && (second == ' ' || second == first);
}

// The length of the number of an item such as "12." or "3)"; 0 where the line is none.
std::size_t item_number(std::string_view line) {
  const std::size_t end = line.find_first_not_of("0123456789");
  if (end == 0 || end >= line.size() || (line[end] != '.' && line[end] != ')')) return 0;
  return end + 1 == line.size() || line[end + 1] == ' ' ? end : 0;
}

}  // namespace

std::string terminal(std::string_view text) { return quiet_words(by_lines(text, " ", printable)); }

std::string message(std::string_view text) { return by_lines(text, "\n", quiet_words); }

std::string markdown(std::string_view text) {
  const std::string plain = by_lines(text, " ", printable);
  const std::string_view line =
      std::string_view(plain).substr(std::min(plain.find_first_not_of(' '), plain.size()));
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '&')
      out += "&amp;";
    else if (line[i] == '<' && !is_text(line, i))
      out += "&lt;";
    else if (std::string_view("\\`*_[]|~").find(line[i]) != std::string_view::npos && !is_text(line, i))
      out += {'\\', line[i]};
    else
      out += line[i];
  }
  if (const std::size_t number = item_number(line); number > 0) return out.insert(number, "\\");
  return begins_block(line) ? "\\" + out : out;
}

std::string csv(std::string_view text) {
  const std::string plain = terminal(text);
  std::string field;
  for (std::size_t from = 0; from <= plain.size();) {
    const std::size_t end = std::min(plain.find(';', from), plain.size());
    const std::string_view cell = std::string_view(plain).substr(from, end - from);
    if (from > 0) field += ';';
    if (is_formula(cell)) field += '\'';
    field += cell;
    from = end + 1;
  }
  return field.find_first_of(",\"") == std::string::npos ? field : '"' + coded(field, {{'"', "\"\""}}) + '"';
}

std::string xml(std::string_view text) {
  return by_lines(text, "&#10;", [](std::string_view line) {
    return coded(quiet(line), {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}});
  });
}

std::string strings(std::string_view document) {
  const std::vector<std::size_t> commands = hash_commands(document);
  auto command = commands.begin();
  std::string out;
  out.reserve(document.size());
  for (std::size_t at = 0; at < document.size();) {
    const unsigned char c = static_cast<unsigned char>(document[at]);
    const bool is_command = command != commands.end() && *command == at;
    if (is_command) ++command;
    if (c < 0x7f && !is_command) {  // within a string the library wrote controls as escapes
      out += document[at++];
      continue;
    }
    const auto [code, bytes] = first_character(document.substr(at));
    const std::string_view character = document.substr(at, bytes);
    if (is_command || printable(character) != character)
      out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code));
    else
      out += character;
    at += bytes;
  }
  return out;
}

std::string github_message(std::string_view text) {
  return by_lines(text, "%0A", [](std::string_view line) { return coded(quiet(line), {{'%', "%25"}}); });
}

std::string github_property(std::string_view text) {
  return coded(github_message(text), {{':', "%3A"}, {',', "%2C"}});
}

std::string azure(std::string_view text) {
  return by_lines(text, "%0A", [](std::string_view line) { return coded(quiet(line), {{'%', "%AZP25"}}); });
}

std::string shell(std::string_view word) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%";
  if (quiet_words(word) != word) {  // in octal, which ends after three digits whatever follows
    std::string out = "$'";
    for (const char c : word)
      out += plain.find(c) != std::string_view::npos && c != ':'
                 ? std::string(1, c)
                 : fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    return out + "'";
  }
  if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) return std::string(word);
  return "'" + coded(word, {{'\'', "'\\''"}}) + "'";
}

}  // namespace output::escape
