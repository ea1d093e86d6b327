// The style of the tree as a test: every rule holds for every file, and every rule finds what it is there to
// find.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <set>

#include "tests/unit/tidy_classes.hpp"
#include "tests/unit/tidy_rules.hpp"

namespace {

using tidy::File;
using tidy::Findings;

// All findings of a rule over the files it applies to, a line each: readable when it fails.
std::string over_tree(const std::function<bool(const File&)>& applies,
                      const std::function<Findings(const File&)>& rule) {
  std::string all;
  for (const File& file : tidy::read_tree(TREE))
    if (applies(file))
      all += fmt::format("{}{}", fmt::join(rule(file), "\n"), rule(file).empty() ? "" : "\n");
  return all;
}

bool any(const File&) { return true; }

std::string body(int lines) {
  std::string text = "int answer(int a) {\n";
  for (int i = 0; i < lines - 2; ++i) text += "  a = a + 1;\n";
  return text + "}\n";
}

}  // namespace

TEST_CASE("tidy: the tree is read") {
  const std::vector<File> files = tidy::read_tree(TREE);
  const auto has = [&](const std::string& path) {
    return std::any_of(files.begin(), files.end(), [&](const File& file) { return file.path == path; });
  };
  CHECK(has("sim/stage.cpp"));
  CHECK(has("tests/unit/tidy_test.cpp"));
  CHECK(has("README.md"));
  CHECK(has(".ci/run"));
}

TEST_CASE("tidy: no function over 70 lines") {
  CHECK(over_tree(tidy::is_cpp, [](const File& file) { return tidy::long_functions(file, 70); }) == "");
}

TEST_CASE("tidy: no file over 450 lines") {
  CHECK(over_tree(tidy::is_cpp, [](const File& file) { return tidy::long_file(file, 450); }) == "");
}

TEST_CASE("tidy: no line over 110 columns") {
  CHECK(over_tree(tidy::is_cpp, [](const File& file) { return tidy::wide_lines(file, 110); }) == "");
}

TEST_CASE("tidy: includes point down") { CHECK(over_tree(tidy::is_cpp, tidy::includes_upward) == ""); }

TEST_CASE("tidy: nothing is left unfinished") { CHECK(over_tree(any, tidy::unfinished_words) == ""); }

TEST_CASE("tidy: no path of one machine") { CHECK(over_tree(any, tidy::machine_paths) == ""); }

TEST_CASE("tidy: every file says what it is for") { CHECK(over_tree(tidy::is_cpp, tidy::no_purpose) == ""); }

TEST_CASE("tidy: results come from nothing that differs between machines") {
  CHECK(over_tree(tidy::is_cpp, tidy::unrepeatable) == "");
}

TEST_CASE("tidy: nothing that is iterated is unordered") {
  CHECK(over_tree(tidy::is_cpp, tidy::unordered) == "");
}

TEST_CASE("tidy: the kernel knows nothing of the models") {
  CHECK(over_tree(tidy::is_cpp, tidy::words_above_kernel) == "");
}

TEST_CASE("tidy: no class of a model over 40 functions or 20 data members") {
  // Services whose doors are many because the real ones are.
  static const std::set<std::string> larger{
      "models/control/inventory.hpp: Inventory", "models/exports/delivery.hpp: Delivery",
      "models/exports/sink.hpp: Sink", "models/hub/hub.hpp: Hub", "models/provisioning/service.hpp: Service"};
  std::set<std::string> found;
  for (const File& file : tidy::read_tree(TREE)) {
    if (!tidy::is_cpp(file) || !file.path.starts_with("models/")) continue;
    for (const std::string& one : tidy::large_classes(file, 40, 20)) {
      const std::size_t name = one.find(' ') + 1;
      found.insert(file.path + ": " + one.substr(name, one.find(' ', name) - name));
    }
  }
  CHECK(found == larger);
}

TEST_CASE("tidy: rooms of the models see the faces of others") {
  // `application` builds and wires all rooms and `checks` judges all of them: these two see everything.
  static const std::set<std::string> exceptions{
      // What the control plane does to hubs, for the operator and the failover that do the same by hand.
      "control/inventory.hpp from actions", "control/mover.hpp from actions",
      "control/mover.hpp from failover", "control/lifecycle.hpp from failover",
      // The provisioning service, whose room is named after its task.
      "provisioning/service.hpp from control", "provisioning/service.hpp from device",
      // Questions that are answered in one place.
      "failover/resolve.hpp from actions", "hub/names.hpp from actions", "hub/names.hpp from faults",
      "hub/names.hpp from provisioning", "device/sequences.hpp from measures",
      // What a device asks of a hub.
      "hub/ingress.hpp from device",
      // What measures look at, and what a destination costs.
      "device/devices.hpp from measures", "exports/destination_kind.hpp from measures"};
  std::set<std::string> found;
  for (const File& file : tidy::read_tree(TREE)) {
    const std::string room = file.path.substr(0, file.path.rfind('/'));
    if (!tidy::is_cpp(file) || room == "models/application" || room == "models/checks") continue;
    for (const std::string& one : tidy::behind_faces(file)) {
      const std::string from = file.path.substr(7, file.path.find('/', 7) - 7);
      found.insert(one.substr(one.rfind("models/") + 7) + " from " + from);
    }
  }
  CHECK(found == exceptions);
}

