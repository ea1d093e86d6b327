// What `hubstorm catalog` shows: figures as written in the files, each with its origin, as text and as JSON.
#include <catch2/catch.hpp>
#include <sstream>
#include <string>

#include "models/embedded.hpp"
#include "tools/output/catalog_text.hpp"
#include "tools/output/words.hpp"

using Catch::Matchers::Contains;

namespace {

const catalog::File& small() {
  static const catalog::File file("small.yaml",
                                  "references: {page: a page, code: some code}\n"
                                  "sources:\n"
                                  "  speed: {source: page, status: documented}\n"
                                  "  size: {source: code, status: assumed, note: a guess}\n"
                                  "rows:\n"
                                  "  - {name: one, speed: 1/s, size: 5 B}\n"
                                  "  - {name: two, speed: 20/s, size: 6 B}\n"
                                  "  - {name: three, base: two, size: 700 B,\n"
                                  "     sources: {size: {source: page, status: measured}}}\n"
                                  "fit: [{from: a, published: 3ms}, {from: b, published: 44ms}]\n");
  return file;
}

}  // namespace

TEST_CASE("a catalog of short rows is one table with its sources") {
  CHECK(output::catalog_text(small(), {}) ==
        "       speed  size\n"
        "one    1/s    5 B\n"
        "two    20/s   6 B\n"
        "three  20/s   700 B\n"
        "\n"
        "fit\n"
        "from  published\n"
        "a     3ms\n"
        "b     44ms\n"
        "\n"
        "Sources\n"
        "  speed: documented [1]\n"
        "  size: assumed [2]: a guess\n"
        "  three size: measured [1]\n"
        "\n"
        "References\n"
        "  [1]  a page\n"
        "  [2]  some code\n");
}

TEST_CASE("a catalog of long rows is a paragraph a row, each line with its origin") {
  const catalog::File file("long.yaml",
                           "references: {page: a page, code: github.com/o/n@0123abc src/a.c}\n"
                           "rows:\n"
                           "  - name: one\n"
                           "    times: {first: 100ms, second: 200ms, third: 300ms, fourth: 400ms}\n"
                           "    limit: 1000000 things of the kind that are counted here\n"
                           "    sources:\n"
                           "      times: {source: page, status: documented}\n"
                           "      times.third: {source: code, status: read, lines: 7, note: odd}\n"
                           "      limit: {source: page, status: assumed}\n");
  CHECK(output::catalog_text(file, {}) ==
        "one\n"
        "  times  first 100ms, second 200ms, third 300ms, fourth 400ms\n"
        "         third read [2], line 7: odd\n"
        "  limit  1000000 things of the kind that are counted here\n"
        "\n"
        "Sources\n"
        "  times: documented [1]\n"
        "  limit: assumed [1]\n"
        "\n"
        "References\n"
        "  [1]  a page\n"
        "  [2]  github.com/o/n@0123abc src/a.c\n");
}

TEST_CASE("no line of any catalog is wider than the terminal") {
  for (const embedded::File& file : embedded::files()) {
    if (!file.path.starts_with("models/")) continue;
    std::istringstream lines(output::catalog_text(catalog::built_in(file.path), {}));
    for (std::string line; std::getline(lines, line);) {
      // A word that is longer than the terminal, such as a path in a source, cannot be broken.
      const bool one_word = line.find(' ', line.find_first_not_of(' ')) == std::string::npos;
      INFO(file.path << ": " << line);
      CHECK((output::words::columns(line) <= output::words::width || one_word));
    }
  }
}

TEST_CASE("JSON holds every figure as written and the origin of each") {
  const auto json = output::catalog_json(small());
  CHECK(json["file"] == "small.yaml");
  CHECK(json["rows"].size() == 3);
  CHECK(json["rows"][2]["name"] == "three");
  CHECK(json["rows"][2]["figures"] == nlohmann::ordered_json({{"speed", "20/s"}, {"size", "700 B"}}));
  CHECK(json["rows"][2]["sources"]["size"]["status"] == "measured");
  CHECK(json["rows"][0]["sources"]["size"]["note"] == "a guess");
  CHECK(json["fit"][1]["published"] == "44ms");
  const auto clients = output::catalog_json(catalog::built_in("models/device/clients.yaml"));
  CHECK(clients["rows"][0]["figures"]["retry"]["kind"] == "sdk-c");
  const auto& kind = clients["rows"][0]["sources"]["retry.kind"];
  CHECK(kind["status"] == "read");
  CHECK(kind["lines"] == "198-209, 313-320");
  CHECK(kind["verified"] == nlohmann::ordered_json({"c-killed"}));
  CHECK(clients["rows"][0]["sources"]["keep_alive"]["verified"].empty());
  CHECK(clients["evidence"]["c-killed"]["how"] == "measured");
  CHECK(clients["evidence"]["c-killed"]["by"][0] == "c-kill-60-every-5");
  CHECK(json["rows"][0]["sources"]["size"].count("verified") == 0);
}

TEST_CASE("every metric is listed with unit, direction and formula") {
  const std::vector<measures::MetricKind> kinds{
      {"devices.lost", "devices", measures::Direction::lower, "devices that gave up"},
      {"availability", "1", measures::Direction::higher, "share of devices connected"},
      {"hub.connects", "operations", measures::Direction::neutral, "CONNECTs that arrived"}};
  CHECK(output::metrics_text(kinds, {}) ==
        "devices.lost  (devices; lower is better)\n"
        "    devices that gave up\n"
        "availability  (a ratio; higher is better)\n"
        "    share of devices connected\n"
        "hub.connects  (operations; neither)\n"
        "    CONNECTs that arrived\n");
  const auto json = output::metrics_json(kinds);
  CHECK(json[0]["direction"] == "lower is better");
  CHECK(json[1]["unit"] == "1");
  CHECK(json[2]["formula"] == "CONNECTs that arrived");
}
