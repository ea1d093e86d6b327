// The values that a document may hold, one by one, from the shape that describes it.
#pragma once
#include <string>
#include <vector>

#include "sim/settings/document.hpp"
#include "sim/settings/shape.hpp"

namespace support {

// A place for a scalar. Where a key takes either a text or a map, both have leaves.
struct Leaf {
  std::string key;               // "fleet.telemetry.every"
  std::vector<std::string> way;  // to it: keys, and "[]" for the item of a list
  const sim::settings::Shape* shape = nullptr;
};

// All of them, in the order of the shape, which must outlive them.
std::vector<Leaf> leaves(const sim::settings::Shape& root);

// A document that holds nothing but this text at the leaf.
sim::settings::Node document_of(const Leaf& leaf, const std::string& text);

// A text that is beyond the greatest (or least) of a range: the number in it doubled (or halved, and where it
// is zero, negative).
std::string above(const std::string& most);
std::string below(const std::string& least);

}  // namespace support
