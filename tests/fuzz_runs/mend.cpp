// Reading what was generated, and taking out what is wrong with it.
#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "sim/settings/emit.hpp"
#include "tests/fuzz_runs/generate.hpp"

namespace fuzz {

namespace {

using sim::settings::Entry;
using sim::settings::Node;
using sim::settings::to_yaml;

// The steps of "fleet[0].telemetry".
std::vector<std::string> steps_of(const std::string& path) {
  std::vector<std::string> steps{""};
  for (const char c : path) {
    if (c == '.' || c == '[')
      steps.emplace_back();
    else if (c != ']')
      steps.back() += c;
  }
  return steps;
}

// Takes out what stands at the path, or the last of it that there is; false where there is nothing.
bool take_out(Node& node, const std::vector<std::string>& steps, std::size_t at) {
  if (at == steps.size()) return false;
  if (node.kind == Node::Kind::list) {
    std::size_t index = node.items.size();
    std::from_chars(steps[at].data(), steps[at].data() + steps[at].size(), index);
    if (index >= node.items.size()) return false;
    if (!take_out(node.items[index], steps, at + 1))
      node.items.erase(node.items.begin() + static_cast<std::ptrdiff_t>(index));
    return true;
  }
  const auto entry = std::find_if(node.entries.begin(), node.entries.end(),
                                  [&](const Entry& e) { return e.key == steps[at]; });
  if (entry == node.entries.end()) return false;
  if (!take_out(entry->value, steps, at + 1)) node.entries.erase(entry);
  return true;
}

// The paths that messages begin with, the last first, so that indices stay true.
std::vector<std::string> paths_in(const std::string& problems) {
  constexpr std::string_view mark = ": error: ";
  std::vector<std::string> paths;
  for (std::size_t at = problems.find(mark); at != std::string::npos; at = problems.find(mark, at + 1)) {
    const std::size_t from = at + mark.size(), to = problems.find(": ", from);
    const std::string path = problems.substr(from, to - from);
    if (path.find_first_of(" \n\"") == std::string::npos) paths.push_back(path);
  }
  std::sort(paths.rbegin(), paths.rend());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

// What a map or list without anything in it says is often an error of its own.
bool empty(const Node& node) {
  return (node.kind == Node::Kind::map && node.entries.empty()) ||
         (node.kind == Node::Kind::list && node.items.empty());
}
void drop_empty(Node& node) {
  for (Entry& entry : node.entries) drop_empty(entry.value);
  for (Node& item : node.items) drop_empty(item);
  std::erase_if(node.entries, [](const Entry& entry) { return empty(entry.value); });
  std::erase_if(node.items, empty);
}

}  // namespace

std::optional<application::Scenario> loaded(const Node& document, std::string* problems) {
  const auto read = [](const std::string&) { return std::string("time,factor\n0h,0.5\n1h,2\n"); };
  try {
    return application::load(to_yaml(document), "fuzz.yaml", {}, read);
  } catch (const application::Invalid& invalid) {
    if (problems) *problems = invalid.what();
    return std::nullopt;
  }
}

std::optional<Node> mended(Node document) {
  constexpr int most_rounds = 20;
  for (int round = 0; round < most_rounds; ++round) {
    drop_empty(document);
    std::string problems;
    try {
      if (loaded(document, &problems)) return document;
    } catch (const std::exception&) {
      return document;  // it is no refusal, and so what is looked for
    }
    bool changed = false;
    for (const std::string& path : paths_in(problems))
      changed = take_out(document, steps_of(path), 0) || changed;
    if (!changed) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace fuzz
