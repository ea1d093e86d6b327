#include "models/measures/export_totals.hpp"

#include "models/measures/counted.hpp"
#include "models/measures/subject.hpp"

namespace measures {

namespace {

Value number(const char* unit, double value) { return {unit, value, std::nullopt, std::nullopt}; }
Value messages(std::uint64_t n) { return number("messages", static_cast<double>(n)); }

}  // namespace

void ExportTotals::begin_counting(Time now) {
  from_ = now;
  exports_.settle(now);
  for (const exports::Exports::Channel& channel : exports_.channels()) {
    deliveries_.push_back(channel.delivery->counters());
    carried_in_.push_back(channel.delivery->backlog());
  }
  for (std::size_t d = 0; d < exports_.destinations(); ++d) sinks_.push_back(exports_.sink(d).counters());
  exports_.forget_peaks();
}

void ExportTotals::report(Report& report) const {
  for (std::size_t r = 0; r < exports_.channels().size(); ++r) report_delivery(report, r);
  for (std::size_t d = 0; d < exports_.destinations(); ++d) report_destination(report, d);
}

std::vector<exports::Usage> ExportTotals::usage() const {
  std::vector<exports::Usage> all;
  for (std::size_t d = 0; d < exports_.destinations(); ++d) {
    const exports::SinkCounters &now = exports_.sink(d).counters(), &then = sinks_[d];
    exports::Usage usage;
    usage.hours = sim::seconds(end_ - from_) / 3600;
    usage.unit_hours = exports_.sink(d).unit_hours();
    usage.hours_begun = exports_.sink(d).hours_begun();
    usage.messages = static_cast<double>(now.accepted - then.accepted);
    usage.files = static_cast<double>(now.requests - then.requests);
    const bool keeps_up = exports_.sink(d).settings().consumers.empty();
    usage.blocks = now.blocks - then.blocks;
    usage.reads = keeps_up ? usage.messages : static_cast<double>(now.read - then.read);
    usage.blocks_of_reads = keeps_up ? usage.blocks : now.blocks_read - then.blocks_read;
    usage.bytes = now.bytes - then.bytes;
    const auto stored_since = [&](const exports::SinkCounters& counted, Time since) {
      return (now.byte_seconds - counted.byte_seconds - then.bytes * sim::seconds(end_ - since)) / 3600;
    };
    usage.stored = stored_since(then, from_);
    if (const auto& moved = exports_.sink(d).moved()) {
      const exports::SinkCounters& before = moved->at > from_ ? moved->counted : then;
      usage.files_after = static_cast<double>(now.requests - before.requests);
      usage.stored_after = stored_since(before, std::max(moved->at, from_));
    }
    all.push_back(usage);
  }
  return all;
}

void ExportTotals::report_delivery(Report& report, std::size_t index) const {
  const exports::Exports::Channel& channel = exports_.channels()[index];
  const std::string prefix = "export." + settings_[channel.source].name + "." +
                             exports_.sink(channel.destination).settings().name + ".";
  const auto put = [&](const char* name, const Value& value) { report.values[prefix + name] = value; };
  report_counted(report, prefix, counters::difference(channel.delivery->counters(), deliveries_[index]));
  put("carried_in", messages(carried_in_[index]));
  put("backlog", messages(channel.delivery->backlog()));
  put("backlog_peak", messages(channel.delivery->backlog_peak()));
  const sim::Quantiles& delays = channel.delivery->delays();
  const auto quantile = [&](std::uint64_t percent) -> Value {
    if (delays.count() == 0) return {"s", std::nullopt, std::nullopt, std::nullopt};
    return number("s", static_cast<double>(delays.at_rank((percent * delays.count() + 99) / 100)) / 1e6);
  };
  put("delay.p50", quantile(50));
  put("delay.p99", quantile(99));
  put("delay.max", quantile(100));
}

double ExportTotals::arrival_mean(std::size_t destination) const {
  std::uint64_t passed = 0;
  for (std::size_t r = 0; r < exports_.channels().size(); ++r) {
    if (exports_.channels()[r].destination != destination) continue;
    const exports::DeliveryCounters &now = exports_.channels()[r].delivery->counters(),
                                    &then = deliveries_[r];
    passed += now.received - then.received - (now.filtered - then.filtered);
  }
  return static_cast<double>(passed) / sim::seconds(end_ - from_);
}

void ExportTotals::report_destination(Report& report, std::size_t index) const {
  const exports::Sink& sink = exports_.sink(index);
  const exports::Destination& settings = sink.settings();
  const bool has_units = settings.kind->has_units(settings);
  const std::string prefix = "destination." + settings.name + ".";
  const auto put = [&](const char* name, const Value& value) { report.values[prefix + name] = value; };
  report_counted(report, prefix, counters::difference(sink.counters(), sinks_[index]));
  put("units.count", number("units", has_units ? sink.units() : 0));
  put("units.peak", number("units", has_units ? sink.units_peak() : 0));
  put("arrival.mean", number("1/s", arrival_mean(index)));
  put("arrival.peak", number("1/s", sink.arrival_peak()));
  put("takes", number("1/s", sink.takes_per_second()));
  put("consumer.lag", messages(sink.lag()));
  put("consumer.lag_peak", messages(sink.lag_peak()));
}

std::unique_ptr<ExportTotals> make_export_totals(const Subject& subject) {
  if (subject.exports == nullptr) return nullptr;
  return std::make_unique<ExportTotals>(*subject.exports, *subject.exported, subject.end);
}

}  // namespace measures
