// YAML text as a tree whose every value knows its place. Whatever the text, reading it ends soon: size, depth
// and number of values are limited, aliases included.
#pragma once
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/settings/source.hpp"

namespace sim::settings {

struct Entry;
struct Flat;

// A value of the document: nothing, a text, a list or a map. Aliases are resolved; an alias has its own
// place, what is inside it has the anchor's.
struct Node {
  enum class Kind : std::uint8_t { null, scalar, list, map };
  Kind kind = Kind::null;
  bool quoted = false;         // a scalar in quotes or of block style
  std::string text;            // of a scalar
  std::vector<Node> items;     // of a list
  std::vector<Entry> entries;  // of a map, as written; keys differ
  Place place;

  const Node* find(std::string_view key) const;  // the value of a key, null if there is none
  Node* find(std::string_view key);
  static Node scalar(std::string text, bool quoted = false);
  static Node map();
  static Node list();
  void add(std::string key, Node value);  // to a map that is being written

  // Out of line, since whoever reads or writes documents would have a copy of them.
  Node();
  Node(const Node&);
  Node(Node&&) noexcept;
  Node& operator=(const Node&);
  Node& operator=(Node&&) noexcept;
  ~Node();
};

struct Entry {
  std::string key;
  Place place;  // of the key
  Node value;
};

// A step of a path into a document: a key or an index from 0.
using Step = std::variant<std::string, std::size_t>;

// Where the value at this path stands, or, where there is none, the nearest value around it.
Place place_of(const Node& root, const std::vector<Step>& path);
// The value at this path, null if there is none.
const Node* value_at(const Node& root, const std::vector<Step>& path);

// A YAML text and its overrides, read into a tree.
class Document {
 public:
  static constexpr std::size_t most_bytes = 1 << 20;
  static constexpr std::size_t most_values = 100'000;
  static constexpr std::size_t most_levels = 32;

  // Reads the text; what is wrong is reported, and where the text is no YAML at all, root() is null.
  Document(std::string name, std::string text, Diagnostics& diagnostics);
  // A text that was read before: `table` is its tree, see flat.hpp.
  Document(std::string name, std::string text, std::span<const Flat> table);
  // Sets the value at a path, as in "fleet.0.devices=2000" or "fleet[0].client={base: sdk-c}"; maps on the
  // way are made where missing. Errors point at the text of the override.
  void override_with(const std::string& assignment, Diagnostics& diagnostics);
  // Keeps the text of another file, for places in it.
  const Source& attach(std::string name, std::string text) {
    return sources_.emplace_back(std::move(name), std::move(text));
  }
  const Node& root() const { return root_; }

 private:
  // Checks the text's size, encoding and characters; null, and reported, if it cannot be parsed.
  const Source* accept(std::string name, std::string text, Diagnostics& diagnostics);
  std::deque<Source> sources_;  // a deque: places point at its elements
  Node root_;
};

}  // namespace sim::settings
