#include "tests/support/leaves.hpp"

#include <algorithm>

#include "sim/settings/quantity.hpp"

namespace support {

namespace {

using sim::settings::Field;
using sim::settings::Node;
using sim::settings::Shape;

void collect(const Shape& shape, const std::string& key, std::vector<std::string>& way,
             std::vector<Leaf>& all) {
  if (shape.kind == Shape::Kind::scalar) {
    all.push_back({key, way, &shape});
    return;
  }
  const bool list = shape.kind == Shape::Kind::list, any_keys = shape.kind == Shape::Kind::map;
  if (!shape.parts.empty() && list) way.push_back("[]");
  if (!shape.parts.empty() && any_keys) way.push_back("any");
  for (const Shape& part : shape.parts) collect(part, key, way, all);
  if (!shape.parts.empty() && (list || any_keys)) way.pop_back();
  for (const Field& field : shape.fields) {
    if (field.later) continue;
    way.push_back(field.key);
    collect(field.shape, key.empty() ? field.key : key + '.' + field.key, way, all);
    way.pop_back();
  }
}

// A text in three parts, of which the second is its first number.
struct Cut {
  std::string before, number, after;
};

Cut cut(const std::string& text) {
  constexpr const char* digits = "0123456789.";
  const std::size_t from = text.find_first_of("0123456789");
  if (from == std::string::npos) return {text, "", ""};
  const std::size_t to = std::min(text.find_first_not_of(digits, from), text.size());
  return {text.substr(0, from), text.substr(from, to - from), text.substr(to)};
}

double number_of(const std::string& text) { return std::get<double>(sim::settings::parse_decimal(text)); }

// Whether a fraction of it would be another mistake.
bool whole(const Cut& text) {
  return text.after.empty() || text.after == "us" || text.after.find_first_of("Bef") != std::string::npos;
}

}  // namespace

std::vector<Leaf> leaves(const Shape& root) {
  std::vector<Leaf> all;
  std::vector<std::string> way;
  collect(root, "", way, all);
  return all;
}

Node document_of(const Leaf& leaf, const std::string& text) {
  Node node = Node::scalar(text);
  for (auto step = leaf.way.rbegin(); step != leaf.way.rend(); ++step) {
    Node around = *step == "[]" ? Node::list() : Node::map();
    if (*step == "[]")
      around.items.push_back(std::move(node));
    else
      around.add(*step, std::move(node));
    node = std::move(around);
  }
  return node;
}

std::string above(const std::string& most) {
  const Cut text = cut(most);
  return text.before + sim::settings::format_decimal(number_of(text.number) * 2 + 1) + text.after;
}

std::string below(const std::string& least) {
  const Cut text = cut(least);
  const double number = number_of(text.number);
  if (number == 0) return text.before + "-1" + text.after;
  const double half = whole(text) ? number - 1 : number / 2;
  return text.before + sim::settings::format_decimal(half) + text.after;
}

}  // namespace support
