// The size of hubs that a scenario does not give: what the fleet uses of the daily quota, over two hubs, in
// units of S1 of 400,000 messages a day, else of S2 of 6,000,000, else of S3 of 300,000,000.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "models/application/load.hpp"

namespace {

struct Size {
  std::size_t hubs;
  hub::Edition edition;
  std::uint32_t units;
  bool operator==(const Size&) const = default;
};

Size size_of(int devices, const char* load) {
  const application::Scenario s =
      application::load(fmt::format("fleet: [{{devices: {}, {}}}]", devices, load), "x.yaml");
  return {s.hubs.size(), s.hubs.at(0).edition, s.hubs.at(0).units};
}

}  // namespace

TEST_CASE("hubs are sized by messages, property updates and commands in blocks of 4 KB") {
  using enum hub::Edition;
  // 1,000 devices, each 8,640 times a day 3 blocks: 25.92 million, 12.96 a hub, 32.4 units.
  CHECK(size_of(1000, "telemetry: {every: 10s, size: 9 KiB}") == Size{2, S1, 33});
  // Each 1,440 times 2 blocks and 1: 4.32 million, 2.16 a hub, 5.4 units; and 1,000 messages.
  CHECK(size_of(1000, "telemetry: {every: 24h}, commands: {every: 60s, size: 5 KiB, response: 1 B}") ==
        Size{2, S1, 6});
  // Each 8,640 times 2 blocks: 17.28 million, 8.64 a hub, 21.6 units.
  CHECK(size_of(1000, "telemetry: {every: 24h}, properties: {every: 10s, size: 8 KiB}") == Size{2, S1, 22});
  // 863.1 million, 431.6 a hub, are 1,079 units of S1, of which a hub has 200 at most, or 71.9 of S2.
  CHECK(size_of(9'990, "telemetry: {every: 1s}") == Size{2, S2, 72});
  // Ten times as many in 10 hubs are 863.1 million a hub: 143.9 units of S2.
  CHECK(size_of(99'900, "telemetry: {every: 1s}") == Size{10, S2, 144});
  // Ten blocks each: 8,631 million a hub, more than 200 units of S2, are 29 of S3, of which a hub has 10.
  CHECK(size_of(99'900, "telemetry: {every: 1s, size: 40 KiB}") == Size{10, S3, 10});
}
