// What the simulated time costs: hubs by the hour, DPS by the operation, and what a plan of IoT Central
// would.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/exports/settings.hpp"
#include "models/hub/settings.hpp"
#include "models/measures/report.hpp"
#include "sim/settings/table.hpp"

namespace measures {

// US dollars.
struct Prices {
  struct Plan {
    double device = 0;           // a device and month
    std::uint64_t messages = 0;  // included for each device and month, shared by all
    double overage = 0;          // a thousand messages beyond
  };
  std::int64_t date_utc_s = 0;           // of the prices
  std::map<hub::Edition, double> units;  // a unit and month
  double dps_operations = 0;             // a thousand
  Plan standard_1, standard_2;
  // Destinations of exports.
  struct Exports {
    std::map<exports::Tier, double> event_hubs;  // a unit and hour
    double events = 0;                           // a million that come in, of tiers basic and standard
    double service_bus = 0;                      // a standard namespace and hour
    std::uint64_t included = 0;                  // operations of it a month
    double operations = 0;                       // a million beyond
    double messaging_unit = 0;                   // an hour
    std::map<exports::Redundancy, double> writes, storage;  // ten thousand; a GB and month
  };
  Exports exports;
  std::uint64_t free_devices = 0;
};

inline constexpr double hours_a_month = 730;

sim::settings::Table<Prices> prices_table();
Prices list_prices();  // from prices.yaml

// What there was to pay for after the warm-up.
struct Usage {
  std::map<hub::Edition, double> unit_hours;
  double dps_operations = 0;
  double device_hours = 0;  // of the application's devices
  double messages = 0;      // in blocks of the quota's meter
  double hours = 0;
  // Of a destination of exports.
  struct Destination {
    std::string name;
    exports::Kind kind = exports::Kind::event_hubs;
    exports::Tier tier = exports::Tier::standard;
    exports::Redundancy redundancy = exports::Redundancy::lrs;
    double unit_hours = 0;
    double messages = 0, files = 0;
    double operations = 0;  // messages in and out
    double bytes = 0;
  };
  std::vector<Destination> destinations{};
};

// What a plan costs: devices but for the free ones, and messages beyond the allowance, both for this part of
// a month.
double plan_cost(const Prices::Plan& plan, std::uint64_t free_devices, const Usage& usage);

// What a destination cost; what is stored counts from the middle of the time on average.
double destination_cost(const Prices::Exports& prices, const Usage::Destination& usage, double hours);

// cost.hubs, cost.dps, cost.exports, cost.total, cost.plan (the cheaper one), destination.<destination>.cost.
void report_cost(Report& report, const Prices& prices, const Usage& usage);

}  // namespace measures
