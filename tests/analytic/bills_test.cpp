// Bills of exports and plans by hand, at list prices (facts, bills-and-limits 8).
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "models/exports/kinds/blob_container.hpp"
#include "models/exports/kinds/event_hub.hpp"
#include "models/exports/kinds/service_bus.hpp"
#include "models/measures/cost.hpp"
#include "tests/analytic/known.hpp"

namespace {

using exports::Billed;
using exports::Tier;

constexpr double cent = 0.01;

exports::Destination bus(Tier tier, std::uint32_t subscriptions = 1, bool completes = false) {
  exports::Destination d;
  d.name = "q";
  d.kind = &exports::service_bus_queue();
  d.tier = tier;
  d.own.of<exports::BusSettings>().subscriptions = subscriptions;
  if (completes) d.consumers = {{std::nullopt, true}};
  return d;
}

// Messages of so many blocks, each read once from each subscription.
Billed sent(const exports::Destination& to, double messages, double hours, double blocks = 1) {
  exports::Usage usage;
  usage.hours = hours;
  usage.messages = usage.reads = messages;
  usage.blocks = usage.blocks_of_reads = blocks * messages;
  return {&to, usage};
}

double billed(const std::vector<Billed>& all, std::size_t which = 0) {
  return measures::exports_bill(measures::list_prices(), all)[which].cost;
}

// A day of 400 messages a second.
constexpr double a_day = 400 * 86'400;

measures::Report run_of(const std::string& duration, const std::string& devices, const std::string& every,
                        const std::string& size, const std::string& destinations, const std::string& to) {
  return support::run(fmt::format(R"(
start: 2023-06-01T00:00Z
duration: {}
application: {{era: legacy, hubs: {{count: 1, edition: S2, units: 10}}, quota_used: 0 messages}}
fleet: [{{name: m, devices: {}, client: sdk-python, credentials: x509, telemetry: {{every: {}, size: {}}}}}]
destinations: {}
exports: [{{name: e, to: {}}}]
)",
                                  duration, devices, every, size, destinations, to));
}

}  // namespace

// 24 of 730 hours: the base is 0.324, 13 M are 0.427397 M, 100 M are 3.287671 M and 2,500 M are 82.191781 M.
TEST_CASE("Service Bus bills a month's operations in steps, of all namespaces together", "[bills]") {
  const exports::Destination read = bus(Tier::standard), settled = bus(Tier::standard, 1, true);
  CHECK(billed({sent(read, a_day, 24)}) ==
        Approx(0.324 + 2.860274 * 0.80 + (69.12 - 3.287671) * 0.50).epsilon(1e-6));  // 35.53
  CHECK(billed({sent(settled, a_day, 24)}) ==
        Approx(0.324 + 2.860274 * 0.80 + 78.904110 * 0.50 + (103.68 - 82.191781) * 0.20).epsilon(1e-6));
  // Within what is included, two namespaces have one base charge; beyond it the operations are pooled.
  const exports::Destination other = bus(Tier::standard);
  CHECK(billed({sent(read, 17'280, 24), sent(other, 17'280, 24)}, 1) == Approx(0.162));
  CHECK(billed({sent(read, a_day / 4, 24), sent(other, 3 * a_day / 4, 24)}, 1) ==
        Approx(0.162 + 0.75 * (2.860274 * 0.80 + 65.832329 * 0.50)).epsilon(1e-6));
  // A message of 96 KB is two operations when it is sent, two when it is read and one when it is completed.
  CHECK(billed({sent(read, 2.5e6, 24, 2)}) ==
        Approx(0.324 + 2.860274 * 0.80 + (10 - 3.287671) * 0.50).epsilon(1e-6));
  CHECK(billed({sent(settled, 2.5e6, 24, 2)}) ==
        Approx(0.324 + 2.860274 * 0.80 + (12.5 - 3.287671) * 0.50).epsilon(1e-6));
  // The basic tier has no base and nothing included; premium counts no operations.
  const exports::Destination basic = bus(Tier::basic), premium = bus(Tier::premium);
  CHECK(billed({sent(basic, 1e6, 24)}) == Approx(0.10));
  CHECK(billed({sent(premium, a_day, 24)}) == 0);
  CHECK(billed({sent(basic, 1e6, 24), sent(read, 1000, 24)}, 1) == Approx(0.324));
}

