// How a value is read from a document, written back and described: the building blocks of field tables.
#pragma once
#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/settings/reader.hpp"

namespace sim::settings {

// A value of type V in a document.
template <class V>
struct Value {
  // Reads into `value`, which holds the default; false, and reported, if the node is not right.
  std::function<bool(Reader&, const Node&, V& value)> read;
  // The node that reads as this value; a null node where the key is better left out.
  std::function<Node(const V&)> write;
  Shape shape;
};

// A value read from a text by a parser of quantities, within bounds that may be absent.
template <class V>
Value<V> from_text(Shape shape, std::function<Parsed<V>(std::string_view)> parse,
                   std::function<std::string(const V&)> format) {
  Value<V> value;
  value.shape = shape;
  value.read = [shape, parse](Reader& reader, const Node& node, V& out) {
    if (!reader.expect(node, Node::Kind::scalar, shape)) return false;
    Parsed<V> parsed = parse(node.text);
    if (const auto* problem = std::get_if<Problem>(&parsed)) return reader.fail(node, *problem, shape);
    out = std::get<V>(std::move(parsed));
    return true;
  };
  value.write = [format](const V& v) { return Node::scalar(format(v)); };
  return value;
}

// The problem of a value outside its bounds, if it is.
std::optional<Problem> outside(bool too_small, bool too_large, const std::string& least,
                               const std::string& most);

// What was read, or the problem that it is outside the bounds.
template <class V, class Format>
Parsed<V> within(Parsed<V> parsed, const V& least, const V& most, const Format& format) {
  if (const V* v = std::get_if<V>(&parsed))
    if (const auto problem = outside(*v<least, *v> most, format(least), format(most))) return *problem;
  return parsed;
}

// Bounds of a rate, as texts such as "1/d" and "1000/s": those of the program, so that they must be right.
struct RateBounds {
  std::string least, most;
};
Parsed<Rate> within(const Parsed<Rate>& parsed, const RateBounds& bounds);

Value<std::string> text(std::string says, std::string example);
// A name the user gives: [a-z][a-z0-9-]*, at most 40 characters.
Value<std::string> name(const std::string& example);
Value<Node> anything(std::string says, std::string example);  // kept as it is
Value<bool> boolean();
Value<double> decimal(double least, double most, const std::string& example);
Value<Duration> duration(Duration least, Duration most, const std::string& example);
Value<Duration> duration_or_zero(Duration least, Duration most,
                                 const std::string& example);  // zero, or within the bounds
Value<std::uint64_t> size(std::uint64_t least, std::uint64_t most, const std::string& example);
Value<double> share(double least, double most, const std::string& example);
// A rate such as 200/min, as so many a second.
Value<double> per_second(const RateBounds& bounds, const std::string& example);
Value<std::int64_t> instant();
Value<Time> time_of_run(const std::string& example);  // since its start, within ten years
Value<Duration> time_of_day(const std::string& example);

// Whole numbers of any unsigned type.
Value<std::uint64_t> whole_number(std::uint64_t least, std::uint64_t most);
Value<std::uint64_t> count_of(std::string things, std::uint64_t least, std::uint64_t most,
                              const std::string& example);

// The same value kept in another type; the conversion must hold for all values within the bounds.
template <class V, class U>
Value<V> as(Value<U> value) {
  return {[read = value.read](Reader& reader, const Node& node, V& out) {
            U wide = static_cast<U>(out);
            if (!read(reader, node, wide)) return false;
            out = static_cast<V>(wide);
            return true;
          },
          [write = value.write](const V& v) { return write(static_cast<U>(v)); }, value.shape};
}

template <class V>
Value<V> whole(std::uint64_t least, std::uint64_t most = std::numeric_limits<V>::max()) {
  return as<V>(whole_number(least, most));
}

// Reports a word that is none of the choices.
bool unknown_word(Reader& reader, const Node& node, const Shape& shape);
Shape duration_range_shape(Duration most, const std::string& example);  // of "1m..5m" or a single time
// The shape of a quantity that is written in several ways, or with words around it.
Shape quantity_shape(std::string says, std::string example, std::string pattern, std::vector<Range> ranges,
                     std::vector<std::string> words = {});
Shape words_shape(std::vector<std::string> words, std::vector<std::string> later);

// One of some words, each meaning a value. Words in `later` are known but not supported yet.
template <class V>
Value<V> choice(std::vector<std::pair<std::string, V>> choices, std::vector<std::string> later = {}) {
  std::vector<std::string> words;
  words.reserve(choices.size());
  for (const auto& [word, meaning] : choices) words.push_back(word);
  Value<V> value;
  value.shape = words_shape(words, std::move(later));
  value.read = [choices, shape = value.shape](Reader& reader, const Node& node, V& out) {
    if (!reader.expect(node, Node::Kind::scalar, shape)) return false;
    for (const auto& [word, meaning] : choices)
      if (word == node.text) {
        out = meaning;
        return true;
      }
    return unknown_word(reader, node, shape);
  };
  value.write = [choices](const V& v) {
    for (const auto& [word, meaning] : choices)
      if (meaning == v) return Node::scalar(word);
    return Node{};
  };
  return value;
}

// One of some rows, by its `name`.
template <class V>
Value<V> row_of(const std::vector<V>& rows) {
  std::vector<std::pair<std::string, std::size_t>> choices;
  for (std::size_t i = 0; i < rows.size(); ++i) choices.emplace_back(rows[i].name, i);
  const Value<std::size_t> word = choice<std::size_t>(std::move(choices));
  return {[word, rows](Reader& reader, const Node& node, V& out) {
            std::size_t index = 0;
            if (!word.read(reader, node, index)) return false;
            out = rows[index];
            return true;
          },
          [](const V& v) { return Node::scalar(v.name); }, word.shape};
}

template <class V>
Value<std::optional<V>> optional(Value<V> value) {
  return {[read = value.read](Reader& reader, const Node& node, std::optional<V>& out) {
            V inner = out.value_or(V{});
            if (!read(reader, node, inner)) return false;
            out = std::move(inner);
            return true;
          },
          [write = value.write](const std::optional<V>& v) { return v ? write(*v) : Node{}; }, value.shape};
}

Shape list_shape(const Shape& item, std::string says);

// A list; each item starts as `fresh`.
template <class V>
Value<std::vector<V>> list(
    Value<V> item, std::string says, std::function<V()> fresh = [] { return V{}; }) {
  Value<std::vector<V>> value;
  value.shape = list_shape(item.shape, std::move(says));
  set_presets(value.shape.parts[0], item.write(fresh()));
  value.read = [item, fresh, shape = value.shape](Reader& reader, const Node& node, std::vector<V>& out) {
    if (!reader.expect(node, Node::Kind::list, shape)) return false;
    bool good = true;
    out.clear();
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const Reader::Into into(reader, i);
      out.push_back(fresh());
      good = item.read(reader, node.items[i], out.back()) && good;
    }
    return good;
  };
  value.write = [item](const std::vector<V>& all) {
    Node node = Node::list();
    for (const V& v : all) node.items.push_back(item.write(v));
    return node;
  };
  return value;
}

