#include "models/exports/kinds/blob_container.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "models/catalog.hpp"
#include "models/exports/catalog_fields.hpp"
#include "models/exports/resolve.hpp"
#include "models/money.hpp"

namespace exports {

namespace {

constexpr Duration window = std::chrono::seconds(1);  // the targets are stated a second

constexpr bool in_all_zones(Redundancy r) {
  return r == Redundancy::zrs || r == Redundancy::gzrs || r == Redundancy::ra_gzrs;
}
constexpr bool has_secondary(Redundancy r) { return r != Redundancy::lrs && r != Redundancy::zrs; }
constexpr bool reads_secondary(Redundancy r) { return r == Redundancy::ra_grs || r == Redundancy::ra_gzrs; }

Duration longest(const Sink::Setup& setup, const BlobFigures& figures) {
  return std::max({setup.longest, figures.file, figures.busy_waits.back()});
}

}  // namespace

BlobContainer::BlobContainer(const Destination& settings, const Setup& setup, const BlobFigures& figures)
    : Sink(settings, setup),
      figures_(figures),
      own_(settings.own.of<BlobSettings>()),
      requests_(own_.requests, window, longest(setup, figures), setup.senders),
      ingress_(own_.ingress, window, longest(setup, figures), setup.senders) {}

std::optional<Duration> BlobContainer::busy_wait(std::uint32_t n) const {
  const std::size_t last = figures_.busy_waits.size() - 1;
  return figures_.busy_waits[std::min<std::size_t>(n - 1, last)];
}

double BlobContainer::takes_per_second(double bytes_each) const {
  return bytes_each > 0 ? own_.ingress / bytes_each : 0;
}

void BlobContainer::apply_limits(Time now) {
  requests_.set_rate(now, own_.requests * capacity());
  ingress_.set_rate(now, own_.ingress * capacity());
}

// A file for each partition and kind of data, or none of them; of a long backlog as much as the ingress lets
// in.
std::uint64_t BlobContainer::admit(Time now, const Offer& offer) {
  const double files = offer.files, wanted = static_cast<double>(offer.messages) * offer.bytes_each;
  const double bytes = ingress_.available(now, offer.sender, wanted, offer.span);
  const std::uint64_t n = wanted > bytes ? whole(bytes / offer.bytes_each) : offer.messages;
  if (requests_.available(now, offer.sender, files, offer.span) < files || n == 0) return 0;
  requests_.take(files);
  ingress_.take(static_cast<double>(n) * offer.bytes_each);
  counters_.requests += offer.files;
  if (has_secondary(own_.redundancy) && settings_.failover) {
    while (!unsynced_.empty() && unsynced_.front().at <= now - figures_.sync) unsynced_.pop_front();
    unsynced_.push_back({now, n});
  }
  return n;
}

void BlobContainer::go_on(Time now) {
  local_ = true;
  if (own_.requests_there > 0) own_.requests = own_.requests_there;
  if (own_.ingress_there > 0) own_.ingress = own_.ingress_there;
  apply_limits(now);
}

bool BlobContainer::readable_while_lost() const { return !local_ && reads_secondary(own_.redundancy); }

std::uint64_t BlobContainer::left_behind(Time lost) const {
  std::uint64_t messages = 0;
  for (const Write& write : unsynced_)
    if (write.at > lost - figures_.sync) messages += write.messages;
  return messages;
}

namespace {

using namespace sim::settings;
using fields::in;
using fields::most;
using fields::time;

const std::vector<std::pair<std::string, Redundancy>> redundancies{
    {"LRS", Redundancy::lrs},       {"ZRS", Redundancy::zrs},   {"GRS", Redundancy::grs},
    {"RA-GRS", Redundancy::ra_grs}, {"GZRS", Redundancy::gzrs}, {"RA-GZRS", Redundancy::ra_gzrs}};

std::string name_of(Redundancy redundancy) {
  const auto found = std::find_if(redundancies.begin(), redundancies.end(),
                                  [&](const auto& one) { return one.second == redundancy; });
  return found->first;
}

// What a scenario may say of a storage account alone.
struct Given {
  std::optional<Redundancy> redundancy;
  std::optional<double> requests;
  std::optional<std::uint64_t> ingress;
};

struct Presets {
  std::optional<std::uint32_t> partitions;
  std::optional<double> requests;
  std::optional<std::uint64_t> ingress;
};

struct Row {
  std::string name;
  BlobFigures figures;
  Presets presets;
  std::vector<std::string> regions;  // whose accounts take so much; none: all others
};

// The first is that of every region that no other names.
const std::vector<Row>& rows() {
  static const std::vector<Row> all = [] {
    Table<Row> table("blob storage");
    table.field("name", &Row::name, name("default"), "Name of the row.").required();
    table.field("file", in(&Row::figures, &BlobFigures::file), time("1m"), "A file a partition.").required();
    table
        .field("busy_waits", in(&Row::figures, &BlobFigures::busy_waits),
               list(time("2s"), "waits such as [2s, 4s]"), "After 503, one after the other.")
        .required();
    Table<control::Triangular> triangular("a triangular time");
    triangular.field("least", &control::Triangular::least, time("15m"), "The shortest.").required();
    triangular.field("mode", &control::Triangular::mode, time("45m"), "The most frequent.").required();
    triangular.field("most", &control::Triangular::most, time("75m"), "The longest.").required();
    table.field("failover", in(&Row::figures, &BlobFigures::failover), nested(triangular), "Of an account.")
        .required();
    table.field("sync", in(&Row::figures, &BlobFigures::sync), time("15m"), "Age of the other copy.")
        .required();
    const auto given = [&](const char* key, auto member, auto value) {
      table.field(key, in(&Row::presets, member), optional(value), "Unless a scenario says so.").required();
    };
    given("partitions", &Presets::partitions, sim::settings::whole<std::uint32_t>(1));
    given("requests", &Presets::requests, per_second({"1/d", "1000000000/s"}, "20000/s"));
    given("ingress", &Presets::ingress, sim::settings::size(1, most, "3125 MB"));
    table
        .field("regions", &Row::regions, list(name("westeurope"), "names of regions"),
               "That have it; empty for every other one.")
        .required();
    return catalog::read("models/exports/kinds/blob_storage.yaml", table);
  }();
  return all;
}

const Row& row() { return rows().front(); }

const Presets& presets_of(const std::string& region) {
  for (const Row& one : rows())
    if (std::find(one.regions.begin(), one.regions.end(), region) != one.regions.end()) return one.presets;
  return row().presets;
}

struct PriceOf {
  std::map<Redundancy, double> BlobPrices::*prices;
  Redundancy redundancy;
  double& operator()(Prices& all) const { return (all.own.of<BlobPrices>().*prices)[redundancy]; }
  const double& operator()(const Prices& all) const {
    return (all.own.of<BlobPrices>().*prices).at(redundancy);
  }
};

Table<Prices> storage_table(std::map<Redundancy, double> BlobPrices::*prices, const char* example,
                            const char* doc) {
  const std::string map = std::string("{LRS: ") + example + "}";
  Table<Prices> table("prices such as " + map, map);
  for (const auto& [word, redundancy] : redundancies)
    table.field(word, PriceOf{prices, redundancy}, money::dollars(example), doc);
  return table;
}

class BlobKind final : public DestinationKind {
 public:
  std::optional<Catalog> catalog() const override {
    return Catalog{"blob-storage", "models/exports/kinds/blob_storage.yaml", "what Blob Storage takes"};
  }
  std::string name() const override { return "blob-storage"; }

