// The provisioning client of each SDK as it behaves in a run, against facts, export-and-devices 5.3: which
// hints it follows, what a 429 leads to, how long it waits. The figures stand here and not in the catalog.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/life.hpp"
#include "tests/support/run.hpp"

using support::first;
using support::times;

namespace {

constexpr double grain = 0.2;
constexpr double joins_at = 60;

// One device that registers at 1m; another one, the first, takes what little there is of a limit.
measures::Report traced(const std::string& client, const std::string& provisioning,
                        const std::string& access = "{rtt: 0ms}") {
  support::Options options;
  options.trace_group = "one";
  return support::run(fmt::format(R"(
duration: 30m
application: {{era: legacy, hubs: {{count: 1, edition: S2, units: 4}}}}
provisioning: {{{}}}
fleet:
  - {{name: early, devices: 1, client: sdk-python, access: {{rtt: 0ms}}, credentials: x509, joins: at once}}
  - {{name: one, devices: 1, client: {}, access: {}, credentials: x509, joins: at 1m}}
)",
                                  provisioning, client, access),
                      options);
}

// The waits between the first requests of a device whose operation takes 20 minutes: those of its first 20
// minutes, or of 80 s where the client gives up after 90.
std::vector<double> poll_waits(const std::string& client, const std::string& hint) {
  const auto report = traced(client, "processing: 20m, poll_after: " + hint);
  std::vector<double> seen = times(report, "is registered; DPS works on the assignment", joins_at);
  const double end = joins_at + (client == "sdk-java" ? 80 : 1200);
  std::erase_if(seen, [end](double t) { return t > end; });
  std::vector<double> waits;
  for (std::size_t i = 1; i < seen.size(); ++i) waits.push_back(seen[i] - seen[i - 1]);
  return waits;
}

}  // namespace

TEST_CASE("which Retry-After each SDK follows while its operation is assigning", "[presets]") {
  struct Row {
    std::string client, hint;
    double first_poll, later;
  };
  const std::vector<Row> rows{
      {"sdk-c", "3s", 3, 3},
      {"sdk-c", "300s", 300, 300},  // used within 1 to 300 s
      {"sdk-c", "301s", 1, 1},
      {"sdk-c", "500ms", 1, 1},  // outside: 1 s instead
      {"sdk-dotnet", "3s", 3, 3},
      {"sdk-dotnet", "400s", 400, 400},
      {"sdk-dotnet", "500ms", 2, 2},  // raised to 2 s
      {"sdk-java", "2s", 2, 2},
      {"sdk-java", "5s", 5, 5},  // used within 2 to 5 s
      {"sdk-java", "1s", 2, 2},
      {"sdk-java", "6s", 2, 2},  // outside: 2 s instead
      {"sdk-node", "500ms", 0.5, 0.5},
      {"sdk-node", "400s", 400, 400},  // as given
      {"sdk-python", "10s", 2, 10},
      {"sdk-python", "500ms", 2, 0.5},  // as given, but the first poll at 2 s
      {"sdk-embedded-c", "500ms", 0.5, 0.5},
      {"sdk-embedded-c", "400s", 400, 400},  // as given
  };
  for (const Row& row : rows) {
    INFO(row.client << ", " << row.hint);
    const std::vector<double> waits = poll_waits(row.client, row.hint);
    REQUIRE(waits.size() >= 2);
    CHECK(waits[0] == Approx(row.first_poll).margin(grain));
    for (std::size_t i = 1; i < waits.size(); ++i) CHECK(waits[i] == Approx(row.later).margin(grain));
  }
}

// 429 on registration, the hint being 20 s: waited for, or an exception for the application, whose own
// back-off follows.
TEST_CASE("what a throttled registration leads to in each SDK", "[presets]") {
  struct Row {
    std::string client;
    double again;  // seconds from the 429 to the next request
    bool fails;    // the phase has failed
  };
  const std::vector<Row> rows{{"sdk-c", 20, false},       // transient; the hint is within 1 to 300 s
                              {"sdk-dotnet", 0.1, true},  // thrown to the application
                              {"sdk-java", 0.2, true},    // not published: taken as .NET
                              {"sdk-node", 20, false},    // treated as still registering
                              {"sdk-python", 20, false},  // after the hint as given
                              {"sdk-embedded-c", 20, false}};
  for (const Row& row : rows) {
    INFO(row.client);
    const auto report = traced(row.client, "registrations_per_minute: 0.001, burst: 0s, retry_after: 20s");
    INFO(support::whole(report));
    const double told = first(report, "request to DPS fails", joins_at);
    CHECK(told - joins_at < 1);
    CHECK(support::lines(report, "request to DPS fails").front().text.find("DPS said 429") !=
          std::string::npos);
    CHECK(first(report, "asks DPS", told) - told == Approx(row.again).margin(0.1));
    CHECK(times(report, "backs off before it asks DPS again").empty() != row.fails);
  }
}

