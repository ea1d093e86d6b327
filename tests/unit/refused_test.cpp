// Which scenarios are refused, whatever the message says: those of tests/bad, and of rules with an edge what
// lies on either side of it.
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "models/application/load.hpp"
#include "tests/unit/bad_scenarios.hpp"

namespace {

const std::string fleet = "fleet: [{name: m, devices: 1000}]\n";

// How many mistakes are found in it.
std::size_t mistakes(const std::string& yaml) {
  const auto curve = [](const std::string&) -> std::string { return "time,factor\n0h,1\n1h,2\n"; };
  try {
    application::load(yaml, "x.yaml", {}, curve);
  } catch (const application::Invalid& invalid) {
    return invalid.count();
  }
  return 0;
}

struct Edge {
  std::string frame;  // with a % where they differ
  std::vector<std::string> good, bad;
};

std::string filled(std::string frame, const std::string& with) {
  return frame.replace(frame.find('%'), 1, with);
}

void check(const std::vector<Edge>& edges) {
  for (const Edge& edge : edges) {
    for (const std::string& good : edge.good) {
      INFO(filled(edge.frame, good));
      CHECK(mistakes(filled(edge.frame, good)) == 0);
    }
    for (const std::string& bad : edge.bad) {
      INFO(filled(edge.frame, bad));
      CHECK(mistakes(filled(edge.frame, bad)) == 1);
    }
  }
}

const std::string hot = fleet + "destinations: [{name: hot, kind: event-hubs}]\n";

}  // namespace

TEST_CASE("each bad scenario is refused for one reason", "[refused][long]") {
  std::set<std::string> let_pass;
  for (const auto& path : bad::files(".yaml")) {
    std::size_t found = 0;
    try {
      bad::load(path);
    } catch (const application::Invalid& invalid) {
      found = invalid.count();
    }
    if (found != 1) let_pass.insert(path.stem().string());
  }
  CHECK(let_pass == std::set<std::string>{});
}

TEST_CASE("times of the run have edges", "[refused]") {
  check({
      {fleet + "duration: 2h\nwarmup: %\n", {"0s", "7199s"}, {"2h", "3h"}},
      {fleet + "duration: 2h\nwarmup: 10m\nfaults: [{name: a, at: 1h, for: 1m, hub: 1}, {name: b, at: %, "
               "hub: 1}]\n",
       {"10m", "7199s"},
       {"599s", "2h"}},
      {fleet + "duration: 2h\nwarmup: 10m\nactions: [{name: a, at: 1h, block: {device: m/1}}, "
               "{name: b, at: %, block: {device: m/2}}]\n",
       {"10m", "7199s"},
       {"599s", "2h"}},
      {"duration: 2h\nwarmup: 10m\nfleet: [{devices: 10, joins: at % over 1m}]\n",
       {"10m", "7199s"},
       {"599s", "2h"}},
      {"duration: 2h\nwarmup: 10m\nfleet: [{devices: 10, leaves: at % over 1m}]\n",
       {"10m", "7199s"},
       {"599s", "2h"}},
      // Device 10 joins at 1 h and 10/11 of 20 min.
      {"fleet: [{devices: 11, joins: at 1h over 20m, leaves: at 61m over %}]\n",
       {"20m", "1h", "1135s"},
       {"1s", "1133s"}},
      {"fleet: [{devices: 11, joins: at 1h over 20m, leaves: at % over 21m}]\n", {"3601s"}, {"1h", "59m"}},
  });
}

TEST_CASE("what the platform admits has edges", "[refused]") {
  check({
      {fleet + "application: {hubs: {count: %}}\n", {"2", "50"}, {"51", "1"}},
      {fleet + "application: {era: legacy, hubs: {count: %}}\n", {"1", "2"}, {"51"}},
      {fleet + "application: {hubs: [{}, {units: %}]}\n", {"1", "200"}, {"201"}},
      {fleet + "application: {hubs: [{}, {edition: S3, units: %}]}\n", {"10"}, {"11"}},
      {fleet + "application: {region: %, hubs: [{}, {zone: 2}]}\n", {"westeurope"}, {"northeurope"}},
      {"fleet: [{devices: %}]\n", {"1000000"}, {"1000001"}},
      {"fleet: [{devices: 10, telemetry: {every: %}}]\n", {"100ms"}, {}},
      {"fleet: [{devices: 10, telemetry: {every: 200ms, surges: [{at: 1h, for: 10m, factor: %}]}}]\n",
       {"2"},
       {"2.001", "3"}},
      // With an envelope and enrichments of 0 B, 256 KiB are what a queue takes.
      {"fleet: [{devices: 10, telemetry: {every: 1h, size: %}}]\n"
       "destinations: [{name: bus, kind: service-bus-queue}]\n"
       "exports: [{name: a, to: [bus], envelope: 1 KiB, enrichment: 0 B}]\n",
       {"1 KiB", "255 KiB"},
       {"261121 B", "256 KiB"}},
      {hot + "faults: [{name: x, at: 1h, partition: hot/%}]\n", {"1", "4"}, {"0", "5", "", "x"}},
  });
}

