// The catalogs: every figure has a source and a status, names fit together, and the distance formula is as
// good as the catalog says.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "models/catalog_file.hpp"
#include "models/embedded.hpp"
#include "models/network/tables.hpp"
#include "sim/settings/quantity.hpp"

namespace {

using catalog::File;
using catalog::Node;
using catalog::Row;

const Node& field(const Row& row, std::string_view key) {
  const Node* value = row.fields.find(key);
  INFO(row.name << "." << key);
  REQUIRE(value);
  return *value;
}

double number(const Node& node) { return std::get<double>(sim::settings::parse_decimal(node.text)); }
sim::Duration duration(const Node& node) {
  return std::get<sim::Duration>(sim::settings::parse_duration(node.text));
}

network::Region region(std::string_view name) {
  const Row* row = catalog::built_in("models/network/regions.yaml").find(name);
  INFO(name);
  REQUIRE(row);
  network::Region place;
  place.latitude = number(field(*row, "latitude"));
  place.longitude = number(field(*row, "longitude"));
  return place;
}

network::Constants distance() {
  const Row& row = catalog::built_in("models/network/path.yaml").rows().front();
  network::Constants constants;
  constants.per_1000km = duration(field(row, "per_1000km"));
  constants.stretch = number(field(row, "stretch"));
  constants.overhead = duration(field(row, "overhead"));
  constants.jitter = number(field(row, "jitter"));
  return constants;
}

std::string small_catalog(const std::string& rows) {
  return "references: {page: a page, code: some code}\n"
         "sources: {a: {source: page, status: documented}, b: {source: page, status: assumed, note: why}}\n"
         "rows:\n" +
         rows;
}

// A line for each value of a tree, with its place.
std::vector<std::string> described(const sim::settings::Node& node) {
  const auto place = [](const sim::settings::Place& p) {
    return fmt::format("{} {}:{}+{}", p.source != nullptr, p.line, p.column, p.length);
  };
  std::vector<std::string> lines{
      fmt::format("{} {} {} {}", static_cast<int>(node.kind), node.quoted, node.text, place(node.place))};
  const auto append = [&](const sim::settings::Node& inner) {
    for (std::string& line : described(inner)) lines.push_back(std::move(line));
  };
  for (const sim::settings::Node& item : node.items) append(item);
  for (const sim::settings::Entry& entry : node.entries) {
    lines.push_back(entry.key + ' ' + place(entry.place));
    append(entry.value);
  }
  return lines;
}

}  // namespace

TEST_CASE("every catalog reads, and every figure has a source") {
  std::size_t catalogs = 0;
  for (const embedded::File& file : embedded::files()) {
    if (!file.path.starts_with("models/")) continue;
    INFO(file.path);
    const File& catalog = catalog::built_in(file.path);
    REQUIRE_FALSE(catalog.rows().empty());
    for (const Row& row : catalog.rows())
      for (const std::string& figure : catalog::figures(row)) CHECK_FALSE(row.origin(figure).source.empty());
    ++catalogs;
  }
  CHECK(catalogs >= 7);
}

TEST_CASE("a catalog that was read when the program was built is the one in the file") {
  for (const embedded::File& file : embedded::files()) {
    if (!file.path.starts_with("models/")) continue;
    INFO(file.path);
    sim::settings::Diagnostics diagnostics;
    const sim::settings::Document parsed("x", std::string(file.text), diagnostics);
    const sim::settings::Document built("x", std::string(file.text), file.table);
    const std::vector<std::string> lines = described(built.root());
    CHECK(lines.size() > 10);
    CHECK(lines == described(parsed.root()));
  }
}

TEST_CASE("every reference of a catalog is used") {
  for (const embedded::File& file : embedded::files()) {
    if (!file.path.starts_with("models/")) continue;
    const File& catalog = catalog::built_in(file.path);
    std::set<std::string> used;
    for (const Row& row : catalog.rows())
      for (const std::string& figure : catalog::figures(row)) used.insert(row.origin(figure).source);
    for (const auto& reference : catalog.root().find("references")->entries) {
      INFO(file.path << " " << reference.key);
      CHECK(used.count(reference.value.text) == 1);
    }
  }
}

TEST_CASE("a row takes over what it does not give itself") {
  const File catalog("c.yaml", small_catalog("  - {name: one, a: 1, b: {x: 1, y: 2},\n"
                                             "     sources: {b.x: {source: code, status: measured}}}\n"
                                             "  - {name: two, base: one, a: 5}\n"
                                             "  - {name: three, base: two, b: {x: 7},\n"
                                             "     sources: {b: {source: code, status: documented}}}\n"));
  const Row& two = *catalog.find("two");
  CHECK(field(two, "a").text == "5");
  CHECK(field(two, "b").find("y")->text == "2");
  CHECK(two.origin("b.x").status == "measured");
  CHECK(two.origin("b.y").status == "assumed");
  CHECK(two.origin("b.y").note == "why");
  const Row& three = *catalog.find("three");
  CHECK(field(three, "a").text == "5");
  CHECK(field(three, "b").find("y") == nullptr);
  CHECK(three.origin("b.x").status == "documented");
  CHECK(catalog.find("four") == nullptr);
}

