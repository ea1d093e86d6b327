// Each published SDK as it behaves in a run, against figures of facts, export-and-devices 5.1 and 5.2: when
// it tries its hub again, how long it waits for an answer, when it gives up, renews its token and notices a
// dead connection. The figures stand here and not in the catalog. Where nothing is published the row says so.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "tests/support/life.hpp"
#include "tests/support/run.hpp"

using support::first;
using support::times;
using support::traced;

namespace {

struct Range {
  double low, high;
};

// What a round trip and the like add: there is no access network and no distance, 4 ms in the median remain.
constexpr double grain = 0.15;
constexpr double fault_at = 600;

// One device on one hub that has one fault from 10m on.
std::string scenario(const std::string& client, const std::string& mode, const std::string& length,
                     const std::string& group = "credentials: x509, telemetry: {every: 48h, size: 512 B}") {
  return fmt::format(R"(
duration: 3h
application: {{era: legacy, hubs: {{count: 1, edition: S2, units: 4}}}}
fleet:
  - {{name: one, devices: 1, client: {}, access: {{rtt: 0ms}}, return_to_dps: never, {}}}
faults:
  - {{name: away, at: 10m, hub: 1, for: {}, mode: {}}}
)",
                     client, group, length, mode);
}

void check_in(double value, Range range, double slack = grain) {
  CHECK(value >= range.low - 1e-6);
  CHECK(value <= range.high + slack);
}

// n times the same.
std::vector<Range> repeated(std::vector<Range> start, Range last, int n) {
  start.insert(start.end(), static_cast<std::size_t>(n), last);
  return start;
}

// .NET and Java: min(100 + (2^n - 1) U{80..119}, 10000) ms.
Range delta(int n) {
  const double steps = (1 << n) - 1;
  return {std::min(10.0, 0.1 + steps * 0.08), std::min(10.0, 0.1 + steps * 0.119)};
}

// Node: min(100 + (2^(x-1) - 1) U(0, 25), 10000) ms.
Range node(int x) { return {0.1, std::min(10.0, 0.1 + ((1 << (x - 1)) - 1) * 0.025)}; }

}  // namespace

TEST_CASE("back-off sequence of each SDK against a hub that refuses at once", "[presets]") {
  struct Row {
    std::string client;
    Range first;              // from the loss to the first attempt
    std::vector<Range> gaps;  // between the starts of attempts
  };
  const std::vector<Row> rows{
      // 1, 2, 4, 8, 16, then 30 or 31 whole seconds from the tick in which an attempt starts; the first at
      // once,
      // in the middle of a tick
      {"sdk-c", {0, 0}, repeated({{0, 1}, {2, 2}, {4, 4}, {8, 8}, {16, 16}}, {30, 31}, 10)},
      // first after 100 ms; starts at least 1 s apart; exactly 10 s from n = 7 on
      {"sdk-dotnet",
       {0.1, 0.1},
       repeated({{1, 1}, {1, 1}, {1, 1}, {1, 1}, delta(4), delta(5), delta(6)}, {10, 10}, 20)},
      {"sdk-java",
       {0, 0},
       repeated({delta(1), delta(2), delta(3), delta(4), delta(5), delta(6)}, {10, 10}, 15)},
      // without telemetry one sequence for each listener
      {"{base: sdk-node, retry: {listeners: 1}}",
       {0, 0},
       {node(1), node(2), node(3), node(4), node(5), node(6), node(7), node(8), node(9), node(10), node(11)}},
      {"sdk-python", {0.01, 0.01}, repeated({}, {10, 10}, 40)},
      // 1 s to 100 s, jitter of 5 s while it fits below the cap; the first at once is ours
      {"sdk-embedded-c",
       {0, 0},
       repeated({{1, 6}, {2, 7}, {4, 9}, {8, 13}, {16, 21}, {32, 37}, {64, 69}}, {100, 100}, 3)},
  };
  for (const Row& row : rows) {
    INFO(row.client);
    const auto report = traced(scenario(row.client, "refuse", "15m"));
    const std::vector<double> asks = times(report, "asks hub-1", fault_at);
    INFO(support::whole(report));
    REQUIRE(asks.size() > row.gaps.size());
    check_in(asks[0] - fault_at, row.first);
    for (std::size_t i = 0; i < row.gaps.size(); ++i) {
      INFO("gap " << i + 1);
      check_in(asks[i + 1] - asks[i], row.gaps[i]);
    }
  }
}

