// Known answer 22. Goal: a retry storm that outlives its trigger (facts, export-and-devices 6.2: Bronson and
// others, "Metastable Failures in Distributed Systems", HotOS 2021).
// The case: requests come at a steady rate to a service that takes 300 a second; a client waits 1 s for its
// answer and tries once more; a break of 10 s. Here a request is a device that joins, connects and leaves 60
// s after it joined; its connection is asked for 15 s after it joined, so that DPS is done with it whatever
// the break. The hub serves in order, also those who have given up. Answer. Requests of the break that are
// held and delivered at its end: of r a second, 10 r first attempts and 9 r second ones, those of the last
// second having not timed out yet; 19 r in all, 5,320 at 280/s. (With a break of 11 s, or a second after a
// break of 10 s in which nothing is served: 21 r, 5,880.) At 280/s the last of them is served after 17.7 s,
// so whoever comes has gone when it is his turn and comes twice: 560/s are offered, 300/s served, and nobody
// is ever served in time. At a rate r below 150/s 2 r is less than 300, and the queue drains at 300 - 2 r: it
// is down to 300, so that waits are below 1 s and nobody comes twice, after (19 r - 300) / (300 - 2 r) s,
// which at 149/s is 1,265 s for a break of 10 s and 1,414 s for one of 11 s: some 21 and 24 min. If the
// requests of the break are lost instead, only the second attempts of its last second come on top: 280 more,
// less than what is served in a second, and all is well. Tolerance: what follows from credit of a token and
// from rounding.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"

namespace {

constexpr double served = 300;  // a second
constexpr int begin_s = 120,
              asks_after_s = 15;  // the break begins; a device connects so long after it joined

const char* const held = "{degraded: {capacity: 0.1%}}";
const char* const lost = "silent";

// `rate` requests a second for so long, and a break that begins after 120 s.
measures::Report requests(int rate, int minutes, const std::string& mode, double break_s = 10,
                          bool both = false) {
  const int devices = rate * 60 * minutes;
  const std::string scenario = fmt::format(
      R"(
duration: {0}m
application:
  era: legacy
  hubs:
    count: 1
    edition: S1
    units: 25
    connects: {{burst: 0s, queue: 24h, expiry: 0s, abandoned: served}}
provisioning:
  registrations_per_minute: 1000000
  polls_per_minute: 1000000
  processing: 100ms
  write_retry: {{every: 1s}}
  exclude_failed_hubs: false
fleet:
  - {{name: requests, devices: {1}, credentials: x509, access: {{rtt: 0ms, loss: 0%}},
     joins: over {0}m, leaves: at 60s over {0}m, return_to_dps: never, telemetry: {{every: 48h}},
     client: {{connect_timeout: 1s, retry: {{kind: fixed, min: 1ms, limit: 1500ms}},
       dps: {{first_poll: {2}s}}}}}}
faults:
  - {{name: break, at: {3}s, hub: 1, for: {4}ms, mode: {5}}}
)",
      minutes, devices, asks_after_s, begin_s, 1000 * break_s, mode);
  support::Options options;
  // Identities of joining devices, which are no part of the case.
  options.change = [](application::Scenario& s) { s.editions.at(hub::Edition::S1).registry = {1e6, 0}; };
  return both ? known::run_both(scenario, options) : known::run_nearby(scenario, options);
}

double at(const measures::Report& report, const char* what, double t) {
  return known::at(report, std::string("hub.hub-1.") + what, t);
}

// Of the hub's CONNECTs so far, the part between two instants, a second.
double offered(const measures::Report& report, double from, double to) {
  return (at(report, "connects", to) - at(report, "connects", from)) / (to - from);
}

}  // namespace