TEST_CASE("what a throttled poll leads to in each SDK", "[presets]") {
  struct Row {
    std::string client;
    bool fails;
  };
  const std::vector<Row> rows{{"sdk-c", false},    {"sdk-dotnet", true},  {"sdk-java", true},
                              {"sdk-node", false}, {"sdk-python", false}, {"sdk-embedded-c", false}};
  for (const Row& row : rows) {
    INFO(row.client);
    const auto report =
        traced(row.client, "polls_per_minute: 0.001, burst: 0s, retry_after: 20s, processing: 1ms");
    INFO(support::whole(report));
    const double told = first(report, "request to DPS fails", joins_at);
    const std::vector<double> held = times(report, "is held up", joins_at);
    REQUIRE(held.size() >= 2);
    if (row.fails) {
      // the phase has failed: the application registers again
      CHECK(first(report, "backs off before it asks DPS again") == Approx(told).margin(1e-9));
      CHECK(first(report, "asks DPS", told) - told < 0.5);
    } else {
      CHECK(times(report, "asks DPS").size() == 1);
      for (std::size_t i = 1; i < held.size(); ++i) CHECK(held[i] - held[i - 1] == Approx(20).margin(grain));
    }
  }
}

// The C client takes a hint of more than 300 s for none; Java would take one outside 2 to 5 s for none, but
// fails.
TEST_CASE("a long hint with a 429", "[presets]") {
  const auto again = [](const std::string& client) {
    const auto report = traced(client, "registrations_per_minute: 0.001, burst: 0s, retry_after: 10m");
    const double told = first(report, "request to DPS fails", joins_at);
    return first(report, "asks DPS", told) - told;
  };
  CHECK(again("sdk-c") == Approx(1).margin(0.01));
  CHECK(again("sdk-node") == Approx(600).margin(0.01));
  CHECK(again("sdk-python") == Approx(600).margin(0.01));
}

// Over a line with a round trip of a minute no answer comes in time.
TEST_CASE("how long each SDK waits for an answer of DPS", "[presets]") {
  struct Row {
    std::string client;
    double limit;
  };
  // Embedded C: not published. On so slow a path it is the limits of the stages before that end a request.
  const std::vector<Row> rows{{"sdk-c", 61},    {"sdk-dotnet", 60}, {"sdk-java", 60},
                              {"sdk-node", 30}, {"sdk-python", 30}, {"sdk-embedded-c", 60}};
  for (const Row& row : rows) {
    INFO(row.client);
    const auto report = traced("{base: " + row.client + ", dps: {tcp_timeout: 0s, connect_timeout: 0s}}",
                               "processing: 1ms", "{rtt: 60s}");
    INFO(support::whole(report));
    CHECK(first(report, "request to DPS fails") - joins_at == Approx(row.limit).margin(1e-6));
    CHECK(support::lines(report, "request to DPS fails").front().text.find("took too long") !=
          std::string::npos);
  }
}

TEST_CASE("how long each SDK waits for its assignment", "[presets]") {
  struct Row {
    std::string client;
    double limit;  // 0: none
  };
  const std::vector<Row> rows{{"sdk-c", 0},    {"sdk-dotnet", 0}, {"sdk-java", 0},
                              {"sdk-node", 0}, {"sdk-python", 0}, {"sdk-embedded-c", 0}};
  for (const Row& row : rows) {
    INFO(row.client);
    const auto report = traced(row.client, "processing: 20m");
    const std::vector<double> fails = times(report, "request to DPS fails");
    CHECK(fails.empty() == (row.limit == 0));
    if (row.limit > 0) CHECK(fails.at(0) - joins_at == Approx(row.limit).margin(1e-6));
    CHECK((support::value(report, "devices.connected") == 2) == (row.limit == 0));
  }
}