TEST_CASE("what a subscription of a topic costs", "[bills]") {
  // 1 + 3 operations a message, and 1 + 3 x 2 where each is completed: 40 and 70 million a month of 13.
  const exports::Destination topic = bus(Tier::standard, 3), settled = bus(Tier::standard, 3, true);
  CHECK(billed({sent(topic, 1e7, 730)}) == Approx(9.855 + 27 * 0.80));
  CHECK(billed({sent(settled, 1e7, 730)}) == Approx(9.855 + 57 * 0.80));
  // Credits alike: a queue 1,000 / 2, a topic of three subscriptions 1,000 / 4, with five filters 1,000 / 9.
  const auto takes = [](const std::string& what, const char* metric = "takes") {
    return support::value(run_of("2m", "10", "60s", "300 B", "[{name: d, kind: " + what + "}]", "[d]"),
                          std::string("destination.d.") + metric);
  };
  CHECK(takes("service-bus-topic, subscriptions: 3, filters: 5") == Approx(1000 / 9.0));
  CHECK(takes("service-bus-topic, subscriptions: 3, credits: 4000/s") == Approx(1000));
  CHECK(takes("service-bus-queue, tier: basic") == Approx(500));
  CHECK(takes("service-bus-queue, consumer: none") == Approx(1000));
  CHECK(takes("service-bus-queue, consumer: {reads: 100/s}") == Approx(900));
  // 640 B with the envelope: in, and out of each subscription.
  CHECK(takes("service-bus-topic, tier: premium, subscriptions: 3, bytes_per_unit: 2560 B") == Approx(1));
  CHECK(takes("service-bus-queue, tier: premium, consumer: none, bytes_per_unit: 2560 B") == Approx(4));
}

TEST_CASE("runs of Service Bus come to the bill by hand", "[long][bills]") {
  const measures::Report large =
      run_of("24h", "400", "1s", "300 B", "[{name: q, kind: service-bus-queue}]", "[q]");
  CHECK(support::value(large, "destination.q.cost") == Approx(35.53).margin(cent));
  const measures::Report light =
      run_of("24h", "60", "5m", "300 B",
             "[{name: q1, kind: service-bus-queue}, {name: q2, kind: service-bus-queue}]", "[q1, q2]");
  CHECK(support::value(light, "cost.exports") == Approx(0.324).margin(1e-4));
}

// Half of the messages are 1 KB and half 96 KB: 1.5 blocks each, in all of them.
TEST_CASE("a mix of sizes is billed by its messages, not by their mean size", "[bills]") {
  const measures::Report mixed = support::run(R"(
start: 2023-06-01T00:00Z
duration: 24h
application: {era: legacy, hubs: {count: 1, edition: S2, units: 10}, quota_used: 0 messages}
fleet:
  - {name: s, devices: 25, client: sdk-python, credentials: x509, telemetry: {every: 1s, size: 1000 B}}
  - {name: l, devices: 25, client: sdk-python, credentials: x509, telemetry: {every: 1s, size: 96000 B}}
destinations: [{name: q, kind: service-bus-queue}, {name: ehub, kind: event-hubs, throughput_units: 10},
  {name: basic, kind: event-hubs, tier: basic, throughput_units: 10}]
exports: [{name: e, to: [q, ehub, basic]}]
)");
  const double millions = 50 * 86'400 / 1e6;
  CHECK(support::value(mixed, "destination.q.cost") ==
        Approx(0.324 + 2.860274 * 0.80 + (millions * 3 - 3.287671) * 0.50).epsilon(1e-3));
  CHECK(support::value(mixed, "destination.ehub.cost") == Approx(7.20 + millions * 1.5 * 0.03).epsilon(1e-3));
  CHECK(support::value(mixed, "destination.basic.cost") ==
        Approx(3.60 + millions * 1.5 * 0.03).epsilon(1e-3));
}

