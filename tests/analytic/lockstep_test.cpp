// Devices that are switched on together act together, and what breaks that. Answers by hand: the C SDK waits
// whole seconds of a tick that begins with its process, and its jitter is a function of the second in which
// that starts (facts, clients-measured 2); the Python SDK waits 10 s and has no jitter.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/analytic/known.hpp"

namespace {

constexpr int devices = 600;

// The power is away from 15 min to 20 min, the hub says 503 until 75 min and a bit: all find it back by their
// own plans. Nobody sends, so that only the clocks of the programs matter.
std::string scenario(const std::string& client, const std::string& boot, const std::string& every = "366d") {
  return fmt::format(R"(
duration: 2h
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
fleet:
  - {{name: one, devices: {}, client: {{base: {}, starts_at: cached hub}}, credentials: x509,
     access: {{rtt: 0ms, loss: 0%}}, boot: {}, telemetry: {{every: {}, size: 512 B}}}}
faults:
  - {{name: away, at: 12m, for: 3783333ms, hub: 1, mode: busy}}
  - {{name: cut, at: 15m, for: 5m, power_cut: {{group: one}}}}
)",
                     devices, client, boot, every);
}

struct Back {
  std::map<long, int> by_second;  // how many are back in a whole second
  std::size_t seconds() const { return by_second.size(); }
  int most() const {
    int most = 0;
    for (const auto& [second, n] : by_second) most = std::max(most, n);
    return most;
  }
};

Back back(const std::string& yaml) {
  support::Options options;
  options.episodes = true;
  Back all;
  const measures::Report report = known::run_nearby(yaml, options);
  for (const measures::Episode& e : report.episodes.rows)
    if (std::isfinite(e.back_s)) ++all.by_second[static_cast<long>(e.back_s)];
  return all;
}

double peak(const std::string& yaml) {
  return support::value(known::run_both(yaml), "hub.peak_connect_rate");
}

}  // namespace

TEST_CASE("devices that start in the same second stay together", "[lockstep]") {
  // After an hour of waits of 30 s or 31 s each, which all draw alike.
  for (const char* client : {"sdk-c", "sdk-python"}) {
    INFO(client);
    const Back together = back(scenario(client, "30s"));
    CHECK(together.seconds() == 1);
    CHECK(together.most() == devices);
    CHECK(peak(scenario(client, "30s")) == devices);
  }
}

TEST_CASE("who starts at different times comes back at different times", "[lockstep]") {
  // C: ten devices start in a second. Each tries 0, 1, 3, 7, 15 and 31 s after its start and then each 30 s
  // or 31 s, so that at most six of these attempts fall into one second of another start. After an hour the
  // 60 groups are spread over the 31 s.
  const std::string c = scenario("sdk-c", "20s..80s");
  CHECK(back(c).seconds() >= 20);
  CHECK(back(c).seconds() <= 32);
  CHECK(back(c).most() < devices / 4);
  CHECK(peak(c) < devices / 4);
  // Python: 10 s.
  const std::string python = scenario("sdk-python", "20s..80s");
  CHECK(back(python).seconds() >= 10);
  CHECK(back(python).seconds() <= 11);
  CHECK(back(python).most() < devices / 5);
}

TEST_CASE("in each second of starts the C SDK draws the same jitter", "[lockstep][long]") {
  // 120 devices start in each of five seconds and stay together: an hour later they try again the same number
  // of whole seconds after their start, but that the end of the outage may fall among them.
  const std::string yaml = scenario("sdk-c", "20s..25s");
  std::map<long, std::map<long, int>> waits;  // by the second of the start
  for (std::uint32_t i = 0; i < 60; ++i) {
    support::Options options;
    options.trace_group = "one";
    options.trace_index = i;
    const measures::Report life = known::run_nearby(yaml, options);
    const double start = known::instants(life, "starts its program").at(0);
    const double after = known::instants(life, "asks hub-1").back() - start;
    CHECK(std::abs(after - std::round(after)) < 1e-3);
    ++waits[static_cast<long>(start)][std::lround(after)];
  }
  CHECK(waits.size() == 5);
  for (const auto& [start, apart] : waits) {
    INFO(start);
    CHECK(apart.size() <= 2);
  }
}

TEST_CASE("jitter of its own breaks the lockstep of devices that boot alike", "[lockstep]") {
  const Back own = back(scenario(
      "guide-reconnect, return_to_dps: never, retry: {kind: exponential, min: 1s, max: 100s, jitter: full}",
      "30s"));
  CHECK(own.seconds() > 60);
  CHECK(own.most() < devices / 10);
  // Messages, for which the Python SDK connects, thin it out: those of the 6.7 s until the next of all
  // timers.
  const Back traffic = back(scenario("sdk-python", "30s", "60s"));
  CHECK(traffic.seconds() >= 6);
  CHECK(traffic.seconds() <= 8);
  CHECK(traffic.most() == Approx(devices * (1 - 6.667 / 60)).margin(4 * std::sqrt(devices * 0.1)));
}

namespace {

// The example of 50,000 devices, with other keys.
measures::Report power_cut(std::vector<std::string> set) {
  std::ifstream file(std::string(TREE) + "/scenarios/power-cut.yaml", std::ios::binary);
  REQUIRE(file);
  support::Options options;
  options.set = std::move(set);
  options.episodes = true;
  return support::run({std::istreambuf_iterator<char>(file), {}}, options);
}

// The most devices of a group whose attempts that succeeded began within so many seconds.
std::size_t most_within(const measures::Report& report, std::uint32_t group, double seconds) {
  std::vector<double> begins;
  for (const measures::Episode& e : report.episodes.rows)
    if (e.group == group) begins.push_back(e.attempt_s);
  std::sort(begins.begin(), begins.end());
  std::size_t most = 0, first = 0;
  for (std::size_t i = 0; i < begins.size(); ++i) {
    while (begins[i] - begins[first] > seconds) ++first;
    most = std::max(most, i - first + 1);
  }
  return most;
}

}  // namespace

// Without power from 30 to 40 min, booted at 40:40, and all attempts are reset until 50:06, so that what
// comes in are retries alone. Those of all 25,000 C clients begin at one instant. The timers of Python are
// parted by their round trips, and whoever has a message connects before its timer: 7 s of each 5 min. Spread
// starts or waits make of it a group over the waits, 30 s of C and 10 s of Python: 3,333 a second, and up to
// half as many more, since C waits whole seconds.
TEST_CASE("50,000 devices that are switched on together retry together", "[long][lockstep]") {
  const measures::Report together = power_cut({});
  CHECK(most_within(together, 0, 0) == 25'000);
  CHECK(most_within(together, 1, 2) > 25'000 * 289 / 300);
  CHECK(most_within(together, 1, 0.1) < 25'000 / 4);
  CHECK(support::value(together, "hub.peak_connect_rate") > 24'000);
  CHECK(support::value(together, "recovery.blackout.attempts") > 40);

  const std::string jitter = "client.retry={kind: exponential, min: 1s, max: 30s, jitter: full}";
  for (const auto& [one, other] :
       {std::pair<std::string, std::string>{"fleet[0].boot=20s..60s", "fleet[1].boot=20s..60s"},
        {"fleet[0]." + jitter, "fleet[1]." + jitter}}) {
    INFO(one);
    const measures::Report apart = power_cut({one, other});
    CHECK(most_within(apart, 0, 0) < 25'000 / 20);
    CHECK(support::value(apart, "hub.peak_connect_rate") < 1.5 * 10'000 / 3);
    CHECK(support::value(apart, "recovery.blackout.attempts") > 40);
  }
}
