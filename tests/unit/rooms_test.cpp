// The lists that rooms keep of their kinds: whole, without doubles, and known to the tables that read a
// scenario.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "models/exports/registry.hpp"
#include "models/exports/resolve.hpp"
#include "models/faults/targets.hpp"

namespace {

std::set<std::string> keys_of(const sim::settings::Shape& shape) {
  std::set<std::string> keys;
  for (const sim::settings::Field& field : shape.fields) CHECK(keys.insert(field.key).second);
  return keys;
}

constexpr exports::Tier tiers[] = {exports::Tier::basic, exports::Tier::standard, exports::Tier::premium,
                                   exports::Tier::dedicated};

}  // namespace

TEST_CASE("the keys that kinds of destinations have are those of the table", "[exports]") {
  std::set<std::string> left = keys_of(exports::destination_table().shape());
  const std::set<std::string> known = left;
  for (const char* common : {"name", "kind", "region", "zone", "failover"}) CHECK(left.erase(common) == 1);
  for (const exports::DestinationKind* kind : exports::destination_kinds())
    for (const exports::Tier tier : tiers)
      for (const std::string& key : kind->keys(tier)) {
        INFO(kind->name() << " " << key);
        CHECK(known.contains(key));
        left.erase(key);
      }
  CHECK(left.empty());
}

TEST_CASE("kinds of destinations differ by name, and each is found by it", "[exports]") {
  std::set<std::string> names;
  for (const exports::DestinationKind* kind : exports::destination_kinds()) {
    CHECK(names.insert(kind->name()).second);
    CHECK(&exports::kind_named(kind->name()) == kind);
  }
  CHECK_THROWS_AS(exports::kind_named("pigeon"), std::out_of_range);
}

TEST_CASE("every target of faults is a key of the table, once", "[faults]") {
  const std::set<std::string> known = keys_of(faults::fault_table().shape());
  std::set<std::string> seen;
  for (const faults::Target target : faults::all_targets()) {
    const faults::TargetKind& kind = faults::kind_of(target);
    INFO(kind.key);
    CHECK(known.contains(kind.key));
    CHECK(seen.insert(kind.key).second);
    CHECK(std::set<hub::Mode>(kind.modes.begin(), kind.modes.end()).size() == kind.modes.size());
  }
  CHECK(seen.size() == static_cast<std::size_t>(faults::last_target) + 1);
}
