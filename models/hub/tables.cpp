#include "models/hub/tables.hpp"

#include "models/catalog.hpp"
#include "models/network/tables.hpp"

namespace hub {
namespace {

using namespace std::chrono_literals;
using namespace sim::settings;

constexpr auto longest_wait = 24h;
const RateBounds rates{"0/s", "1000000000/s"};

Value<Edition> edition() {
  return choice<Edition>({{"F1", Edition::F1},
                          {"B1", Edition::B1},
                          {"B2", Edition::B2},
                          {"B3", Edition::B3},
                          {"S1", Edition::S1},
                          {"S2", Edition::S2},
                          {"S3", Edition::S3}});
}

struct EditionRow {
  Edition edition = Edition::S1;
  EditionLimits limits;
};

Table<OperationLimit> operation_table() {
  Table<OperationLimit> table("a limit such as {flat: 100/s, per_unit: 12/s}");
  table.field("flat", &OperationLimit::flat, per_second(rates, "100/s"), "At least this, whatever the units.")
      .required();
  table.field("per_unit", &OperationLimit::per_unit, per_second(rates, "12/s"), "For each unit.").required();
  return table;
}

// Sizes a second.
Table<OperationLimit> bytes_table() {
  Value<double> bytes = as<double>(size(0, 1ull << 40, "160 KiB"));
  Table<OperationLimit> table("a limit such as {flat: 0 B, per_unit: 160 KiB}");
  table.field("flat", &OperationLimit::flat, bytes, "At least this, whatever the units.").required();
  table.field("per_unit", &OperationLimit::per_unit, bytes, "For each unit.").required();
  return table;
}

Table<EditionRow> edition_table() {
  Table<EditionLimits> limits("limits");
  const Value<OperationLimit> operation = nested(operation_table());
  limits.field("connects", &EditionLimits::connects, operation, "New device connections.").required();
  limits.field("registry", &EditionLimits::registry, operation, "Identity registry operations.").required();
  limits.field("sends", &EditionLimits::sends, operation, "Device-to-cloud sends.").required();
  limits.field("twin_reads", &EditionLimits::twin_reads, operation, "Twin reads.").required();
  limits.field("twin_updates", &EditionLimits::twin_updates, operation, "Twin updates.").required();
  limits.field("methods", &EditionLimits::method_bytes, nested(bytes_table()), "Direct methods.").required();
  limits
      .field("messages_a_day", &EditionLimits::messages_a_day,
             count_of("messages", 0, 1'000'000'000, "400000 messages"), "Messages a day and unit.")
      .required();
  limits.field("block", &EditionLimits::block, size(1, 1ull << 30, "4 KiB"), "What counts as one message.")
      .required();
  limits.field("units_max", &EditionLimits::units_max, whole<std::uint32_t>(1), "Units a hub may have.")
      .required();
  Table<EditionRow> table("an edition");
  table.field("name", &EditionRow::edition, edition(), "Name of the edition.").required();
  return table.include(limits, &EditionRow::limits);
}

Table<Shaping> shaping_table() {
  Table<Shaping> table("traffic shaping such as {burst: 90s, queue: 90s}", "{burst: 90s, queue: 90s}");
  table.field("burst", &Shaping::burst, duration(0s, longest_wait, "90s"),
              "Burst credit, as time at the rate.");
  table.field("queue", &Shaping::queue, duration(0s, longest_wait, "90s"),
              "Length of the queue, as time at the rate.");
  table.field("expiry", &Shaping::expiry, duration(0s, longest_wait, "60s"),
              "A request that has waited this long is dropped; 0 means never.");
  return table;
}

// Only clients give up waiting: what DPS asks of the registry is done whoever has lost interest.
Table<Shaping> connects_table() {
  Table<Shaping> table = shaping_table();
  table.field("abandoned", &Shaping::serve_abandoned, choice<bool>({{"skipped", false}, {"served", true}}),
              "What happens to a queued request whose client has given up.");
  return table;
}

struct ShapingRow {
  std::string name;
  Shaping shaping;
};

Shaping catalog_shaping(const std::string& name) {
  Table<ShapingRow> table("traffic shaping");
  table.field("name", &ShapingRow::name, sim::settings::name("connects"), "The operation.").required();
  table.include(connects_table(), &ShapingRow::shaping);
  for (const ShapingRow& row : catalog::read("models/hub/shaping.yaml", table))
    if (row.name == name) return row.shaping;
  throw std::logic_error("no shaping of " + name);
}

// What single hubs and several equal ones have in common.
Table<Settings> common_table() {
  Table<Settings> table("a hub");
  table.field("edition", &Settings::edition, edition(), "Edition of the hub.");
  table.field("units", &Settings::units, whole<std::uint32_t>(1, 10'000), "Units of the hub.");
  table.field("region", &Settings::region, network::cloud_region(),
              "Cloud region; that of the application unless given.");
  Value<std::uint32_t> zone = whole<std::uint32_t>(1, 3);
  zone.write = [write = zone.write](const std::uint32_t& z) { return z == 0 ? Node{} : write(z); };
  table.field("zone", &Settings::zone, zone,
              "Availability zone of its region, where services do not span zones; in turn unless given.");
  table.field("connects", &Settings::connects, nested(connects_table()),
              "Traffic shaping of new connections.");
  table.field("registry", &Settings::registry, nested(shaping_table()),
              "Traffic shaping of identity registry operations.");
  table.field(
      "sends", &Settings::sends, nested(shaping_table()),
      "Traffic shaping of device-to-cloud messages; twin reads, twin updates and direct methods have the "
      "same, each at its own limit.");
  return table;
}

}  // namespace

const std::map<Edition, EditionLimits>& editions() {
  static const std::map<Edition, EditionLimits> all = [] {
    std::map<Edition, EditionLimits> by_edition;
    for (const EditionRow& row : catalog::read("models/hub/editions.yaml", edition_table()))
      by_edition[row.edition] = row.limits;
    return by_edition;
  }();
  return all;
}

std::string edition_name(Edition e) { return edition().write(e).text; }

Settings default_settings() {
  static const Shaping connects = catalog_shaping("connects"), registry = catalog_shaping("registry"),
                       sends = catalog_shaping("sends");
  Settings settings;
  settings.connects = connects;
  settings.registry = registry;
  settings.sends = sends;
  return settings;
}

Table<Settings> settings_table() {
  Table<Settings> table("a hub such as {name: north, edition: S2, units: 2}", "{edition: S2, units: 2}");
  table.field("name", &Settings::name, name("hub-1"), "Name of the hub; hub-1, hub-2, ... unless given.");
  table.field("weight", &Settings::weight, decimal(1, 1000, "1"), "Allocation weight.");
  return table.include(common_table(), std::identity{});
}

Table<Several> several_table() {
  Table<Several> table("hubs such as {count: 4, edition: S2, units: 2}", "{count: 4, edition: S2, units: 2}");
  table.field("count", &Several::count, whole<std::uint32_t>(1, most_hubs), "Number of equal hubs.")
      .required();
  return table.include(common_table(), &Several::each);
}

}  // namespace hub
