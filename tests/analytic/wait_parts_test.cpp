// Known answer 20. Goal: the wait parts explain the whole outage.
// Answer: for each device they add up to its outage in whole microseconds (every run asserts it), so that
// their means add up to the mean outage; and each part is what its definition (docs/metrics.md) makes of the
// device's life. Method: one device alone is affected by a fault, so that the means are its own; its life as
// traced is cut into parts here, apart from the model's own accounts. Tolerance: rounding of the printed
// seconds, 1 us a trace line.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "models/measures/catalog.hpp"
#include "tests/analytic/known.hpp"

namespace {

using Parts = std::map<std::string, double>;

bool begins(const std::string& text, const char* start) { return text.rfind(start, 0) == 0; }

struct Stretch {
  double from, to;
};

// When hubs are down, and when they are out of the allocation.
struct Hubs {
  std::vector<std::string> names;
  std::map<std::string, std::vector<Stretch>> down, excluded;

  static bool within(const std::vector<Stretch>& all, double t) {
    return std::any_of(all.begin(), all.end(), [t](const Stretch& s) { return s.from <= t && t < s.to; });
  }
  bool serves(const std::string& hub, double t) const {
    const auto found = down.find(hub);
    return found == down.end() || !within(found->second, t);
  }
  bool allowed(const std::string& hub, double t) const {
    const auto found = excluded.find(hub);
    return found == excluded.end() || !within(found->second, t);
  }
  bool alternative(double t) const {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& hub) { return serves(hub, t) && allowed(hub, t); });
  }
};

// When DPS has chosen a hub that does not answer it, as the trace says: from then until the device is
// assigned.
struct Chosen {
  std::string hub;
  Stretch time;
};

std::vector<Chosen> chosen_in_vain(const measures::Report& report, double end) {
  constexpr const char* start = "DPS gets no answer from ";
  std::vector<Chosen> all;
  for (const measures::TraceLine& line : report.trace) {
    if (begins(line.text, "is assigned to") || begins(line.text, "is moved from"))
      if (!all.empty()) all.back().time.to = std::min(all.back().time.to, line.time_s);
    if (!begins(line.text, start)) continue;
    const std::size_t name = std::string(start).size();
    if (!all.empty()) all.back().time.to = std::min(all.back().time.to, line.time_s);
    all.push_back({line.text.substr(name, line.text.find(',') - name), {line.time_s, end}});
  }
  return all;
}

// Whether the hub that DPS goes on choosing is down, may be chosen, and another would serve.
bool sent_in_vain(const std::vector<Chosen>& chosen, double t, const Hubs& hubs) {
  return std::any_of(chosen.begin(), chosen.end(), [&](const Chosen& c) {
    return c.time.from <= t && t < c.time.to && !hubs.serves(c.hub, t) && hubs.allowed(c.hub, t) &&
           hubs.alternative(t);
  });
}

// The part of an instant in which the device does what the trace line says.
std::string part_of(const std::string& line, double t, const Hubs& hubs, bool in_vain) {
  if (begins(line, "has not noticed")) return "detection";
  if (begins(line, "waits in the connect queue")) return "hub_queue";
  if (begins(line, "is held up")) return "dps_throttle";
  if (begins(line, "is registered")) return in_vain ? "stuck" : "dps_processing";
  if (begins(line, "gives up")) return "stuck";
  const bool asks = begins(line, "asks ");
  REQUIRE((asks || begins(line, "backs off before it asks ")));
  const std::size_t name = line.find("asks ") + 5;
  const std::string target = line.substr(name, line.find(' ', name) - name);
  if (target == "DPS" && in_vain) return "stuck";
  if (target != "DPS" && !hubs.serves(target, t)) return hubs.alternative(t) ? "stuck" : "service_down";
  return asks ? "network" : "backoff";
}

bool says_what_it_does(const std::string& line) {
  for (const char* start :
       {"has not noticed", "waits in", "is held up", "is registered", "gives up", "asks ", "backs "})
    if (begins(line, start)) return true;
  return false;
}

std::vector<Stretch> exclusions(const measures::Report& report, const std::string& hub, double end) {
  std::vector<Stretch> all;
  for (const double t : known::instants(report, "-- " + hub + " is taken out")) all.push_back({t, end});
  const auto back = known::instants(report, "-- " + hub + " is back in");
  for (std::size_t i = 0; i < back.size(); ++i) all.at(i).to = back[i];
  return all;
}