TEST_CASE("Event Hubs bill the most units of each clock hour", "[bills]") {
  // Units rise from 1 to 4 between 0:55 and 0:57 (facts, tu-billing): 4 and 4, and 11.4 million events.
  const std::string inflates = R"(
duration: 2h
application: {era: legacy, hubs: {count: 1, edition: S3, units: 1}, quota_used: 0 messages}
fleet: [{name: meters, devices: 1000, client: sdk-python, credentials: x509,
  telemetry: {every: 2s, size: 300 B, surges: [{at: 55m, for: 65m, factor: 5}]}}]
destinations: [{name: hot, kind: event-hubs, throughput_units: 1, auto_inflate: 10}]
exports: [{name: analytics, to: [hot]}]
)";
  const measures::Report sharp = support::run("start: 2023-06-01T00:00Z" + inflates);
  CHECK(support::value(sharp, "destination.hot.cost") == Approx(8 * 0.03 + 11.4 * 0.03).epsilon(2e-3));
  // Half an hour later on the clock: the hours that begin at 0:30, 1:00 and 2:00, with 1, 4 and 4.
  const measures::Report late = support::run("start: 2023-06-01T00:30Z" + inflates);
  CHECK(support::value(late, "destination.hot.cost") == Approx(9 * 0.03 + 11.4 * 0.03).epsilon(2e-3));
  // Before the surge: one unit and 500 events a second for 730 hours.
  CHECK(support::value(sharp, "cost.month.exports") > 730 * 0.03 + 500 * 2.628 * 0.03);
  exports::Destination d;
  d.kind = &exports::event_hubs();
  d.tier = Tier::dedicated;
  exports::Usage usage;
  usage.hours = usage.hours_begun = 1;
  usage.unit_hours = 2;
  CHECK(billed({{&d, usage}}) == Approx(2 * 4 * 7.25));
  usage.hours_begun = 5;
  usage.unit_hours = 10;
  CHECK(billed({{&d, usage}}) == Approx(10 * 7.25));
}

TEST_CASE("destinations of one namespace share its units and its bill", "[bills]") {
  // Each is offered 1,500 a second: two units for both take 2,000 of 3,000.
  const auto both = [](const std::string& space) {
    return support::run(fmt::format(R"(
start: 2023-06-01T00:00Z
duration: 10m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 1}}, quota_used: 0 messages}}
fleet: [{{name: m, devices: 1500, client: sdk-python, credentials: x509,
  telemetry: {{every: 1s, size: 100 B}}}}]
destinations:
  - {{name: a, kind: event-hubs, throughput_units: 2{0}}}
  - {{name: b, kind: event-hubs{1}}}
  - {{name: q, kind: service-bus-queue{2}}}
  - {{name: t, kind: service-bus-topic{2}}}
