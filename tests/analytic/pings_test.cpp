// Known answer 2, by SDK and traffic. Goal: how long a dead connection stays unnoticed, with messages each
// 10 s, 70 s, 100 s, each hour and none. All are of the moment L of the loss, at a uniform phase; K is the
// period of the pings, p that of the messages. Tolerance: Kolmogorov-Smirnov at 1 % and no value outside.
//
// Node.js (K = 180 s), Python (60 s), embedded C (240 s): pings by the connect, whatever is sent. The next
// one after L is U(0, K) away and waits for an answer: U(180, 360), U(60, 120), U(360, 600).
//
// C (K = 240 s): a packet sent puts the ping off. With p <= K there is no ping at all, and the next publish,
// U(0, p) away, is given up after 120 s: U(120, 120 + p). Without messages: U(81, 321). With one an hour: 15
// periods from message to message; in the first 14 the ping comes first, U(0, 240) + 81, in the last the
// next message, U(0, 240) + 120.
//
// .NET (K = 75 s): it looks each K; x = L minus the last look is U(0, K). The next look, K - x away, pings
// unless something was received since the last, that is a message was sent in these x seconds: min(1, x / p).
// Then the look after it pings. The answer is waited for 30 s: 105 - x, or 180 - x with that probability.
//
// Java (K = 230 s): it looks K after its ping, else K after the packet last sent. With p > K that is a ping K
// after each message and then each K; L falls before a further ping of the row, U(0, K) + K, or into the rest
// before the next message, after which the look that pings is y + K away, y = U(0, rest), and dead after y +
// 2 K. With p <= K the looks come each K' = p floor(K / p), r = K - K' after a message. The first after L, D
// away, uniform over (0, K'], meets an answer younger than K; so does the second, if L is in the r before the
// first, as its last answer is K old less a round trip. Then comes the ping, and K later the end: D + K' + K
// for D > r, else D + 2 K' + K. Together that is U(2 K, 2 K + K').
//
// AMQP: the connection ends when no frame came for T, and the hub sends one when it has sent nothing for h,
// of C T = 240 s and h = 210 s, of .NET 120 and 105, of Java 230 and 100. With p <= h the last frame was the
// answer to a message, U(0, p) ago: U(T - p, T); without messages U(T - h, T). With one an hour, of which C's
// last 30 s make no period: U(T - h, T), and of 30 in 3600 U(T - 30, T). Node.js waits for no frame: TCP ends
// the connection a fixed time after the first packet in vain, a message or its own frame each 120 s without
// one.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "models/network/network.hpp"
#include "tests/analytic/known.hpp"

using support::value;

namespace {

constexpr const char* never = "366d";
constexpr double at_s = 10;

std::string hole(const std::string& client, const std::string& every, const std::string& fault,
                 int devices = 3000) {
  return fmt::format(R"(
duration: 40m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
fleet:
  - {{name: all, devices: {}, client: {}, credentials: x509, access: {{rtt: 0ms, loss: 0%}},
     telemetry: {{every: {}, size: 512 B}}}}
faults: [{{name: hole, at: {}s, {}}}]
)",
                     devices, client, every, at_s, fault);
}

// What --export devices: shows: how long after its loss each device knew of it.
std::vector<double> noticed(const std::string& yaml) {
  support::Options options;
  options.episodes = true;
  const measures::Report report = known::run_both(yaml, options);
  std::vector<double> after;
  for (const measures::Episode& e : report.episodes.rows) after.push_back(e.noticed_s - e.lost_s);
  std::sort(after.begin(), after.end());
  double sum = 0;
  for (const double t : after) sum += t;
  CHECK(value(report, "recovery.hole.wait.detection") ==
        Approx(sum / static_cast<double>(after.size())).margin(1e-3));
  return after;
}

using Distribution = std::function<double(double)>;  // the share that has noticed by then

struct Uniform {
  double weight, low, high;
};

Distribution mixture(std::vector<Uniform> parts) {
  return [parts](double t) {
    double share = 0;
    for (const Uniform& u : parts) share += u.weight * std::clamp((t - u.low) / (u.high - u.low), 0.0, 1.0);
    return share;
  };
}

