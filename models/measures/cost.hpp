// What time costs: hubs by the hour, DPS by the operation, and what a plan of IoT Central
// would.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/exports/destination_kind.hpp"
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
  Plan standard_0, standard_1, standard_2;
  exports::Prices exports;
  std::uint64_t free_devices = 0;
};

sim::settings::Table<Prices> prices_table();
Prices list_prices();  // from prices.yaml

// What there was to pay for after the warm-up.
struct Usage {
  std::map<hub::Edition, double> unit_hours;
  double dps_operations = 0;
  double device_hours = 0;  // of the application's devices
  double messages = 0;      // of a plan, in blocks of 4 KB
  double hours = 0;
  struct Destination {
    std::string name;
    double cost = 0;
  };
  std::vector<Destination> destinations{};  // of exports
};

// What destinations of exports cost: services bill theirs together.
std::vector<Usage::Destination> exports_bill(const Prices& prices, const std::vector<exports::Billed>& all);

// What a plan costs: devices but for the free ones, and messages beyond the allowance, both for this part of
// a month.
double plan_cost(const Prices::Plan& plan, std::uint64_t free_devices, const Usage& usage);

// The cheapest of the plans.
double cheapest_plan(const Prices& prices, const Usage& usage);

double hubs_cost(const Prices& prices, const Usage& usage);
double dps_cost(const Prices& prices, const Usage& usage);

// cost.hubs, cost.dps, cost.exports, cost.total, cost.plan, destination.<destination>.cost.
void report_cost(Report& report, const Prices& prices, const Usage& usage);

}  // namespace measures
