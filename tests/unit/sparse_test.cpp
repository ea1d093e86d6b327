// The sparse array against a map, and that what it holds stays where it is.
#include "sim/sparse.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>

TEST_CASE("a sparse array holds what a map holds") {
  constexpr std::uint32_t entities = 40'000;  // more than a block
  sim::Sparse<int> sparse(entities);
  std::map<std::uint32_t, int> map;
  std::mt19937_64 numbers(1);
  for (int i = 0; i < 200'000; ++i) {
    const auto entity = static_cast<std::uint32_t>(numbers() % entities);
    if (numbers() % 3 == 0) {
      sparse.erase(entity);
      map.erase(entity);
    } else {
      sparse.get(entity) = i;
      map[entity] = i;
    }
  }
  for (std::uint32_t entity = 0; entity < entities; ++entity) {
    const int* const value = sparse.find(entity);
    const auto known = map.find(entity);
    REQUIRE((value != nullptr) == (known != map.end()));
    if (value != nullptr) CHECK(*value == known->second);
  }
}

TEST_CASE("what a sparse array holds does not move, and nobody has anything at first") {
  sim::Sparse<int> sparse(100'000), none;
  CHECK(none.find(5) == nullptr);
  none.erase(5);
  none.fetch(5);
  CHECK(sparse.find(7) == nullptr);
  int* const seven = &sparse.get(7);
  *seven = 7;
  for (std::uint32_t entity = 8; entity < 100'000; ++entity) sparse.get(entity) = 0;
  CHECK(sparse.find(7) == seven);
  CHECK(*seven == 7);
  sparse.erase(7);
  CHECK(sparse.find(7) == nullptr);
  CHECK(sparse.find(8) != nullptr);
}
