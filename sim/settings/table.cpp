#include "sim/settings/table.hpp"

namespace sim::settings {

Fields::Fields(std::string says, std::string example) {
  shape_.kind = Shape::Kind::map;
  shape_.says = std::move(says);
  shape_.example = std::move(example);
}

void Fields::add(std::string key, std::string doc, Shape shape, Codec codec) {
  shape_.fields.push_back(Field(std::move(key), std::move(doc), std::move(shape)));
  codecs_.push_back(std::move(codec));
}

void Fields::add_word(std::string key, std::string word, std::vector<std::string> later, std::string doc) {
  const Value<int> value = choice<int>({{std::move(word), 0}}, std::move(later));
  add(std::move(key), std::move(doc), value.shape,
      {[value](Reader& reader, const Node& node, void*) {
         int unused = 0;
         return value.read(reader, node, unused);
       },
       [value](const void*) { return value.write(0); }});
}

void Fields::add_later(std::string key, std::string doc, const std::vector<std::string>& keys, bool in_list) {
  const auto unsupported = [](std::string name, std::string words, Shape shape) {
    Field field(std::move(name), std::move(words), std::move(shape));
    field.later = true;
    return field;
  };
  Shape inside;
  inside.kind = Shape::Kind::map;
  for (const std::string& inner : keys) inside.fields.push_back(unsupported(inner, "", Shape{}));
  shape_.fields.push_back(
      unsupported(std::move(key), std::move(doc), in_list ? list_shape(inside, "a list") : inside));
  codecs_.emplace_back();
}

void Fields::include(const Fields& other, const std::function<Codec(const Codec&)>& adapted) {
  for (std::size_t i = 0; i < other.codecs_.size(); ++i) {
    shape_.fields.push_back(other.shape_.fields[i]);
    codecs_.push_back(other.codecs_[i].read ? adapted(other.codecs_[i]) : Codec{});
  }
}

void Fields::require_none() {
  for (Field& field : shape_.fields) field.required = false;
}

bool Fields::read(Reader& reader, const Node& node, void* object) const {
  return reader.fields(
      node, shape_, [&](std::size_t i, const Node& value) { return codecs_[i].read(reader, value, object); });
}

Node Fields::write(const void* object) const {
  Node node = Node::map();
  for (std::size_t i = 0; i < codecs_.size(); ++i) {
    if (!codecs_[i].write) continue;
    Node value = codecs_[i].write(object);
    if (value.kind != Node::Kind::null) node.add(shape_.fields[i].key, std::move(value));
  }
  return node;
}

Shape Fields::described(const void* defaults) const {
  Shape shape = shape_;
  set_presets(shape, write(defaults));
  return shape;
}

}  // namespace sim::settings
