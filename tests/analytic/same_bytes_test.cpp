// Known answer 30. Goal: a result depends on scenario, seed and version alone.
// Answer: the same bytes, `meta` aside, when run again, for any number of jobs, with the groups of the file
// in any order, for either carrier, and on a processor without fused multiply-add and AVX2. Tolerance: none.
// (Other build types are compared where they are built.)
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/analytic/known.hpp"

namespace {

const std::vector<std::string> groups{
    "  - {name: meters, devices: 300, client: sdk-python, region: germany, return_to_dps: after 10 "
    "failures}\n",
    "  - {name: pumps, devices: 200, client: sdk-node, region: brazil, access: nb-iot, telemetry: {every: "
    "1m}}\n",
    "  - {name: cars, devices: 150, client: guide-reconnect, access: lte, joins: at 40m over 10m}\n",
    "  - {name: doors, devices: 250, client: sdk-c, access: satellite, never_recovers: 5%}\n"};

std::string scenario(const std::vector<int>& order) {
  std::string fleet;
  for (const int i : order) fleet += groups[static_cast<std::size_t>(i)];
  return R"(
name: same
duration: 3h
warmup: 10m
application: {hubs: {count: 3, edition: S1, units: 1, connects: {burst: 2s, queue: 10s}}}
provisioning: {registrations_per_minute: 60, allocation: two-choices}
faults:
  - {name: one-hub, at: 30m, for: 25m, hub: 1}
  - {name: another, at: 45m, for: 30m, hub: 2, mode: silent}
  - {name: slow, at: 100m, for: 10m, hub: 3, mode: {degraded: {capacity: 5%}}}
fleet:
)" + fleet;
}

const std::string plain_order = scenario({0, 1, 2, 3});

// A file that goes when the test ends.
class File {
 public:
  explicit File(const std::string& text)
      : path_(std::filesystem::temp_directory_path() / fmt::format("hubstorm-same-{}.yaml", getpid())) {
    std::ofstream(path_) << text;
  }
  ~File() { std::filesystem::remove(path_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

// What the program prints; `environment` goes before it on the shell's line.
std::string output_of(const std::string& environment, const std::string& arguments) {
  const std::string line = environment + " '" BUILD "/hubstorm' run " + arguments;
  std::FILE* pipe = popen(line.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  std::array<char, 4096> buffer{};
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe))
    text.append(buffer.data(), n);
  const int status = pclose(pipe);
  INFO(line);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
  return text;
}

std::string summary(const std::string& environment, const std::string& arguments) {
  nlohmann::ordered_json json =
      nlohmann::ordered_json::parse(output_of(environment, arguments + " --json --quiet"));
  REQUIRE(json.erase("meta") == 1);
  return json.dump(1);
}

}  // namespace

TEST_CASE("a second run gives the same bytes, another seed does not", "[known-30][long]") {
  support::Options other;
  other.set = {"seed=2"};
  const auto first = support::run(plain_order);
  CHECK(known::difference(first, support::run(plain_order)) == "");
  CHECK(known::difference(first, support::run(plain_order, other)) != "");
}

TEST_CASE("the order of the groups in the file gives the same bytes", "[known-30][long]") {
  const auto first = support::run(plain_order);
  CHECK(known::difference(first, support::run(scenario({3, 2, 1, 0}))) == "");
  CHECK(known::difference(first, support::run(scenario({1, 3, 0, 2}))) == "");
}

TEST_CASE("both carriers give the same bytes", "[known-30][long]") {
  support::Options actor;
  actor.carrier = application::CarrierKind::actor;
  const auto fleet = support::run(plain_order);
  CHECK(known::difference(fleet, support::run(plain_order, actor)) == "");
  actor.parking = false;
  CHECK(known::difference(fleet, support::run(plain_order, actor)) == "");
}

TEST_CASE("the program gives the same bytes for any jobs and any processor", "[known-30][long]") {
  const File file(plain_order);
  const std::string run = "'" + file.path() + "' --replications 4 ";
  const std::string first = summary("", run + "--jobs 1");
  CHECK(first.size() > 10'000);
  CHECK(first == summary("", run + "--jobs 1"));
  CHECK(first == summary("", run + "--jobs 3"));
  CHECK(first == summary("", run + "--jobs 2 --carrier actor"));
  // The C library then takes its functions for processors that lack them, which round differently in places.
  CHECK(first == summary("GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4", run + "--jobs 2"));
}