TEST_CASE("tidy: a room of the models uses the rooms below it") {
  // The floors, from the ground up; rooms on one floor do not know each other.
  static const std::map<std::string, int> floors{{"network", 0},  {"hub", 1},      {"provisioning", 2},
                                                 {"device", 3},   {"control", 3},  {"faults", 3},
                                                 {"exports", 4},  {"failover", 4}, {"actions", 5},
                                                 {"measures", 6}, {"checks", 7},   {"application", 8}};
  std::string upward;
  for (const File& file : tidy::read_tree(TREE)) {
    if (!tidy::is_cpp(file)) continue;
    for (const auto& [from, to] : tidy::rooms_used(file))
      if (floors.at(from) <= floors.at(to)) upward += fmt::format("{}: {} uses {}\n", file.path, from, to);
  }
  CHECK(upward == "");
}

TEST_CASE("tidy: no two types have one name") {
  // The linker would take the members of one for those of the other, and say nothing.
  std::map<std::string, std::string> places;
  std::string twice;
  for (const File& file : tidy::read_tree(TREE)) {
    if (!tidy::is_cpp(file) || file.path.starts_with("tests/")) continue;
    for (const std::string& type : tidy::types_defined(file))
      if (const auto [place, is_new] = places.emplace(type, file.path); !is_new)
        twice += fmt::format("{}: {} and {}\n", type, place->second, file.path);
  }
  CHECK(twice == "");
  CHECK(places.size() > 300);
}

TEST_CASE("tidy: one place writes to the standard streams") {
  CHECK(over_tree(tidy::is_cpp, tidy::streams_of_their_own) == "");
}

TEST_CASE("tidy: ctest can name every case") { CHECK(over_tree(tidy::is_cpp, tidy::test_names) == ""); }

TEST_CASE("tidy: pages have a title and links that lead somewhere") {
  CHECK(over_tree(tidy::is_markdown, [](const File& file) { return tidy::broken_page(file, TREE); }) == "");
}

TEST_CASE("tidy: the length of a function is counted from brace to brace") {
  CHECK(tidy::long_functions(tidy::make_file("sim/a.cpp", body(70)), 70).empty());
  CHECK(tidy::long_functions(tidy::make_file("sim/a.cpp", body(71)), 70) ==
        Findings{"sim/a.cpp:1: function of 71 lines"});
  CHECK(tidy::long_functions(tidy::make_file("sim/a.cpp", "namespace a {\nclass B {\n" + body(9) + "};\n}\n"),
                             8) == Findings{"sim/a.cpp:3: function of 9 lines"});
  const std::string holders = "namespace a {\nstruct B {\n  int c;\n  int d;\n};\n}\n";
  CHECK(tidy::long_functions(tidy::make_file("sim/a.cpp", holders), 2).empty());
}

TEST_CASE("tidy: what a class declares is counted") {
  const std::string text = R"(namespace a {
class B : C<D, int> {
 public:
  B();
  int e() const { return f_; }
  using G = int;
  struct H {
    int i, j;
  };
  static constexpr int k = 1;
  std::map<int, int> l{{1, 2}};

 private:
  template <class M>
  void n(const M& o);
  enum class P { q, r };
  int f_ = 3, t_{2};
  std::function<void(int)> u_;
};
struct V {
  int w;
};
}
)";
  const std::vector<tidy::ClassSize> sizes = tidy::class_sizes(tidy::make_file("models/a/b.hpp", text));
  REQUIRE(sizes.size() == 3);
  CHECK(sizes[0].name == "H");
  CHECK(sizes[0].data == 2);
  CHECK(sizes[1].name == "B");
  CHECK(sizes[1].line == 2);
  CHECK(sizes[1].functions == 3);
  CHECK(sizes[1].data == 4);
  CHECK(sizes[2].functions == 0);
  CHECK(tidy::large_classes(tidy::make_file("models/a/b.hpp", text), 3, 4).empty());
  CHECK(tidy::large_classes(tidy::make_file("models/a/b.hpp", text), 3, 3).size() == 1);
  CHECK(tidy::large_classes(tidy::make_file("models/a/b.hpp", text), 2, 4).size() == 1);
}

