// Queues and topics as kinds of destinations: what a scenario says of them, checks and their figures.
#include <fmt/format.h>

#include "models/catalog.hpp"
#include "models/exports/catalog_fields.hpp"
#include "models/exports/kinds/service_bus.hpp"
#include "models/exports/resolve.hpp"
#include "sim/settings/text.hpp"

namespace exports {

namespace {

using namespace sim::settings;
using fields::bytes;
using fields::in;
using fields::most;
using fields::sizes;
using fields::time;

// What a scenario may say of a queue or topic alone.
struct Given {
  std::optional<std::uint32_t> messaging_units, auto_scale, filters, subscriptions;
  std::optional<std::uint64_t> size, bytes_per_unit;
  std::optional<double> credits;
};

struct Row {
  std::string name;
  ServiceBusFigures figures;
  Given presets;
};

Value<std::optional<double>> credits() { return optional(per_second({"1/d", "1000000000/s"}, "1000/s")); }

Value<std::optional<std::uint64_t>> bytes_per_unit() {
  return optional(sim::settings::size(1, 1'000'000'000'000'000, "4 MB"));
}

const Row& row() {
  static const Row all = [] {
    Table<Row> table("service bus");
    const auto figure = [&](const char* key, auto member, auto value, const char* doc) {
      table.field(key, in(&Row::figures, member), value, doc).required();
    };
    table.field("name", &Row::name, name("default"), "Name of the row.").required();
    const auto preset = [&](const char* key, auto member, auto value) {
      table.field(key, in(&Row::presets, member), value, "Unless a scenario says so.").required();
    };
    preset("credits", &Given::credits, credits());
    preset("bytes_per_unit", &Given::bytes_per_unit, bytes_per_unit());
    figure("billed_block", &ServiceBusFigures::billed_block, sim::settings::size(1, most, "64 KiB"),
           "Bytes of a message that are an operation.");
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
    preset("size", &Given::size, optional(sim::settings::size(1, most, "1 GB")));
    preset("subscriptions", &Given::subscriptions, optional(sim::settings::whole<std::uint32_t>(1)));
    return catalog::read("models/exports/kinds/service_bus.yaml", table).at(0);
  }();
  return all;
}

class BusKind final : public DestinationKind {
 public:
  explicit BusKind(bool topic) : topic_(topic) {}
  // Both share keys, figures and prices: those are the queue's to tell.
  std::optional<Catalog> catalog() const override {
    if (topic_) return std::nullopt;
    return Catalog{"service-bus", "models/exports/kinds/service_bus.yaml",
                   "what Service Bus takes, and how it scales"};
  }
  std::string name() const override { return topic_ ? "service-bus-topic" : "service-bus-queue"; }

  void add_units(Table<DestinationGiven>& table) const override {
    if (topic_) return;
    const auto units = [&](const char* key, auto member, const char* doc) {
      table.field(key, own<Given>(member), optional(sim::settings::whole<std::uint32_t>(1, 1000)), doc);
    };
    units("messaging_units", &Given::messaging_units, "Of Service Bus, tier premium.");
    units("auto_scale", &Given::auto_scale,
          "Of Service Bus, tier premium: it scales by itself between messaging_units and these.");
  }
  void add_keys(Table<DestinationGiven>& table) const override {
    if (topic_) return;
    table.field("filters", own<Given>(&Given::filters),
                optional(sim::settings::whole<std::uint32_t>(0, 2000)),
                "Of a topic: filters that are evaluated for each message.");
    table.field("subscriptions", own<Given>(&Given::subscriptions),
                optional(sim::settings::whole<std::uint32_t>(1, 2000)),
                "Of a topic: subscriptions, each of which gets every message and has such a consumer.");
    table.field(
        "credits", own<Given>(&Given::credits), credits(),
        "Of Service Bus, tiers basic and standard: operations a second of the namespace, before it is "
        "busy; more where support has granted it.");
    table.field("bytes_per_unit", own<Given>(&Given::bytes_per_unit), bytes_per_unit(),
                "Of Service Bus, tier premium: bytes a second in plus out that a messaging unit carries.");
    table.field("size", own<Given>(&Given::size),
                optional(sim::settings::size(1'000'000, 1'000'000'000'000'000, "5 GB")),
                "Of a queue or topic with a consumer: what it holds; a full one refuses.");
  }
  void add_prices(Table<Prices>& table) const override {
    if (!topic_) add_bus_prices(table);
  }
  std::vector<std::string> keys(Tier tier) const override {
    std::vector<std::string> all{"namespace", "tier", "consumer", "size"};
    if (tier == Tier::premium)
      all.insert(all.end(), {"messaging_units", "auto_scale", "bytes_per_unit"});
    else
      all.emplace_back("credits");
    if (topic_) all.emplace_back("subscriptions");
    if (topic_ && tier == Tier::standard) all.emplace_back("filters");
    return all;
  }
  std::string remedy(const std::string& key, Tier tier) const override {
    if (key == "auto_scale" || key == "messaging_units" || key == "bytes_per_unit")
      return "write tier: premium";
    return key == "subscriptions" || (key == "filters" && tier != Tier::premium)
               ? "write kind: service-bus-topic"
               : "remove it";
  }
  void check_tier(const Resolution& r) const override {
    if (r.out.tier == Tier::dedicated)
      r.error({"tier"}, fmt::format("{} is no tier of Service Bus with exports", quoted(name_of(r.out.tier))),
              "write standard or premium");
    if (r.out.tier == Tier::basic && topic_)
      r.error({"tier"}, "tier basic of Service Bus has no topics",
              "write standard, or kind: service-bus-queue");
  }

  void share(const Resolution& r, const DestinationGiven& first) const override {
    Given& own = r.given.own.of<Given>();
    const Given& theirs = first.own.of<Given>();
    r.share(own.messaging_units, theirs.messaging_units, "messaging_units");
    r.share(own.auto_scale, theirs.auto_scale, "auto_scale");
    r.share(own.credits, theirs.credits, "credits");
    r.share(own.bytes_per_unit, theirs.bytes_per_unit, "bytes_per_unit");
  }
  void resolve(Resolution& r) const override {
    Given& given = r.given.own.of<Given>();
    r.fill(given.messaging_units, 1u, "messaging_units");
    const Given& presets = row().presets;
    r.fill(given.filters, 0u, "filters");
    r.fill(given.subscriptions, *presets.subscriptions, "subscriptions");
    r.fill(given.credits, *presets.credits, "credits");
    r.fill(given.bytes_per_unit, *presets.bytes_per_unit, "bytes_per_unit");
    if (r.given.consumer) r.fill(given.size, *presets.size, "size");
    r.out.own.of<BusSettings>() = {given.filters.value_or(0), given.subscriptions.value_or(1),
                                   given.size.value_or(0), given.credits.value_or(0),
                                   static_cast<double>(given.bytes_per_unit.value_or(0))};
    r.check_consumer("size");
    if (given.messaging_units) resolve_units(r, given);
  }
  std::optional<Refusal> no_failover(const Destination& to) const override {
    if (to.tier == Tier::premium) return std::nullopt;
    return Refusal{fmt::format("tier {} has no recovery in another region", name_of(to.tier)),
                   "write tier: premium"};
  }

  bool spans_zones(const Destination& to) const override { return to.tier == Tier::premium; }
  bool bills_calls(const Destination& to) const override { return to.tier != Tier::premium; }
  bool has_units(const Destination& to) const override { return to.tier == Tier::premium; }
  std::uint64_t most_message(const Destination& to) const override {
    return to.tier == Tier::premium ? row().figures.message_most_premium : row().figures.message_most;
  }
  std::unique_ptr<Sink> make_sink(const Destination& to, const Sink::Setup& setup) const override {
    return std::make_unique<ServiceBus>(to, setup, row().figures);
  }
  std::uint64_t billed_block(const Destination&) const override { return row().figures.billed_block; }
  std::string service() const override { return "service-bus"; }
  std::vector<double> bill(const Prices& prices, const std::vector<Billed>& all) const override {
    return bus_bill(prices, all);
  }
  std::string more_room(const Destination& to) const override {
    if (to.tier != Tier::premium)  // which has no limit of filters
      return to.own.of<BusSettings>().filters > 0 ? "" : "tier=premium";
    const std::uint32_t units = next_size(row().figures.sizes, to.units.count, 0);
    return units == 0 ? "" : fmt::format("messaging_units={}", units);
  }
  std::string copy_elsewhere() const override { return "tier premium"; }

 private:
  static void resolve_units(const Resolution& r, const Given& given) {
    const std::vector<std::uint32_t>& there = row().figures.sizes;
    Units& units = r.out.units;
    units.count = *given.messaging_units;
    units.most = given.auto_scale.value_or(units.count);
    r.check_size("messaging_units", units.count, there);
    if (!given.auto_scale) return;
    r.check_size("auto_scale", units.most, there);
    r.check_growth("auto_scale", *given.auto_scale);
  }

  bool topic_;
};

}  // namespace

const ServiceBusFigures& service_bus_figures() { return row().figures; }

const DestinationKind& service_bus_queue() {
  static const BusKind kind(false);
  return kind;
}

const DestinationKind& service_bus_topic() {
  static const BusKind kind(true);
  return kind;
}

}  // namespace exports
