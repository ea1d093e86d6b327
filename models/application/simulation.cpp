#include "models/application/simulation.hpp"

#include <algorithm>
#include <set>

#include "models/application/metric_names.hpp"
#include "models/application/resolve.hpp"
#include "models/application/steady.hpp"
#include "models/application/topology.hpp"
#include "models/checks/checks.hpp"
#include "models/device/offered_load.hpp"
#include "models/faults/targets.hpp"

namespace application {

Simulation::Simulation(const Scenario& scenario, std::uint32_t replication, const RunOptions& options)
    : scenario_(scenario),
      options_(options),
      streams_(scenario.seed, replication),
      incidents_(faults::incidents(scenario.faults, topology_of(scenario), streams_, span_of(scenario))) {
  build_causes();
  build_hubs();
  build_devices();
  build_actors();
}

void Simulation::build_hubs() {
  std::vector<hub::Settings> all = scenario_.hubs;
  all.insert(all.end(), scenario_.recovery_hubs.begin(), scenario_.recovery_hubs.end());
  all.insert(all.end(), scenario_.later_hubs.begin(), scenario_.later_hubs.end());
  build_zones(all);
  for (std::size_t h = 0; h < all.size(); ++h) {
    const hub::Settings& settings = all[h];
    owned_hubs_.push_back(
        std::make_unique<hub::Hub>(HubId(h), settings, scenario_.editions.at(settings.edition),
                                   offered(settings.edition), stage_.moment(), streams_, first_of(h)));
    hubs_.push_back(owned_hubs_.back().get());
    if (h >= hubs_there()) hubs_.back()->begin_absent();
  }
}

std::size_t Simulation::hubs_there() const {
  return scenario_.hubs.size() + (scenario_.failover.stands_by() ? scenario_.recovery_hubs.size() : 0);
}

// Groups in order of name: the order in the file changes nothing.
std::vector<const device::Group*> Simulation::groups() const {
  std::vector<const device::Group*> groups;
  for (const device::Group& group : scenario_.fleet) groups.push_back(&group);
  std::sort(groups.begin(), groups.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  return groups;
}

// As a hub of the edition meters it, and of any that it may become: a free hub stays one.
std::vector<hub::OfferedLoad> Simulation::offered(hub::Edition edition) const {
  const hub::Meter meter = scenario_.meter_of(edition), paid = scenario_.paid_meter();
  std::vector<hub::OfferedLoad> offered;
  for (const device::Group* group : groups()) offered.push_back(device::offered_load_of(*group, meter, paid));
  return offered;
}

device::RunGroups Simulation::run_groups() const {
  const auto& enrollments = scenario_.provisioning.enrollments;
  device::RunGroups all;
  device::Device first = 0;
  for (const device::Group* group : groups()) {
    device::RunGroup one;
    one.group = group;
    one.key = sim::mix(sim::hash_text(group->name.data(), group->name.size()));
    one.first = first;
    first += group->devices;
    const auto enrollment = std::find_if(enrollments.begin(), enrollments.end(),
                                         [&](const auto& e) { return e.name == group->enrollment; });
    one.enrollment = static_cast<std::size_t>(enrollment - enrollments.begin());
    one.renewal =
        group->credentials == provisioning::Attestation::x509 ? sim::Duration{0} : group->client.renewal;
    const device::Telemetry& load = group->telemetry;
    if (load.profile.kind != device::Profile::Kind::constant || !load.surges.empty())
      one.pace.emplace(
          device::pace_steps(load.profile, load.surges, scenario_.start_utc_s, scenario_.duration));
    const network::Region& here = scenario_.regions.at(group->region);
    for (const hub::Hub* hub : hubs_) {
      one.hubs.push_back({network::path(here, group->access, scenario_.regions.at(hub->settings().region),
                                        scenario_.distance)});
      one.latency.push_back(one.hubs.back().path.rtt.median());
    }
    one.dps = {
        network::path(here, group->access, scenario_.regions.at(scenario_.region), scenario_.distance)};
    all.push_back(std::move(one));
  }
  return all;
}

void Simulation::build_devices() {
  std::size_t total = 0;
  for (const device::Group& group : scenario_.fleet) total += group.devices;
  dps_ = std::make_unique<provisioning::Service>(scenario_.provisioning, hubs_, total, streams_,
                                                 stage_.moment(), board_, dps_entity());
  devices_ = std::make_unique<device::Devices>(
      device::Devices::Dependencies{hubs_, dps_.get(), &streams_, &board_, scenario_.distance}, run_groups(),
      services(), options_.parking);
  load_ = std::make_unique<device::Load>(
      *devices_, hubs_,
      device::Load::Settings{scenario_.start_utc_s, scenario_.quota_used, scenario_.application_sends});
  const device::Workload workload{
      services(), [this](sim::Entity e, sim::Time now) { return serve(e, now); }, devices_.get(),
      [this](device::Device d, sim::Ahead ahead) { statistics_->fetch(d, ahead); },
      [this](sim::Time now) { return watch(now); }};
  carrier_ = options_.carrier == CarrierKind::fleet ? device::make_fleet(stage_, workload)
                                                    : device::make_actor_per_device(stage_, workload);
  for (hub::Hub* hub : hubs_) hub->attach(*carrier_, *devices_, *dps_);
  dps_->attach(*carrier_, *devices_);
  devices_->attach(*carrier_);
  inventory_ = std::make_unique<control::Inventory>(hubs_, *dps_, *devices_, board_, scenario_.editions);
  const std::size_t home = scenario_.hubs.size(), recovery = scenario_.recovery_hubs.size();
  for (const HubId h : hubs_.ids()) {
    const std::string& name = hubs_[h]->settings().name;
    if (h.index() >= home && h.index() < home + recovery) inventory_->reserve(h);
    if (fails_over() && hubs_[h]->settings().region == scenario_.region)
      inventory_->add_address(h, address_of(name, scenario_.recovery_region));
  }
}

std::optional<device::Device> Simulation::traced() const {
  if (!options_.trace) return std::nullopt;
  for (const device::RunGroup& one : devices_->roster().groups())
    if (one.group->name == options_.trace->first) return one.first + options_.trace->second;
  return std::nullopt;
}

measures::Subject Simulation::subject() {
  measures::Subject subject;
  subject.board = &board_;
  subject.now = &stage_.moment().now;
  subject.warmup = sim::Time{scenario_.warmup};
  subject.end = end();
  subject.hubs = &hubs_;
  subject.hubs_there = hubs_there();
  subject.devices = devices_.get();
  subject.dps = dps_.get();
  subject.access_paths = ids::PerId<GroupId, std::size_t>(access_paths_of(devices_->roster().groups()));
  for (const faults::Fault& fault : scenario_.faults) subject.faults.push_back(fault.name);
  subject.region_faults = metric_names(scenario_).regions;
  for (const faults::Incident& incident : incidents_)
    subject.incidents.push_back({incident.fault, incident.what.at, std::min(end(), incident.what.end()),
                                 takes_region(incident.what, scenario_)});
  subject.causes = causes_.get();
  for (const CauseId cause : causes_->all())
    subject.cuts_off.push_back(causes_->is_incident(cause) || cuts_off(scenario_, *causes_, cause));
  subject.within = within_times(scenario_);
  subject.rpo = scenario_.failover.rpo;
  subject.recovers = scenario_.failover.recovers();
  subject.oscillation = scenario_.scaling.oscillation;
  if (exports_) {
    subject.exports = exports_.get();
    subject.exported = &scenario_.exports;
    subject.deliveries = deliveries();
  }
  subject.prices = &scenario_.prices;
  subject.steady = steady_time(scenario_, incidents_);
  subject.traced = traced();
  subject.episodes = options_.episodes;
  return subject;
}

void Simulation::build_causes() {
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

void Simulation::build_actors() {
  const bool returns = std::any_of(
      scenario_.actions.begin(), scenario_.actions.end(),
      [](const actions::Action& action) { return std::holds_alternative<actions::FailBack>(action.kind); });
  const bool moves = returns || actions::added_hubs(scenario_.actions,
                                                    static_cast<std::uint32_t>(scenario_.hubs.size())) > 0;
  central_ = std::make_unique<control::Central>(
      control::Central::Dependencies{&stage_, inventory_.get(), dps_.get(), &scenario_.provisioning,
                                     &streams_, &board_, scenario_.start_utc_s, causes_->rebalance(),
                                     causes_->scale_in(), !scenario_.actions.empty(), moves},
      central, scenario_.scaling, scenario_.scaling_limits);
  if (!scenario_.actions.empty()) build_operator();
  if (!scenario_.destinations.empty() || !scenario_.exports.empty()) build_exports();
  statistics_ = std::make_unique<Statistics>(subject());
  conditions_ = std::make_unique<Conditions>(
      Conditions::Dependencies{&scenario_, &incidents_, inventory_.get(), dps_.get(), devices_.get(), &board_,
                               &stage_, exports_.get()});
  inventory_->before_opening([this](sim::Time now, HubId hub) { conditions_->place_at_home(now, hub); });
  if (fails_over()) build_coordinator();
  faults::spawn_injector(
      stage_, central, incidents_,
      {[this](sim::Time now, CauseId incident) { begin_fault(now, incident); },
       [this](sim::Time now, CauseId incident) {
         board_.tell<&signals::Listener::fault_ended>(now, incident);
       },
       [this](sim::Time now, const std::vector<CauseId>& active) { change_faults(now, active); }});
}

sim::Time Simulation::serve(sim::Entity e, sim::Time now) {
  if (e == dps_entity()) return dps_->serve(now);
  if (e == load_entity()) return load_->serve(now);
  hub::Hub& hub = *hubs_[HubId(e / hub::Hub::entities)];
  switch (e % hub::Hub::entities) {
    case 0:
      return hub.serve_connects(now);
    case 1:
      return hub.serve_registry(now);
    case 2:
      return hub.serve_ingress(now);
    default:
      return hub.serve_twin_reads(now);
  }
}

sim::Time Simulation::watch(sim::Time now) {
  const sim::Time next = statistics_->watch(now);
  if (options_.progress) options_.progress(sim::seconds(now) / sim::seconds(end()));
  return next;
}

measures::Report Simulation::run() {
  measures::Report report;
  inventory_->begin();
  if (scenario_.failover.standby == failover::Standby::warm)
    for (std::size_t h = scenario_.hubs.size(); h < hubs_there(); ++h)
      inventory_->set_draining(sim::Time{}, HubId(h), true);
  devices_->begin();
  carrier_->set(load_entity(), load_->begin());
  carrier_->run(end(), [&] {
    devices_->finish(end());
    if (exports_) exports_->settle(end());
    statistics_->finish();
    checks::judge({*devices_, hubs_, *dps_, statistics_->balance(), statistics_->messages(), exports_.get()},
                  end());
    statistics_->report(report);
    report.device_events = devices_->events();
    report.parked_attempts = devices_->parked_attempts();
    const auto impossible =
        checks::impossible_figure(report, scenario_.duration, scenario_.duration - scenario_.warmup);
    sim::require(!impossible, "{}", impossible.value_or(""));
  });
  return report;
}

measures::Report simulate(const Scenario& scenario, std::uint32_t replication, const RunOptions& options) {
  return Simulation(scenario, replication, options).run();
}

}  // namespace application
