// Known answers 9 and 10. Goal: the allocation policies balance as their definitions say.
// Answer 9: evenly weighted over k hubs, the counts are multinomial: chi-square at 5 % rejects 1 to 11 of 100
// seeds; with rendezvous hashing a hub that goes away moves its own share only, and one that comes takes from
// all; least devices: max - min <= 1; two choices (and one, by the hash): the table of balls into bins
// (facts, export-and-devices 6.4). Answer 10: adding a hub to the allocation moves nobody; it stays empty
// until devices register again. Tolerance: as said; shares of the table within 4 standard deviations of runs
// that many.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "models/provisioning/allocation.hpp"
#include "tests/analytic/known.hpp"

namespace {

using provisioning::Candidate;

std::string hub_list(const std::vector<int>& weights) {
  std::string text;
  for (const int weight : weights)
    text += fmt::format("{}{{edition: S3, units: 10, weight: {}}}", text.empty() ? "" : ", ", weight);
  return "[" + text + "]";
}

// Chi-square of the provisioned devices against shares by weight, in one run.
double chi_square(const std::vector<int>& weights, int devices, std::uint32_t seed) {
  support::Options options;
  options.set = {fmt::format("seed={}", seed)};
  const auto report =
      support::run(fmt::format("duration: 1s\napplication: {{hubs: {}}}\nfleet: [{{devices: {}}}]\n",
                               hub_list(weights), devices),
                   options);
  double sum = 0, total = 0;
  for (const int weight : weights) total += weight;
  for (std::size_t h = 0; h < weights.size(); ++h) {
    const double expected = devices * weights[h] / total;
    const double found = support::value(report, fmt::format("allocation.hub.hub-{}.provisioned", h + 1));
    sum += (found - expected) * (found - expected) / expected;
  }
  return sum;
}

std::vector<Candidate> bins(std::size_t n, std::uint64_t salt) {
  std::vector<Candidate> all(n);
  for (std::size_t i = 0; i < n; ++i) {
    all[i].hub = ids::HubId(i);
    all[i].name_hash = sim::mix(salt, i);
  }
  return all;
}

// The shares of runs, in percent, by the largest load after n balls into n bins.
template <class Choose>
std::map<std::uint64_t, double> largest_loads(std::size_t n, int runs, const Choose& choose) {
  std::map<std::uint64_t, double> shares;
  for (int run = 0; run < runs; ++run) {
    std::vector<Candidate> all = bins(n, static_cast<std::uint64_t>(run));
    std::uint64_t largest = 0;
    for (std::uint64_t ball = 0; ball < n; ++ball)
      largest = std::max(largest, ++all[static_cast<std::size_t>(choose(all, ball, run))].devices);
    shares[largest] += 100.0 / runs;
  }
  return shares;
}

void check_shares(const std::map<std::uint64_t, double>& found, const std::map<std::uint64_t, double>& told,
                  int runs) {
  for (const auto& [load, percent] : told) {
    INFO("largest load " << load << " in " << percent << " % of runs");
    const auto it = found.find(load);
    // The deviation of the sample, and as much of the table's own, which is printed to 0.1 %.
    const double deviation = std::sqrt(percent * (100 - percent) / runs);
    CHECK((it == found.end() ? 0 : it->second) ==
          Approx(percent).margin(4 * std::sqrt(2.0) * deviation + 0.1));
  }
}

int one_choice(const std::vector<Candidate>& all, std::uint64_t ball, int run) {
  return provisioning::evenly_weighted(all, sim::mix(static_cast<std::uint64_t>(run) + 1'000'000, ball));
}

int two_choices(const std::vector<Candidate>& all, std::uint64_t ball, int run) {
  const sim::Streams streams(64, static_cast<std::uint32_t>(run));
  return provisioning::two_choices(all, ball, streams.draw(ball, 1, 0));
}

}  // namespace

TEST_CASE("evenly weighted counts are multinomial", "[long][known-9]") {
  // The 95 % points of chi-square with 3 and 2 degrees of freedom.
  int equal = 0, weighted = 0;
  for (std::uint32_t seed = 1; seed <= 100; ++seed) {
    equal += chi_square({1, 1, 1, 1}, 2000, seed) > 7.8147;
    weighted += chi_square({1, 2, 5}, 2000, seed) > 5.9915;
  }
  CHECK(equal >= 1);
  CHECK(equal <= 11);
  CHECK(weighted >= 1);
  CHECK(weighted <= 11);
}

TEST_CASE("a hub that goes or comes moves its own share only", "[known-9]") {
  std::vector<Candidate> hubs = bins(5, 7);
  for (std::size_t h = 0; h < hubs.size(); ++h) hubs[h].weight = static_cast<double>(h + 1);
  std::vector<Candidate> fewer = hubs;
  fewer.erase(fewer.begin() + 2);
  int moved = 0, strangers = 0;
  constexpr int devices = 15'000;
  for (std::uint64_t d = 0; d < devices; ++d) {
    const ids::HubId with =
        hubs[static_cast<std::size_t>(provisioning::evenly_weighted(hubs, sim::mix(d)))].hub;
    const ids::HubId without =
        fewer[static_cast<std::size_t>(provisioning::evenly_weighted(fewer, sim::mix(d)))].hub;
    moved += with != without;
    strangers += with != without && with != ids::HubId(2);
  }
  CHECK(strangers == 0);
  // The share of a hub with weight 3 of 15: 3,000, with a deviation of 49.
  CHECK(std::abs(moved - 3000) < 4 * 49);
}

