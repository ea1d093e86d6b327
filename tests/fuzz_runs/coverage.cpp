#include "tests/fuzz_runs/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tests/support/leaves.hpp"

namespace fuzz {

using sim::settings::Node;
using sim::settings::Range;

Coverage::Coverage(const sim::settings::Shape& root) {
  for (const support::Leaf& leaf : support::leaves(root)) {
    Seen& seen = keys_[leaf.key];
    std::vector<Range>& ranges = ranges_[leaf.key];
    ranges.insert(ranges.end(), leaf.shape->ranges.begin(), leaf.shape->ranges.end());
    seen.quantity = !ranges.empty();
  }
}

void Coverage::add(const Node& document) { visit(document, ""); }

void Coverage::visit(const Node& node, const std::string& key) {
  for (const Node& item : node.items) visit(item, key);
  for (const sim::settings::Entry& entry : node.entries)
    visit(entry.value, key.empty() ? entry.key : key + '.' + entry.key);
  const auto found = keys_.find(key);
  if (node.kind != Node::Kind::scalar || found == keys_.end()) return;
  found->second.there = true;
  for (const Range& range : ranges_.at(key)) {
    found->second.least = found->second.least || node.text == range.least;
    found->second.most = found->second.most || node.text == range.most;
  }
}

std::string Coverage::text() const {
  std::size_t there = 0, quantities = 0, least = 0, most = 0;
  std::string never, no_least, no_most;
  for (const auto& [key, seen] : keys_) {
    there += seen.there;
    quantities += seen.quantity;
    least += seen.least;
    most += seen.most;
    if (!seen.there) never += ' ' + key;
    if (seen.there && seen.quantity && !seen.least) no_least += ' ' + key;
    if (seen.there && seen.quantity && !seen.most) no_most += ' ' + key;
  }
  return fmt::format(
      "{} of {} keys; of {} quantities {} at their least and {} at their most\nnever:{}\nnever at the "
      "least:{}\nnever at the most:{}\n",
      there, keys_.size(), quantities, least, most, never, no_least, no_most);
}

}  // namespace fuzz