TEST_CASE("a catalog that is not in order is refused") {
  const auto refused = [](const std::string& rows) {
    try {
      File("c.yaml", small_catalog(rows));
    } catch (const sim::settings::Invalid& invalid) {
      return std::string(invalid.what());
    }
    return std::string();
  };
  using Catch::Matchers::Contains;
  CHECK_THAT(refused("  - {name: one, c: 1}\n"), Contains("one.c has no source"));
  CHECK_THAT(refused("  - {name: one, a: 1}\n  - {name: one, a: 2}\n"), Contains("a second row \"one\""));
  CHECK_THAT(refused("  - {a: 1}\n"), Contains("a row needs a name"));
  CHECK_THAT(refused("  - {name: two, base: one}\n"), Contains("no earlier row has this name"));
  CHECK_THAT(refused("  - {name: one, a: 1, sources: {a: {source: book, status: assumed}}}\n"),
             Contains("\"book\" is not among the references"));
  CHECK_THAT(refused("  - {name: one, a: 1, sources: {a: {source: page, status: guessed}}}\n"),
             Contains("status must be"));
  CHECK_THAT(
      refused("  - {name: one, a: 1, sources: {a: {source: page, status: assumed, note: about 1,000}}}\n"),
      Contains("a note with a comma needs quotes"));
  CHECK(refused("  - {name: one, a: 1}\n").empty());
}

namespace {

std::string verified_catalog(const std::string& rows, const std::string& evidence = "by: [set-1]") {
  return "references:\n"
         "  page: a page\n"
         "  file: github.com/o/n@0123abc src/a.c (2026)\n"
         "  text: github.com/o/n@0123abc docs/a.md\n"
         "  late: github.com/o/n src/a.c (HEAD)\n"
         "evidence: {run: {how: measured, " +
         evidence + "}, log: {how: issue threads, by: o/n#1, note: twice}}\nrows:\n" + rows;
}

std::string refusal(const std::string& text) {
  try {
    File("c.yaml", text);
  } catch (const sim::settings::Invalid& invalid) {
    return std::string(invalid.what());
  }
  return std::string();
}

}  // namespace

TEST_CASE("what was read in source code names the file at a commit") {
  using Catch::Matchers::Contains;
  const auto refused = [](const std::string& origin) {
    return refusal(verified_catalog("  - {name: one, a: 1, sources: {a: {" + origin + "}}}\n"));
  };
  CHECK(refused("source: file, status: read, lines: 3-5") == "");
  CHECK(refused("source: text, status: documented, lines: 3-5") == "");
  CHECK(refused("source: file, status: assumed, note: from it") == "");
  CHECK_THAT(refused("source: page, status: read"), Contains("github.com/OWNER/NAME@COMMIT PATH"));
  CHECK_THAT(refused("source: late, status: read"), Contains("github.com/OWNER/NAME@COMMIT PATH"));
  CHECK_THAT(refused("source: text, status: read"), Contains("github.com/OWNER/NAME@COMMIT PATH"));
  CHECK_THAT(refused("source: file, status: documented"), Contains("is read, not documented"));
  CHECK_THAT(refused("source: page, status: documented, lines: 3-5"), Contains("lines are those of a file"));
}

TEST_CASE("what names a file of a repository at a commit") {
  CHECK(catalog::names_file("github.com/o/n@0123abc src/a.c (2026)"));
  CHECK(catalog::names_file("github.com/o/n@0123abc a.md"));
  CHECK_FALSE(catalog::names_code("github.com/o/n@0123abc a.md (2026)"));
  for (const char* other : {"github.com/o/n@0123abc", "github.com/o/n@0123abc ", "github.com/n@0123abc a.c",
                            "github.com/o/n@main src/a.c", "github.com/o/n@0123ab a.c", "github.com/o/n a.c",
                            "o/n@0123abc a.c", "github.com/"}) {
    INFO(other);
    CHECK_FALSE(catalog::names_file(other));
  }
}

