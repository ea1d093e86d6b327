#include "sim/settings/shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sim/settings/text.hpp"

namespace sim::settings {

Shape::Shape() = default;
Shape::Shape(const Shape&) = default;
Shape::Shape(Shape&&) noexcept = default;
Shape& Shape::operator=(const Shape&) = default;
Shape& Shape::operator=(Shape&&) noexcept = default;
Shape::~Shape() = default;

Field::Field(std::string name, std::string words, Shape value)
    : key(std::move(name)), doc(std::move(words)), shape(std::move(value)) {}
Field::Field(const Field&) = default;
Field::Field(Field&&) noexcept = default;
Field& Field::operator=(const Field&) = default;
Field& Field::operator=(Field&&) noexcept = default;
Field::~Field() = default;

namespace {

constexpr std::size_t longest_word = 40;  // longer ones are compared with nothing

std::size_t allowed_distance(std::string_view word) {
  return word.size() < 4 ? 1 : std::min<std::size_t>(3, word.size() / 3);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string where(const std::string& level) { return level.empty() ? "at the top level" : "in " + level; }

std::string belongs(const std::vector<std::string>& levels) {
  if (levels.size() == 1) return "it belongs " + where(levels[0]);
  return fmt::format("it belongs {} or {}", where(levels[0]), where(levels[1]));
}

// "registrations" is the beginning of "registrations_per_minute".
std::string beginning_with(std::string_view word, const std::vector<std::string>& words) {
  constexpr std::size_t telling = 4;
  if (word.size() < telling) return {};
  for (const std::string& candidate : words)
    if (candidate.size() > word.size() && candidate.compare(0, word.size(), word) == 0) return candidate;
  return {};
}

bool contains(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), 0u);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last[b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& words) {
  // Numbers that look alike mean different things.
  const bool number = std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (word.size() > longest_word || number) return {};
  std::string best;
  std::size_t least = allowed_distance(word) + 1;
  for (const std::string& candidate : words) {
    if (candidate.size() >= word.size() + least) continue;  // nor as near; of any length, out of a document
    const std::size_t distance = edit_distance(lower(word), lower(candidate));
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best.empty() ? beginning_with(word, words) : best;
}

std::string listed(const std::vector<std::string>& words) {
  constexpr std::size_t most = 20, shown = 6;
  if (words.size() > most) {
    std::string some = fmt::format("one of {}: ", words.size());
    for (std::size_t i = 0; i < shown; ++i) some += words[i] + ", ";
    return some + "...";
  }
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i)
    out += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return out;
}

std::string ranges_text(const Shape& shape) {
  if (shape.kind == Shape::Kind::map) return {};
  std::string text;
  const auto add = [&text](const std::string& more) {
    if (!more.empty() && text != more) text += (text.empty() ? "" : ", ") + more;
  };
  for (const Range& range : shape.ranges) add(range.least + " to " + range.most);
  for (const Shape& part : shape.parts) add(ranges_text(part));
  return text;
}

void set_presets(Shape& shape, const Node& defaults) {
  for (Shape& part : shape.parts)
    if (shape.kind == Shape::Kind::either) set_presets(part, defaults);
  for (Field& field : shape.fields) {
    const Node* value = defaults.find(field.key);
    if (!value || field.required) continue;
    field.preset = *value;
    set_presets(field.shape, *value);
  }
}

void KeyIndex::collect(const Shape& shape, const std::string& level) {
  for (const Shape& part : shape.parts) collect(part, shape.kind == Shape::Kind::list ? level + "[]" : level);
  for (const Field& field : shape.fields) {
    std::vector<std::string>& levels = levels_[field.key];
    if (!contains(levels, level)) levels.push_back(level);
    collect(field.shape, level.empty() ? field.key : level + '.' + field.key);
  }
}

std::string KeyIndex::hint(std::string_view key, std::string_view level) const {
  if (key.find(':') != std::string_view::npos) {
    const std::size_t colon = key.find(':');
    return fmt::format("write {}: {} with a space after the colon", printable(key.substr(0, colon)),
                       printable(key.substr(colon + 1)));
  }
  std::vector<std::string> here, all;
  for (const auto& [known, levels] : levels_) {
    all.push_back(known);
    if (contains(levels, level)) here.push_back(known);
  }
  const std::string neighbour = nearest(key, here);
  if (!neighbour.empty() && edit_distance(lower(key), neighbour) <= 1)
    return fmt::format("did you mean {}?", quoted(neighbour));
  if (const auto exact = levels_.find(key); exact != levels_.end()) return belongs(exact->second);
  if (!neighbour.empty()) return fmt::format("did you mean {}?", quoted(neighbour));
  const std::string far = nearest(key, all);
  if (far.empty()) return {};
  return fmt::format("did you mean {}? {}", quoted(far), belongs(levels_.find(far)->second));
}

}  // namespace sim::settings
