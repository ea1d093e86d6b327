// Event hubs as a kind of destination: what a scenario says of them, checks, their figures and their bill.
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/catalog.hpp"
#include "models/exports/catalog_fields.hpp"
#include "models/exports/kinds/event_hub.hpp"
#include "models/exports/resolve.hpp"
#include "models/money.hpp"
#include "sim/settings/text.hpp"

namespace exports {

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
  std::optional<double> events_in;
  std::optional<std::uint64_t> bytes_in;
  std::optional<bool> partition_limit;
  std::optional<Inflates> inflates;
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
  tier("consumers_most", &EventHubsTier::consumers_most, sim::settings::whole<std::uint32_t>(1),
       "Consumer groups of an event hub.");
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
  figure("dedicated_least", &EventHubsFigures::dedicated_least, "4h",
         "That is billed of the tier dedicated.");
  const auto other = [&](const char* key, auto member, auto value, const char* doc) {
    table.field(key, in(&Row::figures, member), value, doc).required();
  };
  other("partition_events", &EventHubsFigures::partition_events,
        per_second({"0/s", "1000000000/s"}, "1000/s"), "Events in that are advised for a partition.");
  other("partition_bytes", &EventHubsFigures::partition_bytes, bytes("1 MB"), "Bytes in a second, the same.");
  other("billed_block", &EventHubsFigures::billed_block, size(1, most, "64 KiB"),
        "Bytes of a message that are an event.");
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
    table.field(
        "auto_inflate_when", own<Given>(&Given::inflates),
        optional(choice<Inflates>({{"refused", Inflates::refused}, {"load", Inflates::load}})),
        "Of auto_inflate: when what is sent has been refused, or before that by the load, of what comes in "
        "and what is read.");
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
    table.field("events_in", own<Given>(&Given::events_in),
                optional(per_second({"1/d", "1000000000/s"}, "1000/s")),
                "Of Event Hubs: events that a unit takes; what was granted or measured.");
    table.field("bytes_in", own<Given>(&Given::bytes_in), optional(size(1, 1'000'000'000'000'000, "1 MB")),
                "Of Event Hubs: bytes a second that a unit takes, the same.");
    table.field(
        "partition_limit", own<Given>(&Given::partition_limit),
        optional(choice<bool>({{"advised", true}, {"off", false}})),
        "Of Event Hubs: advised is 1 MB and 1,000 events a second for each partition, as in the tiers basic "
        "and standard unless given; off is none, as in the others.");
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
    std::vector<std::string> all{"namespace",    "tier",      "partitions", "consumer", "consumers",
                                 "partitioning", "retention", "events_in",  "bytes_in", "partition_limit"};
    all.emplace_back(units_key(tier));
    if (tier == Tier::standard) all.insert(all.end(), {"auto_inflate", "auto_inflate_when"});
    return all;
  }
  std::string remedy(const std::string& key, Tier tier) const override {
    if (tier == Tier::basic && key.starts_with("auto_inflate")) return "write tier: standard";
    return key.ends_with("units") ? std::string("write ") + units_key(tier) : "remove it";
  }

  void share(const Resolution& r, const DestinationGiven& first) const override {
    Given& own = r.given.own.of<Given>();
    const Given& theirs = first.own.of<Given>();
    r.share(own.throughput_units, theirs.throughput_units, "throughput_units");
    r.share(own.processing_units, theirs.processing_units, "processing_units");
    r.share(own.capacity_units, theirs.capacity_units, "capacity_units");
    r.share(own.auto_inflate, theirs.auto_inflate, "auto_inflate");
    r.share(own.inflates, theirs.inflates, "auto_inflate_when");
    r.share(own.events_in, theirs.events_in, "events_in");
    r.share(own.bytes_in, theirs.bytes_in, "bytes_in");
  }
  void resolve(Resolution& r) const override {
    Given& given = r.given.own.of<Given>();
    const EventHubsTier& tier = event_hubs_figures().tiers.at(r.out.tier);
    r.fill(given.throughput_units, 1u, "throughput_units");
    r.fill(given.processing_units, 1u, "processing_units");
    r.fill(given.capacity_units, 1u, "capacity_units");
    r.fill(given.partitioning, Partitioning::keyed, "partitioning");
    r.fill(given.events_in, tier.events_in, "events_in");
    r.fill(given.bytes_in, static_cast<std::uint64_t>(tier.bytes_in), "bytes_in");
    r.fill(given.partition_limit, r.out.tier == Tier::basic || r.out.tier == Tier::standard,
           "partition_limit");
    r.fill(r.given.partitions, partitions_for(r.out.tier, given), "partitions");
    if (!given.auto_inflate && r.says("auto_inflate_when"))
      r.error({"auto_inflate_when"}, "is of no use: units do not grow by themselves", "write auto_inflate");
    if (given.auto_inflate) r.fill(given.inflates, Inflates::refused, "auto_inflate_when");
    if (!r.out.consumers.empty()) r.fill(given.retention, *rows().front().presets.retention, "retention");
    resolve_units(r, given);
    r.out.own.of<EventHubSettings>() = {*given.partitioning, *given.events_in,
                                        static_cast<double>(*given.bytes_in), *given.partition_limit,
                                        given.inflates.value_or(Inflates::refused)};
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
  std::uint64_t billed_block(const Destination& to) const override {
    const bool charged = to.tier == Tier::basic || to.tier == Tier::standard;
    return charged ? event_hubs_figures().billed_block : 0;
  }
  std::unique_ptr<Sink> make_sink(const Destination& to, const Sink::Setup& setup) const override {
    return std::make_unique<EventHub>(to, setup, event_hubs_figures());
  }
  std::vector<double> bill(const Prices& prices, const std::vector<Billed>& all) const override {
    return event_hubs_bill(prices, all);
  }
  std::string more_room(const Destination& to) const override {
    const EventHubsTier& tier = event_hubs_figures().tiers.at(to.tier);
    // As many partitions as units, by the advice.
    if (to.own.of<EventHubSettings>().partition_limit && to.partitions < to.units.most &&
        to.partitions < tier.partitions_most)
      return fmt::format("partitions={}", std::min(to.units.most, tier.partitions_most));
    const std::uint32_t units = next_size(tier.sizes, to.units.count, tier.units_most);
    return units == 0 ? "" : fmt::format("{}={}", units_key(to.tier), units);
  }
  std::string copy_elsewhere() const override { return "tier standard"; }

 private:
  // Twice as many as there may be units where the advice holds, so that it does not bind a fleet whose
  // devices are spread over them evenly.
  static std::uint32_t partitions_for(Tier tier, const Given& given) {
    const std::uint32_t usual = *rows().front().presets.partitions;
    if (!*given.partition_limit) return usual;
    const std::uint32_t units = given.auto_inflate.value_or(given.throughput_units.value_or(1));
    return std::max(usual, std::min(2 * units, event_hubs_figures().tiers.at(tier).partitions_most));
  }

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
    if (r.out.consumers.size() > tier.consumers_most)
      r.error({"consumers"},
              fmt::format("{} consumer groups are more than an event hub of this tier has",
                          r.out.consumers.size()),
              fmt::format("at most {}; limits: off would let it pass", tier.consumers_most));
    if (r.out.retention > tier.retention_most)
      r.error({"retention"},
              fmt::format("{} is longer than this tier keeps events", format_duration(r.out.retention)),
              fmt::format("at most {}; limits: off would let it pass", format_duration(tier.retention_most)));
  }
};

}  // namespace

// Units by the most of each clock hour, of one namespace in equal shares; events by the blocks that they
// begin.
std::vector<double> event_hubs_bill(const Prices& prices, const std::vector<Billed>& all) {
  const EventHubPrices& own = prices.own.of<EventHubPrices>();
  const double least = sim::seconds(event_hubs_figures().dedicated_least) / 3600;
  std::vector<double> amounts;
  for (const Billed& one : all) {
    const Tier tier = one.destination->tier;
    double hours = one.usage.unit_hours;
    if (tier == Tier::dedicated && one.usage.hours_begun > 0)
      hours *= std::max(1.0, least / one.usage.hours_begun);
    const bool charged = tier == Tier::basic || tier == Tier::standard;
    amounts.push_back(hours * own.units.at(tier) / sharing_units(all, one) +
                      (charged ? one.usage.blocks / 1e6 * own.events : 0));
  }
  return amounts;
}

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
