// Each quantity alone at its least and at its most, in a scenario in which its key matters (that of its row
// in key_rows.cpp, with few devices): it is refused with a message, or the scenario runs as every other must.
// Not under sanitizers, where the bound on the time of a run is none; fuzz_runs goes to these bounds there.
#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "models/application/draft.hpp"
#include "models/application/load.hpp"
#include "tests/scenario/key_rows.hpp"
#include "tests/support/judged.hpp"
#include "tests/support/leaves.hpp"

namespace {

using sim::settings::Range;

std::string without_indices(std::string path) {
  for (std::size_t open = path.find('['); open != std::string::npos; open = path.find('['))
    path.erase(open, path.find(']') - open + 1);
  return path;
}

// The overrides that set the row's key to this value. Its change may set something around the key, which is
// then made first.
std::vector<std::string> overrides(const keys::Row& row, const std::string& value) {
  const std::string changed = row.change.substr(0, row.change.find('='));
  const std::string path = changed + row.key.substr(without_indices(changed).size());
  std::vector<std::string> all = row.with;
  if (row.key == "duration")  // ten years of a device that does little, and nobody who looks each few seconds
    for (const char* rarely : {"fleet=[{devices: 1, telemetry: {every: 1d}, client: {renewal: 0s}}]",
                               "scaling={policy: none}", "provisioning={exclude_failed_hubs: false}"})
      all.push_back(rarely);
  if (path != changed) all.push_back(row.change);
  all.push_back(path + '=' + value);
  return all;
}

// The row's scenario with as few devices a group as still share what is to be shared.
std::string small(const std::string& base) {
  static const std::regex many("devices: [0-9]+");
  return std::regex_replace(base, many, "devices: 4");
}

std::string file(const std::string&) { return "time,factor\n0h,0.5\n1h,2\n"; }

// What becomes of the row's scenario with this value.
void check(const keys::Row& row, const std::string& value) {
  INFO(row.key << " = " << value);
  try {
    const auto scenario = application::load(small(row.base), "test.yaml", overrides(row, value), file);
    CHECK(support::judged(scenario, true).fault == "");
  } catch (const application::Invalid& invalid) {
    CHECK_THAT(invalid.what(), Catch::Contains("error: ") && Catch::Contains("^"));
  }
}

// Of all rows each fourth, so that they are swept side by side.
void sweep(std::size_t part) {
  std::map<std::string, std::set<std::string>> bounds;
  for (const support::Leaf& leaf : support::leaves(application::scenario_shape()))
    for (const Range& range : leaf.shape->ranges) bounds[leaf.key].insert({range.least, range.most});
  const std::vector<keys::Row>& rows = keys::rows();
  for (std::size_t i = part; i < rows.size(); i += 4)
    for (const std::string& value : bounds[rows[i].key]) check(rows[i], value);
}

}  // namespace

TEST_CASE("each key at its least and its most", "[bounds][long]") { sweep(0); }
TEST_CASE("each key at its least and its most, second part", "[bounds][long]") { sweep(1); }
TEST_CASE("each key at its least and its most, third part", "[bounds][long]") { sweep(2); }
TEST_CASE("each key at its least and its most, fourth part", "[bounds][long]") { sweep(3); }
