#include "tests/unit/output_example.hpp"

using namespace std::chrono_literals;

namespace example {
namespace {

using application::Comparison;

void add_recovery(measures::Report& report, const std::string& prefix, double affected, double scale) {
  auto& v = report.values;
  v[prefix + "affected"] = {"devices", affected, {}, {}};
  v[prefix + "unrecovered"] = {"devices", 0, {}, {}};
  v[prefix + "prolonged"] = {"devices", 0, {}, {}};
  v[prefix + "relapses"] = {"devices", 12, {}, {}};
  for (const std::string kind : {"", "outage."}) {
    v[prefix + kind + "first"] = {"s", 1.25 * scale, {}, {}};
    v[prefix + kind + "p50"] = {"s", 370 * scale, {}, 0};
    v[prefix + kind + "p90"] = {"s", 700.5 * scale, {}, 0};
    v[prefix + kind + "p95"] = {"s", 740 * scale, {}, 0};
    v[prefix + kind + "p99"] = {"s", 792.4 * scale, {}, 0};
    v[prefix + kind + "max"] = {"s", 905 * scale, {}, 0};
    v[prefix + kind + "mean"] = {"s", 400 * scale, {}, {}};
  }
  v[prefix + "within.5m"] = {"1", 0.125, {}, {}};
  v[prefix + "within.15m"] = {"1", 0.9995, {}, {}};
  v[prefix + "within.1h"] = {"1", 1, {}, {}};
}

void censor(measures::Report& report, const std::string& prefix, double never_back) {
  auto& v = report.values;
  v[prefix + "unrecovered"].value = never_back;
  for (const std::string kind : {"", "outage."})
    for (const char* name : {"p90", "p95", "p99", "max"})
      v[prefix + kind + name] = {"s", {}, 15120, static_cast<std::uint64_t>(never_back)};
  v[prefix + "mean"].at_least = v[prefix + "mean"].value;
  v[prefix + "outage.mean"].at_least = v[prefix + "outage.mean"].value;
}

void add_fault_free(measures::Report& report) {
  auto& v = report.values;
  v["devices.total"] = {"devices", 10000, {}, {}};
  v["devices.connected"] = {"devices", 9188, {}, {}};
  v["devices.lost"] = {"devices", 7, {}, {}};
  v["devices.stuck"] = {"devices", 0, {}, {}};
  v["availability"] = {"1", 0.9823, {}, {}};
  for (const char* kind : {"provisioned", "connected"}) {
    v[std::string("allocation.") + kind + ".max_to_mean"] = {"1", 1.34, {}, {}};
    for (int hub = 1; hub <= 3; ++hub)
      v["allocation.hub.hub-" + std::to_string(hub) + "." + kind] = {"devices", 3000.0 + 101 * hub, {}, {}};
  }
  v["allocation.connected.max_to_mean.peak"] = {"1", 1.93, {}, {}};
}

void add_services(measures::Report& report) {
  auto& v = report.values;
  const std::pair<const char*, double> operations[] = {
      {"dps.registrations", 2600},   {"dps.throttled", 97},        {"dps.polls", 5100},
      {"dps.polls_throttled", 0},    {"dps.assigned", 2481},       {"dps.failed", 3},
      {"hub.connects", 12503},       {"hub.accepted", 12400},      {"hub.throttled", 50},
      {"hub.timed_out", 12},         {"hub.refused", 41},          {"hub.identity_writes", 2502},
      {"hub.identity_throttled", 0}, {"hub.hub-1.queue_peak", 17}, {"hub.hub-3.queue_peak", 4105}};
  for (const auto& [name, n] : operations) v[name] = {"operations", n, {}, {}};
  v["hub.peak_connect_rate"] = {"1/s", 903, {}, {}};
  const std::pair<const char*, double> messages[] = {{"telemetry.generated", 3600000},
                                                     {"telemetry.delivered", 3598796},
                                                     {"telemetry.lost", 1204},
                                                     {"telemetry.buffered", 0}};
  for (const auto& [name, n] : messages) v[name] = {"messages", n, {}, {}};
}

void add_waits(measures::Report& report, const std::string& fault, double scale) {
  const std::pair<const char*, double> waits[] = {{"detection", 0},       {"stuck", 30},
                                                  {"service_down", 80},   {"network", 0.4},
                                                  {"hub_queue", 9.6},     {"dps_throttle", 250},
                                                  {"dps_processing", 20}, {"backoff", 10},
                                                  {"no_power", 0},        {"boot", 0}};
  for (const auto& [part, s] : waits)
    report.values["recovery." + fault + ".wait." + part] = {"s", s * scale, {}, {}};
}

measures::Report report(int replication) {
  const double scale = 1 + 0.01 * replication;
  measures::Report one;
  add_fault_free(one);
  add_services(one);
  one.values["cost.total"] = {"USD", 12.5 * scale, {}, {}};
  one.values["cost.hubs"] = {"USD", 12.25 * scale, {}, {}};
  one.values["cost.dps"] = {"USD", 0.25 * scale, {}, {}};
  one.values["cost.plan"] = {"USD", 97.75 * scale, {}, {}};
  one.values["cost.month"] = {"USD", 912.5 * scale, {}, {}};
  one.values["cost.month.hubs"] = {"USD", 912.25 * scale, {}, {}};
  one.values["cost.month.dps"] = {"USD", 0.25 * scale, {}, {}};
  one.values["cost.month.plan"] = {"USD", 7133.25 * scale, {}, {}};
  add_recovery(one, "recovery.hub2.", 2481 + replication, scale);
  add_recovery(one, "recovery.hub2.group.thermostats.", 2000, scale);
  add_recovery(one, "recovery.hub2.group.pumps.", 481 + replication, scale);
  one.values["recovery.hub2.collateral"] = {"devices", 30, {}, {}};
  add_waits(one, "hub2", scale);
  add_recovery(one, "recovery.late.", 812, scale);
  censor(one, "recovery.late.", 405);
  add_recovery(one, "recovery.late.group.thermostats.", 812, scale);
  censor(one, "recovery.late.group.thermostats.", 405);
  add_waits(one, "late", scale);
  one.pools["hub2"].recovery.add(700'000'000, 2481);
  one.series = {{"time_s", "connected"}, {{0, 10000}, {60, 9999.5 - replication}}};
  one.device_events = 411522;
  return one;
}

std::vector<application::Expectation> expectations() {
  return {{"recovery.hub2.p99 < 15m", "recovery.hub2.p99", Comparison::less, 900},
          {"recovery.late.p99 < 1h", "recovery.late.p99", Comparison::less, 3600},
          {"telemetry.lost == 0", "telemetry.lost", Comparison::equal, 0},
          {"recovery.hub2.p50 < 372s", "recovery.hub2.p50", Comparison::less, 372}};
}

}  // namespace

application::Scenario scenario() {
  application::Scenario scenario;
  scenario.name = "hub-outage";
  scenario.duration = 6h;
  scenario.replications = 3;
  scenario.regions[scenario.region];  // all is in it
  for (const char* name : {"hub-1", "hub-2", "hub-3"}) {
    hub::Settings hub;
    hub.name = name;
    hub.units = 2;
    scenario.hubs.push_back(hub);
  }
  scenario.provisioning.registrations_per_minute = 200;
  for (const char* name : {"thermostats", "pumps"}) {
    device::Group group;
    group.name = name;
    group.client.name = "sdk-python";
    scenario.fleet.push_back(group);
  }
  scenario.faults.push_back({"hub2", sim::Time(2h), 20min, ids::HubId(1), hub::Mode::refuse, 1});
  scenario.faults.push_back({"late", sim::Time(4h), 0s, ids::HubId(0), hub::Mode::degraded, 0.3});
  scenario.expect = expectations();
  scenario.resolved = "name: hub-outage\nseed: 1\nreplications: 3\nduration: 6h\n";
  return scenario;
}

std::vector<measures::Report> reports() { return {report(0), report(1), report(2)}; }

output::Result result(std::size_t replications) {
  const application::Scenario of = scenario();
  std::vector<measures::Report> all = reports();
  all.resize(replications);
  output::Result result;
  result.manifest = {"0.1.0",
                     of.name,
                     output::scenario_hash(of.resolved),
                     of.seed,
                     static_cast<std::uint32_t>(replications),
                     "3.32",
                     "hubstorm run hub-outage.yaml --seed 1 --replications 3",
                     {}};
  result.metrics = analysis::combine(all);
  if (replications > 1) result.runs = analysis::single_runs(all);
  result.tolerances = {{"recovery.hub2.p99", "5%"}, {"telemetry.lost", "20 messages"}};
  for (const application::Expectation& expectation : of.expect)
    result.judgements.push_back(analysis::judge(expectation, result.metrics, false));
  result.verdict = analysis::overall(result.judgements);
  result.meta = {0.8, 1.5, 41943040, 1234566, 0, 0.75};
  return result;
}

}  // namespace example