// Whether a list has no more than `most` entries; says so where it has.
bool fits(Reader& reader, const Node& node, std::size_t most);

// The same list, of no more than `most` entries.
template <class V>
Value<std::vector<V>> at_most(std::size_t most, Value<std::vector<V>> list) {
  list.shape.most_entries = most;
  list.read = [read = list.read, most](Reader& reader, const Node& node, std::vector<V>& out) {
    return fits(reader, node, most) && read(reader, node, out);
  };
  return list;
}

Shape by_key_shape(const Shape& value, std::string says, std::string key_example);

// A map whose keys the document chooses, in its order. What a key may be is for others to check.
template <class V>
Value<std::vector<std::pair<std::string, V>>> by_key(Value<V> item, std::string says,
                                                     std::string key_example) {
  using All = std::vector<std::pair<std::string, V>>;
  Value<All> value;
  value.shape = by_key_shape(item.shape, std::move(says), std::move(key_example));
  value.read = [item, shape = value.shape](Reader& reader, const Node& node, All& out) {
    if (!reader.expect(node, Node::Kind::map, shape)) return false;
    bool good = true;
    out.clear();
    for (const Entry& entry : node.entries) {
      const Reader::Into into(reader, entry.key);
      out.emplace_back(entry.key, V{});
      good = item.read(reader, entry.value, out.back().second) && good;
    }
    return good;
  };
  value.write = [item](const All& all) {
    Node node = Node::map();
    for (const auto& [key, v] : all) node.add(key, item.write(v));
    return node;
  };
  return value;
}

Shape either_shape(const Shape& first, const Shape& second);

// A single value, or a list of them; written as a list.
template <class V>
Value<std::vector<V>> one_or_more(Value<V> one, std::string says) {
  Value<std::vector<V>> value = list<V>(one, std::move(says));
  value.shape = either_shape(one.shape, value.shape);
  value.read = [one, several = value.read](Reader& reader, const Node& node, std::vector<V>& out) {
    if (node.kind == Node::Kind::list) return several(reader, node, out);
    out.assign(1, V{});
    return one.read(reader, node, out[0]);
  };
  return value;
}

// A text, or a map or list; `is_text` says which of the two is to be written.
template <class V>
Value<V> either(Value<V> scalar, Value<V> structure, std::function<bool(const V&)> is_text) {
  Value<V> value;
  value.shape = either_shape(scalar.shape, structure.shape);
  const Node::Kind structured =
      structure.shape.kind == Shape::Kind::list ? Node::Kind::list : Node::Kind::map;
  value.read = [scalar, structure, structured, shape = value.shape](Reader& reader, const Node& node,
                                                                    V& out) {
    if (node.kind == Node::Kind::scalar) return scalar.read(reader, node, out);
    if (node.kind == structured) return structure.read(reader, node, out);
    return reader.expect(node, Node::Kind::scalar, shape);
  };
  value.write = [scalar, structure, is_text](const V& v) {
    return is_text(v) ? scalar.write(v) : structure.write(v);
  };
  return value;
}

}  // namespace sim::settings
