#include "models/measures/cost.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/catalog.hpp"
#include "models/measures/export_totals.hpp"
#include "models/measures/list.hpp"
#include "models/measures/messages.hpp"
#include "models/measures/scaling.hpp"
#include "models/money.hpp"

namespace measures {
namespace {

using namespace sim::settings;

using money::dollars;
using money::hours_a_month;

double& of_edition(std::map<hub::Edition, double>& prices, hub::Edition e) { return prices[e]; }
const double& of_edition(const std::map<hub::Edition, double>& prices, hub::Edition e) {
  return prices.at(e);
}

Table<Prices::Plan> plan_table() {
  Table<Prices::Plan> table("a plan such as {device: 0.40 USD}", "{device: 0.40 USD}");
  table.field("device", &Prices::Plan::device, dollars("0.40 USD"), "A device and month.");
  table.field("messages", &Prices::Plan::messages, count_of("messages", 0, 1'000'000'000, "5000 messages"),
              "Included for each device and month; all devices share them.");
  table.field("overage", &Prices::Plan::overage, dollars("0.015 USD"), "A thousand messages beyond.");
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
  table.field("standard_0", &Prices::standard_0, nested(plan_table()), "IoT Central's plan Standard 0.");
  table.field("standard_1", &Prices::standard_1, nested(plan_table()), "IoT Central's plan Standard 1.");
  table.field("standard_2", &Prices::standard_2, nested(plan_table()), "IoT Central's plan Standard 2.");
  table.field("free_devices", &Prices::free_devices, whole<std::uint64_t>(0, 1'000'000),
              "Devices that a plan does not charge.");
  table.field("exports", &Prices::exports, nested(exports::prices_table()), "Destinations of exports.");
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

double cheapest_plan(const Prices& prices, const Usage& usage) {
  double least = std::numeric_limits<double>::infinity();
  for (const Prices::Plan* plan : {&prices.standard_0, &prices.standard_1, &prices.standard_2})
    least = std::min(least, plan_cost(*plan, prices.free_devices, usage));
  return least;
}

std::vector<Usage::Destination> exports_bill(const Prices& prices, const std::vector<exports::Billed>& all) {
  std::map<std::string, std::vector<std::size_t>> services;
  for (std::size_t d = 0; d < all.size(); ++d) services[all[d].destination->kind->service()].push_back(d);
  std::vector<Usage::Destination> bill;
  for (const exports::Billed& one : all) bill.push_back({one.destination->name});
  for (const auto& [service, members] : services) {
    std::vector<exports::Billed> theirs;
    for (const std::size_t d : members) theirs.push_back(all[d]);
    const std::vector<double> amounts = theirs.front().destination->kind->bill(prices.exports, theirs);
    for (std::size_t i = 0; i < members.size(); ++i) bill[members[i]].cost = amounts[i];
  }
  return bill;
}

double hubs_cost(const Prices& prices, const Usage& usage) {
  double cost = 0;
  for (const auto& [edition, hours] : usage.unit_hours)
    cost += hours / hours_a_month * prices.units.at(edition);
  return cost;
}

double dps_cost(const Prices& prices, const Usage& usage) {
  return usage.dps_operations / 1000 * prices.dps_operations;
}

void report_cost(Report& report, const Prices& prices, const Usage& usage) {
  const double hubs = hubs_cost(prices, usage), dps = dps_cost(prices, usage);
  put(report, "cost.hubs", hubs);
  put(report, "cost.dps", dps);
  double exports = 0;
  for (const auto& [destination, cost] : usage.destinations) {
    report.values["destination." + destination + ".cost"] = {"USD", cost, std::nullopt, std::nullopt};
    exports += cost;
  }
  put(report, "cost.exports", exports);
  put(report, "cost.total", hubs + dps + exports);
  put(report, "cost.plan", cheapest_plan(prices, usage));
}

namespace {

class Cost final : public Measure {
 public:
  explicit Cost(const Subject& subject) : subject_(subject) {}

  void begin_counting(Time) override {
    for (const hub::Hub* hub : *subject_.hubs) messages_.push_back(hub->ingress().quota().metered().plan);
    assigned_ = subject_.dps->counters().assigned;
  }

  void report(Report& report) const override {
    Usage usage;
    usage.unit_hours = subject_.scaling->unit_hours();
    usage.dps_operations = static_cast<double>(subject_.dps->counters().assigned - assigned_);
    usage.hours = sim::seconds(subject_.end - subject_.warmup) / 3600;
    usage.device_hours = static_cast<double>(subject_.messages->wanted_time()) / 3.6e9;
    for (const HubId h : messages_.ids())
      usage.messages += (*subject_.hubs)[h]->ingress().quota().metered().plan - messages_[h];
    usage.messages = std::max(0.0, usage.messages);
    if (subject_.export_totals != nullptr) usage.destinations = destinations();
    report_cost(report, *subject_.prices, usage);
  }

 private:
  std::vector<Usage::Destination> destinations() const {
    std::vector<exports::Billed> all;
    const std::vector<exports::Usage> used = subject_.export_totals->usage();
    for (std::size_t d = 0; d < used.size(); ++d) {
      const exports::Destination& to = subject_.exports->sink(d).settings();
      all.push_back({&to, used[d]});
    }
    return exports_bill(*subject_.prices, all);
  }

  // A copy: its references outlive the measures.
  const Subject subject_;
  ids::PerId<HubId, double> messages_;  // before counting began
  std::uint64_t assigned_ = 0;          // registrations, likewise
};

}  // namespace

std::unique_ptr<Measure> make_cost(const Subject& subject) { return std::make_unique<Cost>(subject); }

}  // namespace measures
