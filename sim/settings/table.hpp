// The field table of a struct: one list of keys that reads it, writes it and describes it.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/settings/values.hpp"

namespace sim::settings {

template <class T>
class Table {
 public:
  // `says` completes "expected ...": "a fault such as {name: hub2, at: 2h, hub: 2}".
  explicit Table(std::string says, std::string example = {}) {
    shape_.kind = Shape::Kind::map;
    shape_.says = std::move(says);
    shape_.example = std::move(example);
  }

  // A key that is kept in `member`: a pointer to member, or a function that gives the part of a T, const or
  // not.
  template <class Member, class V>
  Table& field(std::string key, Member member, Value<V> value, std::string doc) {
    shape_.fields.push_back(
        {std::move(key), std::move(doc), std::move(value.shape), false, false, std::nullopt});
    codecs_.push_back({[member, read = std::move(value.read)](Reader& reader, const Node& node, T& object) {
                         return read(reader, node, std::invoke(member, object));
                       },
                       [member, write = std::move(value.write)](const T& object) {
                         return write(std::invoke(member, object));
                       }});
    return *this;
  }

  // All keys of another table, kept in a part of T.
  template <class Member, class U>
  Table& include(const Table<U>& other, Member member) {
    for (std::size_t i = 0; i < other.codecs_.size(); ++i) {
      const auto codec = other.codecs_[i];
      shape_.fields.push_back(other.shape_.fields[i]);
      codecs_.push_back({nullptr, nullptr});
      if (!codec.read) continue;
      codecs_.back().read = [member, codec](Reader& reader, const Node& node, T& object) {
        return codec.read(reader, node, std::invoke(member, object));
      };
      codecs_.back().write = [member, codec](const T& object) {
        return codec.write(std::invoke(member, object));
      };
    }
    return *this;
  }

  // The key just added must be given.
  Table& required() {
    shape_.fields.back().required = true;
    return *this;
  }

  // A key of which only one value is supported so far; `later` are the others, "*" for any.
  Table& only(std::string key, std::string word, std::vector<std::string> later, std::string doc) {
    const Value<int> value = choice<int>({{std::move(word), 0}}, std::move(later));
    shape_.fields.push_back({std::move(key), std::move(doc), value.shape, false, false, std::nullopt});
    codecs_.push_back({[value](Reader& reader, const Node& node, T&) {
                         int unused = 0;
                         return value.read(reader, node, unused);
                       },
                       [value](const T&) { return value.write(0); }});
    return *this;
  }

  // A key of the contract that is not supported yet; `keys` are those inside it, for hints.
  Table& later(std::string key, std::string doc, const std::vector<std::string>& keys = {},
               bool in_list = false) {
    Shape inside;
    inside.kind = Shape::Kind::map;
    for (const std::string& inner : keys)
      inside.fields.push_back({inner, "", Shape{}, false, true, std::nullopt});
    Shape shape = in_list ? list_shape(inside, "a list") : inside;
    shape_.fields.push_back({std::move(key), std::move(doc), std::move(shape), false, true, std::nullopt});
    codecs_.push_back({nullptr, nullptr});
    return *this;
  }

  // The same table with no key required.
  Table relaxed() const {
    Table copy = *this;
    for (Field& field : copy.shape_.fields) field.required = false;
    return copy;
  }

  bool read(Reader& reader, const Node& node, T& object) const {
    return reader.fields(node, shape_, [&](std::size_t i, const Node& value) {
      return codecs_[i].read(reader, value, object);
    });
  }

  Node write(const T& object) const {
    Node node = Node::map();
    for (std::size_t i = 0; i < codecs_.size(); ++i) {
      if (!codecs_[i].write) continue;
      Node value = codecs_[i].write(object);
      if (value.kind != Node::Kind::null) node.add(shape_.fields[i].key, std::move(value));
    }
    return node;
  }

  // The description, with the values of `defaults` as presets.
  Shape described(const T& defaults) const {
    Shape shape = shape_;
    set_presets(shape, write(defaults));
    return shape;
  }
  const Shape& shape() const { return shape_; }

 private:
  template <class U>
  friend class Table;
  struct Codec {
    std::function<bool(Reader&, const Node&, T&)> read;
    std::function<Node(const T&)> write;
  };
  Shape shape_;
  std::vector<Codec> codecs_;
};

// A map read by a table.
template <class T>
Value<T> nested(Table<T> table) {
  const auto shared = std::make_shared<const Table<T>>(std::move(table));
  return {
      [shared](Reader& reader, const Node& node, T& object) { return shared->read(reader, node, object); },
      [shared](const T& object) { return shared->write(object); }, shared->shape()};
}

}  // namespace sim::settings
