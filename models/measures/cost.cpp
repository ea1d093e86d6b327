#include "models/measures/cost.hpp"

#include <algorithm>

#include "models/catalog.hpp"
#include "models/exports/tables.hpp"

namespace measures {
namespace {

using namespace sim::settings;

constexpr double most = 1e9;

// "25 USD".
sim::settings::Value<double> dollars(const std::string& example) {
  Shape shape;
  shape.pattern = "[0-9]+(\\.[0-9]+)? USD";
  shape.says = "an amount such as " + example;
  shape.example = example;
  const auto parse = [example](std::string_view text) -> Parsed<double> {
    constexpr std::string_view unit = " USD";
    if (text.size() <= unit.size() || text.substr(text.size() - unit.size()) != unit)
      return Problem{"is no amount in US dollars", "write it like " + example};
    Parsed<double> amount = parse_decimal(text.substr(0, text.size() - unit.size()));
    if (const auto* number = std::get_if<double>(&amount))
      if (auto problem = outside(*number<0, *number> most, "0 USD", "1000000000 USD")) return *problem;
    return amount;
  };
  return from_text<double>(shape, parse, [](const double& v) { return format_decimal(v) + " USD"; });
}

double& of_edition(std::map<hub::Edition, double>& prices, hub::Edition e) { return prices[e]; }
const double& of_edition(const std::map<hub::Edition, double>& prices, hub::Edition e) {
  return prices.at(e);
}

Table<Prices::Plan> plan_table() {
  Table<Prices::Plan> table("a plan such as {device: 0.40 USD}", "{device: 0.40 USD}");
  table.field("device", &Prices::Plan::device, dollars("0.40 USD"), "A device and month.");
  table.field("messages", &Prices::Plan::messages, count_of("messages", 1'000'000'000, "5000 messages"),
              "Included for each device and month; all devices share them.");
  table.field("overage", &Prices::Plan::overage, dollars("0.015 USD"), "A thousand messages beyond.");
  return table;
}

template <class Key>
auto one_of(std::map<Key, double> Prices::Exports::*prices, Key key) {
  struct At {
    std::map<Key, double> Prices::Exports::*prices;
    Key key;
    double& operator()(Prices::Exports& e) const { return (e.*prices)[key]; }
    const double& operator()(const Prices::Exports& e) const { return (e.*prices).at(key); }
  };
  return At{prices, key};
}

Table<Prices::Exports> event_hubs_table() {
  using enum exports::Tier;
  Table<Prices::Exports> table("prices such as {standard: 0.03 USD}", "{standard: 0.03 USD}");
  for (const exports::Tier tier : {basic, standard, premium, dedicated})
    table.field(exports::name_of(tier), one_of(&Prices::Exports::event_hubs, tier), dollars("0.03 USD"),
                "A unit and hour.");
  return table;
}

Table<Prices::Exports> storage_table(std::map<exports::Redundancy, double> Prices::Exports::*prices,
                                     const char* example, const char* doc) {
  using enum exports::Redundancy;
  const std::string map = std::string("{LRS: ") + example + "}";
  Table<Prices::Exports> table("prices such as " + map, map);
  for (const exports::Redundancy redundancy : {lrs, zrs, grs, ra_grs, gzrs, ra_gzrs})
    table.field(exports::name_of(redundancy), one_of(prices, redundancy), dollars(example), doc);
  return table;
}

Table<Prices::Exports> exports_table() {
  Table<Prices::Exports> table("prices such as {events: 0.03 USD}", "{events: 0.03 USD}");
  table.field("event_hubs", std::identity{}, nested(event_hubs_table()), "Units of Event Hubs.");
  table.field("events", &Prices::Exports::events, dollars("0.03 USD"),
              "A million events in, of the tiers basic and standard.");
  table.field("service_bus", &Prices::Exports::service_bus, dollars("0.0135 USD"),
              "A standard namespace of Service Bus and hour.");
  table.field("included", &Prices::Exports::included,
              count_of("operations", 1'000'000'000'000, "13000000 operations"), "Of it, a month.");
  table.field("operations", &Prices::Exports::operations, dollars("0.80 USD"), "A million of them beyond.");
  table.field("messaging_unit", &Prices::Exports::messaging_unit, dollars("0.928 USD"),
              "A unit of the tier premium and hour.");
  table.field("blob_writes", std::identity{},
              nested(storage_table(&Prices::Exports::writes, "0.055 USD", "Ten thousand writes.")),
              "Writes to Blob Storage by its redundancy.");
  table.field("blob_storage", std::identity{},
              nested(storage_table(&Prices::Exports::storage, "0.0208 USD", "A GB and month.")),
              "What Blob Storage holds, by its redundancy.");
  return table;
}

struct Row {
  std::string name;
  Prices prices;
};

void put(Report& report, const char* name, double amount) {
  report.values[name] = {"USD", amount, std::nullopt, std::nullopt};
}

}  // namespace

Table<Prices> prices_table() {
  Table<Prices> table("prices such as {S1: 25 USD}", "{S1: 25 USD}");
  table.field("date", &Prices::date_utc_s, instant(), "The day of these prices.");
  const std::pair<const char*, hub::Edition> editions[] = {
      {"F1", hub::Edition::F1}, {"B1", hub::Edition::B1}, {"B2", hub::Edition::B2}, {"B3", hub::Edition::B3},
      {"S1", hub::Edition::S1}, {"S2", hub::Edition::S2}, {"S3", hub::Edition::S3}};
  for (const auto& [name, edition] : editions)
    table.field(
        name, [edition = edition](auto& prices) -> auto& { return of_edition(prices.units, edition); },
        dollars("25 USD"), "A unit and month.");
  table.field("dps_operations", &Prices::dps_operations, dollars("0.10 USD"), "A thousand registrations.");
  table.field("standard_1", &Prices::standard_1, nested(plan_table()), "IoT Central's plan Standard 1.");
  table.field("standard_2", &Prices::standard_2, nested(plan_table()), "IoT Central's plan Standard 2.");
  table.field("free_devices", &Prices::free_devices, whole<std::uint64_t>(0, 1'000'000),
              "Devices that a plan does not charge.");
  table.field("exports", &Prices::exports, nested(exports_table()), "Destinations of exports.");
  return table;
}

Prices list_prices() {
  static const Prices prices = [] {
    Table<Row> table("prices");
    table.field("name", &Row::name, name("list"), "Name of the row.").required();
    table.include(prices_table(), &Row::prices);
    return catalog::read("models/measures/prices.yaml", table).at(0).prices;
  }();
  return prices;
}

double plan_cost(const Prices::Plan& plan, std::uint64_t free_devices, const Usage& usage) {
  const double free_hours = static_cast<double>(free_devices) * usage.hours;
  const double device_months = std::max(0.0, usage.device_hours - free_hours) / hours_a_month;
  const double allowance = static_cast<double>(plan.messages) * usage.device_hours / hours_a_month;
  return device_months * plan.device + std::max(0.0, usage.messages - allowance) / 1000 * plan.overage;
}

double destination_cost(const Prices::Exports& prices, const Usage::Destination& usage, double hours) {
  const double million = 1e6, gigabyte = 1e9;
  if (usage.kind == exports::Kind::blob_storage) {
    const double stored = usage.bytes / gigabyte / 2 * hours / hours_a_month;
    return usage.files / 10'000 * prices.writes.at(usage.redundancy) +
           stored * prices.storage.at(usage.redundancy);
  }
  if (usage.kind == exports::Kind::event_hubs) {
    const bool charged = usage.tier == exports::Tier::basic || usage.tier == exports::Tier::standard;
    return usage.unit_hours * prices.event_hubs.at(usage.tier) +
           (charged ? usage.messages / million * prices.events : 0);
  }
  if (usage.tier == exports::Tier::premium) return usage.unit_hours * prices.messaging_unit;
  const double included = static_cast<double>(prices.included) * hours / hours_a_month;
  return hours * prices.service_bus +
         std::max(0.0, usage.operations - included) / million * prices.operations;
}

void report_cost(Report& report, const Prices& prices, const Usage& usage) {
  double hubs = 0;
  for (const auto& [edition, hours] : usage.unit_hours)
    hubs += hours / hours_a_month * prices.units.at(edition);
  const double dps = usage.dps_operations / 1000 * prices.dps_operations;
  put(report, "cost.hubs", hubs);
  put(report, "cost.dps", dps);
  double exports = 0;
  for (const Usage::Destination& destination : usage.destinations) {
    const double cost = destination_cost(prices.exports, destination, usage.hours);
    report.values["destination." + destination.name + ".cost"] = {"USD", cost, std::nullopt, std::nullopt};
    exports += cost;
  }
  put(report, "cost.exports", exports);
  put(report, "cost.total", hubs + dps + exports);
  put(report, "cost.plan",
      std::min(plan_cost(prices.standard_1, prices.free_devices, usage),
               plan_cost(prices.standard_2, prices.free_devices, usage)));
}

}  // namespace measures