  void add_keys(Table<DestinationGiven>& table) const override {
    table.field("redundancy", own<Given>(&Given::redundancy), optional(choice<Redundancy>(redundancies)),
                "Of Blob Storage: which copies there are.");
    table.field("requests", own<Given>(&Given::requests),
                optional(per_second({"1/d", "1000000000/s"}, "20000/s")),
                "Of Blob Storage: what the account takes before it answers 503.");
    table.field("ingress", own<Given>(&Given::ingress),
                optional(sim::settings::size(1, 1'000'000'000'000'000, "3125 MB")),
                "Of Blob Storage: bytes a second, the same.");
  }
  void add_prices(Table<Prices>& table) const override {
    table.field("blob_writes", std::identity{},
                nested(storage_table(&BlobPrices::writes, "0.055 USD", "Ten thousand writes.")),
                "Writes to Blob Storage by its redundancy.");
    table.field("blob_storage", std::identity{},
                nested(storage_table(&BlobPrices::storage, "0.0208 USD", "A GB and month.")),
                "What Blob Storage holds, by its redundancy.");
  }
  std::vector<std::string> keys(Tier) const override {
    return {"partitions", "redundancy", "requests", "ingress"};
  }

  void resolve(Resolution& r) const override {
    Given& given = r.given.own.of<Given>();
    const Presets& presets = presets_of(r.out.region);
    r.fill(r.given.partitions, *presets.partitions, "partitions");
    r.fill(given.redundancy, Redundancy::lrs, "redundancy");
    r.fill(given.requests, *presets.requests, "requests");
    r.fill(given.ingress, *presets.ingress, "ingress");
    r.out.partitions = *r.given.partitions;
    // What is other than usual in its region was granted to the account, and goes with it.
    const Presets& there = presets_of(r.context.regions.at(r.out.region).pair);
    const double requests = *given.requests == *presets.requests ? *there.requests : *given.requests;
    const std::uint64_t ingress = *given.ingress == *presets.ingress ? *there.ingress : *given.ingress;
    r.out.own.of<BlobSettings>() = {*given.redundancy, *given.requests, static_cast<double>(*given.ingress),
                                    requests, static_cast<double>(ingress)};
  }
  std::optional<Refusal> no_failover(const Destination& to) const override {
    const Redundancy redundancy = to.own.of<BlobSettings>().redundancy;
    if (has_secondary(redundancy)) return std::nullopt;
    return Refusal{fmt::format("redundancy {} has no copy in another region", name_of(redundancy)),
                   "write redundancy: GRS or GZRS"};
  }
  bool goes_to_pair_only() const override { return true; }
  std::optional<control::Triangular> failover_time() const override { return row().figures.failover; }

  bool spans_zones(const Destination& to) const override {
    return in_all_zones(to.own.of<BlobSettings>().redundancy);
  }
  Duration file(const Destination&) const override { return row().figures.file; }
  std::uint64_t most_message(const Destination&) const override { return 0; }
  std::unique_ptr<Sink> make_sink(const Destination& to, const Sink::Setup& setup) const override {
    return std::make_unique<BlobContainer>(to, setup, row().figures);
  }
  std::string more_room(const Destination&) const override { return ""; }
  std::string copy_elsewhere() const override { return "redundancy GRS or GZRS"; }

 private:
  // After a failover the account is locally redundant, and billed as that (facts, bills-and-limits 4.2).
  double cost(const Prices& prices, const Billed& one) const override {
    const BlobPrices& own = prices.own.of<BlobPrices>();
    const Redundancy redundancy = one.destination->own.of<BlobSettings>().redundancy;
    const auto part = [&](double files, double stored, Redundancy as) {
      return files / 10'000 * own.writes.at(as) + stored / 1e9 / money::hours_a_month * own.storage.at(as);
    };
    const Usage& usage = one.usage;
    return part(usage.files - usage.files_after, usage.stored - usage.stored_after, redundancy) +
           part(usage.files_after, usage.stored_after, Redundancy::lrs);
  }
};

}  // namespace

const BlobFigures& blob_figures() { return row().figures; }

const DestinationKind& blob_storage() {
  static const BlobKind kind;
  return kind;
}

}  // namespace exports