exports: [{{name: e, to: [a, b]}}, {{name: f, to: [q, t], filter: 20%}}]
)",
                                    space, space.empty() ? ", throughput_units: 2" : space,
                                    space.empty() ? "" : ", namespace: bus"));
  };
  const measures::Report apart = both(""), shared = both(", namespace: events");
  const auto took = [](const measures::Report& report, const char* d) {
    return support::value(report, std::string("destination.") + d + ".accepted") / 600;
  };
  CHECK(took(apart, "a") + took(apart, "b") == Approx(3000).epsilon(0.01));
  CHECK(took(shared, "a") == Approx(1000).epsilon(0.02));
  CHECK(took(shared, "b") == Approx(1000).epsilon(0.02));
  CHECK(took(apart, "q") + took(apart, "t") == Approx(600).epsilon(0.01));
  CHECK(took(shared, "q") + took(shared, "t") == Approx(500).epsilon(0.02));  // of 1,000 credits, 2 a message
  const auto cost = [](const measures::Report& report, const char* d) {
    return support::value(report, std::string("destination.") + d + ".cost");
  };
  CHECK(cost(apart, "a") == Approx(2 * 0.03 + 0.9 * 0.03).epsilon(0.01));
  CHECK(cost(shared, "a") == Approx(0.03 + 0.6 * 0.03).epsilon(0.02));
  CHECK(cost(shared, "a") + cost(shared, "b") == Approx(2 * 0.03 + 1.2 * 0.03).epsilon(0.02));
}