TEST_CASE("orders to move have edges", "[refused]") {
  const std::string day = fleet + "duration: 48h\nactions: [";
  check({
      {day + "{name: x, at: 1h, fail_over: hub-1}, {name: y, at: %, fail_back: hub-1}]\n",
       {"2h", "3h"},
       {"7199s", "90m"}},
      {day + "{name: x, at: 1h, fail_over: hub-1}, {name: y, at: %, fail_over: hub-2}]\n", {"1h", "90m"}, {}},
      {day + "{name: a, at: 1h, fail_over: 1}, {name: b, at: 3h, fail_back: 1}, {name: c, at: 5h, fail_over: "
             "1},"
             " {name: d, at: 7h, fail_back: 1}, {name: e, at: %, fail_over: 1}]\n",
       {"25h"},
       {"9h", "89999s"}},
      {day +
           "{name: x, at: 3h, fail_over: %}]\nfaults: [{name: gone, at: 1h, for: 4h, region: westeurope}]\n",
       {"westeurope"},
       {"northeurope"}},
      {day + "{name: x, at: %, fail_over: westeurope}]\nfailover: {decision: operator}\n"
             "faults: [{name: gone, at: 1h, for: 4h, region: westeurope}]\n",
       {"1h", "17999s"},
       {"3599s", "5h"}},
  });
}

TEST_CASE("limits that count and rules of a group have edges", "[refused]") {
  check({
      {fleet + "provisioning: {limiter: fixed-window, registrations_per_minute: %}\n", {"100"}, {"100.5"}},
      {fleet + "provisioning: {limiter: fixed-window, polls_per_minute: %}\n", {"100"}, {"100.5"}},
      {fleet + "provisioning: {registrations_per_minute: %}\n", {"100", "100.5"}, {}},
      {"fleet: [{devices: 10, telemetry: {profile: {kind: %, peak_at: 12:00}}}]\n",
       {"diurnal", "weekly"},
       {"constant"}},
      {"fleet: [{devices: 10, telemetry: {profile: {kind: %, weekend: 50%}}}]\n",
       {"weekly"},
       {"diurnal", "constant"}},
      {"fleet: [{devices: 10, telemetry: {profile: {kind: diurnal, peak_at: \"%\"}}}]\n",
       {"00:00", "23:59"},
       {"24:00", "12:60", "1:00", "12-00", "12:0x", "x2:00", "12:000"}},
      {"fleet: [{devices: 10, joins: %}]\n",
       {"at once", "over 10m", "at 2h over 1h", "1000/h"},
       {"", "soon", "/h", ":"}},
      {"fleet: [{devices: 10, return_to_dps: %}]\n",
       {"at once", "never", "after 1 failure", "after 3 failures", "after 1h"},
       {"after", "after 0 failures", "now", "after 1"}},
      {hot + "exports: [{name: a, to: [hot], retry: {window: 10m, timeout: %}}]\n", {"10m", "30s"}, {"601s"}},
      {hot + "exports: [{name: a, to: [hot], batch: 30s, retry: {window: %, timeout: 1s}}]\n",
       {"30s"},
       {"29s"}},
      {hot + "exports: [{name: a, to: [hot], retry: {cap: 1m, first: %}}]\n", {"1m"}, {"61s"}},
      {fleet + "destinations: [{name: hot, kind: event-hubs, throughput_units: 4, auto_inflate: %}]\n",
       {"5", "40"},
       {"4", "3", "41"}},
      {"fleet: [{devices: 10, client: {base: sdk-c, detection: {ping_every: %}}}]\n", {"6m", "0s"}, {"361s"}},
      // Looks follow the pings: two periods are the longest quiet.
      {"fleet: [{devices: 10, client: {base: sdk-dotnet, detection: {ping_every: %}}}]\n",
       {"225s", "0s"},
       {"226s"}},
      {"fleet: [{devices: 10, client: {base: sdk-dotnet, detection: {check_every: %}}}]\n",
       {"375s", "0s"},
       {"376s"}},
      {fleet + "faults: [{name: x, at: 1h, hub: 1%}]\n", {"", ", mode: busy"}, {", dps: true"}},
  });
}
