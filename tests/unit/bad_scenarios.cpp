#include "tests/unit/bad_scenarios.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

#include "models/application/load.hpp"

namespace bad {

namespace {

namespace fs = std::filesystem;

const fs::path folder = fs::path(TREE) / "tests" / "bad";

// A file that a bad scenario names.
std::string beside(const std::string& name) {
  if (!fs::exists(folder / name)) throw std::runtime_error("No such file or directory");
  return content(folder / name);
}

std::vector<std::string> overrides(fs::path scenario) {
  std::vector<std::string> all;
  if (!fs::exists(scenario.replace_extension(".set"))) return all;
  std::istringstream lines(content(scenario));
  for (std::string line; std::getline(lines, line);) all.push_back(line);
  return all;
}

}  // namespace

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::set<fs::path> files(const std::string& extension) {
  std::set<fs::path> all;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == extension) all.insert(entry.path());
  return all;
}

void load(const fs::path& scenario) {
  application::load(content(scenario), scenario.filename().string(), overrides(scenario), beside);
}

}  // namespace bad
