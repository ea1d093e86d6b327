// The JSON Schema agrees with the reader: what the one takes the other takes, key by key and word by word.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>

#include "models/application/draft.hpp"
#include "models/application/load.hpp"
#include "sim/settings/schema.hpp"

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using sim::settings::Diagnostics;
using sim::settings::Document;
using sim::settings::Node;

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

const Json& schema() {
  static const Json parsed =
      Json::parse(sim::settings::to_json_schema(application::scenario_shape(), "Hubstorm scenario"));
  return parsed;
}

// A scalar as the core schema of YAML 1.2 types it, which is what editors give to a schema.
Json typed(const Node& node) {
  if (!node.quoted && (node.text == "true" || node.text == "false")) return node.text == "true";
  if (!node.quoted && std::regex_match(node.text, std::regex("[-+]?[0-9]+"))) return std::stoll(node.text);
  if (!node.quoted && std::regex_match(node.text, std::regex("[-+]?[0-9]*\\.[0-9]+")))
    return std::stod(node.text);
  return node.text;
}

Json as_json(const Node& node) {
  if (node.kind == Node::Kind::scalar) return typed(node);
  Json json = node.kind == Node::Kind::list ? Json::array() : Json::object();
  for (const Node& item : node.items) json.push_back(as_json(item));
  for (const sim::settings::Entry& entry : node.entries) json[entry.key] = as_json(entry.value);
  return node.kind == Node::Kind::null ? Json() : json;
}

Json scenario(const std::string& text) {
  Diagnostics diagnostics;
  const Document document("x.yaml", text, diagnostics);
  REQUIRE(diagnostics.errors() == 0);
  return as_json(document.root());
}

// The part of draft-07 that the schema uses; anything else in it fails the test.
bool valid(const Json& value, const Json& rules);

bool has_type(const Json& value, const Json& type) {
  if (type.is_array())
    return std::any_of(type.begin(), type.end(), [&](const Json& t) { return has_type(value, t); });
  const std::string name = type;
  if (name == "integer") return value.is_number_integer();
  if (name == "number") return value.is_number();
  if (name == "boolean") return value.is_boolean();
  if (name == "array") return value.is_array();
  if (name == "object") return value.is_object();
  REQUIRE(name == "string");
  return value.is_string();
}

bool members_valid(const Json& value, const Json& properties) {
  for (const auto& [key, member] : value.items())
    if (!properties.contains(key) || !valid(member, properties[key])) return false;
  return true;
}

bool obeys(const Json& value, const std::string& rule, const Json& with) {
  if (rule == "type") return has_type(value, with);
  if (rule == "enum") return std::find(with.begin(), with.end(), value) != with.end();
  if (rule == "const") return value == with;
  if (rule == "pattern")
    return !value.is_string() ||
           std::regex_search(value.get<std::string>(), std::regex(with.get<std::string>()));
  if (rule == "minimum") return !value.is_number() || value >= with;
  if (rule == "maximum") return !value.is_number() || value <= with;
  if (rule == "anyOf")
    return std::any_of(with.begin(), with.end(), [&](const Json& option) { return valid(value, option); });
  if (rule == "not") return !valid(value, with);
  if (rule == "items")
    return !value.is_array() ||
           std::all_of(value.begin(), value.end(), [&](const Json& v) { return valid(v, with); });
  if (rule == "maxItems") return !value.is_array() || value.size() <= with.get<std::size_t>();
  if (rule == "properties") return !value.is_object() || members_valid(value, with);
  if (rule == "required")
    return !value.is_object() ||
           std::all_of(with.begin(), with.end(), [&](const Json& k) { return value.contains(k); });
  if (rule == "additionalProperties" &&
      with.is_object())  // a map of any keys: then there are no `properties`
    return !value.is_object() ||
           std::all_of(value.begin(), value.end(), [&](const Json& v) { return valid(v, with); });
  if (rule == "additionalProperties") return with == false;  // enforced with `properties`
  INFO(rule);
  CHECK((rule == "description" || rule == "default" || rule == "title" || rule == "$schema"));
  return true;
}

bool valid(const Json& value, const Json& rules) {
  for (const auto& [rule, with] : rules.items())
    if (!obeys(value, rule, with)) return false;
  return true;
}

}  // namespace

TEST_CASE("the examples are valid, and so is each in its resolved form", "[long]") {
  for (const auto& entry : fs::directory_iterator(fs::path(TREE) / "scenarios")) {
    if (entry.path().extension() != ".yaml") continue;  // studies
    INFO(entry.path().string());
    const std::string text = content(entry.path());
    CHECK(valid(scenario(text), schema()));
    const std::string resolved = application::load(text, "x.yaml").resolved;
    CHECK(valid(scenario(resolved), schema()));
    CHECK(application::load(resolved, "x.yaml").resolved == resolved);
  }
}

TEST_CASE("what the reader refuses for its key or its word, the schema refuses") {
  const std::regex telling("unknown key|unknown word|is not supported yet|is missing|needs a unit|expected ");
  const std::regex beyond("expect\\[|missing-space|return_to_dps|retry: kind|set-|found nothing");
  int checked = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(TREE) / "tests" / "bad")) {
    fs::path path = entry.path();
    if (path.extension() != ".expected") continue;
    const std::string message = content(path), name = path.filename().string();
    if (!std::regex_search(message, telling) || std::regex_search(name + message, beyond)) continue;
    INFO(name);
    ++checked;
    CHECK_FALSE(valid(scenario(content(path.replace_extension(".yaml"))), schema()));
  }
  CHECK(checked > 100);
}

TEST_CASE("every default of the schema is valid where it stands") {
  int checked = 0;
  const std::function<void(const Json&)> walk = [&](const Json& rules) {
    if (rules.is_object() && rules.contains("default")) {
      INFO(rules.dump());
      ++checked;
      CHECK(valid(rules["default"], rules));
    }
    if (rules.is_structured())
      for (const Json& part : rules) walk(part);
  };
  walk(schema());
  CHECK(checked > 40);
}

TEST_CASE("the reference page in docs/ is that of the field table") {
  const std::string page = content(fs::path(TREE) / "docs" / "scenario-keys.md");
  const std::string generated = sim::settings::to_reference(application::scenario_shape());
  REQUIRE(page.size() > generated.size());
  CHECK(page.substr(page.size() - generated.size()) == generated);
}
