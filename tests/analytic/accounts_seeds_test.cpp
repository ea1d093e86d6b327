// Random floods: editions, quotas, shaping, buffers, clients, faults and exports in any mix. What was metered
// is what was accepted, delivered is what the throttles let through, exports receive no more than was sent,
// and no count falls as a run gets longer. That devices and flows agree, and that nothing is negative, is
// judged by the runs themselves.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <string>

#include "tests/support/draws.hpp"
#include "tests/support/run.hpp"

namespace {

// HUBSTORM_SEEDS=1000 for as many of them.
std::uint32_t seeds() {
  const char* given = std::getenv("HUBSTORM_SEEDS");
  return given ? static_cast<std::uint32_t>(std::atoi(given)) : 30;
}

struct Flood {
  std::string text;
  double minutes = 0, devices = 0;
  double blocks = 1, update_blocks = 1, call_blocks = 2, read_blocks = 1;  // of each operation
};

double blocks(double bytes, double block) { return std::ceil(bytes / block); }

std::string random_shaping(support::Draws& draws) {
  return fmt::format("{{burst: {}s, queue: {}s, expiry: {}s}}", draws.below(3) * draws.below(60),
                     draws.below(3) * draws.below(60), draws.below(2) * (1 + draws.below(60)));
}

std::string random_faults(support::Draws& draws, double minutes) {
  const char* const what[] = {"hub: 1, mode: refuse", "hub: 1, mode: silent", "hub: 1, mode: busy",
                              "hub: 1, mode: {degraded: {capacity: 20%}}", "power_cut: {group: a}"};
  std::string text = "faults:\n";
  for (std::uint64_t f = 0, n = 1 + draws.below(3); f < n; ++f)
    text += fmt::format("  - {{name: f{}, at: {}s, {}, for: {}s}}\n", f,
                        10 + draws.below(static_cast<std::uint64_t>(minutes * 25)), draws.one_of(what),
                        1 + draws.below(static_cast<std::uint64_t>(minutes * 20)));
  return text;
}

// A group that offers its hub from a tenth to twice what the throttle lets through.
std::string random_group(support::Draws& draws, const char* name, double sends, double bytes, Flood& flood) {
  const char* const clients[] = {"sdk-python", "sdk-c",      "sdk-node",       "sdk-dotnet",
                                 "sdk-java",   "sdk-c-amqp", "guide-reconnect"};
  const char* const stored[] = {"memory", "flash"};
  const double every = 1 + static_cast<double>(draws.below(60));
  const double offered = sends * (1 + static_cast<double>(draws.below(20))) / 10;
  const double devices = std::floor(std::min(std::max(offered * every, 1.0), 1'500.0));
  flood.devices += devices;
  std::string text = fmt::format(
      "  - {{name: {}, devices: {}, client: {}, credentials: x509, buffer: {} messages, storage: {}, boot: "
      "1s..20s, return_to_dps: {}",
      name, devices, draws.one_of(clients), draws.below(3) * draws.below(50), draws.one_of(stored),
      draws.below(2) == 0 ? "never" : "after 2 failures");
  const char* const phases[] = {"phase: spread", "phase: spread", "phase: synchronised",
                                "phase: synchronised, jitter: 700ms"};
  text += fmt::format(", telemetry: {{every: {}s, size: {} B, flush: {}/s, {}}}", every, bytes,
                      1 + draws.below(20), draws.one_of(phases));
  if (draws.below(3) == 0) text += fmt::format(", joins: over {}m", 1 + draws.below(5));
  return text;
}

Flood random_flood(std::uint32_t seed) {
  support::Draws draws(17, seed);
  const char* const editions[] = {"F1", "B1", "B2", "S1", "S1", "S2", "S3"};
  const std::string edition = draws.one_of(editions);
  const bool standard = edition != "B1" && edition != "B2";
  const double sends = edition == "S3" ? 6'000 : edition == "B2" || edition == "S2" ? 120 : 100;
  const double block = edition == "F1" ? 512 : 4'096;
  const double quota = edition == "F1" ? 8'000 : edition == "S3" ? 3e8 : sends == 120 ? 6e6 : 4e5;
  Flood flood;
  flood.minutes = 6 + static_cast<double>(draws.below(10));
  const double bytes = 1 + static_cast<double>(draws.below(4) == 0 ? draws.below(20'000) : draws.below(500));
  const double update = 1 + static_cast<double>(draws.below(6'000)),
               answer = static_cast<double>(draws.below(2));
  flood.blocks = blocks(bytes, block);
  flood.update_blocks = blocks(update, block);
  flood.read_blocks = flood.update_blocks;
  // In half of the floods the quota ends on the way.
  const double left = draws.below(2) == 0
                          ? quota
                          : std::floor(std::min(quota, sends * flood.blocks * flood.minutes *
                                                           static_cast<double>(5 + draws.below(60))));
  flood.text = fmt::format(R"(
start: 2023-06-01T08:00Z
seed: {}
limits: off
application: {{era: legacy, quota_used: {} messages, hubs: {{count: 1, edition: {}, units: 1, sends: {},
  connects: {{burst: {}s}}}}}}
fleet:
)",
                           seed, quota - left, edition, random_shaping(draws), 1 + draws.below(90));
  for (const char* name : {"a", "b"}) {
    flood.text += random_group(draws, name, sends / 2, bytes, flood);
    if (standard) {
      flood.text += fmt::format(", on_connect: {{twin_reads: {}, twin_writes: {}, size: {} B}}",
                                draws.below(3), draws.below(2), update);
      if (draws.below(2) == 0)
        flood.text += fmt::format(", properties: {{every: {}s, size: {} B}}", 5 + draws.below(60), update);
      if (draws.below(2) == 0)
        flood.text +=
            fmt::format(", commands: {{every: {}s, size: 1 B, response: {} B}}", 5 + draws.below(60), answer);
    }
    flood.text += "}\n";
  }
  flood.text += random_faults(draws, flood.minutes);
  flood.text += fmt::format(R"(destinations: [{{name: d, kind: event-hubs, throughput_units: 40}}]
exports: [{{name: m, to: [d], batch: {}s, data: [telemetry]}}, {{name: p, to: [d], data: [properties]}}]
)",
                            1 + draws.below(5));
  return flood;
}

measures::Report run(const Flood& flood, double share) {
  support::Options options;
  options.set = {fmt::format("duration={}s", std::floor(flood.minutes * 60 * share))};
  return support::run(flood.text, options);
}

// Of operations that each wait for a place in their throttle: those that were certainly served, and those
// that may have been.
struct Served {
  double least = 0, most = 0;
};

Served served(const measures::Report& report, const std::string& kind) {
  const double sent = support::value(report, kind + ".sent");
  if (sent == 0) return {};
  const double share = support::value(report, kind + ".throttled_share");
  return {sent * (1 - share), sent - support::value(report, kind + ".refused")};
}

void check_accounts(const Flood& flood, const measures::Report& report) {
  const auto of = [&](const std::string& metric) { return support::value(report, metric); };
  const double messages = of("export.m.d.received"), updates = of("export.p.d.received");
  // Parts of messages, of each device and of each kind.
  const double parts = 4 * std::sqrt(flood.devices) + 3;
  const double delivered = of("telemetry.delivered");
  CHECK(std::abs(delivered - messages) <= 0.005 * messages + parts);
  CHECK(messages <= 1.005 * (of("telemetry.generated") - of("telemetry.buffered")) + parts);
  const Served reads = served(report, "twin_reads"), calls = served(report, "commands");
  const double own = messages * flood.blocks + updates * flood.update_blocks;
  const double rounding = flood.blocks + flood.update_blocks + flood.call_blocks + flood.read_blocks + 2;
  const double metered = of("hub.hub-1.metered");
  CHECK(metered >= own + reads.least * flood.read_blocks + calls.least * flood.call_blocks - rounding);
  CHECK(metered <= own + reads.most * flood.read_blocks + calls.most * flood.call_blocks + rounding);
}

}  // namespace

TEST_CASE("floods keep their accounts", "[accounts-seeds][long]") {
  for (std::uint32_t seed = 0; seed < seeds(); ++seed) {
    const Flood flood = random_flood(seed);
    INFO("seed " << seed << ":" << flood.text);
    const measures::Report part = run(flood, 0.7), whole = run(flood, 1);
    check_accounts(flood, part);
    check_accounts(flood, whole);
    for (const char* metric :
         {"telemetry.generated", "telemetry.lost", "telemetry.refused", "telemetry.quota_blocked",
          "hub.hub-1.metered", "hub.connects", "properties.sent", "commands.sent", "twin_reads.sent",
          "properties.refused", "twin_reads.refused", "export.m.d.received", "export.p.d.received"}) {
      INFO(metric);
      CHECK(support::value(whole, metric) >= support::value(part, metric));
    }
    CHECK(support::value(whole, "telemetry.delivered") >=
          support::value(part, "telemetry.delivered") - 2 * std::sqrt(flood.devices));
  }
}
