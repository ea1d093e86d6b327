// Every scenario that users are given runs and does what it expects of itself.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "models/application/load.hpp"
#include "tests/support/run.hpp"
#include "tools/analysis/verdict.hpp"

namespace {

namespace fs = std::filesystem;

std::set<fs::path> examples() {
  std::set<fs::path> all;
  for (const auto& entry : fs::directory_iterator(fs::path(TREE) / "scenarios"))
    if (entry.path().extension() == ".yaml") all.insert(entry.path());
  return all;
}

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Under sanitizers one replication of all but those that take more than half a second without them must do:
// what they look for does not depend on draws, and what is expected of the mean is judged in the other build.
const std::set<std::string> longer{"million",          "region-lost",        "poly-lens",
                                   "retry-storm",      "quota-cliff",        "sink-wave",
                                   "client-families",  "era-2023-growth",    "grid-blackout",
                                   "auto-inflate",     "power-cut",          "standby-cold",
                                   "failback-wave",    "year-of-outages",    "scaling-diurnal",
                                   "scale-in-strands", "onboarding-morning", "samples-overload-dps",
                                   "region-lost-lrs",  "region-lost-gzrs"};
#ifdef HUBSTORM_SANITIZE
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

// Of all examples each second, so that they are run side by side.
void run_part(std::size_t part) {
  const std::set<fs::path> all = examples();
  CHECK(all.size() >= 8);
  std::size_t index = 0;
  for (const fs::path& path : all) {
    if (index++ % 2 != part) continue;
    INFO(path.filename().string());
    if (sanitized && longer.contains(path.stem())) continue;
    const std::string text = content(path);
    const application::Scenario scenario = application::load(text, path.filename().string());
    CHECK(scenario.name == path.stem().string());
    CHECK_FALSE(scenario.expect.empty());
    std::vector<measures::Report> reports;
    for (std::uint32_t r = 0; r < (sanitized ? 1 : scenario.replications); ++r) {
      support::Options options;
      options.replication = r;
      reports.push_back(support::run(text, options));
    }
    if (sanitized) continue;
    const analysis::Metrics metrics = analysis::combine(reports);
    for (const application::Expectation& expectation : scenario.expect) {
      const analysis::Judgement judgement = analysis::judge(expectation, metrics, false);
      INFO(expectation.text << ", found "
                            << (judgement.metric.value ? std::to_string(*judgement.metric.value)
                                                       : "no value"));
      CHECK(judgement.verdict == analysis::Verdict::pass);
    }
  }
}

}  // namespace

TEST_CASE("every example runs and meets its expectations", "[examples]") { run_part(0); }
TEST_CASE("every example runs and meets its expectations, second part", "[examples]") { run_part(1); }
