#include "models/measures/monthly.hpp"

#include <algorithm>

#include "models/measures/cost.hpp"
#include "models/measures/scaling.hpp"
#include "models/measures/subject.hpp"
#include "models/money.hpp"

namespace measures {

using money::hours_a_month;

Monthly::Monthly(const Subject& subject) : subject_(subject), steady_(subject.steady) {}

Time Monthly::next_look() const {
  if (!begin_) return steady_.from;
  return end_ ? sim::never : steady_.to;
}

void Monthly::look(Time now) {
  if (!begin_ && now >= steady_.from) begin_ = stand(steady_.from);
  if (begin_ && !end_ && now >= steady_.to) end_ = stand(steady_.to);
}

// A device that joins is registered once: no month has that again.
void Monthly::assigned(Device, Time at, HubId from, HubId to) {
  const bool joins = from == HubId::none && to != HubId::none;
  if (joins && at > Time{} && at >= steady_.from && at < steady_.to) ++first_registrations_;
}

void Monthly::finish(Time end) { look(end); }

Monthly::Stand Monthly::stand(Time at) const {
  Stand stand;
  stand.unit_hours = subject_.scaling->unit_hours(at);
  stand.registrations = static_cast<double>(subject_.dps->counters().assigned);
  if (subject_.exports == nullptr) return stand;
  for (std::size_t d = 0; d < subject_.exports->destinations(); ++d) {
    const exports::Sink& sink = subject_.exports->sink(d);
    stand.destinations.push_back({sink.counters(), sink.offered(), sink.unit_hours(), sink.hours_begun()});
  }
  return stand;
}

// What was taken by the last offer came in until then.
exports::Usage Monthly::of_a_month(std::size_t destination) const {
  const Stand::Destination &now = end_->destinations[destination], &then = begin_->destinations[destination];
  const exports::Sink& sink = subject_.exports->sink(destination);
  const exports::SinkCounters counted = counters::difference(now.counted, then.counted);
  const double hours = sim::seconds(now.until - std::max(then.until, steady_.from)) / 3600;
  const double months = hours > 0 ? hours_a_month / hours : 0;
  const double begun = now.hours_begun - then.hours_begun;
  exports::Usage usage;
  usage.hours = usage.hours_begun = hours_a_month;
  usage.unit_hours = hours_a_month * (begun > 0 ? (now.unit_hours - then.unit_hours) / begun : sink.units());
  usage.messages = months * static_cast<double>(counted.accepted);
  usage.files = months * static_cast<double>(counted.requests);
  usage.blocks = months * counted.blocks;
  usage.bytes = months * counted.bytes;
  usage.stored = usage.bytes * hours_a_month / 2;
  const bool keeps_up = sink.settings().consumers.empty();
  usage.reads = keeps_up ? usage.messages : months * static_cast<double>(counted.read);
  usage.blocks_of_reads = keeps_up ? usage.blocks : months * counted.blocks_read;
  return usage;
}

Usage Monthly::usage() const {
  const double months = hours_a_month / (sim::seconds(steady_.to - steady_.from) / 3600);
  Usage usage;
  usage.hours = hours_a_month;
  for (const auto& [edition, hours] : end_->unit_hours) {
    const auto before = begin_->unit_hours.find(edition);
    usage.unit_hours[edition] = months * (hours - (before == begin_->unit_hours.end() ? 0 : before->second));
  }
  usage.dps_operations = months * std::max(0.0, end_->registrations - begin_->registrations -
                                                    static_cast<double>(first_registrations_));
  usage.device_hours = steady_.devices * hours_a_month;
  usage.messages = steady_.messages_a_month;
  std::vector<exports::Billed> all;
  for (std::size_t d = 0; d < end_->destinations.size(); ++d)
    all.push_back({&subject_.exports->sink(d).settings(), of_a_month(d)});
  usage.destinations = exports_bill(*subject_.prices, all);
  return usage;
}

void Monthly::report(Report& report) const {
  const Usage month = usage();
  const Prices& prices = *subject_.prices;
  const auto put = [&](const char* name, double amount) {
    report.values[name] = {"USD", amount, std::nullopt, std::nullopt};
  };
  const double hubs = hubs_cost(prices, month), dps = dps_cost(prices, month);
  double exports = 0;
  for (const Usage::Destination& one : month.destinations) exports += one.cost;
  put("cost.month", hubs + dps + exports);
  put("cost.month.hubs", hubs);
  put("cost.month.dps", dps);
  put("cost.month.exports", exports);
  put("cost.month.plan", cheapest_plan(prices, month));
}

std::unique_ptr<Monthly> make_monthly(const Subject& subject) {
  return listening(subject, std::make_unique<Monthly>(subject));
}

}  // namespace measures
