// What a run reports: the state of the application over time and at its end.
#include <algorithm>
#include <cmath>

#include "models/application/metric_names.hpp"
#include "models/application/world.hpp"

namespace application {

namespace {

// The series: what there is before the first hub, and how much a hub has, its CONNECTs last.
constexpr std::size_t first_hub_column = 7, hub_columns = 4;

}  // namespace

void World::sample(sim::Time t) {
  if (series_.columns.empty()) {
    series_.columns = {"time_s",        "connected",           "dps.registrations",
                       "dps.throttled", "dps.polls_throttled", "hubs.count",
                       "units.count"};
    for (const hub::Hub* hub : hubs_)
      for (const char* what : {"connected", "provisioned", "queue", "connects"})
        series_.columns.push_back("hub." + hub->settings().name + "." + what);
    if (exports_)
      for (const auto& [exported, to] : metric_names(scenario_).deliveries)
        series_.columns.push_back("export." + exported + "." + to + ".backlog");
  }
  const auto number = [](auto n) { return static_cast<double>(n); };
  const provisioning::Counters& dps = dps_->counters();
  std::vector<double> row{sim::seconds(t),          number(balance_->connected()), number(dps.registrations),
                          number(dps.throttled),    number(dps.polls_throttled),   number(scaling_->hubs()),
                          number(scaling_->units())};
  for (const HubId h : hubs_.ids()) {
    row.push_back(number(balance_->connected(h)));
    row.push_back(number(balance_->provisioned(h)));
    row.push_back(number(hubs_[h]->waiting()));
    row.push_back(0);  // see add_connects
  }
  if (exports_)
    for (const exports::Exports::Route& route : exports_->routes())
      row.push_back(number(route.delivery->waits()));
  series_.rows.push_back(std::move(row));
}

// CONNECTs enter the series at the end: those of parked devices are counted late, though at their instants.
void World::add_connects() {
  for (const HubId h : hubs_.ids()) {
    const hub::PerSecond& by_second = hubs_[h]->connects_by_second();
    const std::size_t column = first_hub_column + hub_columns * h.index() + hub_columns - 1;
    std::uint64_t before = 0;
    std::size_t second = 0;
    for (std::vector<double>& row : series_.rows) {
      const auto until = static_cast<std::size_t>(std::ceil(row[0]));
      before += by_second.sum(second, until);
      second = until;
      row[column] = static_cast<double>(before);
    }
  }
}

void World::collect(measures::Report& report) {
  recovery_->report(report);
  balance_->report(report);
  messages_->report(report);
  scaling_->report(report);
  regions_->report(report, metric_names(scenario_).regions);
  for (const faults::Fault& fault : scenario_.faults) measures::Storm::report_none(report, fault.name);
  storm_->report(report);
  uptime_->report(report);
  half_open_->report(report);
  if (trace_) trace_->report(report, end_);
  collect_services(report);
  collect_ingress(report);
  if (exports_) export_totals_->report(report, end_);
  if (exports_) deliveries_->report(report);
  collect_cost(report);
  collect_devices(report);
  collect_series(report);
  report.device_events = devices_->events();
  report.parked_attempts = devices_->parked_attempts();
}

// Hubs that were never there have no columns.
void World::collect_series(measures::Report& report) {
  add_connects();
  std::vector<bool> kept(series_.columns.size(), true);
  for (const HubId h : hubs_.ids())
    for (std::size_t c = 0; c < hub_columns && !kept.empty(); ++c)
      kept[first_hub_column + hub_columns * h.index() + c] = scaling_->was_there(h);
  const auto keep = [&](auto& cells) {
    std::size_t to = 0;
    for (std::size_t from = 0; from < cells.size(); ++from)
      if (kept[from]) {
        if (to != from) cells[to] = std::move(cells[from]);
        ++to;
      }
    cells.resize(to);
  };
  report.series = std::move(series_);
  keep(report.series.columns);
  for (auto& row : report.series.rows) keep(row);
}

void World::collect_cost(measures::Report& report) {
  measures::Usage usage;
  usage.unit_hours = scaling_->unit_hours();
  usage.dps_operations = static_cast<double>(dps_->counters().assigned - dps_at_warmup_.assigned);
  usage.hours = sim::seconds(scenario_.duration - scenario_.warmup) / 3600;
  usage.device_hours = static_cast<double>(messages_->wanted_time()) / 3.6e9;
  for (const HubId h : hubs_.ids())
    usage.messages += hubs_[h]->ingress().account().metered - ingress_at_warmup_[h].metered;
  if (exports_) {
    const std::vector<exports::Usage> used = export_totals_->usage(end_);
    for (std::size_t d = 0; d < used.size(); ++d) {
      const exports::Destination& to = scenario_.destinations[d];
      usage.destinations.push_back({to.name, to.kind->cost(scenario_.prices.exports, to, used[d])});
    }
  }
  measures::report_cost(report, scenario_.prices, usage);
}

void World::collect_devices(measures::Report& report) {
  std::uint64_t connected = 0, lost = 0, left = 0, stuck = 0;
  std::uint64_t blocked = 0, waiting = 0, edge = 0, edge_connected = 0;
  for (device::Device d = 0; d < devices_->size(); ++d) {
    const device::Client& c = devices_->clients()[d];
    connected += c.state == device::State::connected;
    lost += c.state == device::State::lost;
    left += c.state == device::State::gone;
    const device::Group& group = *devices_->kind(d).group;
    const bool here = c.state != device::State::gone, barred = dps_->standing().blocked(d);
    blocked += here && barred;
    waiting += here && !barred && dps_->standing().waits(d, group.approval, end_);
    edge += group.edge;
    edge_connected += group.edge && c.state == device::State::connected;
    const bool asks_hub = c.state == device::State::dialing || c.state == device::State::handshaking ||
                          c.state == device::State::undetected;
    const bool moved = asks_hub && dps_->identity(d, c.hub) == hub::Identity::disabled;
    const bool dead = asks_hub && outlook_->view(c.group, c.hub) == measures::Outlook::View::alternative;
    stuck += !barred && !group.edge && (moved || dead);  // nobody else would serve it
  }
  const auto put = [&](const char* name, std::uint64_t n) {
    report.values[name] = {"devices", static_cast<double>(n), std::nullopt, std::nullopt};
  };
  put("devices.total", devices_->size());
  put("devices.connected", connected);
  put("devices.lost", lost);
  put("devices.left", left);
  put("devices.stuck", stuck);
  put("devices.blocked", blocked);
  put("devices.waiting_for_approval", waiting);
  put("devices.edge_total", edge);
  put("devices.edge_connected", edge_connected);
}

void World::collect_services(measures::Report& report) {
  const auto put = [&](const std::string& name, const char* unit, double value) {
    report.values[name] = {unit, value, std::nullopt, std::nullopt};
  };
  const auto operations = [&](const std::string& name, std::uint64_t now, std::uint64_t before) {
    put(name, "operations", static_cast<double>(now - before));
  };
  const provisioning::Counters& dps = dps_->counters();
  const provisioning::Counters& then = dps_at_warmup_;
  operations("dps.registrations", dps.registrations, then.registrations);
  operations("dps.assigned", dps.assigned, then.assigned);
  operations("dps.throttled", dps.throttled, then.throttled);
  operations("dps.polls", dps.polls, then.polls);
  operations("dps.polls_throttled", dps.polls_throttled, then.polls_throttled);
  operations("dps.failed", dps.failed, then.failed);
  operations("dps.refused", dps.refused, then.refused);
  operations("dps.unauthorized", dps.unauthorized, then.unauthorized);
  put("dps.twins_lost", "devices", static_cast<double>(dps.twins_lost - then.twins_lost));
  hub::Counters all{}, all_then{};
  hub::PerSecond together;
  const auto hub_metrics = [&](const std::string& prefix, const hub::Counters& c, const hub::Counters& b,
                               const hub::PerSecond& by_second) {
    operations(prefix + "connects", c.connects, b.connects);
    operations(prefix + "accepted", c.accepted, b.accepted);
    operations(prefix + "throttled", c.throttled, b.throttled);
    operations(prefix + "timed_out", c.timed_out, b.timed_out);
    operations(prefix + "refused", c.refused, b.refused);
    operations(prefix + "identity_writes", c.identity_writes, b.identity_writes);
    operations(prefix + "identity_throttled", c.identity_throttled, b.identity_throttled);
    const auto from = static_cast<std::size_t>(sim::seconds(scenario_.warmup));
    put(prefix + "peak_connect_rate", "1/s", by_second.most_from(from));
  };
  for (const HubId h : hubs_.ids()) {
    if (!scaling_->was_there(h)) continue;
    const hub::Counters& c = hubs_[h]->counters();
    const std::string prefix = "hub." + hubs_[h]->settings().name + ".";
    const auto& seconds = hubs_[h]->connects_by_second();
    hub_metrics(prefix, c, hubs_at_warmup_[h], seconds);
    put(prefix + "queue_peak", "operations", static_cast<double>(c.queue_peak));
    all += c;
    all_then += hubs_at_warmup_[h];
    together += seconds;
  }
  hub_metrics("hub.", all, all_then, together);
}

void World::collect_ingress(measures::Report& report) {
  double arrived = 0, delayed = 0, refused = 0, without_quota_s = 0;
  hub::Requests::Account properties, commands;
  sim::Quantiles delays = messages_->kept_delays();
  const auto put = [&](const std::string& name, const char* unit, std::optional<double> value) {
    report.values[name] = {unit, value, std::nullopt, std::nullopt};
  };
  for (const HubId h : hubs_.ids()) {
    if (!scaling_->was_there(h)) continue;
    const hub::Ingress::Account now = hubs_[h]->ingress().account(), then = ingress_at_warmup_[h];
    arrived += now.arrived - then.arrived;
    delayed += now.delayed - then.delayed;
    refused += now.refused - then.refused;
    without_quota_s += sim::seconds(now.without_quota - then.without_quota);
    properties += now.properties - then.properties;
    commands += now.commands - then.commands;
    delays.merge(hubs_[h]->ingress().delays());
    const std::string prefix = "hub." + hubs_[h]->settings().name + ".";
    put(prefix + "messages_refused", "messages", std::round(now.refused - then.refused));
    put(prefix + "metered", "messages", std::round(now.metered - then.metered));
    put(prefix + "quota_blocked", "s", sim::seconds(now.without_quota - then.without_quota));
  }
  put("telemetry.refused", "messages", std::round(refused));
  const auto share = [](double some, double all) {
    return all > 0 ? std::optional(some / all) : std::nullopt;
  };
  put("telemetry.throttled_share", "1", share(delayed + refused, arrived));
  for (const auto& [name, sum] : {std::pair{"properties.", properties}, {"commands.", commands}}) {
    put(std::string(name) + "sent", "operations", std::round(sum.sent));
    put(std::string(name) + "refused", "operations", std::round(sum.refused));
    put(std::string(name) + "throttled_share", "1", share(sum.delayed + sum.refused, sum.sent));
  }
  put("telemetry.quota_blocked", "s", without_quota_s);
  const auto quantile = [&](std::uint64_t percent) -> std::optional<double> {
    if (delays.count() == 0) return std::nullopt;
    return static_cast<double>(delays.at_rank((percent * delays.count() + 99) / 100)) / 1e6;
  };
  put("telemetry.delay.p50", "s", quantile(50));
  put("telemetry.delay.p99", "s", quantile(99));
  put("telemetry.delay.max", "s", quantile(100));
}

}  // namespace application