// The integral of min(1, x / p) up to x is q(x).
Distribution dotnet(double p) {
  return [p](double t) {
    const auto q = [p](double x) { return x < p ? x * x / (2 * p) : x - p / 2; };
    const double first = std::clamp(105 - t, 0.0, 75.0), second = std::clamp(180 - t, 0.0, 75.0);
    return (75 - first + q(first) - q(second)) / 75;
  };
}

struct Row {
  const char* client;
  const char* every;
  Distribution share;
};

std::vector<Row> rows() {
  std::vector<Row> all;
  const std::pair<const char*, double> periods[] = {
      {"10s", 10}, {"70s", 70}, {"100s", 100}, {"1h", 3600}, {never, 366.0 * 86400}};
  for (const auto& [every, p] : periods) {
    all.push_back({"sdk-dotnet", every, dotnet(p)});
    all.push_back({"sdk-node", every, mixture({{1, 180, 360}})});
    all.push_back({"sdk-python", every, mixture({{1, 60, 120}})});
    all.push_back({"sdk-embedded-c", every, mixture({{1, 360, 600}})});
    if (p > 230) continue;
    all.push_back({"sdk-c", every, mixture({{1, 120, 120 + p}})});
    all.push_back({"sdk-java", every, mixture({{1, 460, 460 + p * std::floor(230 / p)}})});
  }
  all.push_back({"sdk-c", "1h", mixture({{14.0 / 15, 81, 321}, {1.0 / 15, 120, 360}})});
  all.push_back({"sdk-c", never, mixture({{1, 81, 321}})});
  all.push_back({"sdk-java", "1h", mixture({{3450.0 / 3600, 230, 460}, {150.0 / 3600, 460, 610}})});
  all.push_back({"sdk-java", never, mixture({{1, 230, 460}})});
  return all;
}

void check(const std::vector<double>& after, const Distribution& share, std::size_t devices = 3000) {
  REQUIRE(after.size() == devices);
  const double n = static_cast<double>(devices), grain = 2e-6;
  double distance = 0;
  for (std::size_t i = 0; i < after.size(); ++i) {
    const double expected = share(after[i]), rank = static_cast<double>(i);
    distance = std::max({distance, expected - rank / n, (rank + 1) / n - expected});
  }
  CHECK(distance < 1.63 / std::sqrt(n));
  CHECK(share(after.front() + grain) > 0);
  CHECK(share(after.back() - grain) < 1);
}

}  // namespace

TEST_CASE("how soon each SDK notices a dead connection, by what it sends", "[known-2][long]") {
  for (const Row& row : rows()) {
    INFO(row.client << ", telemetry every " << row.every);
    check(noticed(hole(row.client, row.every, "for: 25m, link: {}")), row.share);
  }
}

TEST_CASE("how soon each SDK notices a dead AMQP connection", "[known-2]") {
  const double tcp = sim::seconds(network::gives_up(sim::Time{}, sim::Duration{0}).time_since_epoch());
  const Row amqp[] = {
      {"sdk-c-amqp", "10s", mixture({{1, 230, 240}})},
      {"sdk-c-amqp", "1h", mixture({{3570.0 / 3600, 30, 240}, {30.0 / 3600, 210, 240}})},
      {"sdk-dotnet-amqp", "70s", mixture({{1, 50, 120}})},
      {"sdk-dotnet-amqp", never, mixture({{1, 15, 120}})},
      {"sdk-java-amqp", "10s", mixture({{1, 220, 230}})},
      {"sdk-java-amqp", never, mixture({{1, 130, 230}})},
      {"sdk-node-amqp", "10s", mixture({{1, tcp, tcp + 10}})},
      {"sdk-node-amqp", never, mixture({{1, tcp, tcp + 120}})},
  };
  for (const Row& row : amqp) {
    INFO(row.client << ", telemetry every " << row.every);
    check(noticed(hole(row.client, row.every, "for: 25m, link: {}", 1000)), row.share, 1000);
  }
}