TEST_CASE("tidy: types are told by their namespaces") {
  const std::string text =
      "namespace a {\nstruct B;\nstruct C {\n  struct D {};\n};\nnamespace {\nclass E {};\n}  // namespace\n"
      "namespace f {\nclass G final : public C {\n};\n}  // namespace f\n}  // namespace a\n";
  CHECK(tidy::types_defined(tidy::make_file("models/a/b.hpp", text)) ==
        std::vector<std::string>{"a::C", "a::f::G"});
}

TEST_CASE("tidy: comments and literals are no code") {
  const auto code = [](const std::string& text) {
    return fmt::format("{}", fmt::join(tidy::bare_code(tidy::make_file("a.cpp", text)), "|"));
  };
  CHECK(code("a // {\nb") == "a     |b");
  CHECK(code("a /* {\n} */ b") == "a     |     b");
  CHECK(code(R"(f("\"{", '{'))") == "f(     ,    )");
  CHECK(code("x = R\"y({\n)y\";") == "x =      |   ;");
  CHECK(code("1'000 + 'a'") == "1'000 +    ");
}

TEST_CASE("tidy: every rule finds what it is there to find") {
  const auto file = [](const std::string& path, const std::string& text) {
    return tidy::make_file(path, text);
  };
  CHECK(tidy::long_file(file("a.cpp", "1\n2\n3\n"), 2) == Findings{"a.cpp:3: file of 3 lines"});
  CHECK(tidy::wide_lines(file("a.cpp", "äöü\nabcd\n"), 3) == Findings{"a.cpp:2: 4 columns"});
  CHECK(tidy::includes_upward(file("sim/a.cpp", "#include \"models/b.hpp\"\n")).size() == 1);
  CHECK(tidy::includes_upward(file("models/a.cpp", "#include \"tools/b.hpp\"\n")).size() == 1);
  CHECK(tidy::includes_upward(file("models/a.cpp", "#include \"sim/b.hpp\"\n")).empty());
  CHECK(tidy::behind_faces(file("models/a/a.cpp", "#include \"models/b/c.hpp\"\n")).size() == 1);
  CHECK(tidy::behind_faces(file("models/a/a.cpp", "#include \"models/b/b.hpp\"\n")).empty());
  CHECK(tidy::behind_faces(file("models/a/a.cpp", "#include \"models/b/settings.hpp\"\n")).empty());
  CHECK(tidy::behind_faces(file("models/a/a.cpp", "#include \"models/a/d/c.hpp\"\n")).empty());
  CHECK(tidy::unfinished_words(file("a.md", std::string("TO") + "DO: more\n")).size() == 1);
  CHECK(tidy::machine_paths(file("a.md", std::string("see /ho") + "me/me/a\n")).size() == 1);
  CHECK(tidy::no_purpose(file("sim/a.cpp", "int a;\n")).size() == 1);
  CHECK(tidy::no_purpose(file("sim/a.cpp", "#include \"sim/a.hpp\"\n")).empty());
  CHECK(tidy::unrepeatable(file("sim/a.cpp", "// std::exp\nstd::exp(1.0);\n")).size() == 1);
  CHECK(tidy::unordered(file("sim/a.cpp", "std::unordered_map<int, int> a;\n")).size() == 1);
  CHECK(tidy::unordered(file("sim/a.cpp", "std::unordered_map<int, int> a;  // never iterated\n")).empty());
  CHECK(tidy::words_above_kernel(file("sim/a.cpp", "int hub_count;\n")).size() == 1);
  CHECK(tidy::words_above_kernel(file("sim/a.cpp", "// such as \"hub\"\n")).empty());
  CHECK(tidy::streams_of_their_own(file("tools/output/a.cpp", "std::fputs(a, stderr);\n")).size() == 1);
  CHECK(tidy::streams_of_their_own(file("tools/a.cpp", "fmt::print(\"a\");  // or stderr\n")).size() == 1);
  CHECK(tidy::streams_of_their_own(file("tools/bench/a.cpp", "std::cerr << 1;\n")).empty());
  CHECK(tidy::test_names(file("a.cpp", "TEST_CASE(\"--json\") {\nTEST_CASE(\"a; b\") {\n")).size() == 2);
  CHECK(tidy::test_names(file("a.cpp", "TEST_CASE(\n    \"a; b\") {\n")).size() == 1);
  CHECK(tidy::test_names(file("a.cpp", "TEST_CASE(\"a, b - c: [d]\") {\n")).empty());
  CHECK(tidy::broken_page(file("docs/a.md", "# A\n[b](b-that-is-not-there.md)\n"), TREE).size() == 1);
  CHECK(tidy::broken_page(file("docs/a.md", "text\n"), TREE) == Findings{"docs/a.md:1: no title"});
}
