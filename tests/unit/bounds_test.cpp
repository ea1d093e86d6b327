// Every quantity of a scenario and of a study has a least and a most: both can be written, what is beyond is
// refused with one message that says the bound, and the schema and the reference page show them.
#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/application/draft.hpp"
#include "sim/settings/emit.hpp"
#include "sim/settings/reader.hpp"
#include "sim/settings/schema.hpp"
#include "sim/settings/text.hpp"
#include "sim/settings/values.hpp"
#include "tests/support/leaves.hpp"
#include "tools/study/settings.hpp"

namespace {

using namespace sim::settings;
using support::Leaf;

bool is_quantity(const Shape& shape) {
  const bool only_words = !shape.words.empty() && shape.ranges.empty();
  return !shape.free && !only_words && shape.type != "boolean";
}

// Keys with their bounds.
using Bounds = std::set<std::pair<std::string, std::string>>;

Bounds bounds_of(const Shape& shape) {
  Bounds all;
  for (const Leaf& leaf : support::leaves(shape))
    for (const Range& range : leaf.shape->ranges) all.emplace(leaf.key, range.least + " to " + range.most);
  return all;
}

// As tests/unit/bounds.txt has them: bounds, and below them the keys.
Bounds decided() {
  Bounds all;
  std::ifstream file(TREE "/tests/unit/bounds.txt");
  std::string bounds;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("  "))
      all.emplace(line.substr(2), bounds);
    else if (!line.starts_with('#'))
      bounds = line;
  }
  return all;
}

// What reading a scenario that holds only this has to say about it.
std::vector<Diagnostic> said_of(const Leaf& leaf, const std::string& text) {
  Diagnostics diagnostics;
  const Document document("x.yaml", to_yaml(support::document_of(leaf, text)), diagnostics);
  Reader reader(diagnostics, []() -> const Shape& { return application::scenario_table().shape(); });
  application::Draft draft = application::default_draft();
  application::scenario_table().read(reader, document.root(), draft);
  std::vector<Diagnostic> found;
  for (const Diagnostic& one : diagnostics.sorted())
    if (one.message.find(quoted(text)) != std::string::npos) found.push_back(one);
  return found;
}

void check_refused(const Leaf& leaf, const std::string& text) {
  INFO(text << " is beyond");
  const std::vector<Diagnostic> said = said_of(leaf, text);
  REQUIRE(said.size() == 1);
  const std::string whole = said[0].message + ' ' + said[0].hint;
  const bool says_bound = whole.find("at least ") != std::string::npos ||
                          whole.find("at most ") != std::string::npos ||
                          whole.find("after 1 to ") != std::string::npos;
  const bool plain = whole.find("must not be negative") != std::string::npos ||
                     whole.find("is more than 100%") != std::string::npos ||
                     whole.find("would leave no device there") != std::string::npos ||
                     whole.find("has too many digits") != std::string::npos;
  INFO(whole);
  CHECK((says_bound || plain));
}

}  // namespace

TEST_CASE("every quantity has a least and a most", "[bounds]") {
  for (const Shape* shape : {&application::scenario_shape(), &study::shape()}) {
    std::size_t quantities = 0;
    for (const Leaf& leaf : support::leaves(*shape)) {
      if (!is_quantity(*leaf.shape)) continue;
      INFO(leaf.key << ": " << leaf.shape->says);
      CHECK(!leaf.shape->ranges.empty());
      ++quantities;
    }
    CHECK(quantities >= 10);
  }
}

TEST_CASE("the bounds of a quantity can be written, and nothing beyond", "[bounds]") {
  for (const Leaf& leaf : support::leaves(application::scenario_shape())) {
    INFO(leaf.key);
    for (const Range& range : leaf.shape->ranges) {
      for (const std::string& bound : {range.least, range.most}) {
        INFO(bound << " is within");
        CHECK(said_of(leaf, bound).empty());
      }
      if (leaf.shape->pattern.starts_with("20") || leaf.shape->pattern.starts_with("([01]")) continue;
      check_refused(leaf, support::above(range.most));
      check_refused(leaf, support::below(range.least));
    }
    for (const std::string& word : leaf.shape->words) CHECK(said_of(leaf, word).empty());
  }
}

TEST_CASE("the bounds of every key are those that were decided", "[bounds]") {
  Bounds there = bounds_of(application::scenario_shape());
  for (const auto& [key, bounds] : bounds_of(study::shape())) there.emplace("study: " + key, bounds);
  const Bounds stated = decided();
  for (const auto& [key, bounds] : there) {
    INFO(key << ": " << bounds << " stands in the program alone");
    CHECK(stated.contains({key, bounds}));
  }
  for (const auto& [key, bounds] : stated) {
    INFO(key << ": " << bounds << " stands in tests/unit/bounds.txt alone");
    CHECK(there.contains({key, bounds}));
  }
}

TEST_CASE("the schema and the reference show the bounds", "[bounds]") {
  Shape shape;
  shape.kind = Shape::Kind::map;
  shape.fields.push_back(
      {"every", "A period.", duration(sim::Duration{1000}, sim::Duration{2000}, "1ms").shape});
  shape.fields.push_back({"share", "A part.", share(0.1, 0.5, "20%").shape});
  shape.fields.push_back({"pick", "A number.", whole_number(1, 9).shape});
  const std::string reference = to_reference(shape), schema = to_json_schema(shape, "x");
  CHECK_THAT(reference, Catch::Contains("| a duration such as 1ms: 1ms to 2ms |"));
  CHECK_THAT(reference, Catch::Contains("| a share such as 20%: 10% to 50% |"));
  CHECK_THAT(reference, Catch::Contains("| a whole number: 1 to 9 |"));
  CHECK_THAT(schema, Catch::Contains("A period. From 1ms to 2ms."));
  CHECK_THAT(schema, Catch::Contains("\"minimum\": 1") && Catch::Contains("\"maximum\": 9"));
}
