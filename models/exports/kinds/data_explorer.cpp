#include "models/exports/kinds/data_explorer.hpp"

#include <algorithm>
#include <chrono>

#include "models/catalog.hpp"
#include "models/exports/catalog_fields.hpp"
#include "models/exports/resolve.hpp"
#include "models/exports/shared_limit.hpp"
#include "models/money.hpp"

namespace exports {

namespace {

using namespace sim::settings;
using fields::in;

constexpr Duration window = std::chrono::seconds(1);  // the throughput is stated a second

struct Figures {
  std::uint64_t message_most = 0;  // bytes of a streaming request
  double gigabyte = 0;             // US dollars, ingested
};

// What a scenario may say of a cluster alone.
struct Given {
  std::optional<Ingestion> ingestion;
  std::optional<Duration> batching, backoff;
  std::optional<std::uint64_t> throughput;
};

struct Row {
  std::string name;
  Figures figures;
  Given presets;
};

Value<std::optional<Duration>> batching() {
  return optional(duration(std::chrono::seconds(10), std::chrono::minutes(30), "5m"));
}

Value<std::optional<Duration>> backoff() {
  return optional(duration(std::chrono::seconds(1), std::chrono::minutes(15), "10s"));
}

Value<std::optional<std::uint64_t>> throughput() {
  return optional(sim::settings::size(1, 1'000'000'000'000, "10 MB"));
}

const Row& row() {
  static const Row all = [] {
    Table<Row> table("data explorer");
    const auto field = [&](const char* key, auto member, auto value, const char* doc) {
      table.field(key, member, value, doc).required();
    };
    field("name", &Row::name, name("default"), "Name of the row.");
    field("message_most", in(&Row::figures, &Figures::message_most),
          sim::settings::size(1, fields::most, "4 MB"), "The largest request of streaming ingestion.");
    field("price", in(&Row::figures, &Figures::gigabyte), money::dollars("0.05 USD"), "A GB ingested.");
    field("batching", in(&Row::presets, &Given::batching), batching(), "Unless a scenario says so.");
    field("backoff", in(&Row::presets, &Given::backoff), backoff(), "Unless a scenario says so.");
    field("throughput", in(&Row::presets, &Given::throughput), throughput(), "Unless a scenario says so.");
    return catalog::read("models/exports/kinds/data_explorer.yaml", table).at(0);
  }();
  return all;
}

struct ClusterPrices {
  std::optional<double> gigabyte;  // that of the catalog unless given
};

// Above its throughput a request is answered with 429.
class Cluster final : public Sink {
 public:
  Cluster(const Destination& settings, const Setup& setup)
      : Sink(settings, setup),
        own_(settings.own.of<DataExplorerSettings>()),
        bytes_(own_.throughput, window, std::max({setup.longest, own_.batching, own_.backoff}),
               setup.senders) {}
  std::optional<Duration> busy_wait(std::uint32_t) const override { return own_.backoff; }

 protected:
  std::uint64_t admit(Time now, const Offer& offer) override {
    const double wanted = static_cast<double>(offer.messages) * offer.bytes_each;
    const double able = bytes_.available(now, offer.sender, wanted, offer.span);
    const std::uint64_t n = wanted > able ? exports::whole(able / offer.bytes_each) : offer.messages;
    bytes_.take(static_cast<double>(n) * offer.bytes_each);
    if (n > 0 && own_.ingestion == Ingestion::queued) ++counters_.requests;
    return n;
  }
  double takes_per_second(double bytes_each) const override {
    return bytes_each > 0 ? own_.throughput / bytes_each : 0;
  }
  void apply_limits(Time now) override { bytes_.set_rate(now, own_.throughput * capacity()); }

 private:
  const DataExplorerSettings own_;
  SharedLimit bytes_;
};

class DataExplorerKind final : public DestinationKind {
 public:
  std::optional<Catalog> catalog() const override {
    return Catalog{"data-explorer", "models/exports/kinds/data_explorer.yaml",
                   "what Azure Data Explorer takes"};
  }
  std::string name() const override { return "data-explorer"; }
  void add_keys(Table<DestinationGiven>& table) const override {
    table.field(
        "ingestion", own<Given>(&Given::ingestion),
        optional(choice<Ingestion>({{"queued", Ingestion::queued}, {"streaming", Ingestion::streaming}})),
        "Of Data Explorer: queued collects what comes in and writes a batch at the end of its time; "
        "streaming "
        "writes as it comes.");
    table.field("batching", own<Given>(&Given::batching), batching(),
                "Of Data Explorer with queued ingestion: the time of a batch.");
    table.field("throughput", own<Given>(&Given::throughput), throughput(),
                "Of Data Explorer: bytes a second that the cluster takes before it answers 429.");
    table.field("backoff", own<Given>(&Given::backoff), backoff(),
                "Of Data Explorer: how long an export waits after such an answer.");
  }
  void add_prices(Table<Prices>& table) const override {
    table.field("data_explorer", own<ClusterPrices>(&ClusterPrices::gigabyte),
                optional(money::dollars("0.05 USD")),
                "A GB that Data Explorer ingests, cluster and all; that of its catalog unless given.");
  }
  std::vector<std::string> keys(Tier) const override {
    return {"ingestion", "batching", "throughput", "backoff"};
  }

  void resolve(Resolution& r) const override {
    Given& given = r.given.own.of<Given>();
    r.fill(given.ingestion, Ingestion::queued, "ingestion");
    r.fill(given.throughput, *row().presets.throughput, "throughput");
    r.fill(given.backoff, *row().presets.backoff, "backoff");
    const bool queued = *given.ingestion == Ingestion::queued;
    if (!queued && r.says("batching"))
      r.error({"batching"}, "is of no use: streaming ingestion makes no batches",
              "remove it, or write ingestion: queued");
    if (queued) r.fill(given.batching, *row().presets.batching, "batching");
    r.out.own.of<DataExplorerSettings>() = {*given.ingestion, queued ? *given.batching : Duration{0},
                                            static_cast<double>(*given.throughput), *given.backoff};
  }
  std::optional<Refusal> no_failover(const Destination&) const override {
    return Refusal{"a cluster has no copy in another region",
                   "remove it; another cluster is a destination of its own"};
  }

  bool spans_zones(const Destination&) const override { return false; }
  Duration file(const Destination& to) const override { return to.own.of<DataExplorerSettings>().batching; }
  const char* files() const override { return "batches"; }
  std::uint64_t most_message(const Destination& to) const override {
    const bool queued = to.own.of<DataExplorerSettings>().ingestion == Ingestion::queued;
    return queued ? 0 : row().figures.message_most;
  }
  std::unique_ptr<Sink> make_sink(const Destination& to, const Sink::Setup& setup) const override {
    return std::make_unique<Cluster>(to, setup);
  }
  std::string more_room(const Destination& to) const override {
    return "throughput=" + format_decimal(2 * to.own.of<DataExplorerSettings>().throughput / 1e6) + " MB";
  }
  std::string copy_elsewhere() const override { return ""; }

 private:
  double cost(const Prices& prices, const Billed& one) const override {
    return one.usage.bytes / 1e9 * prices.own.of<ClusterPrices>().gigabyte.value_or(row().figures.gigabyte);
  }
};

}  // namespace

const DestinationKind& data_explorer() {
  static const DataExplorerKind kind;
  return kind;
}

}  // namespace exports
