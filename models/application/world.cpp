#include "models/application/world.hpp"

#include <algorithm>
#include <cmath>

#include "models/application/feeds.hpp"
#include "models/application/metric_names.hpp"
#include "models/checks/checks.hpp"
#include "models/control/prober.hpp"

namespace application {

namespace {

// The series: what there is before the first hub, and how much a hub has, its CONNECTs last.
constexpr std::size_t first_hub_column = 5, hub_columns = 4;

constexpr const char* central = "IoT Central";  // the host of those who decide; no user's name has capitals

sim::Time fault_end(const faults::Fault& fault, sim::Time end) {
  return fault.duration.count() > 0 ? std::min(end, fault.at + fault.duration) : end;
}

// About 360 samples, at whole multiples of ten seconds.
sim::Duration sampling_period(sim::Duration run) {
  using namespace std::chrono_literals;
  return std::max<sim::Duration>(10s, (run / 360 + 5s) / 10s * 10s);
}

}  // namespace

World::World(const Scenario& scenario, std::uint32_t replication, const RunOptions& options)
    : scenario_(scenario),
      options_(options),
      end_(scenario.duration),
      streams_(scenario.seed, replication),
      sample_every_(sampling_period(scenario.duration)) {
  build_hubs();
  build_devices();
  build_measures();
  build_actors();
}

void World::build_hubs() {
  stage_.add_host(central, sim::Duration{500});
  const network::Region& home = scenario_.regions.at(scenario_.region);
  for (std::size_t h = 0; h < scenario_.hubs.size(); ++h) {
    const hub::Settings& settings = scenario_.hubs[h];
    const network::Region& region = scenario_.regions.at(settings.region);
    stage_.add_host(settings.name,
                    network::median_round_trip(network::distance_km(home, region), scenario_.distance) / 2);
    owned_hubs_.push_back(std::make_unique<hub::Hub>(static_cast<int>(h), settings,
                                                     scenario_.editions.at(settings.edition), feeds(),
                                                     stage_.moment(), streams_, first_of(h)));
    hubs_.push_back(owned_hubs_.back().get());
  }
}

// Groups in order of name: the order in the file changes nothing.
std::vector<const device::Group*> World::groups() const {
  std::vector<const device::Group*> groups;
  for (const device::Group& group : scenario_.fleet) groups.push_back(&group);
  std::sort(groups.begin(), groups.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  return groups;
}

std::vector<hub::Feed> World::feeds() const {
  std::vector<hub::Feed> feeds;
  for (const device::Group* group : groups()) feeds.push_back(feed_of(*group, scenario_.meter));
  return feeds;
}

std::vector<device::Kind> World::kinds() const {
  const auto& enrollments = scenario_.provisioning.enrollments;
  std::vector<device::Kind> kinds;
  device::Device first = 0;
  for (const device::Group* group : groups()) {
    device::Kind kind;
    kind.group = group;
    kind.key = sim::hash_text(group->name.data(), group->name.size());
    kind.first = first;
    first += group->devices;
    const auto enrollment = std::find_if(enrollments.begin(), enrollments.end(),
                                         [&](const auto& e) { return e.name == group->enrollment; });
    kind.enrollment = static_cast<std::uint16_t>(enrollment - enrollments.begin());
    kind.renewal =
        group->credentials == provisioning::Attestation::x509 ? sim::Duration{0} : group->client.renewal;
    const device::Telemetry& load = group->telemetry;
    if (load.profile.kind != device::Profile::Kind::constant || !load.surges.empty())
      kind.pace.emplace(
          device::pace_steps(load.profile, load.surges, scenario_.start_utc_s, scenario_.duration));
    const network::Region& here = scenario_.regions.at(group->region);
    for (const hub::Settings& hub : scenario_.hubs) {
      kind.hubs.push_back(
          network::path(here, group->access, scenario_.regions.at(hub.region), scenario_.distance));
      kind.latency.push_back(kind.hubs.back().rtt.median());
    }
    kind.dps = network::path(here, group->access, scenario_.regions.at(scenario_.region), scenario_.distance);
    kinds.push_back(std::move(kind));
  }
  return kinds;
}

void World::build_devices() {
  std::size_t total = 0;
  for (const device::Group& group : scenario_.fleet) total += group.devices;
  dps_ = std::make_unique<provisioning::Service>(scenario_.provisioning, hubs_, total, streams_,
                                                 stage_.moment(), board_, dps_entity());
  devices_ = std::make_unique<device::Devices>(
      device::Devices::World{hubs_, dps_.get(), &streams_, &board_, scenario_.distance}, kinds(), services(),
      options_.parking);
  load_ = std::make_unique<device::Load>(
      *devices_, hubs_,
      device::Load::Settings{scenario_.start_utc_s, scenario_.quota_used, scenario_.application_sends});
  const device::Cargo cargo{services(), [this](sim::Entity e, sim::Time now) { return serve(e, now); },
                            devices_.get(), [this](sim::Time now) { return watch(now); }};
  carrier_ = options_.carrier == CarrierKind::fleet ? device::make_fleet(stage_, cargo)
                                                    : device::make_actor_per_device(stage_, cargo);
  for (hub::Hub* hub : hubs_) hub->attach(*carrier_, *devices_, *dps_);
  dps_->attach(*carrier_, *devices_);
  devices_->attach(*carrier_);
}

void World::build_measures() {
  outlook_ = std::make_unique<measures::Outlook>(hubs_.size());
  std::vector<measures::Balance::HubInfo> infos;
  std::vector<std::string> hub_names, fault_names;
  for (const hub::Settings& hub : scenario_.hubs) {
    infos.push_back({hub.name, hub.weight});
    hub_names.push_back(hub.name);
  }
  const sim::Time warmup{scenario_.warmup};
  balance_ = std::make_unique<measures::Balance>(infos, *outlook_, warmup);
  measures::Recovery::Setup recovery;
  for (const faults::Fault& fault : scenario_.faults) {
    recovery.faults.push_back({fault.name, fault.at, fault_end(fault, end_)});
    fault_names.push_back(fault.name);
  }
  for (const device::Kind& kind : devices_->kinds()) recovery.groups.push_back(kind.group->name);
  recovery.devices = devices_->size();
  recovery.group_of = [this](device::Device d) { return std::size_t{devices_->clients()[d].group}; };
  recovery.within = within_times(scenario_);
  recovery.outlook = outlook_.get();
  recovery.now = &stage_.moment().now;
  recovery_ = std::make_unique<measures::Recovery>(std::move(recovery));
  messages_ = std::make_unique<measures::Messages>(measures::Messages::Setup{
      devices_->size(), [this](device::Device d) { return devices_->message_clock(d); },
      [this](device::Device d) { return devices_->kind(d).group->buffer; },
      [this](device::Device d) { return devices_->kind(d).group->telemetry.flush; },
      [this](sim::Time t) {
        double sum = 0;
        for (hub::Hub* hub : hubs_) {
          hub->advance_ingress(t);
          sum += hub->ingress().account().waiting;
        }
        return sum;
      }});
  board_.subscribe(*outlook_);
  board_.subscribe(*balance_);
  board_.subscribe(*messages_);
  board_.subscribe(*recovery_);
  if (options_.trace) {
    for (const device::Kind& kind : devices_->kinds())
      if (kind.group->name == options_.trace->first)
        trace_ =
            std::make_unique<measures::Trace>(kind.first + options_.trace->second, hub_names, fault_names);
    if (trace_) board_.subscribe(*trace_);
  }
}

void World::build_actors() {
  if (scenario_.provisioning.exclude_failed_hubs)
    control::spawn_probers(stage_, central, hubs_, *dps_, scenario_.provisioning.probe, streams_);
  faults::spawn_injector(
      stage_, central, scenario_.faults,
      {[this](sim::Time now, int fault) { board_.tell<&signals::Listener::fault_began>(now, fault); },
       [this](sim::Time now, int fault) { board_.tell<&signals::Listener::fault_ended>(now, fault); },
       [this](sim::Time now, int hub, const faults::HubState& state) { change_hub(now, hub, state); }});
}

void World::change_hub(sim::Time now, int index, const faults::HubState& state) {
  hub::Hub& hub = *hubs_[static_cast<std::size_t>(index)];
  const bool served = hub.serves();
  devices_->before_hub_change(index, now);
  hub.set_mode(now, state.mode, state.capacity, state.fault);
  if (hub.serves() != served) board_.tell<&signals::Listener::hub_serves>(now, index, hub.serves());
  devices_->after_hub_change(index, now);
  if (hub.serves() && !served) dps_->hub_returned(now, index);
}

sim::Time World::serve(sim::Entity e, sim::Time now) {
  if (e == dps_entity()) return dps_->serve(now);
  if (e == load_entity()) return load_->serve(now);
  hub::Hub& hub = *hubs_[e / hub::Hub::entities];
  switch (e % hub::Hub::entities) {
    case 0:
      return hub.serve_connects(now);
    case 1:
      return hub.serve_registry(now);
    default:
      return hub.serve_ingress(now);
  }
}

sim::Time World::watch(sim::Time now) {
  const sim::Time warmup{scenario_.warmup};
  if (!counting_ && now >= warmup) end_warmup();
  for (; next_sample_ <= now; next_sample_ += sample_every_) sample(next_sample_);
  if (options_.progress) options_.progress(sim::seconds(now) / sim::seconds(end_));
  return counting_ ? next_sample_ : std::min(next_sample_, warmup);
}

void World::end_warmup() {
  counting_ = true;
  messages_->begin_counting(sim::Time{scenario_.warmup});
  for (hub::Hub* hub : hubs_) {
    hubs_at_warmup_.push_back(hub->counters());
    ingress_at_warmup_.push_back(hub->ingress().account());
    hub->forget_delays();
  }
  dps_at_warmup_ = dps_->counters();
}

void World::sample(sim::Time t) {
  if (series_.columns.empty()) {
    series_.columns = {"time_s", "connected", "dps.registrations", "dps.throttled", "dps.polls_throttled"};
    for (const hub::Settings& hub : scenario_.hubs)
      for (const char* what : {"connected", "provisioned", "queue", "connects"})
        series_.columns.push_back("hub." + hub.name + "." + what);
  }
  const auto number = [](auto n) { return static_cast<double>(n); };
  const provisioning::Counters& dps = dps_->counters();
  std::vector<double> row{sim::seconds(t), number(balance_->connected()), number(dps.registrations),
                          number(dps.throttled), number(dps.polls_throttled)};
  for (std::size_t h = 0; h < hubs_.size(); ++h) {
    row.push_back(number(balance_->connected(h)));
    row.push_back(number(balance_->provisioned(h)));
    row.push_back(number(hubs_[h]->waiting()));
    row.push_back(0);  // see add_connects
  }
  series_.rows.push_back(std::move(row));
}

// CONNECTs enter the series at the end: those of parked devices are counted late, though at their instants.
void World::add_connects() {
  for (std::size_t h = 0; h < hubs_.size(); ++h) {
    const std::vector<std::uint32_t>& by_second = hubs_[h]->connects_by_second();
    const std::size_t column = first_hub_column + hub_columns * h + hub_columns - 1;
    std::uint64_t before = 0;
    std::size_t second = 0;
    for (std::vector<double>& row : series_.rows) {
      for (; second < by_second.size() && static_cast<double>(second) < row[0]; ++second)
        before += by_second[second];
      row[column] = static_cast<double>(before);
    }
  }
}

measures::Report World::run() {
  measures::Report report;
  devices_->begin();
  carrier_->set(load_entity(), load_->begin());
  carrier_->run(end_, [&] {
    if (!counting_) end_warmup();
    devices_->finish(end_);
    recovery_->finish(end_);
    balance_->finish(end_);
    messages_->finish(end_);
    checks::judge({*devices_, hubs_, *dps_, *balance_, *messages_}, end_);
    collect(report);
  });
  return report;
}

void World::collect(measures::Report& report) {
  recovery_->report(report);
  balance_->report(report);
  messages_->report(report);
  if (trace_) trace_->report(report, end_);
  collect_services(report);
  collect_ingress(report);
  std::uint64_t connected = 0, lost = 0, left = 0, stuck = 0;
  for (const device::Client& c : devices_->clients()) {
    connected += c.state == device::State::connected;
    lost += c.state == device::State::lost;
    left += c.state == device::State::gone;
    const bool asks_hub = c.state == device::State::dialing || c.state == device::State::handshaking ||
                          c.state == device::State::undetected;
    stuck += asks_hub && outlook_->view(c.hub) == measures::Outlook::View::alternative;
  }
  const auto put = [&](const char* name, std::uint64_t n) {
    report.values[name] = {"devices", static_cast<double>(n), std::nullopt, std::nullopt};
  };
  put("devices.total", devices_->size());
  put("devices.connected", connected);
  put("devices.lost", lost);
  put("devices.left", left);
  put("devices.stuck", stuck);
  add_connects();
  report.series = series_;
  report.device_events = devices_->events();
  report.parked_attempts = devices_->parked_attempts();
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
  put("dps.twins_lost", "devices", static_cast<double>(dps.twins_lost - then.twins_lost));
  hub::Counters all{}, all_then{};
  std::vector<std::uint32_t> together;
  const auto hub_metrics = [&](const std::string& prefix, const hub::Counters& c, const hub::Counters& b,
                               const std::vector<std::uint32_t>& by_second) {
    operations(prefix + "connects", c.connects, b.connects);
    operations(prefix + "accepted", c.accepted, b.accepted);
    operations(prefix + "throttled", c.throttled, b.throttled);
    operations(prefix + "timed_out", c.timed_out, b.timed_out);
    operations(prefix + "refused", c.refused, b.refused);
    operations(prefix + "identity_writes", c.identity_writes, b.identity_writes);
    operations(prefix + "identity_throttled", c.identity_throttled, b.identity_throttled);
    const auto from = std::min(by_second.size(), static_cast<std::size_t>(sim::seconds(scenario_.warmup)));
    const auto first = by_second.begin() + static_cast<std::ptrdiff_t>(from);
    put(prefix + "peak_connect_rate", "1/s",
        first == by_second.end() ? 0 : *std::max_element(first, by_second.end()));
  };
  for (std::size_t h = 0; h < hubs_.size(); ++h) {
    const hub::Counters& c = hubs_[h]->counters();
    const std::string prefix = "hub." + scenario_.hubs[h].name + ".";
    const auto& seconds = hubs_[h]->connects_by_second();
    hub_metrics(prefix, c, hubs_at_warmup_[h], seconds);
    put(prefix + "queue_peak", "operations", static_cast<double>(c.queue_peak));
    all += c;
    all_then += hubs_at_warmup_[h];
    if (together.size() < seconds.size()) together.resize(seconds.size());
    for (std::size_t s = 0; s < seconds.size(); ++s) together[s] += seconds[s];
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
  for (std::size_t h = 0; h < hubs_.size(); ++h) {
    const hub::Ingress::Account now = hubs_[h]->ingress().account(), then = ingress_at_warmup_[h];
    arrived += now.arrived - then.arrived;
    delayed += now.delayed - then.delayed;
    refused += now.refused - then.refused;
    without_quota_s += sim::seconds(now.without_quota - then.without_quota);
    properties += now.properties - then.properties;
    commands += now.commands - then.commands;
    delays.merge(hubs_[h]->ingress().delays());
    const std::string prefix = "hub." + scenario_.hubs[h].name + ".";
    put(prefix + "messages_refused", "messages", std::round(now.refused - then.refused));
    put(prefix + "metered", "messages", std::round(now.metered - then.metered));
    put(prefix + "quota_blocked", "s", sim::seconds(now.without_quota - then.without_quota));
  }
  const auto share = [](double some, double all) {
    return all > 0 ? std::optional(some / all) : std::nullopt;
  };
  put("telemetry.refused", "messages", std::round(refused));
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

measures::Report simulate(const Scenario& scenario, std::uint32_t replication, const RunOptions& options) {
  World world(scenario, replication, options);
  return world.run();
}

}  // namespace application
