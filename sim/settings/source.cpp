#include "sim/settings/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "sim/settings/text.hpp"

namespace sim::settings {
namespace {

// What of a line is shown, so that a caret far to the right still stands below its text.
struct Window {
  std::string text;    // printable
  std::size_t indent;  // cells before the caret
  std::size_t width;   // cells of the caret
};

// The longest end of `text` that fits into `room` cells.
std::string_view tail(std::string_view text, std::size_t room) {
  std::size_t used = cells(text);
  while (used > room) {
    const Character c = first_character(text);
    used -= std::min(used, std::max<std::size_t>(1, cells(text.substr(0, c.bytes))));
    text.remove_prefix(c.bytes);
    if (used <= room) used = cells(text);
  }
  return text;
}

std::string_view head(std::string_view text, std::size_t room) {
  std::size_t bytes = 0, used = 0;
  while (bytes < text.size()) {
    const Character c = first_character(text.substr(bytes));
    used += cells(text.substr(bytes, c.bytes));
    if (used > room) break;
    bytes += c.bytes;
  }
  return text.substr(0, bytes);
}

Window window(std::string_view line, std::size_t column, std::size_t length) {
  // A line that fits is shown whole.
  constexpr std::size_t whole_line = 120;
  const bool fits = cells(line) <= whole_line;
  const std::size_t before_room = fits ? whole_line : 60, marked_room = fits ? whole_line : 30;
  const std::size_t after_room = fits ? whole_line : 30;
  const std::size_t start = std::min(column - 1, line.size());
  const std::string_view before = line.substr(0, start);
  const std::string_view marked = line.substr(start, std::min(length, line.size() - start));
  const std::string_view after = line.substr(start + marked.size());
  std::string shown{tail(before, before_room)};
  if (shown.size() < before.size()) shown = "..." + shown;
  const std::size_t indent = cells(shown);
  const std::string_view middle = head(marked, marked_room);
  shown += middle;
  const std::string_view end = middle.size() < marked.size() ? std::string_view{} : head(after, after_room);
  shown += end;
  if (middle.size() + end.size() < marked.size() + after.size()) shown += "...";
  return {printable(shown), indent, std::max<std::size_t>(1, cells(middle))};
}

auto key(const Diagnostic& d) {
  return std::tie(d.place.source->name(), d.place.line, d.place.column, d.severity, d.message, d.hint);
}

}  // namespace

Source::Source(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)), starts_{0} {
  for (std::size_t i = 0; i < text_.size(); ++i)
    if (text_[i] == '\n') starts_.push_back(i + 1);
}

std::string_view Source::line(std::size_t number) const {
  if (number < 1 || number > starts_.size()) return {};
  const std::size_t from = starts_[number - 1];
  const std::size_t to = number < starts_.size() ? starts_[number] - 1 : text_.size();
  std::string_view line = std::string_view{text_}.substr(from, to - from);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

std::string render(const Diagnostic& d) {
  const std::string_view line = d.place.source->line(d.place.line);
  const std::size_t column = characters(line.substr(0, std::min(d.place.column - 1, line.size()))) + 1;
  const Window shown = window(line, d.place.column, d.place.length);
  const std::string number = std::to_string(d.place.line);
  const std::string gutter(number.size(), ' ');
  std::string out = fmt::format("{}:{}:{}: {}: {}\n", printable(d.place.source->name()), d.place.line, column,
                                d.severity == Severity::error ? "error" : "warning", d.message);
  out += fmt::format("{} |\n{} |{}{}\n", gutter, number, shown.text.empty() ? "" : " ", shown.text);
  out += fmt::format("{} | {:{}}{:^>{}}", gutter, "", shown.indent, "", shown.width);
  if (!d.hint.empty()) out += ' ' + d.hint;
  return out;
}

void Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::error) ++errors_;
  if (full()) return;
  constexpr std::size_t most = 1000;  // characters: a text that is quoted may be of any length
  diagnostic.message = excerpt(diagnostic.message, most);
  diagnostic.hint = excerpt(diagnostic.hint, most);
  all_.push_back(std::move(diagnostic));
}

void Diagnostics::error(const Place& place, std::string message, std::string hint) {
  add({Severity::error, place, std::move(message), std::move(hint)});
}

void Diagnostics::warning(const Place& place, std::string message, std::string hint) {
  add({Severity::warning, place, std::move(message), std::move(hint)});
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> out = all_;
  std::stable_sort(out.begin(), out.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
  const auto same = [](const Diagnostic& a, const Diagnostic& b) { return key(a) == key(b); };
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  return out;
}

std::string Diagnostics::report() const {
  std::vector<Diagnostic> all = sorted();
  all.erase(std::remove_if(all.begin(), all.end(),
                           [](const Diagnostic& d) { return d.severity != Severity::error; }),
            all.end());
  std::string out;
  for (std::size_t i = 0; i < std::min(all.size(), most_shown); ++i) out += render(all[i]) + '\n';
  if (all.size() > most_shown) {
    const std::size_t more = all.size() - most_shown;
    out += fmt::format("{}: {}{} more error{}\n", printable(all.front().place.source->name()),
                       full() ? "at least " : "", more, more == 1 ? "" : "s");
  }
  return out;
}

}  // namespace sim::settings