// A frozen hub answers no ping either, though its kernel acknowledges what is sent.
TEST_CASE("a frozen hub is noticed as a network is that is gone", "[known-2][faults][long]") {
  for (const Row& row : rows()) {
    if (std::string(row.every) != "10s" && std::string(row.every) != "1h") continue;
    INFO(row.client << ", telemetry every " << row.every);
    check(noticed(hole(row.client, row.every, "for: 25m, hub: 1, mode: frozen")), row.share);
  }
}

// Facts, clients-measured 6: 500 devices, 14 min.
TEST_CASE("clients of .NET notice a dead link later if they send often", "[known-2]") {
  const auto mean = [](const char* every) {
    const auto report = known::run_both(fmt::format(R"(
duration: 90m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
fleet:
  - {{name: all, devices: 500, client: sdk-dotnet, telemetry: {{every: {}, size: 512 B}}}}
faults: [{{name: cut, at: 30m, for: 14m, link: {{}}}}]
)",
                                                    every));
    return value(report, "recovery.cut.wait.detection");
  };
  const double often = mean("10s"), seldom = mean("1h");
  CHECK(often > 128);
  CHECK(often < 148);
  CHECK(seldom > 60);
  CHECK(seldom < 75);
}

// All connect at 101 s, next to the hub, and nobody answers from 150 s on.
TEST_CASE("pings go by the instant of the connect, where that is known", "[known-2]") {
  const std::pair<const char*, double> pinged_and_waited[] = {
      {"sdk-dotnet", 150 + 30}, {"sdk-node", 180 + 180}, {"sdk-python", 60 + 60},
      {"sdk-java", 230 + 230},  {"sdk-c", 240 + 81},     {"sdk-embedded-c", 240 + 360}};
  for (const auto& [client, after_s] : pinged_and_waited) {
    INFO(client);
    support::Options options;
    options.episodes = true;
    const auto report = known::run_both(fmt::format(R"(
duration: 40m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
fleet:
  - {{name: all, devices: 100, credentials: x509, access: {{rtt: 0ms, loss: 0%}},
     telemetry: {{every: 366d, size: 512 B}},
     client: {{base: {}, retry: {{kind: fixed, first: 0s, min: 1s, spacing: 0s, limit: 0s, per_message: false,
                                 connects_to_send: false, from_attempt: false}}}}}}
faults:
  - {{name: kick, at: 100s, for: 500ms, hub: 1, mode: refuse}}
  - {{name: hole, at: 150s, for: 20m, link: {{}}}}
)",
                                                    client),
                                        options);
    std::size_t found = 0;
    for (const measures::Episode& e : report.episodes.rows) {
      if (e.lost_s < 149) continue;
      ++found;
      CHECK(e.noticed_s == Approx(101 + after_s).margin(1e-3));
    }
    CHECK(found == 100);
  }
}

// Nothing else tells: the kernel does, from the message at 20 s on. Its time-outs are 0.2 s for a probe, then
// 0.2 s, 0.4 s and so on to 102.4 s and then 120 s, each late by half a step of the wheel of timers: 0.202 s,
// 208.106 s for the next ten, and six of 121.024 s until 924.6 s have passed since the first repeat. A frozen
// hub's kernel acknowledges what is sent.
TEST_CASE("TCP ends a connection on which nothing is acknowledged", "[known-2]") {
  const auto waits = [](const std::string& every, const std::string& fault) {
    return value(known::run_nearby(fmt::format(R"(
duration: 50m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
fleet:
  - {{name: all, devices: 100, credentials: x509, access: {{rtt: 0ms, loss: 0%}},
     client: {{base: sdk-node, keep_alive: 40m, detection: {{ping_every: 0s}}}},
     telemetry: {{every: {}, size: 512 B, phase: synchronised}}}}
faults: [{{name: hole, at: 10s, for: 40m, {}}}]
)",
                                               every, fault)),
                 "recovery.hole.wait.detection");
  };
  CHECK(waits("10s", "link: {}") == Approx(10 + 934.452).margin(1e-3));
  CHECK(waits("10s", "hub: 1, mode: silent") == Approx(10 + 934.452).margin(1e-3));
  CHECK(waits("10s", "hub: 1, mode: frozen") > 2300);
  CHECK(waits("366d", "link: {}") > 2300);  // nothing is sent that could go unacknowledged
}
