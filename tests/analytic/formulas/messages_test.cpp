// Messages, property updates and commands, in small scenarios in which each is known on paper.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "tests/analytic/formulas/formula.hpp"
#include "tests/analytic/known.hpp"

namespace {

// A device on a hub that is away from 105 to 605 s and one on a hub that is away from 105 s on; each sends 61
// messages, at 10, 20, ... 610 s. The first delivers all of them, the last 50 but one when it is back at
// 605.01 s. The second delivers ten and keeps the five that its buffer holds of 51. Away are, of twice 612 s,
// 500.01 and 507.
const char* const kept = R"(
duration: 612s
application: {hubs: [{name: a, edition: S3}, {name: b, edition: S3}]}
provisioning:
  enrollments: [{name: on-a, allocation: static, static_hub: a}, {name: on-b, allocation: static,
    static_hub: b}]
fleet:
  - {name: one, devices: 1, client: {base: sdk-python}, access: {rtt: 0ms, loss: 0%}, credentials: x509,
     enrollment: on-a, telemetry: {every: 10s, phase: synchronised}}
  - {name: two, devices: 1, client: {base: sdk-python}, access: {rtt: 0ms, loss: 0%}, credentials: x509,
     enrollment: on-b, buffer: 5 messages, telemetry: {every: 10s, phase: synchronised}}
faults:
  - {name: away, at: 105s, for: 500s, hub: a}
  - {name: gone, at: 105s, hub: b}
)";

const formula::History accounts{[] { return known::run_nearby(kept); },
                                {{"telemetry.generated", 122},
                                 {"telemetry.delivered", 71},
                                 {"telemetry.lost", 46},
                                 {"telemetry.buffered", 5},
                                 {"availability", 1 - 1007.01 / 1224, 1e-6}}};

// The delays of the same first device, without warm-up, and of two that send every 20 s: what was sent at
// once took no time; a kept message waits until the device is back at 605.01 s and for a tenth of a second
// for each one before it.
std::vector<double> delays() {
  std::vector<double> all;
  const auto device = [&](double every) {
    double place = 0;
    for (double t = every; t <= 612; t += every) {
      const bool waits = t > 105 && t < 605;
      all.push_back(waits ? 605.01 - t + place / 10 : 0);
      place += waits;
    }
  };
  device(10);
  device(20);
  device(20);
  std::sort(all.begin(), all.end());
  return all;
}

double rank(double share) {
  const std::vector<double> all = delays();
  return all.at(static_cast<std::size_t>(std::ceil(share * static_cast<double>(all.size()))) - 1);
}

const char* const late = R"(
duration: 612s
application: {era: legacy, hubs: [{name: a, edition: S3}]}
fleet:
  - {name: one, devices: 1, client: {base: sdk-python}, access: {rtt: 0ms, loss: 0%}, credentials: x509,
     telemetry: {every: 10s, phase: synchronised}}
  - {name: two, devices: 2, client: {base: sdk-python}, access: {rtt: 0ms, loss: 0%}, credentials: x509,
     telemetry: {every: 20s, phase: synchronised}}
faults: [{name: away, at: 105s, for: 500s, hub: a}]
)";

constexpr double error = 5e-4;  // of the histogram, of the value

const formula::History waits{[] { return known::run_nearby(late); },
                             {{"telemetry.delay.p50", rank(0.5), rank(0.5) * error},
                              {"telemetry.delay.p99", rank(0.99), rank(0.99) * error},
                              {"telemetry.delay.max", 495.01, 0.001}}};

// 300 devices send at 600 s to a hub that takes 100 messages a second, without credit, and holds 200: these
// wait, the others are refused. A second and a half later 150 of the 200 are through. Ten messages before
// that went at once.
const char* const lump = R"(
duration: 601500ms
application: {era: legacy, hubs: [{name: a, edition: S1, sends: {burst: 0s, queue: 2s}}]}
fleet: [{name: all, devices: 300, client: {base: sdk-python, retry: {first: 60s}}, access: {rtt: 0ms,
  loss: 0%},
  credentials: x509, telemetry: {every: 10m, phase: synchronised}}]
)";

