// Requests that nobody answers, and what becomes of them when somebody does again. Answers: where packets
// vanished, an attempt succeeds with its next SYN (0, 1.02, 2.03, 3.05, 4.06, 5.08, 7.10, 11.22, 19.35, 35.48
// s after its start: waits of 1, 1, 1, 1, 1, 2, 4, 8, 16 s that the kernel's timers lengthen) if that comes
// before its limit, else the next attempt does; a frozen host answers all that is there when it goes on.
// Tolerance: round trips of a handshake, here 10 ms each.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/analytic/known.hpp"
#include "tests/support/life.hpp"

using support::value;

namespace {

// The connection is reset at 100 s; 20 s later the client opens one, which nobody answers until `end_s`.
std::string attempt(const std::string& mode, int end_s, const std::string& client) {
  return fmt::format(R"(
duration: 15m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
fleet:
  - {{name: all, devices: 50, credentials: x509, access: {{rtt: 10ms, loss: 0%}},
     telemetry: {{every: 366d, size: 512 B}},
     client: {{base: guide-scale, return_to_dps: never, detection: {{ping_every: 60s, ping_wait: 60s}},
               connect_timeout: 60s, retry: {{kind: fixed, first: 20s, min: 7s, spacing: 0s}}, {}}}}}
faults:
  - {{name: reset, at: 100s, for: 10s, hub: 1, mode: refuse}}
  - {{name: deaf, at: 110s, for: {}s, hub: 1, mode: {}}}
)",
                     client, end_s - 110, mode);
}

// When the devices are back, all within `spread_s` of each other.
double back_s(const std::string& yaml, double spread_s = 1) {
  support::Options options;
  options.episodes = true;
  const auto report = known::run_both(yaml, options);
  double first = 1e9, last = 0;
  REQUIRE(report.episodes.rows.size() == 50);
  for (const measures::Episode& e : report.episodes.rows) {
    first = std::min(first, e.back_s);
    last = std::max(last, e.back_s);
  }
  CHECK(last - first < spread_s);
  return first;
}

}  // namespace

TEST_CASE("an attempt succeeds with the next SYN after a hole, or once a frozen hub goes on",
          "[faults][long]") {
  struct Row {
    const char* mode;
    int end_s;
    double back_s;
  };
  // The attempt begins at 120 s and lasts until 180 s; the next begins 7 s later.
  for (const Row& row : {Row{"silent", 130, 131.224}, Row{"silent", 132, 139.352}, Row{"silent", 141, 155.48},
                         Row{"silent", 156, 187}, Row{"silent", 181, 187}, Row{"silent", 193, 194.096},
                         Row{"frozen", 130, 130}, Row{"frozen", 132, 132}, Row{"frozen", 156, 156},
                         Row{"frozen", 179, 179}, Row{"frozen", 181, 187}, Row{"frozen", 193, 193}}) {
    INFO(row.mode << " until " << row.end_s);
    const double back = back_s(attempt(row.mode, row.end_s, "reactions: {}"));
    CHECK(back >= row.back_s);
    CHECK(back < row.back_s + 0.15);
  }
}

// A kernel before 6.5 doubles from the first: 0, 1.02, 3.03, 7.16, 15.29, 31.42 s, and 64.4 s after the
// limit.
TEST_CASE("an older kernel sends its next SYN later", "[faults][long]") {
  for (const auto& [end_s, back] :
       {std::pair{121, 121.016}, std::pair{122, 123.032}, std::pair{124, 127.16}, std::pair{128, 135.288},
        std::pair{136, 151.416}, std::pair{152, 187.0}, std::pair{190, 190.032}, std::pair{191, 194.16}}) {
    INFO(end_s);
    CHECK(back_s(attempt("silent", end_s, "tcp_syn_linear_timeouts: 0")) == Approx(back + 0.07).margin(0.08));
  }
  // The default, written down, is the default.
  const auto bytes = [](const char* key) { return known::run_both(attempt("silent", 141, key)); };
  CHECK(known::difference(bytes("tcp_syn_linear_timeouts: 4"), bytes("reactions: {}")).empty());
}

