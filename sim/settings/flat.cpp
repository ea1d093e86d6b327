#include "sim/settings/flat.hpp"

namespace sim::settings {
namespace {

Place place(const Source& source, const Spot& spot) { return {&source, spot.line, spot.column, spot.length}; }

// The first node of `rest`, which is shortened by what it takes.
Node take(const Source& source, std::span<const Flat>& rest) {
  const Flat& flat = rest.front();
  rest = rest.subspan(1);
  Node node;
  node.kind = flat.kind;
  node.quoted = flat.quoted;
  node.text = flat.text;
  node.place = place(source, flat.spot);
  if (flat.kind == Node::Kind::list) node.items.reserve(flat.members);
  if (flat.kind == Node::Kind::map) node.entries.reserve(flat.members);
  for (std::uint32_t i = 0; i < flat.members; ++i) {
    if (flat.kind == Node::Kind::list) {
      node.items.push_back(take(source, rest));
      continue;
    }
    const Flat& value = rest.front();
    Entry& entry = node.entries.emplace_back();
    entry.key = value.key;
    entry.place = place(source, value.key_spot);
    entry.value = take(source, rest);
  }
  return node;
}

}  // namespace

Node grow(const Source& source, std::span<const Flat> table) {
  return table.empty() ? Node{} : take(source, table);
}

}  // namespace sim::settings
