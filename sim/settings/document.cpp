#include "sim/settings/document.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/settings/flat.hpp"
#include "sim/settings/parse.hpp"
#include "sim/settings/text.hpp"

namespace sim::settings {

Node::Node() = default;
Node::Node(const Node&) = default;
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(const Node&) = default;
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

Place place_at(const Source& source, std::size_t offset, std::size_t length = 1) {
  const std::string_view before = source.text().substr(0, offset);
  const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {&source, line, offset - start + 1, length};
}

// A character that YAML does not allow, or that would make the parser miscount lines.
bool forbidden(std::string_view text, std::size_t i) {
  const auto c = static_cast<unsigned char>(text[i]);
  if (c == '\r') return i + 1 >= text.size() || text[i + 1] != '\n';
  return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7f;
}

// The first thing that keeps the text from being parsed at all.
bool acceptable(const Source& source, Diagnostics& diagnostics) {
  const std::string_view text = source.text();
  for (std::size_t i = 0; i < text.size(); ++i)
    if (forbidden(text, i)) {
      diagnostics.error(place_at(source, i),
                        fmt::format("control character 0x{:02x}", static_cast<unsigned char>(text[i])),
                        "remove it; line breaks are LF or CR LF");
      return false;
    }
  const std::size_t mark = text.find(byte_order_mark);
  if (mark != std::string_view::npos)
    diagnostics.error(place_at(source, mark, byte_order_mark.size()), "a byte order mark inside the text",
                      "remove it");
  return mark == std::string_view::npos;
}

// Faults that make the text unprintable: reported against a source without text.
std::string unreadable(const std::string& text) {
  if (text.size() > Document::most_bytes)
    return fmt::format("{} bytes are more than the {} a scenario may have", text.size(),
                       Document::most_bytes);
  if (text.substr(0, 2) == "\xff\xfe" || text.substr(0, 2) == "\xfe\xff")
    return "the text is UTF-16; save it as UTF-8";
  return {};
}

// The valid start of the text, so that the place of the first bad byte can be shown.
struct Utf8 {
  std::string text;
  std::optional<std::size_t> bad;
};

Utf8 checked_utf8(std::string text) {
  const auto bad = first_invalid_utf8(text);
  if (bad) {
    const std::size_t end = std::min(text.find('\n', *bad), text.size());
    text = text.substr(0, *bad) + std::string(end - *bad, '?');
  }
  return {std::move(text), bad};
}

}  // namespace

Node Node::map() {
  Node node;
  node.kind = Kind::map;
  return node;
}

Node Node::list() {
  Node node;
  node.kind = Kind::list;
  return node;
}

Node Node::scalar(std::string text, bool quoted) {
  Node node;
  node.kind = Kind::scalar;
  node.text = std::move(text);
  node.quoted = quoted;
  return node;
}

void Node::add(std::string key, Node value) { entries.push_back({std::move(key), {}, std::move(value)}); }

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

Node* Node::find(std::string_view key) {
  for (Entry& entry : entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

namespace {

const Node* child(const Node& node, const Step& step) {
  if (const auto* key = std::get_if<std::string>(&step)) return node.find(*key);
  const std::size_t index = std::get<std::size_t>(step);
  return index < node.items.size() ? &node.items[index] : nullptr;
}

}  // namespace

Place place_of(const Node& root, const std::vector<Step>& path) {
  const Node* at = &root;
  for (const Step& step : path) {
    const Node* next = child(*at, step);
    if (!next) break;
    at = next;
  }
  return at->place;
}

const Node* value_at(const Node& root, const std::vector<Step>& path) {
  const Node* at = &root;
  for (const Step& step : path) {
    at = child(*at, step);
    if (!at) return nullptr;
  }
  return at;
}

const Source* Document::accept(std::string name, std::string text, Diagnostics& diagnostics) {
  if (const std::string fault = unreadable(text); !fault.empty()) {
    diagnostics.error({&sources_.emplace_back(std::move(name), ""), 1, 1, 1}, fault);
    return nullptr;
  }
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark) text.erase(0, byte_order_mark.size());
  Utf8 utf8 = checked_utf8(std::move(text));
  const Source& source = sources_.emplace_back(std::move(name), std::move(utf8.text));
  if (utf8.bad)
    diagnostics.error(place_at(source, *utf8.bad), "this byte is not UTF-8", "save the file as UTF-8");
  return !utf8.bad && acceptable(source, diagnostics) ? &source : nullptr;
}

Document::Document(std::string name, std::string text, Diagnostics& diagnostics) {
  const Source* source = accept(std::move(name), std::move(text), diagnostics);
  if (source) root_ = parse(*source, 0, diagnostics);
  if (!root_.place.source) root_.place = {&sources_.back(), 1, 1, 1};
}

Document::Document(std::string name, std::string text, std::span<const Flat> table)
    : root_(grow(sources_.emplace_back(std::move(name), std::move(text)), table)) {}

}  // namespace sim::settings