TEST_CASE("a break whose requests are held leaves a storm that does not end", "[known-22]") {
  const auto report = requests(280, 20, held);
  CHECK(offered(report, 60, begin_s) == Approx(280).margin(0.1));
  CHECK(at(report, "queue", begin_s) <= 1);
  CHECK(at(report, "queue", begin_s + 10) == Approx(280 * 19).margin(5));
  CHECK(offered(report, 150, 1200) == Approx(560).epsilon(0.001));
  CHECK(at(report, "queue", 1200) == Approx(280 * 19 + (560 - served) * 1070).epsilon(0.005));
  CHECK(at(report, "connected", 1200) == 0);
  CHECK(at(report, "connected", 190) == 0);
  CHECK(support::value(report, "storm.break.detected") == 1);
  CHECK(support::value(report, "storm.break.goodput") == 0);
  CHECK(support::value(report, "storm.break.retry_share") == Approx(0.5).margin(0.0001));
  const measures::Value& back = report.values.at("storm.break.goodput_back_after");
  CHECK_FALSE(back.value);
  CHECK(back.at_least == 20 * 60 - begin_s - 10);
}

TEST_CASE("a break whose requests are lost is over within seconds", "[known-22][long]") {
  const auto report = requests(280, 15, lost, 10, true);
  CHECK(at(report, "queue", begin_s + 10) == 0);
  CHECK(offered(report, begin_s + 10, begin_s + 20) == Approx(280 + 28).margin(0.2));
  CHECK(offered(report, begin_s + 20, 840) == Approx(280).margin(0.1));
  CHECK(at(report, "queue", begin_s + 30) <= 1);
  CHECK(at(report, "connected", begin_s + 80) == Approx(280 * 45).margin(2));
  CHECK(support::value(report, "storm.break.detected") == 0);
  CHECK(support::value(report, "storm.break.goodput") == Approx(1).margin(0.0001));
  CHECK(support::value(report, "storm.break.goodput_back_after") == 0);
  CHECK(support::value(report, "storm.break.retry_share") ==
        Approx(280.0 / (280 + 280 * 600)).margin(0.0001));
}

namespace {

// When requests are served in time again, as the goodput tells: half of what was is connected after half of
// the 45 s that a connection lasts.
double healed_after(const measures::Report& report) {
  return support::value(report, "storm.break.goodput_back_after") - 22.5;
}

double drained_after(double rate, double break_s) {
  return (rate * (2 * break_s - 1) - served) / (served - 2 * rate);
}

}  // namespace

TEST_CASE("below half of what the service takes the storm ends by itself", "[known-22][long]") {
  const auto slow = requests(149, 30, held);
  CHECK(at(slow, "queue", begin_s + 10) == Approx(149 * 19).margin(5));
  CHECK(offered(slow, 150, 1200) == Approx(298).epsilon(0.001));
  CHECK(healed_after(slow) == Approx(drained_after(149, 10)).margin(10));
  CHECK(offered(slow, 1500, 1790) == Approx(149).margin(0.1));
  // It still storms when it is judged, and is known to be over.
  CHECK(support::value(slow, "storm.break.detected") == 1);
  const auto longer = requests(149, 32, held, 11);
  CHECK(healed_after(longer) == Approx(drained_after(149, 11)).margin(10));
  const auto above = requests(151, 30, held);
  CHECK_FALSE(above.values.at("storm.break.goodput_back_after").value);
  CHECK(at(above, "connected", 1790) == 0);
  // With more room it is over sooner, and no storm.
  const auto quick = requests(130, 15, held);
  CHECK(healed_after(quick) == Approx(drained_after(130, 10)).margin(2));
  CHECK(support::value(quick, "storm.break.detected") == 0);
  CHECK(support::value(quick, "storm.break.goodput") == Approx(1).margin(0.001));
}

// A break of less than a second makes nobody give up. A longer one tips the service when it leaves more
// behind than is served in the second that clients wait: r (2 s - 1) > 300 for one of s seconds. At 280/s it
// need not leave as much: hardly anything is to spare for the second attempts that follow it.
TEST_CASE("the nearer to the limit the shorter the break that tips it", "[known-22][long]") {
  const auto storms = [](int rate, double break_s) {
    return support::value(requests(rate, 14, held, break_s), "storm.break.detected") == 1;
  };
  CHECK_FALSE(storms(280, 0.95));
  CHECK(storms(280, 1.35));
  CHECK_FALSE(storms(160, 1.35));  // 272
  CHECK(storms(160, 1.55));        // 336
}
