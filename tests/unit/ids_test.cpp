// Numbers of hubs, groups and causes are types of their own, which are never mixed up, cut short or out of
// bounds unseen.
#include <catch2/catch.hpp>
#include <string>
#include <type_traits>

#include "models/causes.hpp"
#include "models/ids.hpp"
#include "tests/support/last_words.hpp"

using ids::CauseId;
using ids::GroupId;
using ids::HubId;
using signals::Causes;
using support::last_words;

namespace {

template <class From, class To>
constexpr bool becomes = std::is_convertible_v<From, To>;

}  // namespace

TEST_CASE("an id is no number, and none of another kind", "[ids]") {
  STATIC_REQUIRE_FALSE(becomes<int, HubId>);
  STATIC_REQUIRE_FALSE(becomes<std::size_t, CauseId>);
  STATIC_REQUIRE_FALSE(becomes<HubId, int>);
  STATIC_REQUIRE_FALSE(becomes<CauseId, std::size_t>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<HubId, GroupId>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<CauseId, HubId>);
  STATIC_REQUIRE(sizeof(HubId) == 2);
  STATIC_REQUIRE(sizeof(GroupId) == 2);
  STATIC_REQUIRE(sizeof(CauseId) == 4);
}

TEST_CASE("an id is none unless it is given a number", "[ids]") {
  CHECK(HubId() == HubId::none);
  CHECK(HubId(0) != HubId::none);
  CHECK(HubId(7).index() == 7);
  CHECK(HubId(1) < HubId(2));
  CHECK(HubId(HubId::most - 1) < HubId::none);
}

TEST_CASE("an id that its type cannot hold stops the program", "[ids]") {
  CHECK(HubId(HubId::most - 1).index() == 32'766);
  CHECK(last_words([] { HubId{HubId::most}; }) ==
        "internal error: the number 32767 is above 32766, the largest of its kind\n");
  CHECK(last_words([] { HubId{65'537}; }) ==
        "internal error: the number 65537 is above 32766, the largest of its kind\n");
  CHECK(GroupId(65'534).index() == 65'534);
  CHECK(last_words([] { GroupId{65'535}; }) ==
        "internal error: the number 65535 is above 65534, the largest of its kind\n");
  CHECK(CauseId(70'352).index() == 70'352);
}

TEST_CASE("a number is made narrower only where nothing is lost", "[ids]") {
  CHECK(ids::narrow<std::uint8_t>(std::uint32_t{255}) == 255);
  CHECK(last_words([] { ids::narrow<std::uint8_t>(std::uint32_t{256}); }) ==
        "internal error: the number 256 is above 255, the largest of its kind\n");
}

TEST_CASE("a list is asked by its own ids, within its bounds", "[ids]") {
  ids::PerId<HubId, std::string> names(2, "hub");
  names[HubId(1)] = "other";
  std::string all;
  for (const HubId hub : names.ids()) all += names[hub] + " ";
  CHECK(all == "hub other ");
  CHECK(names.has(HubId(1)));
  CHECK_FALSE(names.has(HubId::none));
  CHECK(last_words([&] { names[HubId(2)] = "none"; }) == "internal error: number 2 of a list of 2\n");
  CHECK(last_words([&] { names[HubId::none] = "none"; }) == "internal error: number 32767 of a list of 2\n");
}

TEST_CASE("causes are incidents, then actions, then what IoT Central does", "[ids]") {
  const Causes causes({"hub2", "hub2", "hubs (hub-1)"}, {"drill", "lockout"});
  std::string all;
  for (const CauseId cause : causes.all()) all += causes.name(cause) + ", ";
  CHECK(all == "fault hub2, fault hub2, fault hubs (hub-1), drill, lockout, rebalance, scale-in, ");
  CHECK(causes.incident(2) == CauseId(2));
  CHECK(causes.action(0) == CauseId(3));
  CHECK(causes.action_of(causes.action(1)) == 1);
  CHECK(causes.name(causes.rebalance()) == "rebalance");
  CHECK(causes.name(causes.scale_in()) == "scale-in");
  CHECK(causes.is_incident(causes.incident(2)));
  CHECK_FALSE(causes.is_incident(causes.action(0)));
  CHECK(last_words([&] { causes.incident(3); }) == "internal error: incident 3 of 3\n");
  CHECK(last_words([&] { causes.action(2); }) == "internal error: action 2 of 2\n");
  CHECK(last_words([&] { causes.action_of(causes.rebalance()); }) ==
        "internal error: cause 5 of 7 is no action of the scenario\n");
}
