#include "tests/fuzz_runs/shrink.hpp"

#include <algorithm>
#include <vector>

namespace fuzz {

namespace {

using sim::settings::Node;
using Way = std::vector<std::size_t>;  // by the number of the entry or item at each level

Node& inside(Node& node, std::size_t i) { return node.items.empty() ? node.entries[i].value : node.items[i]; }

void collect(Node& node, Way& way, std::vector<Way>& all) {
  const std::size_t n = std::max(node.entries.size(), node.items.size());
  for (std::size_t i = 0; i < n; ++i) {
    way.push_back(i);
    all.push_back(way);
    collect(inside(node, i), way, all);
    way.pop_back();
  }
}

// Every value of the document, the larger ones first.
std::vector<Way> ways_into(Node& document) {
  std::vector<Way> all;
  Way way;
  collect(document, way, all);
  std::stable_sort(all.begin(), all.end(), [](const Way& a, const Way& b) { return a.size() < b.size(); });
  return all;
}

void leave_out(Node& document, const Way& way) {
  Node* at = &document;
  for (std::size_t level = 0; level + 1 < way.size(); ++level) at = &inside(*at, way[level]);
  const auto last = static_cast<std::ptrdiff_t>(way.back());
  if (at->items.empty())
    at->entries.erase(at->entries.begin() + last);
  else
    at->items.erase(at->items.begin() + last);
}

}  // namespace

Node shrunk(Node document, const std::function<bool(const Node&)>& wrong, int most_tries) {
  for (bool changed = true; changed;) {
    changed = false;
    for (const Way& way : ways_into(document)) {
      Node less = document;
      leave_out(less, way);
      if (--most_tries < 0) return document;
      if (!wrong(less)) continue;
      document = std::move(less);
      changed = true;
      break;
    }
  }
  return document;
}

}  // namespace fuzz