const formula::History throttled{[] { return known::run_nearby(lump); },
                                 {{"telemetry.refused", 100, 1},
                                  {"hub.a.messages_refused", 100, 1},
                                  {"telemetry.throttled_share", 1, 0.005},
                                  {"telemetry.in_flight", 50, 1},
                                  {"telemetry.delivered", 150, 1}}};

// The same with room for all of them, and a warm-up that ends a second later: 100 are through, and of the 200
// that are carried in 50 more half a second after that.
const formula::History in_flight{[] {
                                   support::Options options;
                                   options.set = {"warmup=601s", "application.hubs[0].sends.queue=4s"};
                                   return known::run_nearby(lump, options);
                                 },
                                 {{"telemetry.carried_in", 200, 1},
                                  {"telemetry.delivered", 50, 1},
                                  {"telemetry.in_flight", 150, 1},
                                  {"telemetry.generated", 0}}};

// 64 blocks of 4 KiB a second use 400,000 up in 6,250 s of three hours.
const char* const used_up = R"(
start: 2023-06-01T00:00Z
duration: 3h
application: {era: legacy, hubs: [{name: a, edition: S1, units: 1}]}
fleet: [{name: all, devices: 10, client: {base: sdk-python, retry: {first: 10s}}, credentials: x509,
  telemetry: {every: 10s, size: 256 KiB}}]
)";

const formula::History quota{[] { return known::run_nearby(used_up); },
                             {{"hub.a.metered", 400'000, 1},
                              {"hub.a.quota_blocked", 10'800 - 6'250, 1e-3},
                              {"telemetry.quota_blocked", 10'800 - 6'250, 1e-3}}};

// 60 property updates a second on 50: the credit of 90 s lasts for 450 s; then the wait grows by a fifth of a
// second each second, and who arrives 300 s later waits for 60 s, until which they expire; from then on 10 a
// second do. Commands of 60 KiB, three a second, are 180 KiB a second on 160: 720 s of credit, then an eighth
// of a second more each second; who arrives 480 s later waits for 60 s, and from 60 s later on a ninth of
// three a second expires.
const char* const asked = R"(
start: 2023-06-01T00:00Z
duration: 30m
application: {era: legacy, hubs: [{name: a, edition: S1, units: 1}]}
fleet:
  - {name: all, devices: 600, client: {base: sdk-python}, credentials: x509, telemetry: {every: 1h},
     properties: {every: 10s, size: 1 KiB}}
  - {name: some, devices: 60, client: {base: sdk-python}, credentials: x509, telemetry: {every: 1h},
     commands: {every: 20s, size: 10 KiB, response: 50 KiB}}
)";

const formula::History requests{[] { return known::run_nearby(asked); },
                                {{"properties.sent", 60 * 1'800, 1},
                                 {"properties.refused", 10 * (1'800 - 450 - 300 - 60), 2},
                                 {"properties.throttled_share", (1'800 - 450) / 1'800.0, 1e-3},
                                 {"commands.sent", 3 * 1'800, 1},
                                 {"commands.refused", (1'800 - 720 - 480 - 60) / 3.0, 2},
                                 {"commands.throttled_share", (1'800 - 720) / 1'800.0, 1e-3}}};

}  // namespace

TEST_CASE("formulas of the accounts of messages", "[formula]") { accounts.check(); }

TEST_CASE("formulas of the delay of messages", "[formula]") { waits.check(); }

TEST_CASE("formulas of a throttle of messages", "[formula]") {
  throttled.check();
  in_flight.check();
}

TEST_CASE("formulas of the daily quota", "[formula]") { quota.check(); }

TEST_CASE("formulas of property updates and commands", "[formula]") { requests.check(); }
