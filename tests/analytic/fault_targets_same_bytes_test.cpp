// Known answer 25 for faults of every target: parking, and who carries the devices, change no byte. A table
// of situations in which every client of the catalog meets them under every rule; and applications drawn at
// random whose faults overlap.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "tests/analytic/known.hpp"
#include "tests/support/draws.hpp"

namespace {

const std::uint32_t applications = support::scenarios(120, 4);

const char* const clients[] = {"sdk-c",          "sdk-dotnet",     "sdk-java",         "sdk-node",
                               "sdk-python",     "sdk-embedded-c", "ha-sample-c",      "ha-sample-dotnet",
                               "ha-sample-java", "ha-sample-node", "ha-sample-python", "guide-reconnect",
                               "guide-scale",    "central-rules"};
const char* const rules[] = {"at once", "after 3 failures", "after 2m", "after 1m..4m", "never"};
const char* const after_failure[] = {"cached hub", "keep asking", "stop"};

struct Situation {
  std::string name;
  std::string faults;
  std::string shows;  // a metric that must not be zero, or the situation is not the one meant
};

const std::vector<Situation> situations{
    {"DPS refuses", "{name: f, at: 5m, for: 7m, dps: outage}", "dps.refused"},
    {"DPS is silent", "{name: f, at: 5m, for: 7m, dps: outage, mode: silent}", "dps.refused"},
    {"DPS is busy", "{name: f, at: 5m, for: 7m, dps: outage, mode: busy}", "dps.refused"},
    {"DPS is weak", "{name: f, at: 5m, for: 7m, dps: outage, mode: {degraded: {capacity: 1%}}}",
     "dps.throttled"},
    {"a hub fails while DPS does",
     "{name: f, at: 5m, for: 7m, hub: 1}, {name: g, at: 6m, for: 8m, dps: outage}", "recovery.f.affected"},
    {"DPS goes and comes while a hub is silent",
     "{name: f, at: 5m, for: 9m, hub: 1, mode: silent}, {name: g, at: 7m, for: 1m, dps: outage}, "
     "{name: h, at: 9m, for: 1m, dps: outage, mode: silent}",
     "recovery.f.affected"},
    {"all hubs and DPS",
     "{name: f, at: 5m, for: 6m, hub: 1, mode: busy}, {name: g, at: 5m, for: 7m, hub: 2}, "
     "{name: h, at: 6m, for: 7m, dps: outage, mode: busy}",
     "recovery.g.affected"},
    {"the region", "{name: f, at: 5m, for: 6m, region: westus}", "recovery.f.affected"},
    {"a zone and another",
     "{name: f, at: 5m, for: 6m, zone: westus/1}, {name: g, at: 8m, for: 6m, zone: westus/2}",
     "recovery.g.affected"},
    {"an upgrade of one hub after the other",
     "{name: f, at: 5m, for: 3m, hub: 1, mode: upgrade}, {name: g, at: 8m, for: 3m, hub: 2, mode: upgrade}",
     "recovery.g.affected"},
    {"the network vanishes", "{name: f, at: 5m, for: 5m, link: {}}", "recovery.f.affected"},
    {"the network refuses", "{name: f, at: 5m, for: 5m, link: {devices: japan}, mode: refuse}",
     "recovery.f.affected"},
    {"an access network vanishes", "{name: f, at: 5m, for: 5m, access: lte}", "recovery.f.affected"},
    {"a slow network while a hub fails",
     "{name: f, at: 5m, for: 5m, hub: 1}, {name: g, at: 4m, for: 8m, link: {}, mode: {impaired: {latency: "
     "2s, loss: 20%}}}",
     "recovery.f.affected"},
    {"the network, a hub and DPS",
     "{name: f, at: 5m, for: 5m, link: {devices: japan}}, {name: g, at: 6m, for: 6m, hub: 1}, "
     "{name: h, at: 7m, for: 7m, dps: outage}",
     "recovery.h.prolonged"},
    {"quota and neighbours while a hub fails",
     "{name: f, at: 5m, for: 8m, hub: 1}, {name: g, at: 6m, for: 3m, quota: {registrations_per_minute: 50, "
     "polls_per_minute: 60}}, "
     "{name: h, at: 7m, for: 4m, neighbour: {registrations_per_minute: 120, polls_per_minute: 900}}",
     "dps.throttled"},
};

// Two devices of each client under each pair of rules, half of them in Japan, a third on LTE; some join.
std::string fleet() {
  std::string text = "fleet:\n";
  int n = 0;
  for (const char* client : clients)
    for (const char* rule : rules)
      for (const char* failure : after_failure) {
        text += fmt::format(
            "  - {{name: g{}, devices: 2, client: {}, return_to_dps: {}, on_dps_failure: {}, region: {}, "
            "access: {}{}{}}}\n",
            n, client, rule, failure, n % 2 ? "japan" : "germany", n % 3 ? "broadband" : "lte",
            n % 5 ? "" : fmt::format(", joins: at {}m", 3 + n % 7), n % 4 ? "" : ", telemetry: {every: 90s}");
        ++n;
      }
  return text;
}

std::string with_faults(const std::string& faults, const std::string& fleet_text) {
  return "duration: 25m\napplication: {region: westus, hubs: {count: 2, edition: S1, units: 4}}\n"
         "provisioning: {registrations_per_minute: 400, probe: {every: 20s, timeout: 5s, failures: 2}}\n" +
         fleet_text + "faults: [" + faults + "]\n";
}

measures::Report run(const std::string& yaml, application::CarrierKind carrier, bool parking) {
  support::Options options;
  options.carrier = carrier;
  options.parking = parking;
  return support::run(yaml, options);
}

constexpr auto by_fleet = application::CarrierKind::fleet, by_actor = application::CarrierKind::actor;

std::string random_target(support::Draws& draws, bool spans) {
  const char* const hub_modes[] = {"refuse", "silent", "busy", "upgrade", "{degraded: {capacity: 10%}}"};
  const char* const dps_modes[] = {"refuse", "silent", "busy", "{degraded: {capacity: 15%}}"};
  const char* const path_modes[] = {"refuse", "silent", "{impaired: {latency: 3s, loss: 30%}}"};
  const char* const links[] = {"{}", "{devices: germany}", "{devices: japan}", "{cloud: HOME}",
                               "{devices: japan, cloud: northeurope}"};
  switch (draws.below(9)) {
    case 0:
    case 1:
      return fmt::format("hub: {}, mode: {}", 1 + draws.below(3), draws.one_of(hub_modes));
    case 2:
      return fmt::format("region: {}, mode: {}", draws.below(2) ? "HOME" : "northeurope",
                         draws.below(2) ? "silent" : "refuse");
    case 3:
      return fmt::format("zone: HOME/{}{}", 1 + draws.below(2),
                         spans            ? ""
                         : draws.below(2) ? ", mode: silent"
                                          : ", mode: refuse");
    case 4:
      return fmt::format("dps: outage, mode: {}", draws.one_of(dps_modes));
    case 5:
      return fmt::format("quota: {{registrations_per_minute: {}, polls_per_minute: {}}}",
                         1 + draws.below(400), 1 + draws.below(2000));
    case 6:
      return fmt::format("neighbour: {{registrations_per_minute: {}, polls_per_minute: {}}}",
                         draws.below(400), 1 + draws.below(2000));
    case 7:
      return fmt::format("link: {}, mode: {}", draws.one_of(links), draws.one_of(path_modes));
    default:
      return fmt::format("access: {}, mode: {}", draws.below(2) ? "lte" : "broadband",
                         draws.one_of(path_modes));
  }
}

// Three hubs, one of them in another region, and a dozen groups; up to eight faults within half an hour, some
// of which begin and end at the same instants.
std::string random_application(std::uint32_t index) {
  support::Draws draws(2024, index);
  const bool spans = draws.below(2) == 0, moves = draws.below(3) == 0;
  std::string yaml = fmt::format(
      "seed: {}\nduration: 50m\n"
      "application: {{region: HOME, hubs: [{{units: {}}}, {{units: 1}}, {{units: 2, region: "
      "northeurope}}]}}\n"
      "provisioning: {{registrations_per_minute: {}, limiter: {}, processing: {}, exclude_failed_hubs: {}, "
      "probe: {{every: 15s, timeout: 5s, failures: 2}}}}\n{}",
      index, 1 + draws.below(3), 60 + draws.below(400), draws.below(4) ? "token-bucket" : "fixed-window",
      draws.below(2) ? "300ms" : "8s", moves || draws.below(3) ? "true" : "false",
      !moves ? "" : "scaling: {rebalance: {when: hub-return, pace: 3/s}}\n");
  yaml += "fleet:\n";
  for (int g = 0; g < 12; ++g)
    yaml += fmt::format(
        "  - {{name: g{}, devices: {}, client: {}, return_to_dps: {}, on_dps_failure: {}, region: {}, "
        "access: {}, "
        "credentials: {}{}{}}}\n",
        g, 4 + draws.below(20), draws.one_of(clients), draws.one_of(rules), draws.one_of(after_failure),
        g % 2 ? "japan" : "germany", g % 3 ? "broadband" : "lte", draws.below(3) ? "sas" : "x509",
        draws.below(4) ? "" : fmt::format(", joins: at {}m over {}m", draws.below(20), 1 + draws.below(20)),
        draws.below(3) ? "" : ", telemetry: {every: 70s}, never_recovers: 10%");
  yaml += "faults:\n";
  // Some have a hub that is gone for good, which leaves devices stuck.
  if (draws.below(3) == 0) yaml += fmt::format("  - {{name: gone, at: 45m, hub: {}}}\n", 1 + draws.below(3));
  for (std::uint64_t f = 0, n = 2 + draws.below(7); f < n; ++f)
    yaml += fmt::format("  - {{name: f{}, at: {}s, for: {}s, {}}}\n", f, 300 + 30 * draws.below(50),
                        draws.below(4) ? 30 * (1 + draws.below(40)) : 1 + draws.below(90),
                        random_target(draws, spans));
  const std::string home = spans ? "westeurope" : "westus";
  for (std::size_t at = yaml.find("HOME"); at != std::string::npos; at = yaml.find("HOME"))
    yaml.replace(at, 4, home);
  return yaml;
}

}  // namespace

