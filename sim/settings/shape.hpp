// What may stand somewhere in a document: the description behind a field table, from which messages, the JSON
// Schema and the reference page are made.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/settings/document.hpp"

namespace sim::settings {

struct Field;

// The least and the most that a quantity may be, each as a text that reads as it.
struct Range {
  std::string least, most;
};

struct Shape {
  enum class Kind { scalar, list, map, either };
  Kind kind = Kind::scalar;
  std::string says;     // "a duration such as 15m": completes "expected ..."
  std::string example;  // "15m"

  // Scalars, for the schema: JSON type ("any": whatever YAML has), a pattern of texts, a closed list of
  // words, the ranges of a quantity: one, or one for each way to write it, beside the words.
  std::string type = "string";
  std::string pattern;
  std::vector<std::string> words;
  std::vector<std::string> later_words;  // known, not supported yet
  std::vector<Range> ranges;
  bool bare_zero = false;  // a quantity with a unit, of which 0 needs none
  bool free = false;       // a text, name or reference: no quantity, and so without a range

  std::optional<std::size_t> most_entries;  // of a list

  std::vector<Field> fields;  // of a map with keys of its own
  std::vector<Shape> parts;   // list: the item; either: the alternatives; map of any keys: the value

  // Out of line, since every table would have a copy of them.
  Shape();
  Shape(const Shape&);
  Shape(Shape&&) noexcept;
  Shape& operator=(const Shape&);
  Shape& operator=(Shape&&) noexcept;
  ~Shape();
};

// A key of a map.
struct Field {
  std::string key;
  std::string doc;
  Shape shape;
  bool required = false;
  bool later = false;          // part of the contract, not supported yet
  std::optional<Node> preset;  // the value where the key is absent, if it is always the same

  // Out of line, as those of Shape.
  Field(std::string key, std::string doc, Shape shape);
  Field(const Field&);
  Field(Field&&) noexcept;
  Field& operator=(const Field&);
  Field& operator=(Field&&) noexcept;
  ~Field();
};

// "1s to 30d": the ranges of a value, or of those inside a list; empty where it has none.
std::string ranges_text(const Shape& shape);

// Sets the presets of a map's fields, and of the maps inside it, from a value that holds the defaults.
void set_presets(Shape& shape, const Node& defaults);

// Which keys stand where: "fail_back" -> "actions[]".
class KeyIndex {
 public:
  explicit KeyIndex(const Shape& root) { collect(root, ""); }
  // The hint for a key that is not known at `level`: how it is spelt, or where it belongs; empty if nothing
  // is near.
  std::string hint(std::string_view key, std::string_view level) const;

 private:
  void collect(const Shape& shape, const std::string& level);
  std::map<std::string, std::vector<std::string>, std::less<>> levels_;  // of a key
};

// The nearest of the words within a small edit distance, case apart; empty if none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& words);
std::size_t edit_distance(std::string_view a, std::string_view b);  // swaps of neighbours count as one

// "a, b or c".
std::string listed(const std::vector<std::string>& words);

}  // namespace sim::settings
