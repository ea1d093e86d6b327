// Time grows with the work: pairs of runs whose work differs by a known factor, or hardly at all. A cost that
// grows with the product of two dimensions would be a hundred times as much; the bounds are so wide that no
// load of the machine reaches them. tools/bench/growth measures the rest.
#include <fmt/format.h>
#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/run.hpp"

namespace {

double children_s() {
  rusage used{};
  getrusage(RUSAGE_CHILDREN, &used);
  return static_cast<double>(used.ru_utime.tv_sec) + static_cast<double>(used.ru_utime.tv_usec) / 1e6;
}

// Processor time of a run, seconds.
double cost(const std::string& yaml) {
  const double before = children_s();
  support::run(yaml);
  return children_s() - before;
}

std::string fleet(int groups, int devices, const std::string& keys) {
  std::string text = "fleet:\n";
  for (int g = 0; g < groups; ++g)
    text += fmt::format("  - {{name: group-{}, devices: {}{}}}\n", g, devices, keys);
  return text;
}

}  // namespace

TEST_CASE("a link that is cut costs what it changes, not the square of it", "[growth]") {
  const std::string plain =
      "duration: 1h\nlimits: off\nscaling: {policy: none}\n"
      "application: {region: westeurope, hubs: {count: 50, units: 1}}\n" +
      fleet(1000, 1, ", region: germany");
  const double with = cost(plain + "faults: [{name: cut, at: 10m, for: 10m, link: {devices: germany}}]\n");
  CHECK(with < 20 * cost(plain));
}

TEST_CASE("a link that is slower costs its groups, and not all devices for each", "[growth]") {
  const std::string plain =
      "duration: 1h\nlimits: off\nscaling: {policy: none}\n"
      "application: {region: westeurope, hubs: {count: 2, edition: S3, units: 10}}\n" +
      fleet(1000, 400, ", region: germany, client: {renewal: 0s}");
  const double with = cost(plain +
                           "faults: [{name: slow, at: 10m, for: 10m, link: {devices: germany}, mode: "
                           "{impaired: {latency: 1ms}}}]\n");
  CHECK(with < 20 * cost(plain));
}

TEST_CASE("ten times the incidents of a region cost ten times as much", "[growth]") {
  const auto incidents = [](int days) {
    return fmt::format(
        "duration: {}d\napplication: {{region: westeurope, hubs: {{count: 2, units: 1}}}}\n"
        "fleet: [{{devices: 1, telemetry: {{every: 1d}}, client: {{renewal: 0s}}}}]\n"
        "faults: [{{name: gone, region: westeurope, mtbf: 20s, mttr: 10s}}]\n",
        days);
  };
  CHECK(cost(incidents(10)) < 25 * cost(incidents(1)));
}
