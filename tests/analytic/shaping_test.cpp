// Known answer 14. Goal: traffic shaping of connects: credit, then delay, then refusal.
// Answer: 200 connects/s on one S1 unit (100/s). The credit of 9,000 lasts 90 s. From then on the queue grows
// by 100/s and who arrives t seconds later waits t seconds. At 180 s it holds its 9,000 and every second
// arrival is refused at once (429002). At 210 s the head has waited its 60 s and expires (429003): of those
// that arrived from 150 to 180 s every second one is served, after almost 60 s, and the other expires, so
// that from 210 to 240 s nobody is refused at once. All the time from 90 s on 100/s are served, and from 180
// s on 100/s turned away. Tolerance: one request.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"

namespace {

constexpr int devices = 60'000;
constexpr double join_s = 100, assigned_s = 101;  // device i joins at 100 s + i / 200, and connects 1 s later

// New devices; the registry has credit for all of them. Who is turned away does not ask again.
const std::string scenario = fmt::format(R"(
duration: 15m
application: {{era: legacy, hubs: {{count: 1, edition: S1, units: 1, registry: {{burst: 24h}}}}}}
provisioning: {{registrations_per_minute: 1000000, processing: 100ms, poll_after: 1s}}
fleet:
  - {{name: new, devices: {}, credentials: x509, access: {{rtt: 0ms, loss: 0%}}, joins: at {}s over {}s,
     telemetry: {{every: 48h}}, client: {{connect_timeout: 2h, reactions: {{dropped: stop}},
       dps: {{poll_default: 1s, hint_min: 0s, hint_max: 24h}}}}}}
)",
                                         devices, join_s, devices / 200);

struct Fate {
  double connected = -1, refused = -1;  // seconds after the CONNECT, or not at all
};

// Of the device whose CONNECT arrives t seconds after the first.
Fate fate(double t) {
  support::Options options;
  options.trace_group = "new";
  options.trace_index = static_cast<std::uint32_t>(200 * t + 0.5);
  const auto report = known::run_nearby(scenario, options);
  const auto asks = known::instants(report, "asks hub-1");
  REQUIRE(asks.size() == 1);
  CHECK(asks[0] == Approx(assigned_s + t).margin(1e-4));
  Fate fate;
  for (const double at : known::instants(report, "is connected to hub-1")) fate.connected = at - asks[0];
  for (const double at : known::instants(report, "connect to hub-1 fails")) fate.refused = at - asks[0];
  return fate;
}

}  // namespace

TEST_CASE("counts of shaping follow from credit, queue and expiry", "[known-14]") {
  const auto report = known::run_both(scenario);
  const auto at = [&](const char* what, double t) {
    return known::at(report, std::string("hub.hub-1.") + what, t);
  };
  // Samples fall 9 s after whole tens of seconds of the crowd: t = 9, 19, ... seconds.
  for (double t = 9; t < 300; t += 10) {
    INFO("after " << t << " s");
    const double clock = assigned_s + t;
    const double queue = t < 90 ? 0 : t < 180 ? 100 * (t - 90) : 9000;
    CHECK(at("connects", clock) == Approx(200 * t).margin(1.01));
    CHECK(at("queue", clock) == Approx(queue).margin(t < 90 ? 0 : 2.01));
    CHECK(at("connected", clock) == Approx(t < 90 ? 200 * t : 18'000 + 100 * (t - 90)).margin(1.01));
  }
  CHECK(support::value(report, "hub.hub-1.queue_peak") == 9000);
  const double offered = support::value(report, "hub.connects");
  CHECK(offered == devices);
  CHECK(offered == support::value(report, "hub.accepted") + support::value(report, "hub.throttled"));
}

TEST_CASE("single requests pass, wait, expire and are refused when they should", "[known-14][long]") {
  const auto none = Approx(0).margin(1e-4);
  CHECK(fate(1).connected == none);
  CHECK(fate(89.9).connected == none);
  CHECK(fate(90.1).connected == Approx(0.1).margin(0.0101));
  CHECK(fate(120).connected == Approx(30).margin(0.0101));
  CHECK(fate(149.9).connected == Approx(59.9).margin(0.0101));
  // Of two neighbours after 180 s one is refused at once, the other waits.
  const Fate a = fate(190), b = fate(190.005);
  CHECK((a.refused == none) != (b.refused == none));
  // Of two neighbours that are at the head from 225 s on one is served within its last moment, the other
  // expires.
  const Fate c = fate(165), d = fate(165.005);
  CHECK((c.refused == Approx(60).margin(1e-4)) != (d.refused == Approx(60).margin(1e-4)));
  CHECK(std::max(c.connected, d.connected) == Approx(60).margin(0.0101));
  // At 225 s the queue has room for everybody.
  CHECK(fate(225).refused != none);
  CHECK(fate(225.005).refused != none);
}
