// Main effects of axes, on numbers whose effects are known.
#include <catch2/catch.hpp>

#include "tools/study/effects.hpp"

namespace {

using study::Axis;
using study::Cell;

Axis axis(const std::string& name, std::size_t levels) {
  Axis axis{name, {"path"}, {}};
  for (std::size_t i = 0; i < levels; ++i) axis.levels.push_back({std::to_string(i), std::to_string(i), {}});
  return axis;
}

const study::Effect& of(const study::Effects& all, const std::string& name) {
  for (const study::Effect& effect : all.ranked)
    if (effect.axis == name) return effect;
  FAIL("no effect of " << name);
  return all.ranked[0];
}

// 100 + 10 a + 3 b, and what replication r adds everywhere.
double additive(std::size_t a, std::size_t b, std::size_t r) {
  const double luck[] = {-2, 0.5, 1.5};
  return 100 + 10.0 * static_cast<double>(a) + 3.0 * static_cast<double>(b) + luck[r];
}

std::vector<Cell> cells(bool whole) {
  std::vector<Cell> all;
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b)
      if (whole || a + b < 4)
        all.push_back({{a, b}, {additive(a, b, 0), additive(a, b, 1), additive(a, b, 2)}});
  return all;
}

}  // namespace

TEST_CASE("main effects of an additive response are what each axis adds, with points left out too") {
  for (const bool whole : {true, false}) {
    const study::Effects found = study::effects("m", {axis("a", 3), axis("b", 3)}, {}, cells(whole));
    CHECK(found.balanced == whole);
    REQUIRE(found.ranked.size() == 2);
    CHECK(found.ranked[0].axis == "a");
    CHECK(found.together < 1e-12);
    const study::Effect& a = of(found, "a");
    CHECK(a.lowest == 0);
    CHECK(a.highest == 2);
    CHECK(a.difference == Approx(20));
    CHECK(a.means[1] - a.means[0] == Approx(10));
    CHECK(of(found, "b").difference == Approx(6));
    // Common luck goes out of the difference.
    REQUIRE(a.ci95);
    CHECK(a.ci95->high - a.ci95->low < 1e-6);
    CHECK(a.n == 3);
    // Balanced: sums of squares 6 x 100 and 6 x 9 of 654.
    if (whole) CHECK(a.share == Approx(600.0 / 654));
  }
}

TEST_CASE("what two axes do only together is no main effect") {
  std::vector<Cell> all;
  for (std::size_t a = 0; a < 2; ++a)
    for (std::size_t b = 0; b < 2; ++b) all.push_back({{a, b}, {a == b ? 1.0 : 0.0, a == b ? 1.0 : 0.0}});
  const study::Effects found = study::effects("m", {axis("a", 2), axis("b", 2)}, {}, all);
  CHECK(of(found, "a").share == Approx(0).margin(1e-12));
  CHECK(of(found, "b").share == Approx(0).margin(1e-12));
  CHECK(found.together == Approx(1));
}

TEST_CASE("axes that go together are one, and nothing comes of what is the same everywhere") {
  const std::vector<Cell> zipped{{{0, 0}, {1, 2}}, {{1, 1}, {3, 4}}};
  const study::Effects found = study::effects("m", {axis("a", 2), axis("b", 2)}, {{"b", "a"}}, zipped);
  REQUIRE(found.ranked.size() == 1);
  CHECK(found.ranked[0].axis == "a + b");
  CHECK(found.ranked[0].share == Approx(1));
  CHECK(found.balanced);
  const std::vector<Cell> equal{{{0}, {0.1, 0.1}}, {{1}, {0.1, 0.1}}, {{2}, {0.1, 0.1}}};
  CHECK(study::effects("m", {axis("a", 3)}, {}, equal).ranked[0].share == 0);
}