TEST_CASE("a hub that dies for good moves its own devices only", "[known-9]") {
  const auto provisioned = [](const std::string& faults) {
    const auto report = support::run(R"(
duration: 20m
application: {hubs: {count: 4, edition: S3, units: 10}}
provisioning: {registrations_per_minute: 1000000}
fleet: [{devices: 4000, return_to_dps: at once, credentials: x509}]
faults: )" + faults);
    std::vector<double> counts;
    for (int h = 1; h <= 4; ++h)
      counts.push_back(support::value(report, fmt::format("allocation.hub.hub-{}.provisioned", h)));
    return counts;
  };
  const auto before = provisioned("[]");
  const auto after = provisioned("[{name: dead, at: 1m, hub: 3}]");
  CHECK(after[2] == 0);
  // A third of its devices for each of the others, which keep their own.
  for (const std::size_t h : {0u, 1u, 3u})
    CHECK(std::abs(after[h] - before[h] - before[2] / 3) < 4 * std::sqrt(before[2] * 2 / 9));
  CHECK(after[0] + after[1] + after[3] == 4000);
}

TEST_CASE("least devices keeps the hubs within one device", "[known-9]") {
  for (const int devices : {1000, 1001, 4999}) {
    const auto report = support::run(fmt::format(R"(
duration: 1h
application: {{hubs: {{count: 7, edition: S3, units: 10}}}}
provisioning: {{registrations_per_minute: 100000, allocation: least-devices}}
fleet: [{{devices: {}, joins: over 10m}}]
)",
                                                 devices));
    CHECK(support::value(report, "devices.connected") == devices);
    CHECK(support::value(report, "allocation.provisioned.max") -
              support::value(report, "allocation.provisioned.min") <=
          1);
  }
}

TEST_CASE("largest loads are those of balls into bins", "[known-9]") {
  check_shares(largest_loads(256, 1000, one_choice), {{3, 0.5}, {4, 39.1}, {5, 47.0}, {6, 11.6}, {7, 1.7}},
               1000);
  // Two different bins are drawn where the table draws with repetition, which matters by 1/n only.
  check_shares(largest_loads(256, 4000, two_choices), {{2, 10.3}, {3, 89.3}, {4, 0.3}}, 4000);
  check_shares(largest_loads(4096, 400, two_choices), {{3, 97.5}, {4, 2.5}}, 400);
}

TEST_CASE("two choices: the share of bins with one, two, three balls", "[known-9]") {
  constexpr std::size_t n = 32'000;  // there are no more hubs than a HubId can number
  std::vector<Candidate> all = bins(n, 0);
  for (std::uint64_t ball = 0; ball < n; ++ball)
    ++all[static_cast<std::size_t>(two_choices(all, ball, 1))].devices;
  const double shares[]{0.7616, 0.2295, 0.008895};
  for (std::uint64_t load = 1; load <= 3; ++load) {
    const auto holds = [&](const Candidate& c) { return c.devices >= load; };
    const auto found = static_cast<double>(std::count_if(all.begin(), all.end(), holds)) / double{n};
    const double share = shares[load - 1];
    CHECK(found == Approx(share).margin(4 * std::sqrt(share / double{n}) + 5e-5));
  }
}

TEST_CASE("a hub that joins the allocation stays empty until devices register again", "[known-10]") {
  // Hub 3 fails before anything else and is away for half an hour; its devices move. Then it is as good as
  // new.
  const auto scenario = [](const std::string& client, const std::string& credentials) {
    return fmt::format(R"(
duration: 3h
application: {{hubs: {{count: 3, edition: S3, units: 10}}}}
provisioning: {{registrations_per_minute: 1000000}}
scaling: {{rebalance: {{when: never}}}}
fleet: [{{devices: 3000, client: {}, return_to_dps: at once, credentials: {}}}]
faults: [{{name: late, at: 0s, for: 30m, hub: 3}}]
)",
                       client, credentials);
  };
  // At 30 min the prober has not seen it yet; from 31 min on it is in the allocation.
  const auto idle = support::run(scenario("sdk-c", "x509"));
  CHECK(known::at(idle, "hub.hub-3.provisioned", 1800) == 0);
  CHECK(support::value(idle, "allocation.hub.hub-3.provisioned") == 0);
  CHECK(support::value(idle, "devices.connected") == 3000);

  const auto renewing = support::run(scenario("{renewal_through_dps: true}", "sas"));
  CHECK(known::at(renewing, "hub.hub-3.provisioned", 1800) == 0);
  const double share = support::value(renewing, "allocation.hub.hub-3.provisioned");
  CHECK(std::abs(share - 1000) < 4 * std::sqrt(3000 * 2.0 / 9));
}