// The same cut in whatever is on the way: the link, the access network, the region of the hub.
TEST_CASE("an older kernel is later after a hole of each kind", "[faults]") {
  for (const char* what :
       {"link: {devices: germany, cloud: westeurope}", "access: custom", "region: westeurope"}) {
    INFO(what);
    std::string yaml = attempt("silent", 128, "tcp_syn_linear_timeouts: 0");
    yaml.replace(yaml.rfind("hub: 1"), 6, what);
    yaml.replace(yaml.find("devices: 50"), 11, "devices: 50, region: germany");
    CHECK(back_s(yaml) == Approx(135.3).margin(0.3));
  }
}

// A limit of its own on the TCP connect: 10 s where SYNs vanish, not where a frozen host's kernel takes them.
TEST_CASE("the TCP connect has a limit of its own where packets vanish alone", "[faults]") {
  // Attempts at 120, 137, 154 s, each 10 s long: the third sends SYNs until 159 and then at 161.1 s.
  CHECK(back_s(attempt("silent", 160, "tcp_timeout: 10s")) == Approx(161.1).margin(0.15));
  CHECK(back_s(attempt("silent", 162, "tcp_timeout: 10s")) == Approx(171).margin(0.15));
  CHECK(back_s(attempt("frozen", 162, "tcp_timeout: 10s")) == Approx(162).margin(0.15));
}

// And the TLS handshake, which a frozen host's kernel lets begin.
TEST_CASE("the TLS handshake has a limit of its own where the hub is frozen alone", "[faults]") {
  // Attempts at 120, 137, 154 s, each 10 s long.
  CHECK(back_s(attempt("frozen", 162, "tls_timeout: 10s")) == Approx(162).margin(0.15));
  CHECK(back_s(attempt("frozen", 165, "tls_timeout: 10s")) == Approx(171).margin(0.15));
  CHECK(back_s(attempt("silent", 132, "tls_timeout: 10s")) == Approx(139.4).margin(0.15));
}

// A hub that admits 20 a second accepts 100 while no packet gets back: each hears of it with a repeat of the
// CONNACK, and none waits for its limit of 60 s.
TEST_CASE("a CONNACK that was sent into a hole is repeated", "[faults]") {
  const auto wave = [](const std::string& hole) {
    return known::run_both(fmt::format(R"(
duration: 1h
application:
  era: legacy
  hubs: {{count: 1, edition: S1, units: 1, connects: {{burst: 1s, queue: 90s, expiry: 60s}}}}
limits: off
fleet: [{{name: n, devices: 500, access: {{rtt: 1ms, loss: 0%}}, credentials: x509, client: sdk-dotnet}}]
faults:
  - {{name: reset, hub: 1, at: 10m, for: 1s, mode: refuse}}
  - {{name: weak, hub: 1, at: 10m, for: 10m, mode: {{degraded: {{capacity: 20%}}}}}}
  {}
)",
                                       hole));
  };
  const auto without = wave(""), with = wave("- {name: hole, link: {}, at: 603s, for: 5s}");
  CHECK(value(without, "hub.accepted") == 500);
  CHECK(value(with, "hub.accepted") == 500);
  CHECK(value(with, "recovery.reset.max") < value(without, "recovery.reset.max") + 7);
}

namespace {

// When a client whose messages make it connect, beside a timer each 10 s, asks its hub after `after`. It
// loses it at 100 s; the timer is due at 110 s, a message at 105 s. From `frozen_s` on nobody answers.
double asks_s(const std::string& rtt, const char* frozen_s, const std::string& client, double after) {
  support::Options options;
  options.trace_group = "one";
  const auto report = known::run_nearby(fmt::format(R"(
duration: 15m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
fleet:
  - {{name: one, devices: 1, credentials: x509, access: {{rtt: {}, loss: 0%}},
     telemetry: {{every: 105s, size: 512 B, phase: synchronised}},
     client: {{base: sdk-python, retry: {{kind: fixed, first: 10s, min: 10s, connects_to_send: true}}, {}}}}}
faults:
  - {{name: reset, at: 100s, for: 1s, hub: 1, mode: refuse}}
  - {{name: ice, at: {}s, for: 10m, hub: 1, mode: frozen}}
)",
                                                    rtt, client, frozen_s),
                                        options);
  return support::first(report, "asks hub-1", after);
}

}  // namespace

