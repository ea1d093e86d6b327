// Makes scenarios from the schema and runs whatever validates.
//   fuzz_runs COUNT [SEED [FIRST]]
// A scenario that goes wrong is printed as small as it can be made, with the numbers that make it again; the
// exit code is then 1, and so it is where fewer than nine of ten scenarios are valid.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "models/application/draft.hpp"
#include "sim/settings/emit.hpp"
#include "tests/fuzz_runs/coverage.hpp"
#include "tests/fuzz_runs/generate.hpp"
#include "tests/fuzz_runs/shrink.hpp"
#include "tests/support/judged.hpp"

namespace {

constexpr int most_tries = 1000;           // to make one smaller
constexpr std::size_t most_faults = 10;    // that are shown
constexpr double least_valid_share = 0.9;  // of what is made

// The message without its numbers, so that equal faults are shown once.
std::string kind_of(std::string fault) {
  std::erase_if(fault, [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-'; });
  return fault.substr(0, 80);
}

struct Totals {
  std::uint32_t valid = 0;
  double slowest_s = 0;
  long largest = 0;
  std::set<std::string> faults;
};

// What the scenario does wrong; empty if nothing. Whatever validates has a resolved form that reads as
// itself, and runs.
std::string fault_of(const sim::settings::Node& document, bool parking, Totals& totals) {
  try {
    const auto scenario = fuzz::loaded(document);
    if (!scenario) return {};
    if (application::load(scenario->resolved, "resolved.yaml").resolved != scenario->resolved)
      return "the resolved scenario resolves to another";
    const support::Outcome outcome = support::judged(*scenario, parking);
    totals.slowest_s = std::max(totals.slowest_s, outcome.cpu_s);
    totals.largest = std::max(totals.largest, outcome.peak_rss_bytes);
    return outcome.fault;
  } catch (const std::exception& e) {
    return std::string("reading it: ") + e.what();
  }
}

void run_one(std::uint64_t seed, std::uint32_t n, Totals& totals, fuzz::Coverage& coverage) {
  const auto document = fuzz::mended(fuzz::draft(seed, n));
  if (!document) return;
  ++totals.valid;
  coverage.add(*document);
  const bool parking = n % 2 == 0;
  const std::string fault = fault_of(*document, parking, totals);
  if (fault.empty() || !totals.faults.insert(kind_of(fault)).second) return;
  const auto wrong = [&](const sim::settings::Node& less) {
    return kind_of(fault_of(less, parking, totals)) == kind_of(fault);
  };
  const auto small = fuzz::shrunk(*document, wrong, most_tries);
  std::printf("seed %llu, scenario %u: %s\n---\n%s---\n", static_cast<unsigned long long>(seed), n,
              fault.c_str(), sim::settings::to_yaml(small).c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int i, std::uint64_t otherwise) {
    return argc > i ? std::strtoull(argv[i], nullptr, 10) : otherwise;
  };
  const auto count = static_cast<std::uint32_t>(number(1, 2000)),
             first = static_cast<std::uint32_t>(number(3, 0));
  const std::uint64_t seed = number(2, 1);
  Totals totals;
  fuzz::Coverage coverage(application::scenario_shape());
  std::uint32_t made = 0;
  for (; made < count && totals.faults.size() < most_faults; ++made)
    run_one(seed, first + made, totals, coverage);
  std::fputs(coverage.text().c_str(), stdout);
  std::printf("%u of %u scenarios valid; the slowest run took %.2f s, the largest %ld MB; %zu faults\n",
              totals.valid, made, totals.slowest_s, totals.largest >> 20, totals.faults.size());
  const bool few = totals.valid < least_valid_share * made;
  return few || !totals.faults.empty() ? 1 : 0;
}
