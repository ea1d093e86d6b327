#include "models/application/world.hpp"

#include <algorithm>
#include <set>

#include "models/application/metric_names.hpp"
#include "models/application/resolve.hpp"
#include "models/application/topology.hpp"
#include "models/checks/checks.hpp"
#include "models/device/feed.hpp"
#include "models/faults/targets.hpp"

namespace application {

namespace {

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
      incidents_(faults::incidents(scenario.faults, topology_of(scenario), streams_, span_of(scenario))),
      sample_every_(sampling_period(scenario.duration)) {
  build_causes();
  build_hubs();
  build_devices();
  build_measures();
  build_actors();
}

void World::build_hubs() {
  std::vector<hub::Settings> all = scenario_.hubs;
  all.insert(all.end(), scenario_.recovery_hubs.begin(), scenario_.recovery_hubs.end());
  there_ = scenario_.failover.stands_by() ? all.size() : scenario_.hubs.size();
  all.insert(all.end(), scenario_.later_hubs.begin(), scenario_.later_hubs.end());
  build_zones(all);
  for (std::size_t h = 0; h < all.size(); ++h) {
    const hub::Settings& settings = all[h];
    owned_hubs_.push_back(std::make_unique<hub::Hub>(HubId(h), settings,
                                                     scenario_.editions.at(settings.edition), feeds(),
                                                     stage_.moment(), streams_, first_of(h)));
    hubs_.push_back(owned_hubs_.back().get());
    if (h >= there_) hubs_.back()->begin_absent();
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
  for (const device::Group* group : groups()) feeds.push_back(device::feed_of(*group, scenario_.meter));
  return feeds;
}

device::Kinds World::kinds() const {
  const auto& enrollments = scenario_.provisioning.enrollments;
  device::Kinds kinds;
  device::Device first = 0;
  for (const device::Group* group : groups()) {
    device::Kind kind;
    kind.group = group;
    kind.key = sim::hash_text(group->name.data(), group->name.size());
    kind.first = first;
    first += group->devices;
    const auto enrollment = std::find_if(enrollments.begin(), enrollments.end(),
                                         [&](const auto& e) { return e.name == group->enrollment; });
    kind.enrollment = static_cast<std::size_t>(enrollment - enrollments.begin());
    kind.renewal =
        group->credentials == provisioning::Attestation::x509 ? sim::Duration{0} : group->client.renewal;
    const device::Telemetry& load = group->telemetry;
    if (load.profile.kind != device::Profile::Kind::constant || !load.surges.empty())
      kind.pace.emplace(
          device::pace_steps(load.profile, load.surges, scenario_.start_utc_s, scenario_.duration));
    const network::Region& here = scenario_.regions.at(group->region);
    for (const hub::Hub* hub : hubs_) {
      kind.hubs.push_back({network::path(here, group->access, scenario_.regions.at(hub->settings().region),
                                         scenario_.distance)});
      kind.latency.push_back(kind.hubs.back().path.rtt.median());
    }
    kind.dps = {
        network::path(here, group->access, scenario_.regions.at(scenario_.region), scenario_.distance)};
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
                            devices_.get(), [this](device::Device d, sim::Ahead ahead) { fetch(d, ahead); },
                            [this](sim::Time now) { return watch(now); }};
  carrier_ = options_.carrier == CarrierKind::fleet ? device::make_fleet(stage_, cargo)
                                                    : device::make_actor_per_device(stage_, cargo);
  for (hub::Hub* hub : hubs_) hub->attach(*carrier_, *devices_, *dps_);
  dps_->attach(*carrier_, *devices_);
  devices_->attach(*carrier_);
  estate_ = std::make_unique<control::Estate>(hubs_, *dps_, *devices_, board_, scenario_.editions);
  const std::size_t home = scenario_.hubs.size(), recovery = scenario_.recovery_hubs.size();
  for (const HubId h : hubs_.ids()) {
    const std::string& name = hubs_[h]->settings().name;
    if (h.index() >= home && h.index() < home + recovery) estate_->reserve(h);
    if (fails_over() && hubs_[h]->settings().region == scenario_.region)
      estate_->add_address(h, address_of(name, scenario_.recovery_region));
  }
}

void World::build_measures() {
  outlook_ = std::make_unique<measures::Outlook>(hubs_.size(), there_, ways_of(devices_->kinds()));
  ids::PerId<HubId, measures::Balance::HubInfo> infos;
  ids::PerId<HubId, std::string> hub_names;
  for (const hub::Hub* hub : hubs_) {
    infos.push_back({hub->settings().name, hub->settings().weight, hub->exists()});
    hub_names.push_back(hub->settings().name);
  }
  const sim::Time warmup{scenario_.warmup};
  std::vector<measures::Balance::Fixed> fixed;
  for (const device::Kind& kind : devices_->kinds())
    if (kind.group->edge) fixed.push_back({kind.first, kind.first + kind.group->devices});
  balance_ = std::make_unique<measures::Balance>(infos, *outlook_, warmup, fixed);
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
  scaling_ = std::make_unique<measures::Scaling>(hub_names, warmup, scenario_.scaling.oscillation);
  uptime_ = std::make_unique<measures::Uptime>(hub_names, warmup);
  half_open_ = std::make_unique<measures::HalfOpen>(warmup, devices_->size());
  build_fault_measures();
  board_.subscribe(*scaling_);
  board_.subscribe(*uptime_);
  board_.subscribe(*half_open_);
  board_.subscribe(*outlook_);
  board_.subscribe(*balance_);
  board_.subscribe(*messages_);
  board_.subscribe(*recovery_);
  board_.subscribe(*regions_);
  if (!incidents_.empty()) board_.subscribe(*storm_);
  if (options_.trace) build_trace(hub_names);
}

void World::build_fault_measures() {
  measures::Recovery::Setup recovery;
  std::vector<measures::Storm::FaultTime> storms;
  ids::PerId<CauseId, std::string> regions;
  for (const faults::Fault& fault : scenario_.faults) recovery.names.push_back(fault.name);
  for (const faults::Incident& incident : incidents_) {
    const faults::Fault& what = incident.what;
    recovery.faults.push_back({incident.fault, what.at, std::min(end_, what.end())});
    storms.push_back({what.name, what.at, std::min(end_, what.end())});
    regions.push_back(takes_region(what, scenario_) ? what.name : "");
  }
  for (const CauseId cause : causes_->all()) {
    if (causes_->is_incident(cause)) continue;
    recovery.faults.push_back(
        {recovery.names.size(), end_, end_, true, sim::never, cuts_off(scenario_, *causes_, cause)});
    recovery.names.push_back(causes_->name(cause));
  }
  for (const device::Kind& kind : devices_->kinds()) {
    recovery.groups.push_back(kind.group->name);
    recovery.fixed.push_back(kind.group->edge);
  }
  recovery.devices = devices_->size();
  recovery.group_of = [this](device::Device d) { return devices_->clients()[d].group; };
  recovery.within = within_times(scenario_);
  recovery.outlook = outlook_.get();
  recovery.now = &stage_.moment().now;
  recovery_ = std::make_unique<measures::Recovery>(std::move(recovery));
  regions_ = std::make_unique<measures::Regions>(regions, hubs_.size(), there_, scenario_.failover.rpo,
                                                 scenario_.failover.recovers());
  storm_ = std::make_unique<measures::Storm>(std::move(storms), devices_->size(), end_);
}

void World::build_causes() {
  const faults::Topology topology = topology_of(scenario_);
  std::vector<std::string> incidents, actions;
  for (const faults::Incident& incident : incidents_) {
    const bool one_of_many = scenario_.faults[incident.fault].each;
    incidents.push_back(incident.what.name +
                        (one_of_many ? " (" + faults::target_name(incident.what, topology) + ")" : ""));
  }
  for (const actions::Action& action : scenario_.actions) actions.push_back(action.name);
  causes_ = std::make_unique<signals::Causes>(std::move(incidents), std::move(actions));
}

void World::build_trace(const ids::PerId<HubId, std::string>& hub_names) {
  for (const device::Kind& kind : devices_->kinds())
    if (kind.group->name == options_.trace->first)
      trace_ = std::make_unique<measures::Trace>(kind.first + options_.trace->second, hub_names, *causes_);
  if (trace_) board_.subscribe(*trace_);
}

void World::build_actors() {
  const bool returns = std::any_of(
      scenario_.actions.begin(), scenario_.actions.end(),
      [](const actions::Action& action) { return std::holds_alternative<actions::FailBack>(action.kind); });
  const bool moves = returns || actions::added_hubs(scenario_.actions,
                                                    static_cast<std::uint32_t>(scenario_.hubs.size())) > 0;
  central_ = std::make_unique<control::Central>(
      control::Central::World{&stage_, estate_.get(), dps_.get(), &scenario_.provisioning, &streams_, &board_,
                              scenario_.start_utc_s, causes_->rebalance(), causes_->scale_in(),
                              !scenario_.actions.empty(), moves},
      central, scenario_.scaling, scenario_.scaling_limits);
  if (!scenario_.actions.empty()) build_operator();
  if (!scenario_.destinations.empty() || !scenario_.exports.empty()) build_exports();
  conditions_ = std::make_unique<Conditions>(Conditions::World{
      &scenario_, &incidents_, estate_.get(), dps_.get(), devices_.get(), &board_, &stage_, exports_.get()});
  estate_->before_opening([this](sim::Time now, HubId hub) { conditions_->place_at_home(now, hub); });
  if (fails_over()) build_coordinator();
  faults::spawn_injector(
      stage_, central, incidents_,
      {[this](sim::Time now, CauseId incident) { begin_fault(now, incident); },
       [this](sim::Time now, CauseId incident) {
         board_.tell<&signals::Listener::fault_ended>(now, incident);
       },
       [this](sim::Time now, const std::vector<CauseId>& active) { change_faults(now, active); }});
}

sim::Time World::serve(sim::Entity e, sim::Time now) {
  if (e == dps_entity()) return dps_->serve(now);
  if (e == load_entity()) return load_->serve(now);
  hub::Hub& hub = *hubs_[HubId(e / hub::Hub::entities)];
  switch (e % hub::Hub::entities) {
    case 0:
      return hub.serve_connects(now);
    case 1:
      return hub.serve_registry(now);
    default:
      return hub.serve_ingress(now);
  }
}

// What the measures keep of a device that is likely to be woken.
void World::fetch(device::Device device, sim::Ahead ahead) const {
  if (ahead == sim::Ahead::close) return recovery_->fetch_record(device);
  recovery_->fetch_index(device);
  storm_->fetch(device);
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
  if (exports_) export_totals_->begin_counting(sim::Time{scenario_.warmup});
}

measures::Report World::run() {
  measures::Report report;
  estate_->begin();
  if (scenario_.failover.standby == failover::Standby::warm)
    for (std::size_t h = scenario_.hubs.size(); h < there_; ++h)
      estate_->set_draining(sim::Time{}, HubId(h), true);
  devices_->begin();
  carrier_->set(load_entity(), load_->begin());
  carrier_->run(end_, [&] {
    if (!counting_) end_warmup();
    devices_->finish(end_);
    recovery_->finish(end_);
    balance_->finish(end_);
    messages_->finish(end_);
    scaling_->finish(end_);
    regions_->finish(end_);
    storm_->finish();
    uptime_->finish(end_);
    half_open_->finish(end_);
    if (exports_) exports_->settle(end_);
    if (exports_) deliveries_->finish(end_);
    checks::judge({*devices_, hubs_, *dps_, *balance_, *messages_, exports_.get()}, end_);
    collect(report);
    const auto impossible =
        checks::impossible_figure(report, scenario_.duration, scenario_.duration - scenario_.warmup);
    sim::require(!impossible, "{}", impossible.value_or(""));
  });
  return report;
}

measures::Report simulate(const Scenario& scenario, std::uint32_t replication, const RunOptions& options) {
  World world(scenario, replication, options);
  return world.run();
}

}  // namespace application