// The attempt of the message begins at 105 s. A TLS handshake blocks the thread of the timer, which fires as
// the attempt ends; a wait for the CONNACK does not, and the timer is set anew every 10 s, at 110 to 160 s.
TEST_CASE("a timer beside an attempt of a message waits for the end of the handshake", "[faults]") {
  CHECK(asks_s("0ms", "101", "tls_timeout: 8s", 106) == Approx(113).margin(0.02));
  CHECK(asks_s("0ms", "101", "tls_timeout: 60s", 106) == Approx(165).margin(0.02));
  CHECK(asks_s("1s", "107.9", "reactions: {}", 106) ==
        Approx(170).margin(0.6));  // it hears half a second late
}

namespace {

// The connection is reset at 100 s; 20 s later the device asks DPS, which does not answer until `end_s`,
// where it is registered at once and asked once more after a second.
std::string registration(const std::string& mode, int end_s, int linear_timeouts = 4) {
  return fmt::format(R"(
duration: 15m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
provisioning: {{processing: {{median: 1ms, p95: 1ms}}, poll_after: 1s}}
fleet:
  - {{name: all, devices: 50, credentials: x509, access: {{rtt: 10ms, loss: 0%}},
     telemetry: {{every: 366d, size: 512 B}},
     client: {{base: guide-scale, dps: {{answer_timeout: 60s}}, connect_timeout: 60s, notice: 0s,
               tcp_syn_linear_timeouts: {},
               return_to_dps: after 1 failures, retry: {{kind: fixed, first: 20s, min: 7s, spacing: 0s}}}}}}
faults:
  - {{name: reset, at: 100s, for: 21s, hub: 1, mode: refuse}}
  - {{name: deaf, at: 110s, for: {}s, dps: outage, mode: {}}}
)",
                     linear_timeouts, end_s - 110, mode);
}

}  // namespace

// It asks at 120 s, and 1, 2, 3, 4, 5, 7, 11.2, 19.4 and 35.5 s later.
TEST_CASE("a registration under way goes on like an attempt to connect", "[faults]") {
  CHECK(back_s(registration("silent", 132)) == Approx(139.4 + 1).margin(0.6));
  CHECK(back_s(registration("silent", 141)) == Approx(155.5 + 1).margin(0.6));
  CHECK(back_s(registration("silent", 132, 0)) == Approx(135.3 + 1).margin(0.6));
  CHECK(back_s(registration("silent", 141, 0)) == Approx(151.4 + 1).margin(0.6));
  CHECK(back_s(registration("frozen", 132)) == Approx(132 + 1).margin(0.6));
  CHECK(back_s(registration("frozen", 141)) == Approx(141 + 1).margin(0.6));
}

namespace {

std::string seldom(const std::string& client, const std::string& every, int hours) {
  return fmt::format(R"(
duration: {}h
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
fleet:
  - {{name: all, devices: 100, credentials: x509, client: {{{}}}, telemetry: {{every: {}, size: 512 B}}}}
)",
                     hours, client, every);
}

double connects(const std::string& yaml) { return value(known::run_both(yaml), "hub.accepted"); }

}  // namespace

// The hub waits for min(1.5 keep-alive, 1,767 s): six hours are 12.2 times that.
TEST_CASE("a hub closes a connection on which it hears nothing", "[known-2][long]") {
  const double often = connects(seldom("base: sdk-c, keep_alive: 60m", "366d", 6));
  CHECK(often >= 1150);
  CHECK(often <= 1250);
  // Pings or messages that come in time keep it open.
  CHECK(connects(seldom("base: sdk-c, keep_alive: 19m", "366d", 6)) == 0);
  CHECK(connects(seldom("base: sdk-c, keep_alive: 60m", "29m", 6)) == 0);
  // 240 s without pings: closed 6 min after each packet, and so after each connect and each message.
  const double no_pings = connects(seldom("base: sdk-c, detection: {ping_every: 0s}", "366d", 2));
  CHECK(no_pings >= 1900);
  CHECK(no_pings <= 2000);
}
