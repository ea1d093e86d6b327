// The field table of a struct: one list of keys that reads it, writes it and describes it.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/settings/values.hpp"

namespace sim::settings {

// What the table of any struct is made of: its keys, and how each is read and written. Kept apart from the
// type of the struct, of which each function here is given the address, so that it is compiled once and not
// for every struct.
class Fields {
 public:
  struct Codec {  // both empty for a key that is not supported yet
    std::function<bool(Reader&, const Node&, void* object)> read;
    std::function<Node(const void* object)> write;
  };
  Fields(std::string says, std::string example);
  void add(std::string key, std::string doc, Shape shape, Codec codec);
  void add_word(std::string key, std::string word, std::vector<std::string> later, std::string doc);
  void add_later(std::string key, std::string doc, const std::vector<std::string>& keys, bool in_list);
  // Each key of another table, which reads and writes with what `adapted` makes of the codec.
  void include(const Fields& other, const std::function<Codec(const Codec&)>& adapted);
  void require_last() { shape_.fields.back().required = true; }
  void require_none();

  bool read(Reader& reader, const Node& node, void* object) const;
  Node write(const void* object) const;
  Shape described(const void* defaults) const;
  const Shape& shape() const { return shape_; }

 private:
  Shape shape_;
  std::vector<Codec> codecs_;
};

template <class T>
class Table {
 public:
  // `says` completes "expected ...": "a fault such as {name: hub2, at: 2h, hub: 2}".
  explicit Table(std::string says, std::string example = {}) : fields_(std::move(says), std::move(example)) {}

  // A key that is kept in `member`: a pointer to member, or a function that gives the part of a T, const or
  // not.
  template <class Member, class V>
  Table& field(std::string key, Member member, Value<V> value, std::string doc) {
    fields_.add(std::move(key), std::move(doc), std::move(value.shape),
                {[member, read = std::move(value.read)](Reader& reader, const Node& node, void* object) {
                   return read(reader, node, std::invoke(member, *static_cast<T*>(object)));
                 },
                 [member, write = std::move(value.write)](const void* object) {
                   return write(std::invoke(member, *static_cast<const T*>(object)));
                 }});
    return *this;
  }

  // All keys of another table, kept in a part of T.
  template <class Member, class U>
  Table& include(const Table<U>& other, Member member) {
    fields_.include(other.fields_, [member](const Fields::Codec& codec) -> Fields::Codec {
      return {[member, read = codec.read](Reader& reader, const Node& node, void* object) {
                U& part = std::invoke(member, *static_cast<T*>(object));
                return read(reader, node, &part);
              },
              [member, write = codec.write](const void* object) {
                const U& part = std::invoke(member, *static_cast<const T*>(object));
                return write(&part);
              }};
    });
    return *this;
  }

  // The key just added must be given.
  Table& required() {
    fields_.require_last();
    return *this;
  }

  // A key of which only one value is supported so far; `later` are the others, "*" for any.
  Table& only(std::string key, std::string word, std::vector<std::string> later, std::string doc) {
    fields_.add_word(std::move(key), std::move(word), std::move(later), std::move(doc));
    return *this;
  }

  // A key of the contract that is not supported yet; `keys` are those inside it, for hints.
  Table& later(std::string key, std::string doc, const std::vector<std::string>& keys = {},
               bool in_list = false) {
    fields_.add_later(std::move(key), std::move(doc), keys, in_list);
    return *this;
  }

  // The same table with no key required.
  Table relaxed() const {
    Table copy = *this;
    copy.fields_.require_none();
    return copy;
  }

  bool read(Reader& reader, const Node& node, T& object) const { return fields_.read(reader, node, &object); }
  Node write(const T& object) const { return fields_.write(&object); }

  // The description, with the values of `defaults` as presets.
  Shape described(const T& defaults) const { return fields_.described(&defaults); }
  const Shape& shape() const { return fields_.shape(); }

 private:
  template <class U>
  friend class Table;
  Fields fields_;
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