// The parts of the life between `lost` and `back`. Nothing else changes a part than a trace line and a change
// of a hub, so that one look at each instant between two of them is enough.
Parts cut_up(const measures::Report& report, const Hubs& hubs, double lost, double back) {
  const std::vector<Chosen> chosen = chosen_in_vain(report, back);
  std::vector<double> edges{lost, back};
  for (const Chosen& c : chosen) edges.insert(edges.end(), {c.time.from, c.time.to});
  for (const auto* changes : {&hubs.down, &hubs.excluded})
    for (const auto& [hub, stretches] : *changes)
      for (const Stretch& s : stretches) edges.insert(edges.end(), {s.from, s.to});
  std::vector<measures::TraceLine> life;
  for (const measures::TraceLine& line : report.trace)
    if (says_what_it_does(line.text)) life.push_back(line);
  for (const measures::TraceLine& line : life) edges.push_back(line.time_s);
  std::sort(edges.begin(), edges.end());
  Parts parts;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    const double from = std::max(edges[i], lost), to = std::min(edges[i + 1], back);
    if (from >= to) continue;
    const auto next =
        std::upper_bound(life.begin(), life.end(), (from + to) / 2,
                         [](double t, const measures::TraceLine& line) { return t < line.time_s; });
    REQUIRE(next != life.begin());
    const double middle = (from + to) / 2;
    parts[part_of(std::prev(next)->text, middle, hubs, sent_in_vain(chosen, middle, hubs))] += to - from;
  }
  return parts;
}

// A device of its own on hub `own`, a crowd on hub `busy`; both may go to `spare`.
struct Setting {
  const char* what;
  const char* client;      // of the one
  const char* mode;        // of its fault
  int from_s, for_s;       // of its fault
  const char* spare;       // settings of the third hub
  const char* dps;         // settings of DPS
  int crowd_from_s = 600;  // the crowd's hub is away from here, for 40 min
  const char* main_part;   // which part must matter
};

constexpr double end_s = 7200, crowd_away_s = 2400;

std::string scenario(const Setting& s) {
  return fmt::format(R"(
duration: 2h
application:
  hubs:
    - {{name: busy, edition: S3, units: 10, weight: 1000}}
    - {{name: own, edition: S3, units: 10, weight: 1000}}
    - {{name: spare, {}}}
provisioning:
  {}
  enrollments:
    - {{name: single, hubs: [{{hub: own, weight: 1000}}, {{hub: spare, weight: 1}}]}}
    - {{name: many, hubs: [{{hub: busy, weight: 1000}}, {{hub: spare, weight: 1}}]}}
fleet:
  - {{name: one, devices: 1, enrollment: single, client: {}, region: germany, access: lte}}
  - {{name: crowd, devices: 3000, enrollment: many, client: guide-reconnect, return_to_dps: at once,
     credentials: x509}}
faults:
  - {{name: wave, at: {}s, for: {}s, hub: busy}}
  - {{name: lone, at: {}s, for: {}s, hub: own, mode: {}}}
)",
                     s.spare, s.dps, s.client, s.crowd_from_s, crowd_away_s, s.from_s, s.for_s, s.mode);
}

void check_life(const Setting& s) {
  INFO(s.what);
  support::Options options;
  options.trace_group = "one";
  const auto report = support::run(scenario(s), options);
  REQUIRE(support::value(report, "recovery.lone.affected") == 1);
  const bool back = support::value(report, "recovery.lone.unrecovered") == 0;
  const double recovery = support::value(report, "recovery.lone.mean");
  const double outage = support::value(report, "recovery.lone.outage.mean");
  const double r = s.from_s + recovery, l = r - outage;
  if (!back) CHECK(r == Approx(end_s));
  Hubs hubs{{"busy", "own", "spare"}, {}, {}};
  hubs.down["busy"] = {{double(s.crowd_from_s), s.crowd_from_s + crowd_away_s}};
  hubs.down["own"] = {{double(s.from_s), double(s.from_s + s.for_s)}};
  for (const std::string& hub : hubs.names) hubs.excluded[hub] = exclusions(report, hub, end_s);
  Parts expected = cut_up(report, hubs, l, r);
  for (const std::string& part : measures::wait_parts()) {
    INFO(part);
    CHECK(support::value(report, "recovery.lone.wait." + part) == Approx(expected[part]).margin(5e-4));
    CHECK(report.values.at("recovery.lone.wait." + part).at_least.has_value() == !back);
  }
  CHECK(expected[s.main_part] > 1);
}