TEST_CASE("a row takes over what was verified of what it does not give itself") {
  const File catalog("c.yaml",
                     verified_catalog("  - name: one\n"
                                      "    a: 1\n"
                                      "    b: {x: 1, y: 2}\n"
                                      "    sources: {a: {source: page, status: assumed},\n"
                                      "              b: {source: page, status: assumed}}\n"
                                      "    verified: {a: run, b.x: [run, log]}\n"
                                      "  - {name: two, base: one, a: 5}\n"
                                      "  - {name: three, base: two, b: {x: 7}, verified: {a: log}}\n"));
  using Names = std::vector<std::string>;
  const Row& one = *catalog.find("one");
  CHECK(one.evidence("a") == Names{"run"});
  CHECK(one.evidence("b.x") == Names{"run", "log"});
  CHECK(one.evidence("b.y").empty());
  const Row& two = *catalog.find("two");
  CHECK(two.base == "one");
  CHECK(two.own == Names{"a"});
  CHECK(two.evidence("a").empty());
  CHECK(two.evidence("b.x").size() == 2);
  CHECK(catalog.find("three")->evidence("a") == Names{"log"});
  CHECK(catalog.find("three")->evidence("b.x").empty());
  REQUIRE(catalog.evidence().size() == 2);
  CHECK(catalog.evidence()[1].how == "issue threads");
  CHECK(catalog.evidence()[1].by == Names{"o/n#1"});
  CHECK(catalog.evidence()[1].note == "twice");
}

TEST_CASE("what is verified exists, and so does its evidence") {
  using Catch::Matchers::Contains;
  const auto refused = [](const std::string& verified, const std::string& evidence = "by: [set-1]") {
    return refusal(
        verified_catalog("  - name: one\n"
                         "    a: {x: 1}\n"
                         "    sources: {a: {source: page, status: assumed}}\n"
                         "    verified: {" +
                             verified + "}\n",
                         evidence));
  };
  CHECK(refused("a: run") == "");
  CHECK(refused("a.x: run") == "");
  CHECK_THAT(refused("b: run"), Contains("one has no figure \"b\""));
  CHECK_THAT(refused("a.y: run"), Contains("one has no figure \"a.y\""));
  CHECK_THAT(refused("a: walk"), Contains("\"walk\" is not among the evidence"));
  CHECK_THAT(refused("a: run", "note: none"), Contains("evidence needs `by`"));
  CHECK_THAT(refused("a: run", "by: x}, odd: {how: guessed, by: x"), Contains("how must be measured"));
}

TEST_CASE("regions: enough of them, and each pair exists") {
  const File& regions = catalog::built_in("models/network/regions.yaml");
  int clouds = 0, places = 0, pairs = 0;
  for (const Row& row : regions.rows()) {
    const bool cloud = field(row, "cloud").text == "true";
    (cloud ? clouds : places)++;
    CHECK(std::abs(region(row.name).latitude) <= 90);
    CHECK(std::abs(region(row.name).longitude) <= 180);
    const Node* pair = row.fields.find("pair");
    if (!pair) continue;
    INFO(row.name << " and " << pair->text);
    REQUIRE(cloud);
    ++pairs;
    CHECK(field(*regions.find(pair->text), "cloud").text == "true");
  }
  CHECK(clouds >= 12);
  CHECK(pairs >= 12);
  CHECK(places >= 25);
}

// As of 2025: `reliability-iot-hub.md` lists 11 regions with both and 8 with compute only.
TEST_CASE("regions: zone support says for what") {
  std::map<network::ZoneSupport, int> count;
  std::map<std::string, network::ZoneSupport> zones;
  for (const network::Region& region : network::regions()) {
    if (region.cloud) ++count[region.zones];
    if (!region.cloud) CHECK(region.zones == network::ZoneSupport::none);
    zones[region.name] = region.zones;
  }
  CHECK(count[network::ZoneSupport::data_and_compute] == 11);
  CHECK(count[network::ZoneSupport::compute] == 8);
  CHECK(zones.at("northeurope") == network::ZoneSupport::data_and_compute);
  CHECK(zones.at("westeurope") == network::ZoneSupport::compute);
  CHECK(zones.at("eastus2") == network::ZoneSupport::none);
}

TEST_CASE("the distance formula errs by no more than the catalog says") {
  const File& path = catalog::built_in("models/network/path.yaml");
  std::vector<double> errors;
  for (const Node& pair : path.root().find("calibration")->items) {
    const double km = network::distance_km(region(pair.find("from")->text), region(pair.find("to")->text));
    const auto model = static_cast<double>(network::median_round_trip(km, distance()).count());
    const auto published = static_cast<double>(duration(*pair.find("published")).count());
    errors.push_back(std::abs(model / published - 1));
  }
  REQUIRE(errors.size() == 65);
  std::sort(errors.begin(), errors.end());
  CHECK(errors[32] < 0.145);  // "14 % in the median"
  CHECK(errors[58] < 0.315);  // "31 % in nine of ten"
}

TEST_CASE("no median lies so near a rounding boundary that a machine could round it otherwise") {
  const auto& rows = catalog::built_in("models/network/regions.yaml").rows();
  const network::Constants constants = distance();
  for (const Row& from : rows)
    for (const Row& to : rows) {
      const double km = network::distance_km(region(from.name), region(to.name));
      const auto exactly = network::median_round_trip(km, constants);
      INFO(from.name << " to " << to.name);
      REQUIRE(network::median_round_trip(km + 1e-6, constants) == exactly);
      if (km > 1e-6) REQUIRE(network::median_round_trip(km - 1e-6, constants) == exactly);
    }
}
