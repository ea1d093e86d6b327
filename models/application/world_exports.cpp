// The part of the world that has to do with exports: what they are built on, and what they report.
#include <algorithm>
#include <cmath>

#include "models/application/metric_names.hpp"
#include "models/application/resolve.hpp"
#include "models/application/world.hpp"
#include "models/exports/tables.hpp"

namespace application {

namespace {

constexpr std::uint64_t partition_salt = 0x7061727469746e73;  // any: a static hash, the same in all runs

measures::Value number(const char* unit, double value) { return {unit, value, std::nullopt, std::nullopt}; }
measures::Value messages(std::uint64_t n) { return number("messages", static_cast<double>(n)); }

}  // namespace

// How much of what devices send goes to each partition, by the hash of their names.
std::vector<double> World::partition_shares(std::uint32_t partitions) const {
  std::vector<double> shares(partitions);
  double all = 0;
  for (const device::Kind& kind : devices_->kinds()) {
    const double rate = 1 / sim::seconds(kind.group->telemetry.every);
    for (device::Device d = kind.first; d < kind.first + kind.group->devices; ++d)
      shares[sim::mix(dps_->key(d), partition_salt) % partitions] += rate;
    all += rate * kind.group->devices;
  }
  for (double& share : shares) share /= all;
  return shares;
}

void World::build_exports() {
  const exports::Figures& figures = exports::figures();
  const bool events = std::any_of(scenario_.exports.begin(), scenario_.exports.end(), [](const auto& one) {
    return one.data.connectivity || one.data.lifecycle;
  });
  if (events) {
    device_events_ = std::make_unique<exports::DeviceEvents>(devices_->size(), figures.snapshot);
    board_.subscribe(*device_events_);
  }
  exports::Exports::World world;
  world.stage = &stage_;
  world.board = &board_;
  world.streams = &streams_;
  world.hubs = &hubs_;
  world.events = device_events_.get();
  world.keyed = [this](std::uint32_t partitions) { return partition_shares(partitions); };
  world.round_trip = [this](const std::string& region) {
    const double km =
        network::distance_km(scenario_.regions.at(scenario_.region), scenario_.regions.at(region));
    return network::median_round_trip(km, scenario_.distance) + sim::Duration{1000};  // twice its own link
  };
  world.moved = [this](sim::Time now, std::size_t) { conditions_->destination_moved(now); };
  exports_ = std::make_unique<exports::Exports>(std::move(world), central, scenario_.destinations,
                                                scenario_.exports, figures);
  build_delivery_measure();
}

void World::build_delivery_measure() {
  measures::Deliveries::Setup setup;
  setup.warmup = sim::Time{scenario_.warmup};
  for (const exports::Exports::Route& route : exports_->routes()) {
    setup.names.push_back(scenario_.exports[route.source].name + "." +
                          scenario_.destinations[route.destination].name);
    setup.faults.emplace_back();
    const faults::Site site = site_of(scenario_, route.destination);
    for (std::size_t i = 0; i < incidents_.size(); ++i)
      if (faults::concerns(incidents_[i].what, site)) setup.faults.back().push_back(static_cast<int>(i));
  }
  deliveries_ = std::make_unique<measures::Deliveries>(std::move(setup));
  board_.subscribe(*deliveries_);
}

void World::end_export_warmup() {
  exports_->settle(sim::Time{scenario_.warmup});
  for (const exports::Exports::Route& route : exports_->routes()) {
    deliveries_at_warmup_.push_back(route.delivery->account());
    carried_in_.push_back(route.delivery->backlog());
  }
  for (std::size_t d = 0; d < exports_->destinations(); ++d)
    sinks_at_warmup_.push_back(exports_->sink(d).counters());
  exports_->forget_peaks();
}

void World::collect_exports(measures::Report& report) {
  for (std::size_t r = 0; r < exports_->routes().size(); ++r) collect_delivery(report, r);
  for (std::size_t d = 0; d < exports_->destinations(); ++d) collect_destination(report, d);
  deliveries_->report(report);
}

std::vector<measures::Usage::Destination> World::export_usage() const {
  std::vector<measures::Usage::Destination> all;
  for (std::size_t d = 0; d < exports_->destinations(); ++d) {
    const exports::Sink::Counters &now = exports_->sink(d).counters(), &then = sinks_at_warmup_[d];
    const exports::Destination& settings = exports_->sink(d).settings();
    measures::Usage::Destination usage;
    usage.name = settings.name;
    usage.kind = settings.kind;
    usage.tier = settings.tier;
    usage.redundancy = settings.redundancy;
    usage.unit_hours = (now.unit_seconds - then.unit_seconds) / 3600;
    usage.messages = static_cast<double>(now.accepted - then.accepted);
    usage.files = static_cast<double>(now.requests - then.requests);
    usage.operations =
        usage.messages + (settings.reads ? static_cast<double>(now.read - then.read) : usage.messages);
    usage.bytes = now.bytes - then.bytes;
    all.push_back(std::move(usage));
  }
  return all;
}

void World::collect_delivery(measures::Report& report, std::size_t index) {
  const exports::Exports::Route& route = exports_->routes()[index];
  const exports::Delivery::Account &now = route.delivery->account(), &then = deliveries_at_warmup_[index];
  const std::string prefix = "export." + scenario_.exports[route.source].name + "." +
                             scenario_.destinations[route.destination].name + ".";
  const auto put = [&](const char* name, const measures::Value& value) {
    report.values[prefix + name] = value;
  };
  put("received", messages(now.received - then.received));
  put("carried_in", messages(carried_in_[index]));
  put("filtered", messages(now.filtered - then.filtered));
  put("exported", messages(now.exported - then.exported));
  put("dropped", messages(now.dropped - then.dropped));
  put("duplicated", messages(now.duplicated - then.duplicated));
  put("backlog", messages(route.delivery->backlog()));
  put("backlog_peak", messages(route.delivery->backlog_peak()));
  put("errors", number("operations", static_cast<double>(now.errors - then.errors)));
  put("bytes", number("bytes", std::round(now.bytes - then.bytes)));
  const sim::Quantiles& delays = route.delivery->delays();
  const auto quantile = [&](std::uint64_t percent) -> measures::Value {
    if (delays.count() == 0) return {"s", std::nullopt, std::nullopt, std::nullopt};
    return number("s", static_cast<double>(delays.at_rank((percent * delays.count() + 99) / 100)) / 1e6);
  };
  put("delay.p50", quantile(50));
  put("delay.p99", quantile(99));
  put("delay.max", quantile(100));
}

void World::collect_destination(measures::Report& report, std::size_t index) {
  const exports::Sink& sink = exports_->sink(index);
  const exports::Sink::Counters &now = sink.counters(), &then = sinks_at_warmup_[index];
  const exports::Destination& settings = sink.settings();
  const std::string prefix = "destination." + settings.name + ".";
  const auto put = [&](const char* name, const measures::Value& value) {
    report.values[prefix + name] = value;
  };
  const auto seconds = [](sim::Duration time) { return number("s", sim::seconds(time)); };
  put("accepted", messages(now.accepted - then.accepted));
  put("bytes", number("bytes", std::round(now.bytes - then.bytes)));
  put("throttled", number("operations", static_cast<double>(now.busy - then.busy)));
  put("refused", number("operations", static_cast<double>(now.full - then.full)));
  put("files", number("operations", static_cast<double>(now.requests - then.requests)));
  put("unavailable", seconds(now.unavailable - then.unavailable));
  put("unreadable", seconds(now.unreadable - then.unreadable));
  put("unreplicated", messages(now.unreplicated - then.unreplicated));
  put("units.count", number("units", settings.has_units() ? sink.units() : 0));
  put("units.peak", number("units", settings.has_units() ? sink.units_peak() : 0));
  const double time = sim::seconds(end_ - sim::Time{scenario_.warmup});
  std::uint64_t passed = 0;
  for (std::size_t r = 0; r < exports_->routes().size(); ++r) {
    if (exports_->routes()[r].destination != index) continue;
    const exports::Delivery::Account& account = exports_->routes()[r].delivery->account();
    const exports::Delivery::Account& before = deliveries_at_warmup_[r];
    passed += account.received - before.received - (account.filtered - before.filtered);
  }
  put("arrival.mean", number("1/s", static_cast<double>(passed) / time));
  put("arrival.peak", number("1/s", sink.arrival_peak()));
  put("takes", number("1/s", sink.takes_per_second()));
  put("consumer.read", messages(now.read - then.read));
  put("consumer.missed", messages(now.missed - then.missed));
  put("consumer.lag", messages(sink.lag()));
  put("consumer.lag_peak", messages(sink.lag_peak()));
}

}  // namespace application
