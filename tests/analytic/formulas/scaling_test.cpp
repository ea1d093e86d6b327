// Sizes of hubs and what they cost, by hand.
#include <catch2/catch.hpp>

#include "models/exports/kinds/blob_container.hpp"
#include "models/exports/kinds/event_hub.hpp"
#include "models/exports/kinds/service_bus.hpp"
#include "models/measures/cost.hpp"
#include "models/measures/scaling.hpp"
#include "tests/analytic/formulas/formula.hpp"

using formula::at;
using formula::hub_no;
using measures::Usage;
using Kind = signals::Decision::Kind;
using Outcome = signals::Decision::Outcome;

namespace {

// Prices that are all different, so that no two can be taken for each other.
measures::Prices prices() {
  measures::Prices p;
  p.units = {{hub::Edition::S1, 73}, {hub::Edition::S2, 730}};  // 0.1 and 1 an hour
  p.dps_operations = 0.2;
  p.standard_0 = {0.1, 500, 0.05};
  p.standard_1 = {0.4, 5000, 0.01};
  p.standard_2 = {0.7, 30000, 0.02};
  p.free_devices = 2;
  using exports::Redundancy;
  using exports::Tier;
  p.exports.own.of<exports::EventHubPrices>() = {
      {{Tier::basic, 1}, {Tier::standard, 2}, {Tier::premium, 3}, {Tier::dedicated, 4}}, 5};
  p.exports.own.of<exports::BusPrices>() = {0.5, 7'300'000, {{40'000'000, 6}, {std::nullopt, 2}}, 12, 7};
  p.exports.own.of<exports::BlobPrices>() = {{{Redundancy::lrs, 8}, {Redundancy::grs, 9}},
                                             {{Redundancy::lrs, 10}, {Redundancy::grs, 11}}};
  return p;
}

exports::Destination destination(const char* name, const exports::DestinationKind& kind, exports::Tier tier,
                                 exports::Redundancy redundancy = exports::Redundancy::lrs) {
  exports::Destination d;
  d.name = name;
  d.kind = &kind;
  d.tier = tier;
  d.own.of<exports::BlobSettings>().redundancy = redundancy;
  return d;
}

exports::Usage used() {
  exports::Usage usage;
  usage.hours = 73;
  usage.unit_hours = 20;
  usage.messages = 3e6;
  usage.files = 5000;
  usage.blocks = usage.blocks_of_reads = 3e6;
  usage.reads = 3e6;
  usage.bytes = 8e9;
  usage.stored = 8e9 * 36.5;
  return usage;
}

// 73 hours, a tenth of a month.
//   hubs: 100 unit-hours of S1 at 0.1 and 40 of S2 at 1; DPS: 2,500 at 0.2 a thousand.
//   Event Hubs, standard: 20 x 2 and 3 million at 5; premium: 20 x 3 and nothing for events.
//   Service Bus: 73 x 0.5, and 6 million operations of which 730,000 are included: 3.27 up to 4 million at 6,
//   2 at 2; premium: 20 x 7; basic: 6 million at 12. Blob Storage: 5,000 writes at 9 for ten thousand, and 8
//   GB for half of a tenth of a month at 11.
// The plans: 12 devices all the time are 876 device-hours, of which two are free: 730, one month. 12 tenths
// of the allowance are 6,000 messages, so that 9,000 of 15,000 are beyond it: 0.4 + 9 x 0.01; of 36,000 none:
// 0.7; of the least plan 600 messages are included, and 14,400 are beyond: 0.1 + 14.4 x 0.05.
measures::Report bill() {
  Usage usage;
  usage.unit_hours = {{hub::Edition::S1, 100}, {hub::Edition::S2, 40}};
  usage.dps_operations = 2500;
  usage.hours = 73;
  usage.device_hours = 876;
  usage.messages = 15000;
  using exports::Tier;
  const std::vector<exports::Destination> there{
      destination("standard", exports::event_hubs(), Tier::standard),
      destination("premium", exports::event_hubs(), Tier::premium),
      destination("queue", exports::service_bus_queue(), Tier::standard),
      destination("topic", exports::service_bus_topic(), Tier::premium),
      destination("plain", exports::service_bus_queue(), Tier::basic),
      destination("files", exports::blob_storage(), Tier::standard, exports::Redundancy::grs)};
  std::vector<exports::Billed> billed;
  for (const exports::Destination& one : there) billed.push_back({&one, used()});
  usage.destinations = measures::exports_bill(prices(), billed);
  measures::Report report;
  measures::report_cost(report, prices(), usage);
  return report;
}

constexpr double of_exports = 55 + 60 + (36.5 + 19.62 + 4) + 140 + 72 + (4.5 + 4.4);

const formula::History cost{bill,
                            {{"cost.hubs", 50},
                             {"cost.dps", 0.5},
                             {"destination.standard.cost", 55},
                             {"destination.premium.cost", 60},
                             {"destination.queue.cost", 60.12},
                             {"destination.topic.cost", 140},
                             {"destination.plain.cost", 72},
                             {"destination.files.cost", 8.9},
                             {"cost.exports", of_exports},
                             {"cost.total", 50.5 + of_exports},
                             {"cost.plan", 0.49}}};

signals::Decision decision(double when, Kind kind, ids::HubId of, Outcome outcome) {
  signals::Decision d;
  d.at = at(when);
  d.kind = kind;
  d.outcome = outcome;
  d.hub = of;
  return d;
}

// After a warm-up of 3,600 s, with oscillations within 7,200 s: hub a goes from 2 units of S1 to 3 at 7,200 s
// and back at 10,800 s, 3,600 s later, which undoes it. Hub b, 4 units of S2, is added at 10,800 and deleted
// at 18,001, 7,201 s later, which is too late to count. Hub a is made larger once more at 18,002 s, again
// after too long a time. What is only begun, or was done in the warm-up, counts in nothing.
measures::Report sizes() {
  measures::Scaling scaling(formula::by<ids::HubId, std::string>({"a", "b"}), at(3600),
                            std::chrono::seconds{7200});
  constexpr auto s1 = static_cast<std::uint8_t>(hub::Edition::S1),
                 s2 = static_cast<std::uint8_t>(hub::Edition::S2);
  scaling.hub_sized(at(0), hub_no(0), {s1, 9});
  scaling.hub_sized(at(0), hub_no(1), {});
  scaling.decided(decision(100, Kind::down, hub_no(0), Outcome::done));
  scaling.hub_sized(at(100), hub_no(0), {s1, 2});
  scaling.decided(decision(7100, Kind::up, hub_no(0), Outcome::begun));
  scaling.decided(decision(7301, Kind::up, hub_no(0), Outcome::done));
  scaling.hub_sized(at(7200), hub_no(0), {s1, 3});
  scaling.decided(decision(10800, Kind::down, hub_no(0), Outcome::done));
  scaling.hub_sized(at(10800), hub_no(0), {s1, 2});
  scaling.decided(decision(10800, Kind::out, hub_no(1), Outcome::done));
  scaling.hub_sized(at(10800), hub_no(1), {s2, 4});
  scaling.decided(decision(18001, Kind::in, hub_no(1), Outcome::done));
  scaling.hub_sized(at(18001), hub_no(1), {});
  scaling.decided(decision(18002, Kind::up, hub_no(0), Outcome::done));
  scaling.finish(at(21600));
  measures::Report report;
  scaling.report(report);
  // S1: 2 units for 2.5 h but an hour of 3: from 1 to 6 h, 5 h x 2 + 1; S2: 4 for 7,201 s.
  CHECK(scaling.unit_hours().at(hub::Edition::S1) == Approx(11));
  CHECK(scaling.unit_hours().at(hub::Edition::S2) == Approx(4 * 7201.0 / 3600));
  CHECK(scaling.unit_hours(at(21600 + 1800)).at(hub::Edition::S1) == Approx(12));
  return report;
}

const formula::History scaling{sizes,
                               {{"scaling.up", 2},
                                {"scaling.down", 1},
                                {"scaling.out", 1},
                                {"scaling.in", 1},
                                {"scaling.oscillations", 1},
                                {"hubs.count", 1},
                                {"hubs.peak", 2},
                                {"units.count", 2},
                                {"units.peak", 6}}};

}  // namespace

TEST_CASE("formulas of cost", "[formula]") { cost.check(); }

TEST_CASE("formulas of scaling", "[formula]") { scaling.check(); }

TEST_CASE("a plan costs nothing for what is free, and its allowance is shared", "[formula]") {
  const measures::Prices::Plan plan{0.4, 5000, 0.01};
  Usage usage;
  usage.hours = 730;
  usage.device_hours = 2 * 730;
  usage.messages = 10000;
  CHECK(measures::plan_cost(plan, 2, usage) == 0);
  usage.messages = 12000;
  CHECK(measures::plan_cost(plan, 2, usage) == Approx(0.02));
  usage.device_hours = 3 * 730;
  CHECK(measures::plan_cost(plan, 2, usage) == Approx(0.4));
}
