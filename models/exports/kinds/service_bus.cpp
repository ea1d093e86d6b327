#include "models/exports/kinds/service_bus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "models/catalog.hpp"
#include "models/exports/catalog_fields.hpp"
#include "models/exports/resolve.hpp"
#include "models/money.hpp"
#include "sim/settings/text.hpp"

namespace exports {

namespace {

constexpr Duration window = std::chrono::seconds(1);  // credits are given once a second

// The next size of a namespace, up or down; the same where there is none within the bounds.
std::uint32_t step(const std::vector<std::uint32_t>& sizes, std::uint32_t now, const Units& bounds, bool up) {
  std::uint32_t next = now;
  for (const std::uint32_t size : sizes) {
    if (size < bounds.count || size > bounds.most) continue;
    if (up && size > now) return size;
    if (!up && size < now) next = size;
  }
  return next;
}

}  // namespace

ServiceBus::ServiceBus(const Destination& settings, const Setup& setup, const ServiceBusFigures& figures)
    : Sink(settings, setup),
      figures_(figures),
      own_(settings.own.of<BusSettings>()),
      premium_(settings.tier == Tier::premium),
      limit_(premium_ ? figures.bytes_per_unit * settings.units.count : figures.credits, window,
             std::max(setup.longest, figures.busy_wait), setup.senders + 1) {
  samples_.push_back({Time{}, 0, 0});
}

double ServiceBus::rate() const {
  return (premium_ ? figures_.bytes_per_unit * units() : figures_.credits) * capacity();
}

double ServiceBus::takes_per_second(double bytes_each) const {
  const double each = sending_costs(bytes_each) + (settings_.reads ? reading_costs() : 0);
  const double all = premium_ ? figures_.bytes_per_unit * units() : figures_.credits;
  return each > 0 ? all / each : all;
}

void ServiceBus::apply_limits(Time now) { limit_.set_rate(now, rate()); }

// Unless a consumer is described, what comes in goes out at once, which premium units carry too.
double ServiceBus::sending_costs(double bytes_each) const {
  if (premium_) return settings_.reads ? bytes_each : 2 * bytes_each;
  return 1 + own_.filters;
}

std::uint64_t ServiceBus::admit(Time now, const Offer& offer) {
  const double each = sending_costs(offer.bytes_each);
  const double wanted = static_cast<double>(offer.messages) * each;
  const double able = each > 0 ? limit_.available(now, offer.sender, wanted, offer.span) / each
                               : static_cast<double>(offer.messages);
  const auto n = std::min(offer.messages, whole(able));
  limit_.take(static_cast<double>(n) * each);
  carried_ += static_cast<double>(n) * each;
  return n;
}

// A credit, or the bytes.
double ServiceBus::reading_costs() const { return premium_ ? std::max(bytes_each(), 1.0) : 1; }

double ServiceBus::let_read(Time now, double may, double there, Duration span) {
  const double each = reading_costs();
  return limit_.available(now, setup_.senders, std::min(may, there) * each, span) / each;
}

void ServiceBus::charge_read(std::uint64_t messages) {
  const double costs = static_cast<double>(messages) * reading_costs();
  limit_.take(costs);
  carried_ += costs;
}

double ServiceBus::bytes_free() const {
  if (!settings_.reads) return std::numeric_limits<double>::infinity();
  return static_cast<double>(own_.size) - static_cast<double>(lag()) * bytes_each();
}

double ServiceBus::in_use(Time now) const {
  const Sample& then = samples_.front();
  const double able = able_ + rate() * sim::seconds(now - sampled_) - then.able;
  return able > 0 ? (carried_ - then.carried) / able : 0;
}

Time ServiceBus::next_look() const {
  return premium_ && settings_.units.most > settings_.units.count ? sampled_ + figures_.period : sim::never;
}

// The scaling engine looks at whole periods, at the mean of the time it looks back.
void ServiceBus::look_at_units(Time now) {
  able_ += rate() * sim::seconds(now - sampled_);
  sampled_ = now;
  samples_.push_back({now, carried_, able_});
  while (samples_.size() > 1 && samples_[1].at <= now - figures_.look_back) samples_.pop_front();
  if (now < cool_until_ || resizing() || now - samples_.front().at < figures_.look_back) return;
  const double used = in_use(now);
  const bool up = used > figures_.up;
  if (!up && used >= figures_.down) return;
  const std::uint32_t next = step(figures_.sizes, units(), settings_.units, up);
  if (next == units()) return;
  resize(now, next, figures_.resize);
  cool_until_ = now + figures_.cooldown;
}

namespace {

using namespace sim::settings;
using fields::bytes;
using fields::in;
using fields::most;
using fields::sizes;
using fields::time;

// What a scenario may say of a queue or topic alone.
struct Given {
  std::optional<std::uint32_t> messaging_units, auto_scale, filters;
  std::optional<std::uint64_t> size;
};

struct Row {
  std::string name;
  ServiceBusFigures figures;
  std::uint64_t size = 0;
};

const Row& row() {
  static const Row all = [] {
    Table<Row> table("service bus");
    const auto figure = [&](const char* key, auto member, auto value, const char* doc) {
      table.field(key, in(&Row::figures, member), value, doc).required();
    };
    table.field("name", &Row::name, name("default"), "Name of the row.").required();
    figure("credits", &ServiceBusFigures::credits, per_second({"0/s", "1000000000/s"}, "1000/s"),
           "Of a standard namespace.");
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
    table.field("size", &Row::size, sim::settings::size(1, most, "1 GB"), "Of a queue or topic.").required();
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
    table.field("size", own<Given>(&Given::size),
                optional(sim::settings::size(1'000'000, 1'000'000'000'000'000, "5 GB")),
                "Of a queue or topic with a consumer: what it holds; a full one refuses.");
  }
  void add_prices(Table<Prices>& table) const override {
    if (topic_) return;
    table.field("service_bus", own<BusPrices>(&BusPrices::standard), money::dollars("0.0135 USD"),
                "A standard namespace of Service Bus and hour.");
    table.field("included", own<BusPrices>(&BusPrices::included),
                count_of("operations", 0, 1'000'000'000'000, "13000000 operations"), "Of it, a month.");
    table.field("operations", own<BusPrices>(&BusPrices::operations), money::dollars("0.80 USD"),
                "A million of them beyond.");
    table.field("messaging_unit", own<BusPrices>(&BusPrices::messaging_unit), money::dollars("0.928 USD"),
                "A unit of the tier premium and hour.");
  }
  std::vector<std::string> keys(Tier tier) const override {
    std::vector<std::string> all{"tier", "consumer", "size"};
    if (tier == Tier::premium) all.insert(all.end(), {"messaging_units", "auto_scale"});
    if (topic_ && tier == Tier::standard) all.emplace_back("filters");
    return all;
  }
  std::string remedy(const std::string& key, Tier) const override {
    return key == "auto_scale" || key == "messaging_units" ? "write tier: premium" : "remove it";
  }
  void check_tier(const Resolution& r) const override {
    if (r.out.tier == Tier::standard || r.out.tier == Tier::premium) return;
    r.error({"tier"}, fmt::format("{} is no tier of Service Bus with exports", quoted(name_of(r.out.tier))),
            "write standard or premium");
  }

  void resolve(Resolution& r) const override {
    Given& given = r.given.own.of<Given>();
    r.fill(given.messaging_units, 1u, "messaging_units");
    r.fill(given.filters, 0u, "filters");
    if (r.given.reads) r.fill(given.size, row().size, "size");
    r.out.own.of<BusSettings>() = {given.filters.value_or(0), given.size.value_or(0)};
    r.check_consumer("size");
    if (given.messaging_units) resolve_units(r, given);
  }
  std::optional<Refusal> no_failover(const Destination& to) const override {
    if (to.tier == Tier::premium) return std::nullopt;
    return Refusal{fmt::format("tier {} has no recovery in another region", name_of(to.tier)),
                   "write tier: premium"};
  }

  bool spans_zones(const Destination& to) const override { return to.tier == Tier::premium; }
  bool has_units(const Destination& to) const override { return to.tier == Tier::premium; }
  std::uint64_t most_message(const Destination& to) const override {
    return to.tier == Tier::premium ? row().figures.message_most_premium : row().figures.message_most;
  }
  std::unique_ptr<Sink> make_sink(const Destination& to, const Sink::Setup& setup) const override {
    return std::make_unique<ServiceBus>(to, setup, row().figures);
  }
  double cost(const Prices& prices, const Destination& to, const Usage& usage) const override {
    const BusPrices& own = prices.own.of<BusPrices>();
    if (to.tier == Tier::premium) return usage.unit_hours * own.messaging_unit;
    const double included = static_cast<double>(own.included) * usage.hours / money::hours_a_month;
    return usage.hours * own.standard + std::max(0.0, usage.operations - included) / 1e6 * own.operations;
  }
  std::string more_room(const Destination& to) const override {
    if (to.tier == Tier::standard)  // premium has no limit of filters
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
