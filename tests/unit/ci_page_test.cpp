// The page on pipelines: its YAML can be read, its tolerances are valid, its commands have only options that
// exist.
#include <yaml-cpp/yaml.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <regex>
#include <vector>

#include "models/application/load.hpp"

namespace {

std::string page() {
  std::ifstream file(std::string(TREE) + "/docs/ci.md", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> blocks(const std::string& text) {
  std::vector<std::string> all;
  const std::string fence = "\n```yaml\n";
  for (std::size_t at = text.find(fence); at != std::string::npos; at = text.find(fence, at)) {
    at += fence.size();
    all.push_back(text.substr(at, text.find("\n```", at) - at + 1));
  }
  return all;
}

}  // namespace

TEST_CASE("the page on pipelines: every block is YAML, with the steps that it needs") {
  const std::vector<std::string> all = blocks(page());
  REQUIRE(all.size() == 4);
  const std::string scenario =
      "fleet: [{devices: 100}]\nfaults: [{name: blackout, at: 1h, hub: 1, for: 20m}]\n" + all[0];
  CHECK(application::load(scenario, "plant.yaml").tolerances.size() == 3);
  const YAML::Node github = YAML::Load(all[1]);
  const YAML::Node azure = YAML::Load(all[2]);
  const YAML::Node gitlab = YAML::Load(all[3]);
  CHECK(github["jobs"]["outage"]["steps"].size() == 6);
  CHECK(azure["steps"].size() == 5);
  CHECK(gitlab["resilience"]["script"].size() == 10);
  for (std::size_t i = 1; i < all.size(); ++i) {
    CHECK_THAT(all[i], Catch::Contains("hubstorm run plant.yaml"));
    CHECK_THAT(all[i], Catch::Contains("hubstorm compare --baseline baselines new.json"));
    CHECK_THAT(all[i], Catch::Contains("compare.xml"));
    CHECK_THAT(all[i], Catch::Contains("rm -f new.json compare."));  // an old one would be published
  }
}
