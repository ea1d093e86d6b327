// The catalogs of export: what the services take, and how IoT Central goes about it.
#include <algorithm>
#include <stdexcept>

#include "models/catalog.hpp"
#include "models/exports/tables.hpp"

namespace exports {
namespace {

using namespace std::chrono_literals;
using namespace sim::settings;

constexpr auto longest = 24h * 90;
constexpr std::uint64_t most = 1'000'000'000'000;

struct HubsRow {
  std::string name;
  EventHubsTier tier;
  DestinationGiven given;
  EventHubsFigures figures;
};

template <class Part, class Member>
auto in(Part part, Member member) {
  return [ part, member ](auto& row) -> auto& { return (row.*part).*member; };
}

Value<double> bytes(const char* example) { return as<double>(size(0, most, example)); }

Value<std::vector<std::uint32_t>> sizes() {
  return list(whole<std::uint32_t>(1, 1000), "numbers of units such as [1, 2, 4]");
}

Value<Duration> time(const char* example) { return duration(0s, longest, example); }

Table<HubsRow> event_hubs_table() {
  Table<HubsRow> table("event hubs");
  const auto tier = [&](const char* key, auto member, auto value, const char* doc) {
    table.field(key, in(&HubsRow::tier, member), value, doc).required();
  };
  table.field("name", &HubsRow::name, name("standard"), "The tier.").required();
  tier("events_in", &EventHubsTier::events_in, per_second("1000/s"), "Events in, a unit.");
  tier("bytes_in", &EventHubsTier::bytes_in, bytes("1 MB"), "Bytes in a second, a unit.");
  tier("events_out", &EventHubsTier::events_out, per_second("4096/s"), "Events out, a unit.");
  tier("bytes_out", &EventHubsTier::bytes_out, bytes("2 MB"), "Bytes out a second, a unit.");
  tier("units_most", &EventHubsTier::units_most, whole<std::uint32_t>(1), "Units of a namespace.");
  tier("partitions_most", &EventHubsTier::partitions_most, whole<std::uint32_t>(1), "Of an event hub.");
  tier("message_most", &EventHubsTier::message_most, size(1, most, "1 MiB"), "The largest message.");
  tier("retention_most", &EventHubsTier::retention_most, time("7d"), "The longest.");
  tier("sizes", &EventHubsTier::sizes, sizes(), "Numbers of units that can be had; empty for any.");
  table
      .field("partitions", in(&HubsRow::given, &DestinationGiven::partitions),
             optional(whole<std::uint32_t>(1)), "Unless a scenario says so.")
      .required();
  table
      .field("retention", in(&HubsRow::given, &DestinationGiven::retention), optional(time("1d")),
             "Unless a scenario says so.")
      .required();
  const auto figure = [&](const char* key, auto member, const char* example, const char* doc) {
    table.field(key, in(&HubsRow::figures, member), time(example), doc).required();
  };
  figure("window", &EventHubsFigures::window, "1s", "Over which a limit is judged.");
  figure("busy_wait", &EventHubsFigures::busy_wait, "4s", "After a server-busy answer.");
  figure("resize", &EventHubsFigures::resize, "10s", "Until other units hold.");
  figure("inflate_step", &EventHubsFigures::inflate_step, "1m", "Between two steps of auto-inflate.");
  return table;
}

Tier tier_named(const std::string& name) {
  for (const Tier tier : {Tier::basic, Tier::standard, Tier::premium, Tier::dedicated})
    if (name_of(tier) == name) return tier;
  throw std::logic_error("event_hubs.yaml has a row that is no tier");
}

const std::vector<HubsRow>& event_hubs() {
  static const std::vector<HubsRow> rows =
      catalog::read("models/exports/event_hubs.yaml", event_hubs_table());
  return rows;
}

struct BusRow {
  std::string name;
  ServiceBusFigures figures;
  std::uint64_t size = 0;
};

const BusRow& service_bus() {
  static const BusRow row = [] {
    Table<BusRow> table("service bus");
    const auto figure = [&](const char* key, auto member, auto value, const char* doc) {
      table.field(key, in(&BusRow::figures, member), value, doc).required();
    };
    table.field("name", &BusRow::name, name("default"), "Name of the row.").required();
    figure("credits", &ServiceBusFigures::credits, per_second("1000/s"), "Of a standard namespace.");
    figure("bytes_per_unit", &ServiceBusFigures::bytes_per_unit, bytes("4 MB"), "In plus out, a second.");
    figure("message_most", &ServiceBusFigures::message_most, sim::settings::size(1, most, "256 KiB"),
           "The largest message, tier standard.");
    figure("message_most_premium", &ServiceBusFigures::message_most_premium,
           sim::settings::size(1, most, "100 MB"), "The same, tier premium.");
    figure("busy_wait", &ServiceBusFigures::busy_wait, time("2s"), "After a busy answer.");
    figure("resize", &ServiceBusFigures::resize, time("10s"), "Until other units hold.");
    figure("sizes", &ServiceBusFigures::sizes, sizes(), "Numbers of messaging units.");
    figure("up", &ServiceBusFigures::up, share(0, 1, "75%"), "Above it the namespace grows.");
    figure("down", &ServiceBusFigures::down, share(0, 1, "25%"), "Below it it shrinks.");
    figure("look_back", &ServiceBusFigures::look_back, time("10m"), "Time whose mean is looked at.");
    figure("cooldown", &ServiceBusFigures::cooldown, time("5m"), "After a change.");
    figure("period", &ServiceBusFigures::period, time("1m"), "Of the scaling engine.");
    table.field("size", &BusRow::size, sim::settings::size(1, most, "1 GB"), "Of a queue or topic.")
        .required();
    return catalog::read("models/exports/service_bus.yaml", table).at(0);
  }();
  return row;
}

struct BlobRow {
  std::string name;
  BlobFigures figures;
  DestinationGiven given;
};

const BlobRow& blob_storage() {
  static const BlobRow row = [] {
    Table<BlobRow> table("blob storage");
    table.field("name", &BlobRow::name, name("default"), "Name of the row.").required();
    table.field("file", in(&BlobRow::figures, &BlobFigures::file), time("1m"), "A file a partition.")
        .required();
    table
        .field("busy_waits", in(&BlobRow::figures, &BlobFigures::busy_waits),
               list(time("2s"), "waits such as [2s, 4s]"), "After 503, one after the other.")
        .required();
    Table<control::Triangular> triangular("a triangular time");
    triangular.field("least", &control::Triangular::least, time("15m"), "The shortest.").required();
    triangular.field("mode", &control::Triangular::mode, time("45m"), "The most frequent.").required();
    triangular.field("most", &control::Triangular::most, time("75m"), "The longest.").required();
    table
        .field("failover", in(&BlobRow::figures, &BlobFigures::failover), nested(triangular),
               "Of an account.")
        .required();
    table.field("sync", in(&BlobRow::figures, &BlobFigures::sync), time("15m"), "Age of the other copy.")
        .required();
    const auto given = [&](const char* key, auto member, auto value) {
      table.field(key, in(&BlobRow::given, member), optional(value), "Unless a scenario says so.").required();
    };
    given("partitions", &DestinationGiven::partitions, whole<std::uint32_t>(1));
    given("requests", &DestinationGiven::requests, per_second("20000/s"));
    given("ingress", &DestinationGiven::ingress, sim::settings::size(1, most, "3125 MB"));
    return catalog::read("models/exports/blob_storage.yaml", table).at(0);
  }();
  return row;
}

struct ExportRow {
  Export defaults;
  Figures figures;
};

const ExportRow& exports() {
  static const ExportRow row = [] {
    Table<ExportRow> table("exports");
    table.include(export_table().relaxed(), &ExportRow::defaults);
    const auto limit = [&](const char* key, auto member, const char* doc) {
      table
          .field(
              key, [member](auto& r) -> auto& { return r.figures.limits.*member; }, whole<std::uint32_t>(1),
              doc)
          .required();
    };
    limit("exports", &Limits::exports, "Exports of an application.");
    limit("destinations", &Limits::destinations, "Destinations of an application.");
    limit("destinations_per_export", &Limits::destinations_per_export, "Destinations of an export.");
    table
        .field("connectivity_event", in(&ExportRow::figures, &Figures::connectivity_event),
               size(1, most, "297 B"), "As a whole.")
        .required();
    table
        .field("lifecycle_event", in(&ExportRow::figures, &Figures::lifecycle_event), size(1, most, "297 B"),
               "As a whole.")
        .required();
    table
        .field("snapshot", in(&ExportRow::figures, &Figures::snapshot), duration(1s, 1h, "60s"),
               "Connectivity is told once in this time.")
        .required();
    return catalog::read("models/exports/exports.yaml", table).at(0);
  }();
  return row;
}

Figures all_figures() {
  Figures all = exports().figures;
  for (const HubsRow& row : event_hubs()) {
    EventHubsTier tier = row.tier;
    tier.tier = tier_named(row.name);
    if (all.event_hubs.tiers.empty()) all.event_hubs = row.figures;
    all.event_hubs.tiers[tier.tier] = tier;
  }
  all.service_bus = service_bus().figures;
  all.blob = blob_storage().figures;
  return all;
}

DestinationGiven make_default(Kind kind) {
  DestinationGiven given;
  given.kind = kind;
  if (kind == Kind::event_hubs) {
    given = event_hubs().front().given;
    given.tier = Tier::standard;
    given.partitioning = Partitioning::keyed;
  } else if (kind == Kind::blob_storage) {
    given = blob_storage().given;
    given.redundancy = Redundancy::lrs;
  } else {
    given.tier = Tier::standard;
    given.size = service_bus().size;
    if (kind == Kind::service_bus_topic) given.filters = 0;
  }
  given.kind = kind;
  return given;
}

}  // namespace

const Export& default_export() { return exports().defaults; }

const DestinationGiven& default_destination(Kind kind) {
  static const std::map<Kind, DestinationGiven> all = [] {
    std::map<Kind, DestinationGiven> map;
    for (const Kind k :
         {Kind::event_hubs, Kind::blob_storage, Kind::service_bus_queue, Kind::service_bus_topic})
      map.emplace(k, make_default(k));
    return map;
  }();
  return all.at(kind);
}

std::uint64_t most_message(const Destination& destination) {
  if (destination.kind == Kind::event_hubs)
    return figures().event_hubs.tiers.at(destination.tier).message_most;
  if (destination.kind == Kind::blob_storage) return 0;
  const ServiceBusFigures& bus = figures().service_bus;
  return destination.tier == Tier::premium ? bus.message_most_premium : bus.message_most;
}

const Figures& figures() {
  static const Figures all = all_figures();
  return all;
}

}  // namespace exports
