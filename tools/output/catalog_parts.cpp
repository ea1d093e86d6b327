#include "tools/output/catalog_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/output/words.hpp"

namespace output {
namespace {

using catalog::Origin;

// Where a path is wider than a line of so many columns, it goes on after a slash in the next one.
std::string broken_at_slashes(std::string text, std::size_t width) {
  std::size_t line = 0;  // where the line begins
  for (std::size_t i = 0, slash = 0; i < text.size(); ++i) {
    if (text[i] == ' ') {
      line = i + 1;
      continue;
    }
    if (i - line >= width && slash > line) {
      text.insert(slash, " ");
      line = slash + 1;
    }
    if (text[i] == '/') slash = i + 1;
  }
  return text;
}

}  // namespace

std::vector<std::string> all_fields(const catalog::File& catalog) {
  std::vector<std::string> keys;
  for (const catalog::Row& row : catalog.rows())
    for (const auto& field : row.fields.entries)
      if (std::find(keys.begin(), keys.end(), field.key) == keys.end()) keys.push_back(field.key);
  return keys;
}

std::string section(const Style& style, const char* title, const std::string& body) {
  return body.empty() ? "" : style.bold(title) + "\n" + body;
}

std::string labelled(const std::string& label, const std::string& text) {
  constexpr std::size_t indent = 7;
  std::string paragraph = words::wrap(broken_at_slashes(text, words::width - indent), indent);
  return paragraph.replace(2, label.size(), label);
}

References::References(const catalog::File& catalog) {
  for (const auto& entry : catalog.root().find("references")->entries) texts_.push_back(entry.value.text);
}

std::string References::known(const Origin& origin) const {
  const auto found = std::find(texts_.begin(), texts_.end(), origin.source);
  return fmt::format("{} [{}]", origin.status, found - texts_.begin() + 1);
}

std::string References::text(const Origin& origin) const {
  const std::string rest = place_and_note(origin);
  return known(origin) + (rest.empty() ? "" : origin.lines.empty() ? ": " : ", ") + rest;
}

std::string References::list() const {
  std::string out;
  for (std::size_t i = 0; i < texts_.size(); ++i) out += labelled(fmt::format("[{}]", i + 1), texts_[i]);
  return out;
}

std::string place_and_note(const Origin& origin) {
  if (origin.lines.empty()) return origin.note;
  const bool one = origin.lines.find_first_of("-,") == std::string::npos;
  return fmt::format("{} {}{}{}", one ? "line" : "lines", origin.lines, origin.note.empty() ? "" : ": ",
                     origin.note);
}

void Columns::add(std::vector<std::string> cells) {
  widths_.resize(std::max(widths_.size(), cells.size()), 0);
  for (std::size_t i = 0; i < cells.size(); ++i) widths_[i] = std::max(widths_[i], words::columns(cells[i]));
  lines_.push_back(std::move(cells));
}

bool Columns::fits() const {
  std::size_t total = 0;
  for (const std::size_t width : widths_) total += width + 2;
  return lines_.size() > 2 && total <= words::width;
}

std::vector<std::string> Columns::lines() const {
  std::vector<std::string> all;
  for (const std::vector<std::string>& cells : lines_) {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) text += words::pad(cells[i], widths_[i]) + "  ";
    all.push_back(text.erase(text.find_last_not_of(' ') + 1));
  }
  return all;
}

std::string Columns::text(const Style& style) const {
  std::string out;
  bool first = true;
  for (const std::string& line : lines()) {
    out += (first ? style.bold(line) : line) + "\n";
    first = false;
  }
  return out;
}

Origins::Origins(const catalog::File& catalog, const References& references)
    : catalog_(catalog), references_(references) {
  for (const std::string& key : all_fields(catalog)) find_common(key);
}

std::string Origins::common() const {
  std::string out;
  for (const auto& [key, origin] : common_) out += entry(key, *origin);
  return out;
}

std::string Origins::own(const catalog::Row& row, const std::string& field, std::size_t indent) const {
  std::string out;
  for (const auto& [key, origin] : row.origins) {
    const bool member = key.starts_with(field + ".");
    if ((key != field && !member) || is_common(key, origin)) continue;
    out += words::wrap((member ? key.substr(field.size() + 1) + " " : "") + references_.text(origin), indent);
  }
  return out;
}

std::string Origins::exceptions() const {
  std::string out;
  for (const catalog::Row& row : catalog_.rows())
    for (const auto& [key, origin] : row.origins)
      if (!is_common(key, origin) && row.fields.find(key.substr(0, key.find('.'))))
        out += entry(row.name + " " + key, origin);
  return out;
}

// Its further lines are indented deeper than the first.
std::string Origins::entry(const std::string& what, const Origin& origin) const {
  return words::wrap(what + ": " + references_.text(origin), 4).substr(2);
}

// Common is what more than half of the rows that have the field say.
void Origins::find_common(const std::string& key) {
  std::vector<const Origin*> all;
  for (const catalog::Row& row : catalog_.rows())
    if (const auto own = row.origins.find(key); own != row.origins.end() && row.fields.find(key))
      all.push_back(&own->second);
  for (const Origin* origin : all) {
    const auto equal = std::count_if(all.begin(), all.end(), [&](const Origin* o) { return *o == *origin; });
    if (2 * static_cast<std::size_t>(equal) <= all.size()) continue;
    common_.emplace_back(key, origin);
    return;
  }
}

bool Origins::is_common(const std::string& key, const Origin& origin) const {
  return std::any_of(common_.begin(), common_.end(),
                     [&](const auto& c) { return c.first == key && *c.second == origin; });
}

}  // namespace output