TEST_CASE("faults of every target: parking and carriers change no byte", "[carriers][long]") {
  for (const Situation& situation : situations) {
    INFO(situation.name);
    const std::string yaml = with_faults(situation.faults, fleet());
    const auto report = run(yaml, by_fleet, true);
    CHECK(support::value(report, situation.shows) > 0);
    CHECK(known::difference(report, run(yaml, by_fleet, false)) == "");
    CHECK(known::difference(report, run(yaml, by_actor, true)) == "");
    CHECK(known::difference(report, run(yaml, by_actor, false)) == "");
  }
}

TEST_CASE("random faults of every target: parking and carriers change no byte", "[carriers][long]") {
  std::map<std::string, std::uint32_t> seen;
  for (std::uint32_t i = 0; i < applications; ++i) {
    const std::string yaml = random_application(i);
    INFO(i << "\n" << yaml);
    const auto report = run(yaml, by_fleet, true);
    REQUIRE(known::difference(report, run(yaml, by_fleet, false)) == "");
    if (i % 10 == 0) REQUIRE(known::difference(report, run(yaml, by_actor, i % 20 == 0)) == "");
    for (const char* what : {"dps.refused", "dps.throttled", "dps.failed", "hub.refused", "devices.lost",
                             "devices.stuck", "dps.twins_lost"})
      seen[what] += support::value(report, what) > 0;
    seen["parked"] += report.parked_attempts > 0;
  }
  // The draws reach what they are to test.
  for (const auto& [what, times] : seen) {
    INFO(what << ": " << times);
    CHECK(times >= applications / 10);
  }
}
