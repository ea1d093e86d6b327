// A tree of nodes as a table of constants, so that YAML known when the program is built is not parsed at each
// start. tools/embed writes the tables.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "sim/settings/document.hpp"

namespace sim::settings {

// Line and column as in Place.
struct Spot {
  std::uint32_t line, column, length;
};

// A node, followed in the table by the nodes of its `members`, each with what is inside it.
struct Flat {
  Node::Kind kind;
  bool quoted;
  std::uint32_t members;  // items of a list, entries of a map
  std::string_view key;   // where the node is the value of an entry
  Spot key_spot;
  std::string_view text;  // of a scalar
  Spot spot;
};

// The tree of a table that describes `source`; a null node for an empty table.
Node grow(const Source& source, std::span<const Flat> table);

}  // namespace sim::settings
