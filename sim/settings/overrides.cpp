// Overrides: values set into a document from outside, as `--set path=value`.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "sim/settings/document.hpp"
#include "sim/settings/parse.hpp"
#include "sim/settings/text.hpp"

namespace sim::settings {
namespace {

// A step of the path as it is written, with its place in the assignment.
struct Written {
  std::string text;
  Place place;
};

bool is_index(const std::string& text) {
  return !text.empty() && text.size() < 8 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "fleet[0].client" or "fleet.0.client": its steps; none if a step is empty.
std::vector<Written> steps_of(const Source& source, std::size_t end) {
  std::vector<Written> steps;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= end; ++i) {
    const char c = i < end ? source.text()[i] : '.';
    if (c == ']' && i + 1 < end && (source.text()[i + 1] == '.' || source.text()[i + 1] == '[')) continue;
    if (c != '.' && c != '[') continue;
    std::size_t stop = i;
    if (stop > start && source.text()[stop - 1] == ']') --stop;
    if (stop == start) return {};
    steps.push_back(
        {std::string(source.text().substr(start, stop - start)), {&source, 1, start + 1, stop - start}});
    start = i + 1;
  }
  return steps;
}

struct Faulty {};

Node& step_into_list(Node& list, const Written& step, Diagnostics& diagnostics) {
  std::size_t index = 0;
  const bool number = is_index(step.text);
  if (number) std::from_chars(step.text.data(), step.text.data() + step.text.size(), index);
  if (number && index < list.items.size()) return list.items[index];
  diagnostics.error(
      step.place, fmt::format("no entry {} in a list of {}", quoted(step.text), list.items.size()),
      list.items.empty() ? "the list is empty" : fmt::format("entries are 0 to {}", list.items.size() - 1));
  throw Faulty{};
}

Node& step_into(Node& node, const Written& step, Diagnostics& diagnostics) {
  if (node.kind == Node::Kind::list) return step_into_list(node, step, diagnostics);
  if (node.kind == Node::Kind::null) {
    const Place place = node.place;
    node = Node::map();
    node.place = place;
  }
  if (node.kind != Node::Kind::map) {
    diagnostics.error(step.place, fmt::format("nothing can be set inside {}", quoted(node.text)),
                      "set the whole value");
    throw Faulty{};
  }
  if (Node* known = node.find(step.text)) return *known;
  node.entries.push_back({step.text, step.place, Node{}});
  node.entries.back().value.place = step.place;
  return node.entries.back().value;
}

}  // namespace

void Document::override_with(const std::string& assignment, Diagnostics& diagnostics) {
  const Source* accepted = accept("--set", assignment, diagnostics);
  if (!accepted) return;
  const Source& source = *accepted;
  const std::size_t before = diagnostics.errors();
  const std::size_t equals = source.text().find('=');
  const std::vector<Written> steps =
      equals == std::string::npos ? std::vector<Written>{} : steps_of(source, equals);
  if (steps.empty()) {
    diagnostics.error({&source, 1, 1, std::max<std::size_t>(1, source.line(1).size())}, "this sets nothing",
                      "write path=value, such as seed=2 or fleet[0].devices=2000");
    return;
  }
  if (steps.size() > most_levels) {
    diagnostics.error(steps[most_levels].place,
                      fmt::format("a path of {} steps is longer than the {} levels of a document",
                                  steps.size(), most_levels),
                      "shorten it");
    return;
  }
  Node value = parse(source, equals + 1, diagnostics);
  if (diagnostics.errors() != before) return;
  if (value.kind == Node::Kind::null) value.place = steps.back().place;
  try {
    Node* at = &root_;
    for (const Written& step : steps) at = &step_into(*at, step, diagnostics);
    *at = std::move(value);
  } catch (const Faulty&) {
    // reported where it was found
  }
}

}  // namespace sim::settings