// A hub to which packets vanish makes an attempt last until the limit of its TCP connect, or where there is
// none until that of the CONNACK; what follows shows from when the wait counts.
TEST_CASE("CONNACK limit and start of the wait of each SDK", "[presets]") {
  struct Row {
    std::string client;
    double limit;
    std::vector<Range> waits;  // from a failure to the start of the next attempt
  };
  const std::vector<Row> rows{
      // from the start of the attempt, in ticks: up to 8 s are over by the time-out of TCP, of 16 and 30 s
      // the rest is left
      {"sdk-c", 10, {{0, 0}, {0, 0}, {0, 0}, {0, 0}, {5, 6}, {19, 21}, {19, 21}}},
      // from the failure; the least second between starts is long over
      {"sdk-dotnet", 30, {delta(0), delta(1), delta(2), delta(3), delta(4), delta(5), delta(6), {10, 10}}},
      {"sdk-java", 30, {delta(1), delta(2), delta(3)}},
      {"{base: sdk-node, retry: {listeners: 1}}", 60, {node(1), node(2), node(3)}},
      {"sdk-python", 5, repeated({}, {10, 10}, 8)},
      // time already spent is taken off: 64 to 69 s less 60, then 100 less 60; the CONNACK limit is the
      // service's
      {"sdk-embedded-c", 60, {{0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {4, 9}, {40, 40}, {40, 40}}},
  };
  for (const Row& row : rows) {
    INFO(row.client);
    const auto report = traced(scenario(row.client, "silent", "2h"));
    INFO(support::whole(report));
    const std::vector<double> asks = times(report, "asks hub-1", fault_at);
    const std::vector<double> fails = times(report, "connect to hub-1 fails", fault_at);
    REQUIRE(asks.size() > row.waits.size());
    for (std::size_t i = 0; i < row.waits.size(); ++i) {
      INFO("attempt " << i + 1);
      CHECK(fails[i] - asks[i] == Approx(row.limit).margin(1e-6));
      check_in(asks[i + 1] - fails[i], row.waits[i], 1e-3);
    }
    CHECK(support::lines(report,
                         fmt::format("connect to hub-1 fails after {:.3f} s: no CONNACK in time", row.limit))
              .size() == fails.size());
  }
}

TEST_CASE("operation limit of each SDK", "[presets]") {
  struct Row {
    std::string client;
    std::string telemetry;
    double limit;  // 0: tries for ever
  };
  const std::vector<Row> rows{
      {"sdk-c", "48h", 0},      {"sdk-dotnet", "48h", 0},  // reconnection after a loss has no limit
      {"sdk-java", "48h", 240}, {"sdk-java", "30s", 240},
      {"sdk-node", "48h", 240}, {"sdk-node", "30s", 0},  // each message is an operation of its own
      {"sdk-python", "48h", 0}, {"sdk-embedded-c", "48h", 0},
  };
  for (const Row& row : rows) {
    INFO(row.client << ", a message each " << row.telemetry);
    const auto group = fmt::format("credentials: x509, telemetry: {{every: {}, size: 512 B}}", row.telemetry);
    const auto report = traced(scenario(row.client, "refuse", "90m", group));
    if (row.limit == 0) {
      CHECK(support::value(report, "devices.connected") == 1);
      continue;
    }
    CHECK(support::value(report, "recovery.away.unrecovered") == 1);
    // An attempt that fails before the limit is followed by one more, 10 s later at most.
    const double last = times(report, "asks hub-1", fault_at).back() - fault_at;
    CHECK(last >= row.limit - grain);
    CHECK(last <= row.limit + 10 + grain);
    if (row.client == "sdk-node") continue;  // waits for a message, of which this one has none
    CHECK(first(report, "gives up for good") - fault_at == Approx(last).margin(grain));
    CHECK(support::value(report, "devices.lost") == 1);
  }
}

// The operation begins when the client notices that its connection is dead, which for a silent hub is long
// after the fault began.
TEST_CASE("the operation limit counts from when the loss is noticed", "[presets]") {
  const auto report = traced(scenario("sdk-java", "silent", "2h"));
  const double noticed = first(report, "backs off before it asks hub-1", fault_at);
  CHECK(noticed - fault_at > 200);
  // the attempt that is under way then comes to its end
  check_in(first(report, "gives up for good") - noticed, {240, 300});
}

TEST_CASE("token renewal of each SDK", "[presets][long]") {
  struct Row {
    std::string client;
    double minutes;
    const char* says = "renews its token";
  };
  // C: when more than 48 min are over, in whole seconds. Java and .NET: 65 min after the token was made the
  // hub closes. Embedded C: the application's, taken as 48 min.
  const char* const closed = "its connection to hub-1 ends";
  const std::vector<Row> rows{{"sdk-c", 2881 / 60.0}, {"sdk-dotnet", 65, closed}, {"sdk-java", 65, closed},
                              {"sdk-node", 45},       {"sdk-python", 58},         {"sdk-embedded-c", 48}};
  for (const Row& row : rows) {
    INFO(row.client);
    const auto yaml = [&](const char* credentials) {
      return fmt::format(R"(
duration: 6h
application: {{era: legacy, hubs: {{count: 1, edition: S2, units: 4}}}}
fleet: [{{name: one, devices: 1, client: {}, access: {{rtt: 0ms}}, credentials: {}}}]
)",
                         row.client, credentials);
    };
    const std::vector<double> renewals = times(traced(yaml("sas")), row.says);
    REQUIRE(renewals.size() >= 4);
    CHECK(renewals[0] < 60 * row.minutes + grain);     // somewhere in its period
    for (std::size_t i = 1; i < renewals.size(); ++i)  // and the connect between, where the hub closes
      CHECK(renewals[i] - renewals[i - 1] == Approx(60 * row.minutes).margin(grain));
    CHECK(times(traced(yaml("x509")), row.says).empty());
  }
}

