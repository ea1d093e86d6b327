#include "models/measures/sampler.hpp"

#include <algorithm>
#include <cmath>

#include "models/measures/balance.hpp"
#include "models/measures/scaling.hpp"

namespace measures {

namespace {

// The columns: what there is before the first hub, and those of a hub, of which its CONNECTs come last.
constexpr const char* first_columns[] = {"time_s",        "connected",           "dps.registrations",
                                         "dps.throttled", "dps.polls_throttled", "hubs.count",
                                         "units.count"};
constexpr const char* hub_columns[] = {"connected", "provisioned", "queue", "connects"};

std::size_t column_of(HubId hub, std::size_t which) {
  return std::size(first_columns) + std::size(hub_columns) * hub.index() + which;
}

// About 360 samples, at whole multiples of ten seconds.
sim::Duration sampling_period(sim::Duration run) {
  using namespace std::chrono_literals;
  return std::max<sim::Duration>(10s, (run / 360 + 5s) / 10s * 10s);
}

double number(std::uint64_t n) { return static_cast<double>(n); }

}  // namespace

Sampler::Sampler(const Subject& subject)
    : hubs_(*subject.hubs),
      dps_(subject.dps->counters()),
      exports_(subject.exports),
      balance_(*subject.balance),
      scaling_(*subject.scaling),
      every_(sampling_period(subject.end - Time{})) {
  series_.columns.assign(std::begin(first_columns), std::end(first_columns));
  for (const hub::Hub* hub : hubs_)
    for (const char* what : hub_columns)
      series_.columns.push_back("hub." + hub->settings().name + "." + what);
  for (const Subject::Delivery& delivery : subject.deliveries)
    series_.columns.push_back("export." + delivery.name + ".backlog");
}

Time Sampler::sample_until(Time now) {
  for (; next_ <= now; next_ += every_) sample(next_);
  return next_;
}

void Sampler::sample(Time t) {
  std::vector<double> row{sim::seconds(t),         number(balance_.connected()), number(dps_.registrations),
                          number(dps_.throttled),  number(dps_.polls_throttled), number(scaling_.hubs()),
                          number(scaling_.units())};
  for (const HubId h : hubs_.ids()) {
    row.push_back(number(balance_.connected(h)));
    row.push_back(number(balance_.provisioned(h)));
    row.push_back(number(hubs_[h]->waiting()));
    row.push_back(0);  // see add_connects
  }
  if (exports_ != nullptr)
    for (const exports::Exports::Channel& channel : exports_->channels())
      row.push_back(number(channel.delivery->waits()));
  series_.rows.push_back(std::move(row));
}

// CONNECTs enter the series at the end: those of parked devices are counted late, though at their instants.
void Sampler::add_connects(Series& series) const {
  for (const HubId h : hubs_.ids()) {
    const hub::PerSecond& by_second = hubs_[h]->connects_by_second();
    const std::size_t column = column_of(h, std::size(hub_columns) - 1);
    std::uint64_t before = 0;
    std::size_t second = 0;
    for (std::vector<double>& row : series.rows) {
      const auto until = static_cast<std::size_t>(std::ceil(row[0]));
      before += by_second.sum(second, until);
      second = until;
      row[column] = number(before);
    }
  }
}

void Sampler::report(Report& report) const {
  report.series = series_;
  add_connects(report.series);
  std::vector<bool> kept(series_.columns.size(), true);
  for (const HubId h : hubs_.ids())
    for (std::size_t c = 0; c < std::size(hub_columns); ++c) kept[column_of(h, c)] = scaling_.was_there(h);
  const auto keep = [&](auto& cells) {
    std::size_t to = 0;
    for (std::size_t from = 0; from < cells.size(); ++from)
      if (kept[from]) {
        if (to != from) cells[to] = std::move(cells[from]);
        ++to;
      }
    cells.resize(to);
  };
  keep(report.series.columns);
  for (auto& row : report.series.rows) keep(row);
}

}  // namespace measures
