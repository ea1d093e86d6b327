// Cost grows with the work. Each test counts the instructions of runs that differ in one dimension, by
// valgrind, so that neither the machine nor its load decides; tools/bench/growth measures time. They are
// [long], since valgrind does not run what sanitizers watch.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>
#include <string>

#include "tests/cli/command.hpp"

namespace {

// Instructions of a run of this scenario, those of its processes together.
double cost(const std::string& yaml, const std::string& options = "",
            const std::string& command = "run s.yaml --replications 1 --jobs 1") {
  const cli::Folder folder;
  folder.write("s.yaml", yaml);
  const cli::Ran ran =
      cli::in_shell("valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null $H " +
                        command + " " + options,
                    folder);
  INFO(ran.err);
  REQUIRE(ran.code == 0);
  const std::regex count("I +refs: +([0-9,]+)");
  double sum = 0;
  for (std::sregex_iterator at(ran.err.begin(), ran.err.end(), count); at != std::sregex_iterator(); ++at) {
    std::string digits = (*at)[1];
    std::erase(digits, ',');
    sum += std::stod(digits);
  }
  REQUIRE(sum > 1e6);
  return sum;
}

std::string fleet(int groups, int devices, const std::string& keys) {
  std::string text = "fleet:\n";
  for (int g = 0; g < groups; ++g)
    text += fmt::format("  - {{name: group-{}, devices: {}{}}}\n", g, devices, keys);
  return text;
}

// Four times the work costs four times as much, and not sixteen times. `most`: less where the rest of the
// work hides the part that would grow.
void linear(double little, double four_times, double most = 6) {
  INFO(fmt::format("{:.0f} instructions, {:.0f} for four times the work", little, four_times));
  CHECK(little > 1e5);  // something that can be measured
  CHECK(four_times < most * little);
}

}  // namespace

TEST_CASE("a link that is cut costs what it changes: groups and hubs, not their product", "[growth][long]") {
  const auto of_fault = [](int groups, int hubs) {
    const std::string plain = fmt::format(
                                  "duration: 1h\nlimits: off\nscaling: {{policy: none}}\n"
                                  "application: {{region: westeurope, hubs: {{count: {}, units: 1}}}}\n",
                                  hubs) +
                              fleet(groups, 1, ", region: germany");
    return cost(plain + "faults: [{name: cut, at: 10m, for: 10m, link: {devices: germany}}]\n") - cost(plain);
  };
  linear(of_fault(60, 6), of_fault(240, 24));
}

TEST_CASE("a link that is slower costs its groups, and not all devices for each", "[growth][long]") {
  const auto of_fault = [](int groups, int devices) {
    const std::string plain =
        "duration: 1h\nlimits: off\nscaling: {policy: none}\n"
        "application: {region: westeurope, hubs: {count: 2, edition: S3, units: 10}}\n" +
        fleet(groups, devices, ", region: germany, client: {renewal: 0s}");
    return cost(plain +
                "faults: [{name: slow, at: 10m, for: 10m, link: {devices: germany}, mode: {impaired: "
                "{latency: 1ms}}}]\n") -
           cost(plain);
  };
  linear(of_fault(100, 100), of_fault(400, 100));  // with fewer, what is due outweighs a scan of all
}

TEST_CASE("four times the incidents of a region cost four times as much", "[growth][long]") {
  const auto incidents = [](int hours) {
    return cost(
        fmt::format("duration: {}h\napplication: {{region: westeurope, hubs: {{count: 2, units: 1}}}}\n"
                    "fleet: [{{devices: 1, telemetry: {{every: 1d}}, client: {{renewal: 0s}}}}]\n"
                    "faults: [{{name: gone, region: westeurope, mtbf: 40s, mttr: 20s}}]\n",
                    hours));
  };
  const double start = incidents(1);
  linear(incidents(13) - start, incidents(49) - start,
         4.15);  // 4.25 where each signal of a hub scans them all
}

TEST_CASE("a result as JSON costs what it holds, and not the square of it", "[growth][long]") {
  const auto of_json = [](int faults) {
    std::string text =
        "duration: 2d\napplication: {hubs: {count: 2, units: 1}}\nfleet: [{devices: 2}]\nfaults:\n";
    for (int f = 0; f < faults; ++f)
      text += fmt::format("  - {{name: f{}, at: {}s, for: 1s, hub: 1}}\n", f, 60 * (f + 1));
    return cost(text, "--quiet --json") - cost(text, "--quiet");
  };
  linear(of_json(100), of_json(400));
}

TEST_CASE("reading a scenario costs what it lists, and not the products", "[growth][long]") {
  const auto reading = [](const std::string& yaml) { return cost(yaml, "", "validate s.yaml"); };
  const auto by_chance = [&](int hubs) {
    std::string text = fmt::format(
        "limits: off\nduration: 1h\napplication: {{hubs: {{count: {}}}}}\nfleet: [{{devices: 9}}]\nfaults:\n",
        hubs);
    const double plain = reading(text + "  - {name: f, hub: 1, at: 1m, for: 1m}\n");
    for (int f = 0; f < 10; ++f)
      text += fmt::format("  - {{name: f{}, each: hub, mtbf: 3660d, mttr: 1h}}\n", f);
    return reading(text) - plain;
  };
  linear(by_chance(1000), by_chance(4000));
  // Groups of their own enrollments, on hubs of which most are of an edition that lacks twins.
  const auto tiers = [&](int n) {
    std::string hubs, enrollments, groups;
    for (int i = 0; i < n; ++i) {
      hubs += fmt::format("    - {{name: b{}, edition: B1}}\n", i);
      enrollments += fmt::format("    - {{name: e{}, hubs: [{{hub: s}}]}}\n", i);
      groups += fmt::format(
          "  - {{name: g{}, devices: 1, enrollment: e{}, properties: {{every: 1h, size: 1 KiB}}}}\n", i, i);
    }
    return reading("duration: 1h\nlimits: off\napplication:\n  hubs:\n" + hubs +
                   "    - {name: s}\nprovisioning:\n  enrollments:\n" + enrollments + "fleet:\n" + groups);
  };
  linear(tiers(250), tiers(1000));
}