TEST_CASE("a partition takes what is advised unless the limit is off", "[bills]") {
  const auto takes = [](const std::string& what, const std::string& size = "300 B") {
    return support::value(
        run_of("2m", "10", "60s", size, "[{name: hot, kind: event-hubs, " + what + "}]", "[hot]"),
        "destination.hot.takes");
  };
  CHECK(takes("throughput_units: 20, partitions: 1, partitioning: keyed") == Approx(1000));
  CHECK(takes("throughput_units: 20, partitions: 1, partition_limit: off") == Approx(20'000));
  CHECK(takes("throughput_units: 20, partitions: 8, partitioning: round-robin") == Approx(8000));
  CHECK(takes("throughput_units: 4, partitions: 8, partitioning: round-robin") == Approx(4000));
  CHECK(takes("throughput_units: 20, partitions: 8, partitioning: round-robin", "1660 B") == Approx(4000));
  CHECK(takes("tier: premium, processing_units: 2, partitions: 1") > 1000);
  // Ten devices on eight partitions: some have two of them, or more.
  CHECK(takes("throughput_units: 20, partitions: 8") <= 5000);
  CHECK(takes("events_in: 3000/s, partition_limit: off") == Approx(1e6 / 640));
  CHECK(takes("events_in: 3000/s, bytes_in: 2 MB, partition_limit: off") == Approx(3000));
}

// Three groups at 20,000 a second of 1 KB want 60 MB a second of the 40 of 20 units (facts, 3.2).
TEST_CASE("consumer groups share the egress of their namespace", "[bills]") {
  const auto run = [](const std::string& groups) {
    return support::run(fmt::format(R"(
duration: 20m
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 5}}, quota_used: 0 messages}}
fleet: [{{name: m, devices: 20000, client: sdk-python, credentials: x509,
  telemetry: {{every: 1s, size: 660 B}}}}]
destinations: [{{name: hot, kind: event-hubs, throughput_units: 20, partition_limit: off, {}}}]
exports: [{{name: e, to: [hot]}}]
)",
                                    groups));
  };
  const measures::Report three = run("consumers: [{}, {}, {}]"), two = run("consumers: [{}, {}]");
  CHECK(support::value(three, "destination.hot.consumer.read") == Approx(40'000 * 1200).epsilon(0.02));
  CHECK(support::value(three, "destination.hot.consumer.lag") == Approx(6667 * 1200).epsilon(0.05));
  CHECK(support::value(two, "destination.hot.consumer.lag") < 20'000 * 15);
  const measures::Report uneven = run("consumers: [{reads: 1000/s}, {}, {}]");
  CHECK(support::value(uneven, "destination.hot.consumer.read") == Approx(40'000 * 1200).epsilon(0.02));
}

TEST_CASE("auto-inflate by the load comes before anything is refused, and for what is read", "[bills]") {
  const auto run = [](const std::string& more) {
    return support::run(fmt::format(R"(
duration: 1h
application: {{era: legacy, hubs: {{count: 1, edition: S3, units: 1}}, quota_used: 0 messages}}
fleet: [{{name: m, devices: 2700, client: sdk-python, credentials: x509, telemetry: {{every: 5s, size: 300 B,
  surges: [{{at: 20m, for: 20m, factor: 5}}]}}}}]
destinations: [{{name: hot, kind: event-hubs, auto_inflate: 20{}}}]
exports: [{{name: e, to: [hot]}}]
)",
                                    more));
  };
  const measures::Report refused = run(""), load = run(", auto_inflate_when: load");
  CHECK(support::value(refused, "destination.hot.throttled") > 0);
  CHECK(support::value(load, "destination.hot.throttled") == 0);
  CHECK(support::value(load, "destination.hot.units.peak") == 3);
  // Twelve groups read 2,700 a second of 640 B each: 20.7 MB of 2 MB a unit.
  const std::string groups = ", consumers: [{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}]";
  CHECK(support::value(run(groups + ", auto_inflate_when: load"), "destination.hot.units.peak") == 11);
}

TEST_CASE("an account is billed as locally redundant after its failover", "[bills]") {
  // The region is lost at 1 h, the failover is ordered 5 min later and takes 25 min: 240 files before, and 4
  // a minute for 22.5 hours, less what a file takes to be tried again.
  const measures::Report report = support::run(R"(
start: 2023-06-01T00:00Z
duration: 24h
application: {era: "2021", region: westeurope, hubs: {count: 2, edition: S2, units: 3},
  quota_used: 0 messages}
fleet: [{name: m, devices: 10000, client: sdk-python, credentials: x509, telemetry: {every: 1m, size: 300 B}}]
destinations: [{name: g, kind: blob-storage, redundancy: GRS, region: uksouth,
  failover: {after: 5m, takes: 25m}}]
exports: [{name: e, to: [g]}]
faults: [{name: r, at: 1h, region: uksouth}]
)");
  const double files = support::value(report, "destination.g.files");
  CHECK(files == Approx(240 + 4 * 22.5 * 60).margin(25));
  const double writes = (240 * 0.11 + (files - 240) * 0.055) / 10'000;
  // 0.384 GB an hour: one hour of it for 1.5 h by the old price and then 22.5 h, the rest for half of its
  // time.
  const double gb = 10'000 / 60.0 * 640 * 3600 / 1e9, half_an_hour = 0.5;
  const double stored =
      (gb * (0.5 + half_an_hour) * 0.0458 + (gb * 22.5 + gb * 22.5 * 22.5 / 2) * 0.0208) / 730;
  CHECK(support::value(report, "destination.g.cost") == Approx(writes + stored).epsilon(0.01));
  // A month as before: 4 files a minute at the price of GRS, and half of what it adds.
  const double month = 4 * 60 * 730 * 0.11 / 10'000 + gb * 730 / 2 * 0.0458;
  CHECK(support::value(report, "cost.month.exports") == Approx(month).epsilon(0.01));
}

TEST_CASE("the cheapest of three plans", "[bills]") {
  const measures::Prices list = measures::list_prices();
  measures::Usage usage;
  usage.hours = 24;
  usage.device_hours = 1000 * 24;
  usage.messages = 2000;
  CHECK(measures::cheapest_plan(list, usage) == Approx(998 * 0.08 * 24 / 730));  // 2.62: st0
  usage.messages = 164 * 1000;  // 4,988 a month: above 4,962 Standard 1 is cheaper
  CHECK(measures::cheapest_plan(list, usage) == Approx(998 * 0.40 * 24 / 730).epsilon(0.01));
  usage.messages = 900 * 1000;
  CHECK(measures::cheapest_plan(list, usage) == Approx(998 * 0.70 * 24 / 730));
  usage.messages = 20 * 1000;  // 608 a month: 208 beyond what Standard 0 includes
  CHECK(measures::cheapest_plan(list, usage) ==
        Approx(998 * 0.08 * 24 / 730 + (20'000 - 400'000 * 24 / 730.0) / 1000 * 0.07));
}