void check_sum(const std::string& yaml, const std::string& fault) {
  const auto report = support::run(yaml);
  CHECK(support::value(report, "recovery." + fault + ".affected") > 100);
  double sum = 0;
  for (const std::string& part : measures::wait_parts())
    sum += support::value(report, "recovery." + fault + ".wait." + part);
  CHECK(sum == Approx(support::value(report, "recovery." + fault + ".outage.mean")).epsilon(1e-12));
}

}  // namespace

TEST_CASE("the parts of a single device are what its life says", "[known-20][long]") {
  const char* const fast = "edition: S3, units: 10";
  const char* const slow = "edition: S1, units: 1, connects: {burst: 0s}, registry: {burst: 24h}";
  const char* const tight = "edition: S1, units: 1, registry: {burst: 1m}";
  const char* const quick_dps = "registrations_per_minute: 1000000";
  const char* const central = "registrations_per_minute: 200";
  const std::vector<Setting> settings{
      {"detection, then DPS", "sdk-c", "silent", 700, 3000, fast, quick_dps, 600, "detection"},
      {"stuck with its hub", "sdk-python", "refuse", 700, 3000, fast, quick_dps, 600, "stuck"},
      {"stuck with a silent one", "sdk-dotnet", "silent", 700, 3000, fast, quick_dps, 600, "stuck"},
      {"a busy hub, DPS after 15 min", "guide-scale", "busy", 700, 3000, fast, quick_dps, 600, "stuck"},
      {"lost for good", "sdk-java", "refuse", 700, 600, fast, quick_dps, 600, "stuck"},
      {"in the crowd at DPS", "central-rules", "refuse", 690, 3000, fast, central, 600, "dps_throttle"},
      {"DPS works on it, and sends it back", "{return_to_dps: at once}", "refuse", 5000, 1000, fast,
       "registrations_per_minute: 200\n  processing: 20s\n  exclude_failed_hubs: false", 600, "stuck"},
      {"DPS works on it", "{return_to_dps: at once}", "refuse", 5000, 1000, fast,
       "registrations_per_minute: 200\n  processing: 2m", 600, "dps_processing"},
      {"in the crowd at the hub", "{return_to_dps: at once, reactions: {refused: dps}}", "refuse", 601, 3000,
       slow, quick_dps, 600, "hub_queue"},
      {"in the crowd at the registry", "{return_to_dps: at once, reactions: {refused: dps}}", "refuse", 601,
       3000, tight, quick_dps, 600, "dps_throttle"},
      {"after the return, back-off", "guide-scale", "refuse", 700, 301, fast, quick_dps, 600, "backoff"},
  };
  for (const Setting& s : settings) check_life(s);
}

TEST_CASE("the parts add up to the outage in every kind of fault", "[known-20][long]") {
  // A hub that is busy or slow is nothing to a client that renews through DPS, which excludes it.
  const std::vector<std::pair<const char*, std::vector<const char*>>> cases{
      {"refuse", {"sdk-c", "sdk-node", "ha-sample-c", "guide-reconnect"}},
      {"silent", {"sdk-c", "sdk-node", "ha-sample-c", "guide-reconnect"}},
      {"busy", {"sdk-c", "sdk-node", "guide-reconnect"}},
      {"{degraded: {capacity: 0.1%}}", {"sdk-c", "sdk-node", "guide-reconnect"}}};
  for (const auto& [mode, clients] : cases)
    for (const char* client : clients) {
      INFO(client << " and a hub in mode " << mode);
      check_sum(fmt::format(R"(
duration: 4h
application: {{hubs: {{count: 3, edition: S1, units: 1}}}}
fleet:
  - {{devices: 3000, client: {}, region: brazil, access: nb-iot, telemetry: {{every: 2m}}}}
faults:
  - {{name: one-hub, at: 30m, for: 40m, hub: 2, mode: {}}}
  - {{name: another, at: 50m, for: 1h, hub: 1, mode: {}}}
)",
                            client, mode, mode),
                "one-hub");
    }
}
