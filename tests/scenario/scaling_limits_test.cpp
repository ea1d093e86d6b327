// The control plane never leaves its limits, whatever the load and the faults: many applications drawn
// at random, each in a run of its own, judged by the timeline and the sizes of the hubs over time.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <charconv>
#include <map>
#include <set>
#include <string>

#include "models/application/load.hpp"
#include "tests/support/draws.hpp"
#include "tests/support/run.hpp"

namespace {

const std::uint32_t applications = support::scenarios(120, 4);

struct Case {
  std::string yaml;
  std::uint32_t hubs = 0, hubs_least = 0, hubs_most = 0, units_least = 0, units_most = 0;
};

std::string random_faults(support::Draws& draws, std::uint32_t hubs) {
  const char* const modes[] = {"refuse", "silent", "busy", "{degraded: {capacity: 20%}}"};
  std::string text = "faults:\n";
  for (std::uint64_t f = 0, n = 1 + draws.below(3); f < n; ++f)
    text += fmt::format("  - {{name: f{}, at: {}m, hub: {}, for: {}m, mode: {}}}\n", f, 10 + draws.below(300),
                        1 + draws.below(hubs), 1 + draws.below(90), draws.one_of(modes));
  return text;
}

Case random_case(std::uint32_t index) {
  support::Draws draws(2023, index);
  const char* const policies[] = {"threshold", "target-tracking", "schedule", "predictive"};
  const char* const editions[] = {"S1", "S1", "S2", "B1"};
  const char* const clients[] = {"guide-reconnect", "sdk-c", "sdk-python", "central-rules"};
  Case c;
  c.hubs = 2 + static_cast<std::uint32_t>(draws.below(3));
  c.hubs_least = 2 + static_cast<std::uint32_t>(draws.below(2));
  c.hubs_most = std::max(c.hubs, c.hubs_least) + static_cast<std::uint32_t>(draws.below(4));
  c.units_least = 1 + static_cast<std::uint32_t>(draws.below(2));
  c.units_most = c.units_least + 1 + static_cast<std::uint32_t>(draws.below(6));
  const char* const policy = draws.one_of(policies);
  const std::string schedule =
      fmt::format(", schedule: [{{at: '07:00', units: {}, hubs: {}}}, {{at: '09:00', units: {}}}]",
                  1 + draws.below(30), 1 + draws.below(9), 1 + draws.below(3));
  c.yaml =
      fmt::format("duration: 8h\nseed: {}\napplication: {{hubs: {{count: {}, edition: {}, units: {}}}}}\n",
                  index, c.hubs, draws.one_of(editions), c.units_least + draws.below(2));
  c.yaml += fmt::format("provisioning: {{registrations_per_minute: {}}}\n", 60 + draws.below(600));
  const std::string leaves =
      draws.below(3) == 0 ? fmt::format("leaves: at {}m over {}m, ", draws.below(300), 1 + draws.below(100))
                          : "";
  c.yaml += fmt::format(
      "fleet:\n  - {{name: old, devices: {}, client: {}, credentials: x509, {}telemetry: {{every: {}s, "
      "surges: "
      "[{{at: {}m, for: {}m, factor: {}}}]}}}}\n",
      20 + draws.below(200), draws.one_of(clients), leaves, 2 + draws.below(60), draws.below(300),
      1 + draws.below(120), draws.below(6));
  c.yaml += fmt::format("  - {{name: new, devices: {}, client: {}, joins: at {}m over {}m}}\n",
                        10 + draws.below(200), draws.one_of(clients), draws.below(200), 1 + draws.below(200));
  c.yaml += fmt::format(
      "scaling: {{policy: {}{}, every: {}m, hold: {{up: {}m, down: {}m}}, editions: {}, units: {{least: {}, "
      "most: {}}}, hubs: {{least: {}, most: {}, devices_per_hub: {}}}, scale_in: true, drain: {}m, "
      "replace_failed_after: {}, "
      "rebalance: {{when: {}}}}}\n",
      policy, std::string(policy) == "schedule" ? schedule : "", 1 + draws.below(10), draws.below(20),
      draws.below(60), draws.below(2) == 0 ? "keep" : "cheapest", c.units_least, c.units_most, c.hubs_least,
      c.hubs_most, 20 + draws.below(200), draws.below(20), draws.below(2) == 0 ? "never" : "20m",
      draws.below(2) == 0 ? "both" : "never");
  c.yaml += random_faults(draws, c.hubs);
  return c;
}

std::uint32_t number_at(const std::string& text) {
  std::uint32_t n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

// Sizes and numbers of hubs as the timeline tells them.
void judge(const Case& c, const measures::Report& report) {
  std::uint32_t hubs = c.hubs;
  for (const measures::Event& e : report.timeline) {
    INFO(e.time_s << " s: " << e.kind << ' ' << e.outcome << ' ' << e.from << " -> " << e.to << ", "
                  << e.reason);
    CHECK_FALSE(e.reason.empty());
    if (e.outcome != "done") continue;
    if (e.kind == "up" || e.kind == "down") {
      const std::uint32_t units = number_at(e.to);
      CHECK((units >= c.units_least && units <= c.units_most));
      CHECK(e.from[e.from.size() - 2] == e.to[e.to.size() - 2]);  // the tier: S or B
      CHECK(e.from != e.to);
      continue;
    }
    CHECK(number_at(e.from) == hubs);
    hubs = number_at(e.to);
    CHECK((hubs >= c.hubs_least || e.kind == "out"));
    CHECK(hubs <= std::max(c.hubs_most, c.hubs));
  }
  CHECK(support::value(report, "hubs.count") == hubs);
  CHECK(support::value(report, "hubs.peak") <= std::max(c.hubs_most, c.hubs));
  CHECK(support::value(report, "units.peak") <= c.units_most * std::max(c.hubs_most, c.hubs));
}

}  // namespace

TEST_CASE("the control plane stays inside its limits whatever happens", "[scaling]") {
  std::map<std::string, std::uint32_t> seen;
  for (std::uint32_t i = 0; i < applications; ++i) {
    const Case c = random_case(i);
    INFO(i << "\n" << c.yaml);
    const measures::Report report = support::run(c.yaml);
    judge(c, report);
    if (i % 100 == 0) {
      support::Options other;
      other.carrier = application::CarrierKind::actor;
      other.parking = false;
      CHECK((support::bytes(support::run(c.yaml, other)) == support::bytes(report)));
    }
    std::set<std::string> here;
    for (const measures::Event& e : report.timeline) here.insert(e.kind + ' ' + e.outcome);
    for (const std::string& what : here) ++seen[what];
  }
  // The draws reach what they are to test.
  for (const char* what :
       {"up done", "down done", "out done", "in done", "move begun", "up refused", "out refused"}) {
    INFO(what);
    CHECK(seen[what] >= applications / 50);
  }
}
