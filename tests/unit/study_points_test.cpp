// Study files and the points they stand for.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "sim/settings/source.hpp"
#include "tools/study/levels.hpp"
#include "tools/study/points.hpp"

namespace {

using study::Settings;

Settings load(const std::string& text) { return study::load("scenario: base.yaml\n" + text, "study.yaml"); }

// What the reader says is wrong.
std::string problem(const std::string& text) {
  try {
    load(text);
  } catch (const sim::settings::Invalid& invalid) {
    return invalid.what();
  }
  return "";
}

std::vector<std::string> labels(const Settings& settings, std::size_t axis = 0) {
  std::vector<std::string> all;
  for (const study::Level& level : settings.axes.at(axis).levels) all.push_back(level.label);
  return all;
}

std::vector<std::string> points(const Settings& settings) {
  std::vector<std::string> all;
  for (const study::Combination& one : study::combinations(settings))
    all.push_back(study::label(settings, one));
  return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a constraint that has no value at a point is neither true nor false") {
  const std::string axes = "axes: [{name: a, path: x, values: [0, 1]}, {name: b, path: y, values: [0, 2]}]\n";
  for (const char* constraint : {"b / a", "b / a == 0", "b / a != 1", "b / a < 5", "sqrt(a - 1)",
                                 "sqrt(a - 1) != 2", "log(a)", "0 / 0", "1 / 0", "(b / a > 3) || (b > 1)"}) {
    INFO(constraint);
    CHECK_THROWS_WITH(study::combinations(load(axes + "constraint: \"" + constraint + "\"")),
                      Catch::Contains("has no value at a 0, b "));
  }
  // Where the point is left out it needs none.
  CHECK(points(load(axes + "exclude: [{a: 0}]\nconstraint: b / a > 1")) == Texts{"a 1, b 2"});
  CHECK(points(load(axes + "constraint: [a > 0, b / a > 1]")) == Texts{"a 1, b 2"});
}

TEST_CASE("the values of an axis are a list, labels, a range or a logarithmic range") {
  CHECK(labels(load("axes: [{name: a, path: x, values: [1, two, {b: 1}, [c, 5m]]}]")) ==
        Texts{"1", "two", "{b: 1}", "[c, 5m]"});
  const Settings named = load("axes: [{name: a, path: x, values: {fast: 1s, slow: 1m}}]");
  CHECK(labels(named) == Texts{"fast", "slow"});
  CHECK(named.axes[0].levels[1].value == "1m");
  CHECK(named.axes[0].levels[1].number == 60);
  CHECK(labels(load("axes: [{name: a, path: x, range: {from: 0.1, to: 0.5, step: 0.1}}]")) ==
        Texts{"0.1", "0.2", "0.3", "0.4", "0.5"});
  CHECK(labels(load("axes: [{name: a, path: x, range: {from: 100/min, to: 350/min, step: 100/min}}]")) ==
        Texts{"100/min", "200/min", "300/min"});
  CHECK(labels(load("axes: [{name: a, path: x, log: {from: 1000, to: 100000, points: 5}}]")) ==
        Texts{"1000", "3160", "10000", "31600", "100000"});
  CHECK(labels(load("axes: [{name: a, path: x, log: {from: 1s, to: 100s, points: 3}}]")) ==
        Texts{"1s", "10s", "100s"});
}

TEST_CASE("a value of an axis is a number in its base unit where it is one") {
  CHECK(study::number_of("15m") == 900);
  CHECK(study::number_of("120/min") == 2);
  CHECK(study::number_of("5%") == 0.05);
  CHECK(study::number_of("64 KiB") == 65536);
  CHECK(study::number_of("-1.5") == -1.5);
  CHECK_FALSE(study::number_of("at once"));
}

TEST_CASE("the points are all combinations that are wanted, the first axis slowest") {
  const std::string axes =
      "axes: [{name: a, path: x, values: [1, 2]}, {name: b, path: [y, z], values: [1, 2, 3]}]\n";
  CHECK(points(load(axes)) == Texts{"a 1, b 1", "a 1, b 2", "a 1, b 3", "a 2, b 1", "a 2, b 2", "a 2, b 3"});
  CHECK(points(load(axes + "exclude: [{a: 1, b: 2}, {b: 3}]")) == Texts{"a 1, b 1", "a 2, b 1", "a 2, b 2"});
  CHECK(points(load(axes + "constraint: a * b <= 2")) == Texts{"a 1, b 1", "a 1, b 2", "a 2, b 1"});
  CHECK(points(load(axes + "constraint: [a * b <= 2, a == 2 || b > 1]")) == Texts{"a 1, b 2", "a 2, b 1"});
  CHECK(points(load("")) == Texts{"the scenario as it is"});
  const Settings settings = load(axes + "set: {fleet.0.devices: 5, w: {v: 1}}");
  CHECK(study::overrides(settings, {1, 2}) == Texts{"fleet.0.devices=5", "w={v: 1}", "x=2", "y=3", "z=3"});
}

TEST_CASE("axes that are zipped go together") {
  const std::string text =
      "axes: [{name: a, path: x, values: [1, 2]}, {name: b, path: y, values: [5, 6]},"
      " {name: c, path: z, values: [p, q]}]\nzip: [[c, a]]\n";
  CHECK(points(load(text)) == Texts{"a 1, b 5, c p", "a 1, b 6, c p", "a 2, b 5, c q", "a 2, b 6, c q"});
}

TEST_CASE("what is wrong with a study is said at its place") {
  const std::string a = "axes: [{name: a, path: x, values: [1, 2]}]\n";
  const std::pair<std::string, std::string> cases[] = {
      {"axis: []", "did you mean \"axes\"?"},
      {"axes: [{path: x, values: [1]}]", "name"},
      {"axes: [{name: A, path: x, values: [1]}]", "\"A\" is not a name"},
      {"axes: [{name: metric, path: x, values: [1]}]", "is a column of the tables"},
      {"axes: [{name: a, path: x}]", "has no values"},
      {"axes: [{name: a, path: x, values: []}]", "has no values"},
      {"axes: [{name: a, path: x, values: [1, 1]}]", "\"1\" twice"},
      {"axes: [{name: a, path: x, values: [1], log: {from: 1, to: 2, points: 2}}]", "has values twice"},
      {"axes: [{name: a, path: x, range: {from: 1, to: 5m, step: 1}}]", "mixes units"},
      {"axes: [{name: a, path: x, range: {from: 5, to: 1, step: 1}}]", "leads nowhere"},
      {"axes: [{name: a, path: x, range: {from: 0, to: 1, step: 0.0001}}]", "too many values"},
      {"axes: [{name: a, path: x, log: {from: 0, to: 1, points: 3}}]", "leads nowhere"},
      {"axes: [{name: a, path: x, range: {from: 1h30m, to: 2h, step: 1h}}]", "more than one number"},
      {a + "zip: [[a]]", "goes with nothing"},
      {a + "zip: [[a, b]]", "no axis \"b\""},
      {"axes: [{name: a, path: x, values: [1]}, {name: a, path: y, values: [1]}]", "\"a\" is taken"},
      {"axes: [{name: a, path: x, values: [1]}, {name: b, path: y, values: [1, 2]}]\nzip: [[a, b]]",
       "b has 2 values, a has 1"},
      {a + "exclude: [{a: 3}]", "a is never \"3\""},
      {a + "exclude: [{b: 3}]", "no axis \"b\""},
      {a + "exclude: [{}]", "leaves out nothing"},
      {"replications: 3\nprecision: {metric: m, within: 5%}", "replications are given already"},
      {"precision: {metric: m, within: 5%, min: 9, max: 8}", "is more than max"},
      {"precision: {metric: m, within: 0%}", "is too small"},
      {"optimise: {}", "nothing to look for"},
      {"optimise: {minimise: m, maximise: m}", "both"},
      {"optimise: {minimise: m, first: 9, max: 8}", "is more than max"},
      {"headroom: {from: 2, to: 1}", "is not below"},
      {"axes: [{name: a, path: seed, values: [1, 2]}]", "is decided by the study itself"},
      {"set: {replications: 3}", "is decided by the study itself"},
      {"set: {\"fleet[0].devices\": 3}\naxes: [{name: a, path: fleet.0.devices, values: [1, 2]}]",
       "is set by set already"},
      {"axes: [{name: order, path: [x, x], values: [1, 2]}]", "is set by order already"},
      {"axes: [{name: a, path: expect.0, values: [1, 2]}]", "is decided by the study itself"},
      {"set: {a.b: {c: 1}}\naxes: [{name: a, path: a.b.c, values: [1, 2]}]", "is set by set already"},
      {"axes: [{name: a, path: x.00.y, values: [1, 2]}, {name: b, path: x.0, values: [1, 2]}]",
       "is set by a already"},
      {"seeds: equal", "write common or independent"},
      // What stands behind "=" would be the value, and the axis would change nothing.
      {"axes: [{name: a, path: \"x=7 #\", values: [1, 2]}]", "axes[0].path: \"x=7 #\" is no path"},
      {"axes: [{name: a, path: [y, \"x=7 #\"], values: [1, 2]}]", "axes[0].path[1]: \"x=7 #\" is no path"},
      {"axes: [{name: a, path: \"\", values: [1, 2]}]", "is empty"},
      {"set: {v: 1, \"x=7 #\": 10}", "set: \"x=7 #\" is no path"},
  };
  for (const auto& [text, what] : cases) {
    INFO(text);
    const std::string said = problem(text);
    CHECK_THAT(said, Catch::Contains(what));
    CHECK_THAT(said, Catch::StartsWith("study.yaml:"));
  }
}

TEST_CASE("formulas that cannot be used, and studies without a point or with too many, are refused") {
  const std::string axes = "axes: [{name: a, path: x, values: [1, 2]}, {name: b, path: y, values: [p, q]}]\n";
  const std::pair<std::string, std::string> cases[] = {
      {"constraint: a < ", "study.yaml:3:13: error: constraint: \"a <\" cannot be read: "},
      {"constraint: [a < 2, c < 2]", "study.yaml:3:21: error: constraint[1]: \"c < 2\" cannot be read: "},
      {"constraint: c < 2", "it may use a"},
      {"constraint: b < 2", "it may use a"},
      {"constraint: if(a, 1, 2)", "it may use a"},
      {"constraint: a++", "constraint: \"a++\" is no formula"},
      {"constraint: \"-\"", "constraint: \"-\" is no formula"},
      {"constraint: a = 2", "with == for"},
      {"constraint: a > 1, 1", "write one comparison"},
  };
  for (const auto& [text, what] : cases) {
    INFO(text);
    const std::string said = problem(axes + text);
    CHECK_THAT(said, Catch::Contains(what));
    CHECK_THAT(said, !Catch::Contains("nternal"));
  }
  CHECK_THROWS_WITH(study::combinations(load(axes + "constraint: a > 2")),
                    Catch::Contains("no point is left"));
  CHECK(points(load(axes + "constraint: max(a, 1) > 1")) == Texts{"a 2, b p", "a 2, b q"});
  std::string many = "axes:\n";
  for (const char* name : {"a", "b", "c", "d"})
    many += fmt::format("- {{name: {0}, path: {0}, range: {{from: 1, to: 100, step: 1}}}}\n", name);
  CHECK_THROWS_WITH(study::combinations(load(many)), Catch::Contains("more than 5000 points"));
  CHECK_THROWS_WITH(study::combinations(load(many + "constraint: a < 0")), Catch::Contains("combinations"));
}

namespace {

// So many axes of two values, "a0: 0 or 1" and so on.
std::string axes_of_two(std::size_t n) {
  std::string text = "axes:\n";
  for (std::size_t i = 0; i < n; ++i)
    text += fmt::format("- {{name: a{0}, path: p{0}, values: [0, 1]}}\n", i);
  return text;
}

}  // namespace

TEST_CASE("points that are excluded are not gone through, and the others can be interrupted") {
  std::string text = axes_of_two(16) + "exclude:\n";
  for (std::size_t i = 0; i < 2000; ++i) {
    text += "- {";
    for (std::size_t axis = 5; axis < 16; ++axis) text += fmt::format("a{}: {}, ", axis, i >> (axis - 5) & 1);
    text += "}\n";
  }
  const Settings settings = load(text + "constraint: a0 + a1 + a2 > 1\n");
  // 48 of 2048 values of the last axes are left, and 4 of 8 of the first, with each of the two between. All
  // combinations and what leads to them would be 2^17 steps, of which each 1024th is told; whatever is
  // excluded is left out.
  int steps = 0;
  CHECK(study::combinations(settings, [&] { ++steps; }).size() == 48 * 4 * 4);
  CHECK(steps < 70);
  steps = 0;
  CHECK_THROWS_WITH(study::combinations(settings,
                                        [&] {
                                          if (++steps == 3) throw std::runtime_error("enough");
                                        }),
                    "enough");
  // What is too much is known before anything is gone through.
  const auto never = [] { throw std::runtime_error("gone through"); };
  CHECK_THROWS_WITH(study::combinations(load(axes_of_two(20) + "constraint: a0 > 5\n"), never),
                    Catch::Contains("more than 1000000 combinations"));
  CHECK_THROWS_WITH(study::combinations(load(axes_of_two(13)), never),
                    Catch::Contains("more than 5000 points"));
}

TEST_CASE("exclusions of zipped axes are of the values that go together") {
  const std::string text =
      "axes: [{name: a, path: x, values: [1, 2]}, {name: b, path: y, values: [5, 6]},"
      " {name: c, path: z, values: [p, q]}]\nzip: [[c, a]]\n";
  CHECK(points(load(text + "exclude: [{a: 1, c: q}, {c: p, b: 6}]")) ==
        Texts{"a 1, b 5, c p", "a 2, b 5, c q", "a 2, b 6, c q"});
  CHECK(points(load(text + "exclude: [{a: 1, c: p}]")) == Texts{"a 2, b 5, c q", "a 2, b 6, c q"});
  CHECK(points(load(text + "exclude: [{b: 5}, {b: 5, a: 1}]")) == Texts{"a 1, b 6, c p", "a 2, b 6, c q"});
}

TEST_CASE("a study has a thousand axes at most") {
  const auto axes = [](std::size_t n) {
    std::string text = "axes:\n";
    for (std::size_t i = 0; i < n; ++i) text += fmt::format("- {{name: a{0}, path: p{0}, values: [0]}}\n", i);
    return text;
  };
  CHECK(load(axes(study::most_axes)).axes.size() == 1000);
  CHECK_THAT(problem(axes(study::most_axes + 1)), Catch::Contains("axes: 1001 entries are too many"));
}

TEST_CASE("the study file of the page on studies is one") {
  std::ifstream file(std::string(TREE) + "/docs/studies.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const std::size_t from = page.find("```yaml\n") + 8;
  const Settings settings = study::load(page.substr(from, page.find("```", from) - from), "page.yaml");
  // Three zipped pairs, of which the constraint leaves two, x 5 x 2, less the one excluded.
  CHECK(study::combinations(settings).size() == 2 * (5 * 2 - 1));
}
