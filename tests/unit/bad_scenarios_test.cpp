// Every file of tests/bad is wrong in one way and gives exactly the message beside it. x.yaml is the
// scenario, x.expected the message, x.set, where there is one, overrides, one a line.
#include <catch2/catch.hpp>
#include <filesystem>
#include <regex>
#include <set>

#include "models/application/draft.hpp"
#include "models/application/load.hpp"
#include "tests/unit/bad_scenarios.hpp"

namespace {

namespace fs = std::filesystem;
using sim::settings::Field;
using sim::settings::Shape;

// The keys that messages speak of, as "fleet.client.retry": without indices, since hubs are a map or a list.
std::set<std::string> keys_with_a_message() {
  const std::regex value("error: ([A-Za-z0-9_.\\[\\]-]+): ");
  const std::regex later(
      "error: \"([a-z_0-9]+)\" (at the top level|in ([a-z0-9_.\\[\\]]+)) is not supported yet");
  const std::regex index("\\[[0-9]+\\]");
  std::set<std::string> keys;
  for (const fs::path& path : bad::files(".expected")) {
    const std::string text = bad::content(path);
    std::smatch found;
    if (std::regex_search(text, found, value)) keys.insert(std::regex_replace(found[1].str(), index, ""));
    if (std::regex_search(text, found, later)) {
      const std::string level = found[3].matched ? found[3].str() + '.' : "";
      keys.insert(std::regex_replace(level + found[1].str(), index, ""));
    }
  }
  return keys;
}

void collect_keys(const Shape& shape, const std::string& level, std::set<std::string>& keys) {
  for (const Shape& part : shape.parts) collect_keys(part, level, keys);
  for (const Field& field : shape.fields) {
    const std::string key = level.empty() ? field.key : level + '.' + field.key;
    keys.insert(key);
    if (!field.later) collect_keys(field.shape, key, keys);
  }
}

}  // namespace

TEST_CASE("each bad scenario gives its message, and no other") {
  const std::set<fs::path> scenarios = bad::files(".yaml");
  CHECK(scenarios.size() > 200);
  for (const fs::path& path : scenarios) {
    fs::path expected = path;
    INFO(path.filename().string());
    try {
      bad::load(path);
      FAIL_CHECK("no error");
    } catch (const application::Invalid& invalid) {
      CHECK(invalid.count() == 1);
      CHECK(invalid.what() == bad::content(expected.replace_extension(".expected")));
    }
  }
}

TEST_CASE("no message is left over") {
  for (const std::string extension : {".expected", ".set"})
    for (fs::path path : bad::files(extension)) {
      INFO(path.filename().string());
      CHECK(fs::exists(path.replace_extension(".yaml")));
    }
}

TEST_CASE("every key of the schema has a bad scenario") {
  std::set<std::string> keys;
  collect_keys(application::scenario_shape(), "", keys);
  const std::set<std::string> covered = keys_with_a_message();
  CHECK(keys.size() > 100);
  for (const std::string& key : keys) {
    INFO(key);
    CHECK(covered.count(key) == 1);
  }
}
