// Known answer 5. Goal: messages that arise while a device is not connected wait in its buffer, the oldest
// dropped first. Answer: n = floor((R - phase) / period) - floor((L - phase) / period) arise between loss L
// and return R; max(0, n - buffer) are lost, the others are delivered at R, or still buffered when there is
// no R. Tolerance: none where the phase is known or does not matter, 4 standard deviations where it is drawn.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/analytic/known.hpp"

namespace {

// The timer of the Python client brings it back 10 ms + k 10 s after the loss; its sends do not.
std::string outage(int devices, int period_s, const std::string& phase, int buffer,
                   const std::string& length) {
  return fmt::format(R"(
duration: 1h
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 10}}}}
fleet:
  - {{name: all, devices: {}, client: {{base: sdk-python, retry: {{connects_to_send: false}}}},
     credentials: x509, access: {{rtt: 0ms, loss: 0%}},
     buffer: {} messages, telemetry: {{every: {}s, size: 512 B, phase: {}}}}}
faults:
  - {{name: away, at: 613s, {}hub: 1, mode: refuse}}
)",
                     devices, buffer, period_s, phase, length);
}

struct Accounts {
  double generated, delivered, lost, buffered;
};

Accounts accounts(const measures::Report& report) {
  const auto n = [&](const char* name) { return support::value(report, std::string("telemetry.") + name); };
  return {n("generated"), n("delivered"), n("lost"), n("buffered")};
}

}  // namespace

TEST_CASE("what is lost follows from loss, return, period and buffer", "[known-5][long]") {
  for (const int period : {7, 60, 300})
    for (const int buffer : {0, 3, 100})
      for (const int away : {5, 95, 1200}) {
        INFO("period " << period << " s, buffer " << buffer << ", hub away for " << away << " s");
        const auto report =
            known::run_both(outage(10, period, "synchronised", buffer, fmt::format("for: {}s, ", away)));
        const double back = 613 + support::value(report, "recovery.away.max");
        CHECK(support::value(report, "recovery.away.first") == support::value(report, "recovery.away.max"));
        CHECK(back >= 613 + away);
        const double arose = std::floor(back / period) - std::floor(613.0 / period);
        const Accounts a = accounts(report);
        CHECK(a.lost == 10 * std::max(0.0, arose - buffer));
        CHECK(a.buffered == (3600 % period == 0 ? 10 : 0));  // sent at the very end, and not taken yet
        CHECK(a.generated == 10 * std::floor(3600.0 / period));
        CHECK(a.delivered == a.generated - a.lost - a.buffered);
      }
}

TEST_CASE("over whole periods the phase does not matter, over half a one half the devices lose a message",
          "[known-5][long]") {
  constexpr int devices = 1000;
  // From 613 s to the end are 2987 s, 29 periods of 103 s: the hub does not come back.
  const Accounts whole = accounts(known::run_both(outage(devices, 103, "spread", 20, "")));
  CHECK(whole.lost == devices * (29 - 20));
  CHECK(whole.buffered == devices * 20);
  // 2987 s are 14.5 periods of 206 s.
  const Accounts half = accounts(known::run_both(outage(devices, 206, "spread", 14, "")));
  CHECK(half.lost == Approx(devices * 0.5).margin(4 * std::sqrt(devices * 0.25)));
  CHECK(half.buffered == devices * 14);
}

TEST_CASE("a device back for a moment starts with an empty buffer", "[known-5]") {
  const std::string twice = outage(10, 10, "synchronised", 5, "for: 105s, ") +
                            "  - {name: again, at: 800s, for: 105s, hub: 1, mode: refuse}\n";
  const auto report = known::run_both(twice);
  // Lost at 613 and back at 723.01 s: messages at 620 ... 720; lost at 800, before that of this instant is
  // taken, and back at 910.01 s: 800 ... 910.
  CHECK(support::value(report, "recovery.away.max") == Approx(110.01).margin(1e-4));
  CHECK(support::value(report, "recovery.again.max") == Approx(110.01).margin(1e-4));
  CHECK(accounts(report).lost == 10 * ((11 - 5) + (12 - 5)));
}