// 500 devices of each client on a hub that falls silent, which then ask DPS at once: it answers in two
// seconds, so that their outage is the detection and little more.
TEST_CASE("how soon each SDK notices a silent hub", "[presets]") {
  struct Row {
    std::string group, client, telemetry;
    Range range;
  };
  const std::vector<Row> rows{
      {"c", "sdk-c", "60s", {120, 180}},                  // a publish is tried twice for 60 s
      {"c-quiet", "sdk-c", "48h", {81, 321}},             // a ping each 240 s, 81 s for its answer
      {"dotnet", "sdk-dotnet", "48h", {30, 105}},         // a ping each 75 s, 30 s for its answer
      {"java", "sdk-java", "60s", {460, 640}},            // its looks, each 180 s, meet answers at first
      {"java-quiet", "sdk-java", "48h", {230, 460}},      // one keep-alive more without an answer
      {"node", "sdk-node", "60s", {180, 360}},            // likewise
      {"python", "sdk-python", "60s", {60, 120}},         // likewise
      {"embedded", "sdk-embedded-c", "60s", {360, 600}},  // one and a half; the MQTT library is the user's
  };
  std::string yaml = R"(
duration: 1h
application: {hubs: {count: 2, edition: S3, units: 2}}
provisioning: {registrations_per_minute: 1000000, processing: 1ms, poll_after: 2s,
               probe: {every: 1s, timeout: 500ms, failures: 1}}
faults: [{name: quiet, at: 10m, hub: 1, for: 40m, mode: silent}]
fleet:
)";
  for (const Row& row : rows)
    yaml += fmt::format(
        "  - {{name: {}, devices: 1000, client: {}, access: {{rtt: 0ms}}, credentials: x509, return_to_dps: "
        "at once,\n"
        "     telemetry: {{every: {}, size: 512 B}}}}\n",
        row.group, row.client, row.telemetry);
  const auto report = support::run(yaml);
  for (const Row& row : rows) {
    INFO(row.group);
    const std::string metric = "recovery.quiet.group." + row.group + ".outage.";
    const double width = row.range.high - row.range.low, asked = 2.0;
    const double n = support::value(report, "recovery.quiet.group." + row.group + ".affected");
    CHECK(n > 400);
    check_in(support::value(report, metric + "first"),
             {row.range.low + asked, row.range.low + asked + 0.03 * width});
    check_in(support::value(report, metric + "max"),
             {row.range.high + asked - 0.03 * width, row.range.high + asked});
    // uniform phases: four standard errors of the mean
    CHECK(support::value(report, metric + "mean") ==
          Approx((row.range.low + row.range.high) / 2 + asked).margin(4 * width / std::sqrt(12 * n) + grain));
  }
}
