// `hubstorm catalog` as a user calls it.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "models/embedded.hpp"
#include "tests/cli/command.hpp"

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using cli::hubstorm;
using cli::Ran;

namespace {

nlohmann::json listed() { return nlohmann::json::parse(hubstorm("catalog --json").out); }

}  // namespace

TEST_CASE("catalog alone lists what there is") {
  const Ran ran = hubstorm("catalog");
  CHECK(ran.code == 0);
  CHECK(ran.err.empty());
  for (const auto& entry : listed())
    CHECK_THAT(ran.out, Contains("\n  " + entry["name"].get<std::string>() + " "));
}

TEST_CASE("each catalog there is can be shown, as text and as one JSON document") {
  REQUIRE(listed().size() >= 8);
  for (const auto& entry : listed()) {
    const auto name = entry["name"].get<std::string>();
    const Ran text = hubstorm("catalog " + name);
    INFO(name);
    CHECK(text.code == 0);
    CHECK(text.out.size() > 100);
    const Ran json = hubstorm("catalog " + name + " --json");
    CHECK(json.code == 0);
    CHECK(nlohmann::json::parse(json.out)["catalog"] == name);
  }
}

TEST_CASE("a name that is none: 2, with what may be meant") {
  const Ran near = hubstorm("catalog client");
  CHECK(near.code == 2);
  CHECK(near.out.empty());
  CHECK(near.err == "error: there is no catalog \"client\"; did you mean \"clients\"?\n");
  const Ran far = hubstorm("catalog weather");
  CHECK(far.code == 2);
  CHECK_THAT(far.err, StartsWith("error: there is no catalog \"weather\"; it is one of clients, hubs"));
}

TEST_CASE("every catalog file can be shown") {
  // A figure that no one can look up would be hidden in the program.
  std::set<std::string> shown;
  for (const auto& entry : listed()) {
    const auto json =
        nlohmann::json::parse(hubstorm("catalog --json " + entry["name"].get<std::string>()).out);
    if (json.count("file")) shown.insert(json["file"].get<std::string>());
  }
  for (const embedded::File& file : embedded::files()) {
    INFO(file.path);
    if (file.path.starts_with("models/")) CHECK(shown.count(std::string(file.path)) == 1);
  }
}
