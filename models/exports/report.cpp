#include "models/exports/report.hpp"

#include <cmath>

namespace exports {

namespace {

measures::Value number(const char* unit, double value) { return {unit, value, std::nullopt, std::nullopt}; }
measures::Value messages(std::uint64_t n) { return number("messages", static_cast<double>(n)); }

}  // namespace

void Totals::begin_counting(Time now) {
  from_ = now;
  exports_.settle(now);
  for (const Exports::Route& route : exports_.routes()) {
    deliveries_.push_back(route.delivery->account());
    carried_in_.push_back(route.delivery->backlog());
  }
  for (std::size_t d = 0; d < exports_.destinations(); ++d) sinks_.push_back(exports_.sink(d).counters());
  exports_.forget_peaks();
}

void Totals::report(measures::Report& report, Time end) const {
  for (std::size_t r = 0; r < exports_.routes().size(); ++r) report_delivery(report, r);
  for (std::size_t d = 0; d < exports_.destinations(); ++d) report_destination(report, d, end);
}

std::vector<Usage> Totals::usage(Time end) const {
  std::vector<Usage> all;
  for (std::size_t d = 0; d < exports_.destinations(); ++d) {
    const Sink::Counters &now = exports_.sink(d).counters(), &then = sinks_[d];
    Usage usage;
    usage.hours = sim::seconds(end - from_) / 3600;
    usage.unit_hours = (now.unit_seconds - then.unit_seconds) / 3600;
    usage.messages = static_cast<double>(now.accepted - then.accepted);
    usage.files = static_cast<double>(now.requests - then.requests);
    usage.operations =
        usage.messages +
        (exports_.sink(d).settings().reads ? static_cast<double>(now.read - then.read) : usage.messages);
    usage.bytes = now.bytes - then.bytes;
    all.push_back(usage);
  }
  return all;
}

void Totals::report_delivery(measures::Report& report, std::size_t index) const {
  const Exports::Route& route = exports_.routes()[index];
  const Delivery::Account &now = route.delivery->account(), &then = deliveries_[index];
  const std::string prefix =
      "export." + settings_[route.source].name + "." + exports_.sink(route.destination).settings().name + ".";
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

double Totals::arrival_mean(std::size_t destination, Time end) const {
  std::uint64_t passed = 0;
  for (std::size_t r = 0; r < exports_.routes().size(); ++r) {
    if (exports_.routes()[r].destination != destination) continue;
    const Delivery::Account &now = exports_.routes()[r].delivery->account(), &then = deliveries_[r];
    passed += now.received - then.received - (now.filtered - then.filtered);
  }
  return static_cast<double>(passed) / sim::seconds(end - from_);
}

void Totals::report_destination(measures::Report& report, std::size_t index, Time end) const {
  const Sink& sink = exports_.sink(index);
  const Sink::Counters &now = sink.counters(), &then = sinks_[index];
  const Destination& settings = sink.settings();
  const bool has_units = settings.kind->has_units(settings);
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
  put("units.count", number("units", has_units ? sink.units() : 0));
  put("units.peak", number("units", has_units ? sink.units_peak() : 0));
  put("arrival.mean", number("1/s", arrival_mean(index, end)));
  put("arrival.peak", number("1/s", sink.arrival_peak()));
  put("takes", number("1/s", sink.takes_per_second()));
  put("consumer.read", messages(now.read - then.read));
  put("consumer.missed", messages(now.missed - then.missed));
  put("consumer.lag", messages(sink.lag()));
  put("consumer.lag_peak", messages(sink.lag_peak()));
}

}  // namespace exports
