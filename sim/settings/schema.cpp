#include "sim/settings/schema.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace sim::settings {
namespace {

using Json = nlohmann::ordered_json;

bool all_digits(const std::string& word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// YAML reads 2021 as a number and false as a truth value before a schema sees them.
Json word_values(const std::vector<std::string>& words) {
  Json values = Json::array();
  for (const std::string& word : words) {
    if (all_digits(word)) values.push_back(std::stoll(word));
    if (word == "true" || word == "false")
      values.push_back(word == "true");
    else
      values.push_back(word);
  }
  return values;
}

// A bound of a number. Whole ones that a double cannot tell from their neighbours are left to the reader.
std::optional<Json> bound(const std::string& text) {
  const double value = std::stod(text);
  if (std::abs(value) >= 1e15) return std::nullopt;
  if (value == static_cast<double>(static_cast<std::int64_t>(value))) return static_cast<std::int64_t>(value);
  return value;
}

Json scalar_schema(const Shape& shape) {
  if (shape.type == "any") return Json::object();
  if (!shape.words.empty() && shape.ranges.empty()) return {{"enum", word_values(shape.words)}};
  if (shape.type == "boolean") return {{"type", "boolean"}};
  if (shape.type != "string") {
    Json schema{{"type", shape.type}};
    for (const Range& range : shape.ranges) {
      if (const auto least = bound(range.least)) schema["minimum"] = *least;
      if (const auto most = bound(range.most)) schema["maximum"] = *most;
    }
    return schema;
  }
  if (shape.pattern.empty()) return {{"type", {"string", "number", "boolean"}}};
  Json text{{"type", "string"}, {"pattern", "^(" + shape.pattern + ")$"}};
  if (!shape.bare_zero) return text;
  return {{"anyOf", {text, {{"const", 0}}}}};
}

Json preset_json(const Node& preset, const Shape& shape) {
  if (shape.type == "boolean") return preset.text == "true";
  if (shape.type == "integer" && preset.text.size() < 18) return std::stoll(preset.text);
  if (shape.type == "number") return std::stod(preset.text);
  if (preset.text == "true" || preset.text == "false") return preset.text == "true";
  return preset.text;
}

Json schema_of(const Shape& shape);

Json field_schema(const Field& field) {
  if (field.later) return {{"description", field.doc + " Not supported yet."}, {"not", Json::object()}};
  Json schema = schema_of(field.shape);
  const std::string ranges = ranges_text(field.shape);
  schema["description"] = field.doc + (ranges.empty() ? "" : " From " + ranges + '.');
  if (field.preset && field.preset->kind == Node::Kind::scalar && !field.preset->text.empty())
    schema["default"] = preset_json(*field.preset, field.shape);
  return schema;
}

Json map_schema(const Shape& shape) {
  if (!shape.parts.empty()) return {{"type", "object"}, {"additionalProperties", schema_of(shape.parts[0])}};
  Json properties = Json::object(), required = Json::array();
  for (const Field& field : shape.fields) {
    properties[field.key] = field_schema(field);
    if (field.required) required.push_back(field.key);
  }
  Json schema{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}

Json list_schema(const Shape& shape) {
  Json schema{{"type", "array"}, {"items", schema_of(shape.parts[0])}};
  if (shape.most_entries) schema["maxItems"] = *shape.most_entries;
  return schema;
}

Json schema_of(const Shape& shape) {
  switch (shape.kind) {
    case Shape::Kind::scalar:
      return scalar_schema(shape);
    case Shape::Kind::list:
      return list_schema(shape);
    case Shape::Kind::map:
      return map_schema(shape);
    case Shape::Kind::either:
      return {{"anyOf", {schema_of(shape.parts[0]), schema_of(shape.parts[1])}}};
  }
  return {};
}

// What a value may be, in a cell of a table.
std::string takes(const Shape& shape) {
  constexpr std::size_t most_words = 12;
  const bool only_words = shape.kind == Shape::Kind::scalar && shape.ranges.empty();
  if (only_words && !shape.words.empty() && shape.words.size() <= most_words) {
    std::string text;
    for (const std::string& word : shape.words) text += (text.empty() ? "`" : ", `") + word + '`';
    return text;
  }
  const std::string ranges = ranges_text(shape);
  return shape.says + (ranges.empty() ? "" : ": " + ranges);
}

std::string preset_cell(const Field& field) {
  if (field.required) return "required";
  if (!field.preset || field.preset->kind != Node::Kind::scalar || field.preset->text.empty()) return "";
  return '`' + field.preset->text + '`';
}

void put_table(const Shape& shape, const std::string& level, std::string& out);

// The maps inside a value, each a table of its own.
void put_inside(const Shape& shape, const std::string& level, std::string& out) {
  if (shape.kind == Shape::Kind::map && shape.parts.empty()) return put_table(shape, level, out);
  for (const Shape& part : shape.parts)
    put_inside(part, shape.kind == Shape::Kind::list ? level + "[]" : level, out);
}

void put_table(const Shape& shape, const std::string& level, std::string& out) {
  out += "\n## " + (level.empty() ? std::string("The file") : '`' + level + '`') + "\n\n";
  out += "| key | takes | default | meaning |\n| --- | --- | --- | --- |\n";
  for (const Field& field : shape.fields)
    out += "| `" + field.key + "` | " + (field.later ? "not supported yet" : takes(field.shape)) + " | " +
           preset_cell(field) + " | " + field.doc + " |\n";
  for (const Field& field : shape.fields)
    if (!field.later) put_inside(field.shape, level.empty() ? field.key : level + '.' + field.key, out);
}

}  // namespace

std::string to_json_schema(const Shape& shape, const std::string& title) {
  Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", title}};
  schema.update(schema_of(shape));
  return schema.dump(2) + '\n';
}

std::string to_reference(const Shape& shape) {
  std::string out;
  put_table(shape, "", out);
  return out;
}

}  // namespace sim::settings
