#include "models/exports/kinds/event_hub.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/catalog.hpp"
#include "models/exports/catalog_fields.hpp"
#include "models/exports/resolve.hpp"
#include "models/money.hpp"
#include "sim/settings/text.hpp"

namespace exports {

EventHub::EventHub(const Destination& settings, const Setup& setup, const EventHubsFigures& figures)
    : Sink(settings, setup),
      figures_(figures),
      tier_(figures.tiers.at(settings.tier)),
      events_(tier_.events_in * settings.units.count, figures.window,
              std::max(setup.longest, figures.busy_wait), setup.senders),
      bytes_(tier_.bytes_in * settings.units.count, figures.window,
             std::max(setup.longest, figures.busy_wait), setup.senders),
      demand_(setup.senders) {}

double EventHub::takes_per_second(double bytes_each) const {
  const double events = tier_.events_in * units();
  return bytes_each > 0 ? std::min(events, tier_.bytes_in * units() / bytes_each) : events;
}

void EventHub::apply_limits(Time now) {
  events_.set_rate(now, tier_.events_in * units() * capacity());
  bytes_.set_rate(now, tier_.bytes_in * units() * capacity());
}

std::uint64_t EventHub::admit(Time now, const Offer& offer) {
  const auto wanted = static_cast<double>(offer.messages);
  const double events = events_.available(now, offer.sender, wanted, offer.span);
  const double bytes = bytes_.available(now, offer.sender, wanted * offer.bytes_each, offer.span);
  const double able = std::min(events, offer.bytes_each > 0 ? bytes / offer.bytes_each : wanted);
  const auto n = std::min(offer.messages, whole(able));
  events_.take(static_cast<double>(n));
  bytes_.take(static_cast<double>(n) * offer.bytes_each);
  const double waits = wanted - static_cast<double>(std::min(offer.fresh, offer.messages));
  const double rate = offer.arriving + waits / sim::seconds(figures_.inflate_step);
  demand_[offer.sender] = {rate, rate * offer.bytes_each};
  if (n < offer.messages) inflate(now);
  return n;
}

// One step to the units that are needed, and never back.
void EventHub::inflate(Time now) {
  const std::uint32_t most = settings_.units.most;
  if (units() >= most || resizing() || now < inflate_at_) return;
  Demand all;
  for (const Demand& one : demand_) {
    all.events += one.events;
    all.bytes += one.bytes;
  }
  const double needed = std::ceil(std::max(all.events / tier_.events_in, all.bytes / tier_.bytes_in));
  const double next = std::clamp(needed, static_cast<double>(units() + 1), static_cast<double>(most));
  resize(now, static_cast<std::uint32_t>(next), figures_.resize);
  inflate_at_ = now + figures_.inflate_step;
}

double EventHub::egress() const {
  const double bytes = std::max(bytes_each(), 1.0);
  return std::min(tier_.events_out, tier_.bytes_out / bytes) * units() * capacity();
}

namespace {

using namespace sim::settings;
using fields::bytes;
using fields::in;
using fields::most;
using fields::sizes;
using fields::time;

// What a scenario may say of an event hub alone.
struct Given {
  std::optional<std::uint32_t> throughput_units, processing_units, capacity_units, auto_inflate;
  std::optional<Partitioning> partitioning;
  std::optional<Duration> retention;
};

struct Presets {
  std::optional<std::uint32_t> partitions;
  std::optional<Duration> retention;
};

struct Row {
  std::string name;
  EventHubsTier tier;
  Presets presets;
  EventHubsFigures figures;
};

Table<Row> catalog_table() {
  Table<Row> table("event hubs");
  const auto tier = [&](const char* key, auto member, auto value, const char* doc) {
    table.field(key, in(&Row::tier, member), value, doc).required();
  };
  table.field("name", &Row::name, name("standard"), "The tier.").required();
  tier("events_in", &EventHubsTier::events_in, per_second({"0/s", "1000000000/s"}, "1000/s"),
       "Events in, a unit.");
  tier("bytes_in", &EventHubsTier::bytes_in, bytes("1 MB"), "Bytes in a second, a unit.");
  tier("events_out", &EventHubsTier::events_out, per_second({"0/s", "1000000000/s"}, "4096/s"),
       "Events out, a unit.");
  tier("bytes_out", &EventHubsTier::bytes_out, bytes("2 MB"), "Bytes out a second, a unit.");
  tier("units_most", &EventHubsTier::units_most, sim::settings::whole<std::uint32_t>(1),
       "Units of a namespace.");
  tier("partitions_most", &EventHubsTier::partitions_most, sim::settings::whole<std::uint32_t>(1),
       "Of an event hub.");
  tier("message_most", &EventHubsTier::message_most, size(1, most, "1 MiB"), "The largest message.");
  tier("retention_most", &EventHubsTier::retention_most, time("7d"), "The longest.");
  tier("sizes", &EventHubsTier::sizes, sizes(), "Numbers of units that can be had; empty for any.");
  table
      .field("partitions", in(&Row::presets, &Presets::partitions),
             optional(sim::settings::whole<std::uint32_t>(1)), "Unless a scenario says so.")
      .required();
  table
      .field("retention", in(&Row::presets, &Presets::retention), optional(time("1d")),
             "Unless a scenario says so.")
      .required();
  const auto figure = [&](const char* key, auto member, const char* example, const char* doc) {
    table.field(key, in(&Row::figures, member), time(example), doc).required();
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

const std::vector<Row>& rows() {
  static const std::vector<Row> all = catalog::read("models/exports/kinds/event_hubs.yaml", catalog_table());
  return all;
}

struct UnitPrice {
  Tier tier;
  double& operator()(Prices& prices) const { return prices.own.of<EventHubPrices>().units[tier]; }
  const double& operator()(const Prices& prices) const {
    return prices.own.of<EventHubPrices>().units.at(tier);
  }
};

const char* units_key(Tier tier) {
  if (tier == Tier::premium) return "processing_units";
  return tier == Tier::dedicated ? "capacity_units" : "throughput_units";
}

class EventHubsKind final : public DestinationKind {
 public:
  std::optional<Catalog> catalog() const override {
    return Catalog{"event-hubs", "models/exports/kinds/event_hubs.yaml", "what Event Hubs take, by tier"};
  }
  std::string name() const override { return "event-hubs"; }

  void add_units(Table<DestinationGiven>& table) const override {
    const auto units = [&](const char* key, auto member, const char* doc) {
      table.field(key, own<Given>(member), optional(sim::settings::whole<std::uint32_t>(1, 1000)), doc);
    };
    units("throughput_units", &Given::throughput_units, "Of Event Hubs, tiers basic and standard.");
    units("auto_inflate", &Given::auto_inflate,
          "Tier standard: to so many throughput units it grows by itself; it never shrinks.");
    units("processing_units", &Given::processing_units, "Of Event Hubs, tier premium.");
    units("capacity_units", &Given::capacity_units, "Of Event Hubs, tier dedicated.");
  }
  void add_keys(Table<DestinationGiven>& table) const override {
    table.field("partitioning", own<Given>(&Given::partitioning),
                optional(choice<Partitioning>(
                    {{"keyed", Partitioning::keyed}, {"round-robin", Partitioning::round_robin}})),
                "Of Event Hubs: keyed keeps the order of each device and fails with its partition; "
                "round-robin goes to those that are there.");
    table.field("retention", own<Given>(&Given::retention),
                optional(duration(std::chrono::hours{1}, std::chrono::hours{24} * 90, "1d")),
                "Of Event Hubs: what its consumer has not read by then is gone.");
  }
  void add_prices(Table<Prices>& table) const override {
    Table<Prices> units("prices such as {standard: 0.03 USD}", "{standard: 0.03 USD}");
    for (const Tier tier : {Tier::basic, Tier::standard, Tier::premium, Tier::dedicated})
      units.field(name_of(tier), UnitPrice{tier}, money::dollars("0.03 USD"), "A unit and hour.");
    table.field("event_hubs", std::identity{}, nested(units), "Units of Event Hubs.");
    table.field("events", own<EventHubPrices>(&EventHubPrices::events), money::dollars("0.03 USD"),
                "A million events in, of the tiers basic and standard.");
  }
  std::vector<std::string> keys(Tier tier) const override {
    std::vector<std::string> all{"tier", "partitions", "consumer", "partitioning", "retention"};
    all.emplace_back(units_key(tier));
    if (tier == Tier::standard) all.emplace_back("auto_inflate");
    return all;
  }
  std::string remedy(const std::string& key, Tier tier) const override {
    if (tier == Tier::basic && key == "auto_inflate") return "write tier: standard";
    return key.ends_with("units") ? std::string("write ") + units_key(tier) : "remove it";
  }

  void resolve(Resolution& r) const override {
    Given& given = r.given.own.of<Given>();
    r.fill(given.throughput_units, 1u, "throughput_units");
    r.fill(given.processing_units, 1u, "processing_units");
    r.fill(given.capacity_units, 1u, "capacity_units");
    r.fill(r.given.partitions, *rows().front().presets.partitions, "partitions");
    r.fill(given.partitioning, Partitioning::keyed, "partitioning");
    if (r.given.reads) r.fill(given.retention, *rows().front().presets.retention, "retention");
    resolve_units(r, given);
    r.out.own.of<EventHubSettings>().partitioning = *given.partitioning;
    r.out.partitions = *r.given.partitions;
    r.out.retention = given.retention.value_or(Duration{0});
    r.check_consumer("retention");
    if (r.context.documented) check_limits(r);
  }
  std::optional<Refusal> no_failover(const Destination& to) const override {
    if (to.tier != Tier::basic) return std::nullopt;
    return Refusal{fmt::format("tier {} has no recovery in another region", name_of(to.tier)),
                   "write tier: standard"};
  }

  bool spans_zones(const Destination&) const override { return true; }
  bool has_units(const Destination&) const override { return true; }
  bool has_partitions() const override { return true; }
  bool is_keyed(const Destination& to) const override {
    return to.own.of<EventHubSettings>().partitioning == Partitioning::keyed;
  }
  std::uint64_t most_message(const Destination& to) const override {
    return event_hubs_figures().tiers.at(to.tier).message_most;
  }
  std::unique_ptr<Sink> make_sink(const Destination& to, const Sink::Setup& setup) const override {
    return std::make_unique<EventHub>(to, setup, event_hubs_figures());
  }
  double cost(const Prices& prices, const Destination& to, const Usage& usage) const override {
    const EventHubPrices& own = prices.own.of<EventHubPrices>();
    const bool charged = to.tier == Tier::basic || to.tier == Tier::standard;
    return usage.unit_hours * own.units.at(to.tier) + (charged ? usage.messages / 1e6 * own.events : 0);
  }
  std::string more_room(const Destination& to) const override {
    const EventHubsTier& tier = event_hubs_figures().tiers.at(to.tier);
    const std::uint32_t units = next_size(tier.sizes, to.units.count, tier.units_most);
    return units == 0 ? "" : fmt::format("{}={}", units_key(to.tier), units);
  }
  std::string copy_elsewhere() const override { return "tier standard"; }

 private:
  static void resolve_units(const Resolution& r, const Given& given) {
    const EventHubsTier& tier = event_hubs_figures().tiers.at(r.out.tier);
    const char* key = units_key(r.out.tier);
    Units& units = r.out.units;
    units.count =
        given.throughput_units.value_or(given.processing_units.value_or(given.capacity_units.value_or(1)));
    units.most = given.auto_inflate.value_or(units.count);
    if (r.context.documented && r.check_size(key, units.count, tier.sizes) && units.most > tier.units_most)
      r.error({given.auto_inflate ? "auto_inflate" : key},
              fmt::format("{} units are more than a namespace can have", units.most),
              fmt::format("at most {}; limits: off would let it pass", tier.units_most));
    if (given.auto_inflate) r.check_growth("auto_inflate", *given.auto_inflate);
  }

  static void check_limits(const Resolution& r) {
    const EventHubsTier& tier = event_hubs_figures().tiers.at(r.out.tier);
    if (r.out.partitions > tier.partitions_most)
      r.error({"partitions"},
              fmt::format("{} partitions are more than an event hub of this tier has", r.out.partitions),
              fmt::format("at most {}; limits: off would let it pass", tier.partitions_most));
    if (r.out.retention > tier.retention_most)
      r.error({"retention"},
              fmt::format("{} is longer than this tier keeps events", format_duration(r.out.retention)),
              fmt::format("at most {}; limits: off would let it pass", format_duration(tier.retention_most)));
  }
};

}  // namespace

const EventHubsFigures& event_hubs_figures() {
  static const EventHubsFigures all = [] {
    EventHubsFigures figures = rows().front().figures;
    for (const Row& row : rows()) {
      EventHubsTier tier = row.tier;
      tier.tier = tier_named(row.name);
      figures.tiers[tier.tier] = tier;
    }
    return figures;
  }();
  return all;
}

const DestinationKind& event_hubs() {
  static const EventHubsKind kind;
  return kind;
}

}  // namespace exports
