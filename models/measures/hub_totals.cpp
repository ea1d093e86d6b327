// What hubs have counted since the end of the warm-up: connections, the identity registry, and what devices
// send to them, each hub by itself and all together.
#include <cmath>

#include "models/measures/counted.hpp"
#include "models/measures/list.hpp"
#include "models/measures/messages.hpp"
#include "models/measures/scaling.hpp"

namespace measures {
namespace {

struct Counted {
  hub::Counters connections;
  hub::MessageCounters messages;
  hub::RequestCounters properties, commands, twin_reads;
};

Counted counted(const hub::Hub& hub) {
  const hub::Ingress& ingress = hub.ingress();
  return {hub.counters(), ingress.counters(), ingress.properties(), ingress.commands(), hub.twin_reads()};
}

void put(Report& report, const std::string& name, const char* unit, std::optional<double> value) {
  report.values[name] = {unit, value, std::nullopt, std::nullopt};
}

class HubTotals final : public Measure {
 public:
  explicit HubTotals(const Subject& subject)
      : hubs_(*subject.hubs),
        scaling_(*subject.scaling),
        messages_(*subject.messages),
        counted_from_(static_cast<std::size_t>(sim::seconds(subject.warmup.time_since_epoch()))) {}

  void begin_counting(Time) override {
    for (hub::Hub* hub : hubs_) {
      at_warmup_.push_back(counted(*hub));
      hub->forget_delays();
    }
  }
  void report(Report& report) const override;

 private:
  void report_connections(Report& report, const std::string& prefix, const hub::Counters& connections,
                          const hub::PerSecond& connects) const {
    report_counted(report, prefix, connections);
    put(report, prefix + "peak_connect_rate", "1/s", connects.most_from(counted_from_));
  }
  static void report_sent(Report& report, const Counted& all);
  static void report_delays(Report& report, const sim::Quantiles& delays);
  const hub::Hubs& hubs_;
  const Scaling& scaling_;
  const Messages& messages_;
  std::size_t counted_from_;  // second
  ids::PerId<HubId, Counted> at_warmup_;
};

void HubTotals::report(Report& report) const {
  Counted all;
  hub::PerSecond connects;
  sim::Quantiles delays = messages_.kept_delays();
  for (const HubId h : hubs_.ids()) {
    if (!scaling_.was_there(h)) continue;
    const hub::Hub& hub = *hubs_[h];
    const Counted now = counted(hub), &then = at_warmup_[h];
    const hub::Counters connections = counters::difference(now.connections, then.connections);
    const hub::MessageCounters messages = counters::difference(now.messages, then.messages);
    const std::string prefix = "hub." + hub.settings().name + ".";
    report_connections(report, prefix, connections, hub.connects_by_second());
    put(report, prefix + "queue_peak", "operations", static_cast<double>(hub.most_waiting()));
    report_counted(report, prefix, messages);
    counters::add(all.connections, connections);
    counters::add(all.messages, messages);
    counters::add(all.properties, counters::difference(now.properties, then.properties));
    counters::add(all.commands, counters::difference(now.commands, then.commands));
    counters::add(all.twin_reads, counters::difference(now.twin_reads, then.twin_reads));
    connects += hub.connects_by_second();
    delays.merge(hub.ingress().flow().delays());
  }
  report_connections(report, "hub.", all.connections, connects);
  report_sent(report, all);
  report_delays(report, delays);
}

void HubTotals::report_sent(Report& report, const Counted& all) {
  const auto share = [](double some, double of) { return of > 0 ? std::optional(some / of) : std::nullopt; };
  put(report, "telemetry.refused", "messages", std::round(all.messages.refused));
  put(report, "telemetry.throttled_share", "1",
      share(all.messages.delayed + all.messages.refused, all.messages.arrived));
  put(report, "telemetry.quota_blocked", "s", sim::seconds(all.messages.without_quota));
  for (const auto& [prefix, sum] : {std::pair{"properties.", all.properties},
                                    {"commands.", all.commands},
                                    {"twin_reads.", all.twin_reads}}) {
    report_counted(report, prefix, sum);
    put(report, std::string(prefix) + "throttled_share", "1", share(sum.delayed + sum.refused, sum.sent));
  }
}

void HubTotals::report_delays(Report& report, const sim::Quantiles& delays) {
  const auto quantile = [&](std::uint64_t percent) -> std::optional<double> {
    if (delays.count() == 0) return std::nullopt;
    return static_cast<double>(delays.at_rank((percent * delays.count() + 99) / 100)) / 1e6;
  };
  put(report, "telemetry.delay.p50", "s", quantile(50));
  put(report, "telemetry.delay.p99", "s", quantile(99));
  put(report, "telemetry.delay.max", "s", quantile(100));
}

}  // namespace

std::unique_ptr<Measure> make_hub_totals(const Subject& subject) {
  return std::make_unique<HubTotals>(subject);
}

}  // namespace measures
