// What hubs, destinations and networks admit and what they cost, by what is published: computed here from the
// text of the documents, in units of the program.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <chrono>

#include "models/application/draft.hpp"
#include "models/application/load.hpp"
#include "models/exports/kinds/blob_container.hpp"
#include "models/exports/kinds/event_hub.hpp"
#include "models/exports/kinds/service_bus.hpp"
#include "models/hub/tables.hpp"
#include "models/measures/cost.hpp"
#include "models/network/network.hpp"
#include "models/network/tables.hpp"

namespace {

using namespace std::chrono_literals;
using exports::DestinationKind;
using exports::Tier;
using hub::Edition;

sim::Time at(double seconds) { return sim::Time{sim::from_seconds(seconds)}; }

// The message of the error that a scenario has; empty if it is good.
std::string error_of(const std::string& yaml) {
  try {
    application::load(yaml, "x.yaml");
  } catch (const application::Invalid& invalid) {
    return invalid.what();
  }
  return {};
}

bool good(const std::string& yaml) {
  const std::string error = error_of(yaml);
  if (!error.empty()) UNSCOPED_INFO(error);
  return error.empty();
}

exports::Destination destination(const DestinationKind& kind, Tier tier, std::uint32_t units = 1) {
  exports::Destination d;
  d.name = "d";
  d.kind = &kind;
  d.tier = tier;
  d.region = "westeurope";
  d.units = {units, units};
  d.partitions = 4;
  d.retention = 1h;
  d.own.of<exports::BusSettings>() = {0, 1, 1'000'000'000, 1000, 4e6};
  return d;
}

// Messages of this size that it takes in each ten seconds when far more is offered.
double takes(const exports::Destination& d, double bytes) {
  const auto sink = d.kind->make_sink(d, {1, 10s, {}});
  std::uint64_t taken = 0;
  for (int i = 1; i <= 100; ++i)
    taken += sink->offer(at(10 * i), {0, 100'000'000, bytes, 1e7, 100'000'000, 10s, 4}).messages;
  return static_cast<double>(taken) / 1000;
}

// Messages of this size that a consumer without bounds reads a second of as many as come in.
double reads(const exports::Destination& given, double bytes, std::uint64_t a_second) {
  exports::Destination d = given;
  d.consumers = {{}};
  const auto sink = d.kind->make_sink(d, {1, 10s, {}});
  for (int i = 1; i <= 100; ++i)
    sink->offer(at(10 * i), {0, 10 * a_second, bytes, static_cast<double>(a_second), 10 * a_second, 10s, 4});
  return static_cast<double>(sink->counters().read) / 1000;
}

}  // namespace

// iot-hub-devguide-quotas-throttling.md: "Higher of 100/sec or 12/sec/unit" for S1 and B1, 120/sec/unit for
// S2 and B2, 6,000/sec/unit for S3 and B3, for connections and sends alike; identity registry 100 or 5,000 a
// minute and unit; twin updates "50/sec" for S1, "higher of 50/sec or 5/sec/unit" for S2, 250/sec/unit for
// S3; direct methods 160 KB, 480 KB and 24 MB a second and unit. iot-hub-scaling.md: 400,000, 6,000,000 and
// 300,000,000 messages a day and unit, 200, 200 and 10 units.
TEST_CASE("what each edition admits", "[figures]") {
  struct Row {
    Edition edition;
    std::uint32_t units;
    double connects, registry_a_minute, twins, method_kib;
    std::uint64_t messages_a_day;
    std::uint32_t units_most;
  };
  for (const Row& row :
       {Row{Edition::F1, 1, 100, 100, 50, 160, 8'000, 1}, Row{Edition::B1, 1, 100, 100, 0, 0, 400'000, 200},
        Row{Edition::B1, 10, 120, 1'000, 0, 0, 400'000, 200},
        Row{Edition::B2, 3, 360, 300, 0, 0, 6'000'000, 200},
        Row{Edition::B3, 2, 12'000, 10'000, 0, 0, 300'000'000, 10},
        Row{Edition::S1, 1, 100, 100, 50, 160, 400'000, 200},
        Row{Edition::S1, 10, 120, 1'000, 50, 1'600, 400'000, 200},
        Row{Edition::S2, 1, 120, 100, 50, 480, 6'000'000, 200},
        Row{Edition::S2, 20, 2'400, 2'000, 100, 9'600, 6'000'000, 200},
        Row{Edition::S3, 1, 6'000, 5'000, 250, 24 * 1024, 300'000'000, 10},
        Row{Edition::S3, 10, 60'000, 50'000, 2'500, 240 * 1024, 300'000'000, 10}}) {
    INFO(static_cast<int>(row.edition) << " with " << row.units);
    const hub::EditionLimits& limits = hub::editions().at(row.edition);
    CHECK(limits.connects.at(row.units) == Approx(row.connects));
    CHECK(limits.sends.at(row.units) == Approx(row.connects));
    CHECK(60 * limits.registry.at(row.units) == Approx(row.registry_a_minute));
    CHECK(limits.twin_updates.at(row.units) == Approx(row.twins));
    CHECK(limits.twin_reads.at(row.units) == Approx(2 * row.twins));  // in each edition, as published
    CHECK(limits.method_bytes.at(row.units) == Approx(1024 * row.method_kib));
    CHECK(limits.method_bytes.flat == 0);  // by units alone
    CHECK(limits.messages_a_day == row.messages_a_day);
    CHECK(limits.units_max == row.units_most);
  }
}

// concepts-quotas-limits.md of IoT Central, 2023 and 2024; iot-dps-limits.md: 50 linked hubs.
TEST_CASE("what the platform admits is the most that a scenario may have", "[figures]") {
  const auto fleet = [](int devices, const char* quotas, int hubs, const char* every = "5m") {
    return fmt::format(
        "application: {{quotas: {}, hubs: {{count: {}, edition: S3, units: 10}}}}\n"
        "fleet: [{{devices: {}, telemetry: {{every: {}}}}}]",
        quotas, hubs, devices, every);
  };
  CHECK(good(fleet(1'000'000, "2023", 4)));
  CHECK_FALSE(good(fleet(1'000'001, "2023", 4)));
  CHECK(good(fleet(1'000'000, "2023, era: legacy", 1)));  // and as many identities on one hub
  CHECK(good(fleet(200'000, "2024", 4, "48h")));
  CHECK_FALSE(good(fleet(200'001, "2024", 4)));
  CHECK(good(fleet(1'000, "2023", 50)));
  CHECK_FALSE(good(fleet(1'000, "2023", 51)));
  CHECK(good(fleet(1'000, "2023", 4, "100ms")));  // 10 a second
  CHECK_FALSE(good(fleet(1'000, "2023", 4, "99ms")));
  // Of a hub: as many as of an application, so that no scenario meets it alone.
  CHECK(application::limits_of(2023).identities == 1'000'000);
  // 400 B a device of 32 GiB, whatever the platform admits.
  CHECK(good("limits: off\n" + fleet(85'899'345, "2023", 50, "48h")));
  CHECK_FALSE(good("limits: off\n" + fleet(85'899'346, "2023", 50, "48h")));
  CHECK_THAT(error_of(fleet(200'001, "2024", 4)),
             Catch::Matchers::Contains("200,000") || Catch::Matchers::Contains("200000"));
}

TEST_CASE("how long a manual failover lasts where a scenario says nothing", "[figures]") {
  const application::Scenario s = application::load(
      "fleet: [{name: a, devices: 10}]\nactions: [{name: drill, at: 1h, manual_failover: {group: a}}]",
      "x.yaml");
  CHECK(std::get<actions::ManualFailover>(s.actions.at(0).kind).ttl == 5min);
}

TEST_CASE("how long a manual failover may last", "[figures]") {
  const auto failover = [](const char* ttl) {
    return fmt::format(
        "fleet: [{{name: a, devices: 10}}]\n"
        "actions: [{{name: drill, at: 1h, manual_failover: {{group: a, ttl: {}}}}}]",
        ttl);
  };
  CHECK(good(failover("1m")));
  CHECK_FALSE(good(failover("59s")));
  CHECK(good(failover("30m")));
  CHECK_FALSE(good(failover("31m")));
}

// event-hubs-tier-limits.md: a throughput unit takes 1 MB or 1,000 events a second and gives 2 MB or 4,096. A
// processing unit: 5 to 10 MB/s in and 10 to 20 out, the least. A capacity unit: a quarter of the benchmark,
// 100,000 events of 1 KB in.
TEST_CASE("what a unit of each tier takes and gives", "[figures]") {
  struct Row {
    Tier tier;
    double events_in, bytes_in, events_out, bytes_out;
  };
  for (const Row& row :
       {Row{Tier::basic, 1'000, 1e6, 4'096, 2e6}, Row{Tier::standard, 1'000, 1e6, 4'096, 2e6},
        Row{Tier::premium, 1e5, 5e6, 1e5, 10e6}, Row{Tier::dedicated, 1e5, 100e6, 2e5, 200e6}}) {
    INFO(exports::name_of(row.tier));
    const exports::Destination one = destination(exports::event_hubs(), row.tier);
    CHECK(takes(one, 1) == Approx(row.events_in).epsilon(0.01));
    CHECK(takes(one, 10'000) == Approx(row.bytes_in / 10'000).epsilon(0.01));
    const exports::EventHubsTier& figures = exports::event_hubs_figures().tiers.at(row.tier);
    CHECK(figures.events_out == row.events_out);
    CHECK(figures.bytes_out == row.bytes_out);
    CHECK(figures.units_most == (row.tier == Tier::premium ? 16 : row.tier == Tier::dedicated ? 20 : 40));
  }
  // What a consumer is given is seen where more comes in than goes out: by a premium unit no more than it
  // takes.
  CHECK(reads(destination(exports::event_hubs(), Tier::standard, 2), 100, 2'000) ==
        Approx(2'000).epsilon(0.01));
}

// event-hubs-tier-limits.md and service-bus-quotas-table.md.
TEST_CASE("the limits of each tier are the most that a scenario may have", "[figures]") {
  const auto with = [](const std::string& destination, const char* size = "512 B") {
    return fmt::format(
        "fleet: [{{devices: 10, telemetry: {{every: 5m, size: {}}}}}]\n"
        "destinations: [{{name: d, {}}}]\nexports: [{{name: e, to: [d], envelope: 0 B}}]",
        size, destination);
  };
  const std::string hubs = "kind: event-hubs, tier: ";
  CHECK(good(with(hubs + "standard, throughput_units: 40")));
  CHECK_FALSE(good(with(hubs + "standard, throughput_units: 41")));
  CHECK(good(with(hubs + "basic, throughput_units: 40")));
  CHECK_FALSE(good(with(hubs + "basic, throughput_units: 41")));
  CHECK(good(with(hubs + "premium, processing_units: 16")));
  CHECK_FALSE(good(with(hubs + "premium, processing_units: 17")));
  for (int units = 1; units <= 16; ++units)
    CHECK(good(with(fmt::format("{}premium, processing_units: {}", hubs, units))) ==
          (units == 1 || (units % 2 == 0 && units != 14)));
  CHECK(good(with(hubs + "dedicated, capacity_units: 20")));
  CHECK_FALSE(good(with(hubs + "dedicated, capacity_units: 21")));
  for (const auto& [tier, partitions] :
       {std::pair{"basic", 32}, {"standard", 32}, {"premium", 100}, {"dedicated", 1024}}) {
    INFO(tier);
    CHECK(good(with(fmt::format("{}{}, partitions: {}", hubs, tier, partitions))));
    CHECK_FALSE(good(with(fmt::format("{}{}, partitions: {}", hubs, tier, partitions + 1))));
  }
  for (const auto& [tier, days] :
       {std::pair{"basic", 1}, {"standard", 7}, {"premium", 90}, {"dedicated", 90}}) {
    INFO(tier);
    const char* consumer = "consumer: {reads: 10/s}";
    CHECK(good(with(fmt::format("{}{}, {}, retention: {}d", hubs, tier, consumer, days))));
    CHECK_FALSE(good(with(fmt::format("{}{}, {}, retention: {}d", hubs, tier, consumer, days + 1))));
  }
  for (const auto& [tier, groups] : {std::pair{"basic", 1}, {"standard", 20}}) {
    INFO(tier);
    const auto consumers = [&, in = tier](int n) {
      std::string all = "consumers: [{}";
      while (--n > 0) all += ", {}";
      return with(hubs + in + ", " + all + "]");
    };
    CHECK(good(consumers(groups)));
    CHECK_FALSE(good(consumers(groups + 1)));
  }
  CHECK(exports::event_hubs_figures().tiers.at(Tier::premium).consumers_most == 100);
  CHECK(exports::event_hubs_figures().tiers.at(Tier::dedicated).consumers_most == 1000);
  for (int units : {1, 2, 3, 4, 8, 12, 16, 32, 64})
    CHECK(good(with(fmt::format("kind: service-bus-queue, tier: premium, messaging_units: {}", units))) ==
          (units != 3 && units != 12));
  const auto most = [](const DestinationKind& kind, Tier tier) {
    return kind.most_message(destination(kind, tier));
  };
  CHECK(most(exports::event_hubs(), Tier::basic) == 256 * 1024);
  for (const Tier tier : {Tier::standard, Tier::premium, Tier::dedicated})
    CHECK(most(exports::event_hubs(), tier) == 1024 * 1024);
  CHECK(most(exports::service_bus_queue(), Tier::standard) == 256 * 1024);
  CHECK(most(exports::service_bus_topic(), Tier::premium) == 100'000'000);
  CHECK(exports::figures().limits.exports == 10);
  CHECK(exports::figures().limits.destinations == 10);
  CHECK(exports::figures().limits.destinations_per_export == 10);
}

TEST_CASE("how destinations wait, scale and are told of devices", "[figures]") {
  const exports::ServiceBusFigures& bus = exports::service_bus_figures();
  CHECK(bus.resize == 10s);
  CHECK(bus.look_back == 10min);
  CHECK(bus.cooldown == 5min);
  CHECK(bus.period == 1min);
  CHECK(bus.busy_wait == 2s);
  CHECK(bus.sizes == std::vector<std::uint32_t>{1, 2, 4, 8, 16, 32, 64});
  CHECK(bus.up == 0.75);
  CHECK(bus.down == 0.25);
  CHECK(exports::event_hubs_figures().resize == 10s);
  CHECK(exports::event_hubs_figures().inflate_step == 1min);
  CHECK(exports::event_hubs_figures().busy_wait == 4s);
  CHECK(exports::figures().snapshot == 60s);
  CHECK(exports::figures().connectivity_event == 297);
  CHECK(exports::figures().lifecycle_event == 297);
}

TEST_CASE("a shared limit gives what came in within its window", "[figures]") {
  // Who was away for an hour gets what a second gives.
  const exports::Destination d = destination(exports::event_hubs(), Tier::standard);
  const auto sink = d.kind->make_sink(d, {1, 10s, {}});
  sink->offer(at(10), {0, 10, 100, 1, 10, 10s, 4});
  CHECK(sink->offer(at(3600), {0, 50'000, 100, 1, 50'000, 0s, 4}).messages == 1'000);
}

TEST_CASE("an account that fails over is away for as long as is drawn", "[figures]") {
  const exports::BlobFigures& blob = exports::blob_figures();
  CHECK(blob.file == 1min);
  CHECK(blob.sync == 15min);
  CHECK(blob.failover.at(1e-12).count() == Approx(sim::Duration{15min}.count()).epsilon(1e-4));
  CHECK(blob.failover.at(0.5) == 45min);  // the mode is in the middle
  CHECK(blob.failover.at(1 - 1e-12).count() == Approx(sim::Duration{75min}.count()).epsilon(1e-4));
}

// A month of everything at list prices (prices.txt names where they stand).
TEST_CASE("a bill at list prices", "[figures]") {
  const measures::Prices prices = measures::list_prices();
  const auto hubs = [&](Edition edition) {
    measures::Usage usage;
    usage.unit_hours = {{edition, 730}};
    measures::Report report;
    measures::report_cost(report, prices, usage);
    return *report.values.at("cost.hubs").value;
  };
  CHECK(hubs(Edition::F1) == 0);
  CHECK(hubs(Edition::B1) == Approx(10));
  CHECK(hubs(Edition::B2) == Approx(50));
  CHECK(hubs(Edition::B3) == Approx(500));
  CHECK(hubs(Edition::S1) == Approx(25));
  CHECK(hubs(Edition::S2) == Approx(10 * 25));
  CHECK(hubs(Edition::S3) == Approx(100 * 25));
  measures::Usage usage;
  usage.hours = 730;
  usage.dps_operations = 1'000;
  usage.device_hours = 102 * 730;
  usage.messages = 102 * 5'000 + 2'000;
  measures::Report report;
  measures::report_cost(report, prices, usage);
  CHECK(report.values.at("cost.dps").value == Approx(0.10));
  CHECK(report.values.at("cost.plan").value == Approx(100 * 0.40 + 2 * 0.015));  // Standard 1
  usage.messages = 102 * 30'000 + 3'000;
  measures::report_cost(report, prices, usage);
  CHECK(report.values.at("cost.plan").value == Approx(100 * 0.70 + 3 * 0.015));  // Standard 2
}

TEST_CASE("destinations at list prices", "[figures]") {
  const measures::Prices prices = measures::list_prices();
  const auto destination_cost = [&](const DestinationKind& kind, Tier tier, exports::Redundancy redundancy,
                                    double hours, double messages, double files, double bytes) {
    exports::Destination d = destination(kind, tier);
    d.own.of<exports::BlobSettings>().redundancy = redundancy;
    d.kind = &kind;
    exports::Usage usage;
    usage.hours = usage.hours_begun = 730;
    usage.unit_hours = hours;
    usage.blocks = messages;  // none of them read
    usage.files = files;
    usage.stored = bytes * 730 / 2;
    return measures::exports_bill(prices, {{&d, usage}}).front().cost;
  };
  const auto units = [&](const DestinationKind& kind, Tier tier) {
    return destination_cost(kind, tier, exports::Redundancy::lrs, 1, 0, 0, 0);
  };
  CHECK(units(exports::event_hubs(), Tier::basic) == Approx(0.015));
  CHECK(units(exports::event_hubs(), Tier::standard) == Approx(0.03));
  CHECK(units(exports::event_hubs(), Tier::premium) == Approx(1.65));
  CHECK(units(exports::event_hubs(), Tier::dedicated) == Approx(7.25));
  CHECK(units(exports::service_bus_queue(), Tier::premium) == Approx(0.928));
  const auto bus = [&](double operations) {
    return destination_cost(exports::service_bus_queue(), Tier::standard, exports::Redundancy::lrs, 0,
                            operations, 0, 0);
  };
  CHECK(bus(13e6) == Approx(730 * 0.0135));
  CHECK(bus(14e6) - bus(13e6) == Approx(0.80));
  CHECK(destination_cost(exports::event_hubs(), Tier::standard, exports::Redundancy::lrs, 0, 1e6, 0, 0) ==
        Approx(0.03));
  struct Storage {
    exports::Redundancy redundancy;
    double writes, gigabyte;
  };
  using exports::Redundancy;
  for (const Storage& s :
       {Storage{Redundancy::lrs, 0.055, 0.0208}, Storage{Redundancy::zrs, 0.069, 0.026},
        Storage{Redundancy::grs, 0.11, 0.0458}, Storage{Redundancy::ra_grs, 0.11, 0.0478},
        Storage{Redundancy::gzrs, 0.138, 0.0573}, Storage{Redundancy::ra_gzrs, 0.138, 0.0598}}) {
    CHECK(destination_cost(exports::blob_storage(), Tier::standard, s.redundancy, 0, 0, 10'000, 0) ==
          Approx(s.writes));
    CHECK(destination_cost(exports::blob_storage(), Tier::standard, s.redundancy, 0, 0, 0, 2e9) ==
          Approx(s.gigabyte));
  }
}

TEST_CASE("each access network adds its round trip and loses its share", "[figures]") {
  struct Row {
    const char* name;
    sim::Duration rtt;
    double loss;
  };
  const network::Constants& constants = network::constants();
  const network::Region here = network::regions().at(0);
  std::size_t rows = 0;
  for (const Row& row : {Row{"fibre", 10ms, 0.0001}, Row{"broadband", 30ms, 0.001}, Row{"lte", 50ms, 0.005},
                         Row{"nb-iot", 1600ms, 0.02}, Row{"satellite", 600ms, 0.01}}) {
    INFO(row.name);
    for (const network::Access& access : network::accesses()) {
      if (access.name != row.name) continue;
      ++rows;
      const network::Path path = network::path(here, access, here, constants);
      CHECK(path.rtt.median() == 4ms + row.rtt);  // the overhead, over no distance
      CHECK(path.rtt.p95() == 3 * path.rtt.median());
      CHECK(path.loss == row.loss);
    }
  }
  CHECK(rows == network::accesses().size());
}

TEST_CASE("what an exchange takes in round trips", "[figures]") {
  const network::Constants& c = network::constants();
  CHECK(c.connect_trips == 3);
  CHECK(c.register_trips == 4);
  CHECK(c.poll_trips == 1);
  CHECK(c.x509 == 20ms);
  // 2,000 km of fibre at 200,000 km/s in 10 ms, a path of 1.6 times the great circle, and 4 ms.
  CHECK(network::median_round_trip(0, c) == 4ms);
  CHECK(network::median_round_trip(1000, c) == 20ms);
  CHECK(c.jitter == 3);
}
