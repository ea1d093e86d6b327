// No key is accepted and ignored: each key of a scenario, from the schema itself, has a row here that shows
// what changing it changes. A key without a row, or a row without a key, fails.
#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/application/draft.hpp"
#include "models/application/load.hpp"
#include "tests/scenario/key_rows.hpp"
#include "tests/support/run.hpp"

namespace {

using keys::Row;
using sim::settings::Field;
using sim::settings::Shape;

bool is_map(const Shape& shape) { return !shape.fields.empty(); }

// What stands behind a list.
const Shape& inside(const Shape& shape) {
  return shape.kind == Shape::Kind::list ? inside(shape.parts.at(0)) : shape;
}

bool only_maps(const Shape& given) {
  const Shape& shape = inside(given);
  if (shape.kind != Shape::Kind::either) return is_map(shape);
  for (const Shape& part : shape.parts)
    if (!only_maps(part)) return false;
  return true;
}

struct Keys {
  std::set<std::string> supported;  // that hold a value, not only further keys
  std::set<std::string> later;
};

void collect(const Shape& shape, const std::string& level, Keys& keys) {
  for (const Shape& part : shape.parts) collect(part, level, keys);
  for (const Field& field : shape.fields) {
    const std::string key = level.empty() ? field.key : level + '.' + field.key;
    if (field.later) {
      keys.later.insert(key);
      continue;
    }
    if (!only_maps(field.shape)) keys.supported.insert(key);
    collect(field.shape, key, keys);
  }
}

Keys all_keys() {
  Keys keys;
  collect(application::scenario_shape(), "", keys);
  return keys;
}

std::vector<std::string> both(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::string message_of(const std::string& base, const std::vector<std::string>& sets) {
  try {
    application::load(base, "test.yaml", sets);
  } catch (const application::Invalid& invalid) {
    return invalid.what();
  }
  return {};
}

const measures::Report& run_of(const std::string& base, const std::vector<std::string>& sets) {
  static std::map<std::pair<std::string, std::vector<std::string>>, measures::Report> done;
  auto& report = done[{base, sets}];
  if (report.values.empty()) {
    support::Options options;
    options.set = sets;
    options.read_file = [](const std::string&) { return "time,factor\n0h,0.5\n1h,2\n"; };
    report = support::run(base, options);
  }
  return report;
}

// The value of a metric; nothing where it does not exist.
std::optional<double> metric_of(const Row& row, const std::vector<std::string>& sets) {
  const auto& values = run_of(row.base, sets).values;
  const auto found = values.find(row.shows);
  return found == values.end() ? std::nullopt : found->second.value;
}

void check(const Row& row) {
  const std::vector<std::string> changed = both(row.with, {row.change});
  if (row.effect == keys::Effect::refused) {
    CHECK(message_of(row.base, row.with) == "");
    CHECK_THAT(message_of(row.base, changed), Catch::Contains(row.shows));
    return;
  }
  if (row.effect == keys::Effect::resolved) {
    CHECK(application::load(row.base, "test.yaml", row.with).resolved !=
          application::load(row.base, "test.yaml", changed).resolved);
    return;
  }
  const auto before = metric_of(row, row.with), after = metric_of(row, changed);
  CHECK((before || after));
  CHECK(before != after);
}

// Under sanitizers, which make it many times slower, each eighteenth row must do.
#ifdef HUBSTORM_SANITIZE
constexpr std::size_t one_of = 18;
#else
constexpr std::size_t one_of = 1;
#endif

// Of all rows each fourth, so that they are checked side by side.
void check_part(std::size_t part) {
  const std::vector<Row>& rows = keys::rows();
  for (std::size_t i = part; i < rows.size(); i += 4 * one_of) {
    const Row& row = rows[i];
    INFO(row.key << ": " << row.change << " shows in " << row.shows);
    // The change is one of this very key.
    std::string path = row.change.substr(0, row.change.find('='));
    for (std::size_t open = path.find('['); open != std::string::npos; open = path.find('['))
      path.erase(open, path.find(']') - open + 1);
    CHECK(row.key.substr(0, path.size()) == path);
    check(row);
  }
}

}  // namespace

TEST_CASE("every key of a scenario has a row, and every row a key", "[keys]") {
  const Keys keys = all_keys();
  CHECK(keys.supported.size() > 90);
  std::set<std::string> rows;
  for (const Row& row : keys::rows()) rows.insert(row.key);
  for (const std::string& key : keys.supported) {
    INFO(key << " has no row");
    CHECK(rows.count(key) == 1);
  }
  for (const std::string& row : rows) {
    INFO(row << " is no key");
    CHECK(keys.supported.count(row) == 1);
  }
}

TEST_CASE("changing a key changes what its row says", "[keys]") { check_part(0); }
TEST_CASE("changing a key changes what its row says, second part", "[keys]") { check_part(1); }
TEST_CASE("changing a key changes what its row says, third part", "[keys]") { check_part(2); }
TEST_CASE("changing a key changes what its row says, fourth part", "[keys]") { check_part(3); }

TEST_CASE("every key that is not built yet is refused", "[keys]") {
  const std::string base = keys::outage() + "actions: [{name: lockout, at: 1h, block: {group: meters}}]\n";
  for (const std::string& key : all_keys().later) {
    INFO(key);
    std::string path = key;
    for (const std::string list : {"fleet", "faults", "actions"})
      if (path.find(list + ".") == 0) path.replace(0, list.size(), list + "[0]");
    CHECK_THAT(message_of(base, {path + "=1"}), Catch::Contains("is not supported yet"));
  }
}
