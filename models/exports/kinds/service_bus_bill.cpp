// What queues and topics of Service Bus cost, those of one subscription together.
#include <algorithm>

#include "models/exports/kinds/service_bus.hpp"
#include "models/money.hpp"
#include "sim/settings/quantity.hpp"

namespace exports {
namespace {

using namespace sim::settings;

constexpr std::uint64_t most_operations = 1'000'000'000'000;

Table<PriceStep> step_table() {
  const std::string example = "{up_to: 100000000 operations, price: 0.80 USD}";
  Table<PriceStep> table("a step such as " + example, example);
  table.field("up_to", &PriceStep::up_to,
              optional(count_of("operations", 1, most_operations, "100000000 operations")),
              "Of a month, those included counted; the last step has none and goes on for ever.");
  table.field("price", &PriceStep::price, money::dollars("0.80 USD"), "A million.").required();
  return table;
}

// 0.80 USD, or steps: each reaches further than the one before, the last for ever.
Value<std::vector<PriceStep>> steps() {
  const Value<std::vector<PriceStep>> several =
      list(nested(step_table()),
           "steps such as [{up_to: 100000000 operations, price: 0.80 USD}, {price: 0.50 USD}]");
  const Value<double> dollars = money::dollars("0.80 USD");
  const Value<std::vector<PriceStep>> one{
      [dollars](Reader& reader, const Node& node, std::vector<PriceStep>& out) {
        PriceStep step;
        if (!dollars.read(reader, node, step.price)) return false;
        out = {step};
        return true;
      },
      [dollars](const std::vector<PriceStep>& all) { return dollars.write(all.front().price); },
      dollars.shape};
  Value<std::vector<PriceStep>> value = either<std::vector<PriceStep>>(
      one, several, [](const std::vector<PriceStep>& all) { return all.size() == 1 && !all.front().up_to; });
  value.read = [read = value.read](Reader& reader, const Node& node, std::vector<PriceStep>& out) {
    if (!read(reader, node, out)) return false;
    if (out.empty()) return reader.fail(node, "has no step", "write 0.80 USD");
    for (std::size_t i = 0; i + 1 < out.size(); ++i)
      if (!out[i].up_to || (i > 0 && *out[i].up_to <= *out[i - 1].up_to))
        return reader.fail(node.items[i],
                           "does not reach further than the step before and less far than the next",
                           "write up_to, from step to step more");
    if (out.back().up_to)
      return reader.fail(node.items.back(), "is the last step and ends", "remove its up_to");
    return true;
  };
  return value;
}

// Operations of all of them in so many hours; steps and what is included are those of a month.
double stepped(const BusPrices& prices, double operations, double hours) {
  const double month = hours / money::hours_a_month;
  double from = static_cast<double>(prices.included) * month, amount = 0;
  for (const PriceStep& step : prices.operations) {
    const double to =
        step.up_to ? std::min(operations, static_cast<double>(*step.up_to) * month) : operations;
    amount += std::max(0.0, to - from) / 1e6 * step.price;
    from = std::max(from, to);
  }
  return amount;
}

// A call for each 64 KB that it is given or gives, for each that completes a message, and for each
// subscription alike.
double operations(const Billed& one) {
  const double subscriptions = one.destination->own.of<BusSettings>().subscriptions;
  const std::vector<Consumer>& consumers = one.destination->consumers;
  const bool completes = !consumers.empty() && consumers.front().completes;
  return one.usage.blocks + subscriptions * (one.usage.blocks_of_reads + (completes ? one.usage.reads : 0));
}

}  // namespace

void add_bus_prices(Table<Prices>& table) {
  table.field("service_bus", own<BusPrices>(&BusPrices::standard), money::dollars("0.0135 USD"),
              "An hour of a subscription that has a standard namespace of Service Bus, however many.");
  table.field("included", own<BusPrices>(&BusPrices::included),
              count_of("operations", 0, most_operations, "13000000 operations"),
              "Of it, a month, of all together.");
  table.field("operations", own<BusPrices>(&BusPrices::operations), steps(),
              "A million of them beyond, in steps of a month.");
  table.field("basic_operations", own<BusPrices>(&BusPrices::basic_operations), money::dollars("0.05 USD"),
              "A million operations of tier basic.");
  table.field("messaging_unit", own<BusPrices>(&BusPrices::messaging_unit), money::dollars("0.928 USD"),
              "A unit of the tier premium and hour.");
}

// Standard ones have their part of the base in equal shares, and of the steps by their operations.
std::vector<double> bus_bill(const Prices& prices, const std::vector<Billed>& all) {
  const BusPrices& own = prices.own.of<BusPrices>();
  double hours = 0, made = 0, standard = 0;
  for (const Billed& one : all) {
    if (one.destination->tier != Tier::standard) continue;
    hours = std::max(hours, one.usage.hours);
    made += operations(one);
    ++standard;
  }
  const double beyond = stepped(own, made, hours);
  std::vector<double> amounts;
  for (const Billed& one : all) {
    const double mine = operations(one);
    if (one.destination->tier == Tier::premium)
      amounts.push_back(one.usage.unit_hours * own.messaging_unit / sharing_units(all, one));
    else if (one.destination->tier == Tier::basic)
      amounts.push_back(mine / 1e6 * own.basic_operations);
    else
      amounts.push_back(hours * own.standard / standard + (made > 0 ? beyond * mine / made : 0));
  }
  return amounts;
}

}  // namespace exports
