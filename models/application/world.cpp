#include "models/application/world.hpp"

#include <algorithm>
#include <set>

#include "models/application/feeds.hpp"
#include "models/application/ground.hpp"
#include "models/application/metric_names.hpp"
#include "models/application/resolve.hpp"
#include "models/checks/checks.hpp"

namespace application {

namespace {

constexpr const char* central = "IoT Central";  // the host of those who decide; no user's name has capitals

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
      incidents_(faults::incidents(scenario.faults, ground_of(scenario), streams_, span_of(scenario))),
      sample_every_(sampling_period(scenario.duration)) {
  build_hubs();
  build_devices();
  build_measures();
  build_actors();
}

// A zone for each cloud region in use, and one for those who decide, at the application's home; what a
// place's own network costs is in the round trip between places.
void World::build_zones(const std::vector<hub::Settings>& hubs) {
  stage_.add_host(central, sim::Duration{500});
  std::set<std::string> regions;
  for (const hub::Settings& hub : hubs) regions.insert(hub.region);
  if (fails_over()) regions.insert(scenario_.recovery_region);
  const auto one_way = [this](const std::string& from, const std::string& to) {
    const double km = network::distance_km(scenario_.regions.at(from), scenario_.regions.at(to));
    return network::median_round_trip(km, scenario_.distance) / 2;
  };
  for (auto region = regions.begin(); region != regions.end(); ++region) {
    stage_.add_zone(*region);
    stage_.link_zones(sim::Platform::control, *region, one_way(scenario_.region, *region));
    for (auto other = regions.begin(); other != region; ++other)
      stage_.link_zones(*other, *region, one_way(*other, *region));
  }
  for (const hub::Settings& hub : hubs) stage_.add_host(hub.region, hub.name, sim::Duration{0});
  if (!fails_over()) return;
  for (const hub::Settings& hub : hubs)  // where it may come to be
    if (hub.region == scenario_.region)
      stage_.add_host(scenario_.recovery_region, address_of(hub.name, scenario_.recovery_region),
                      sim::Duration{0});
}

bool World::fails_over() const {
  return !scenario_.recovery_region.empty() && (loses_region(scenario_) || !scenario_.recovery_hubs.empty() ||
                                                actions::moves_hub(scenario_.actions));
}

// Hubs of the recovery region are there from the start where they stand by.
bool World::stands_by() const {
  return scenario_.failover.standby == failover::Standby::warm ||
         scenario_.failover.standby == failover::Standby::active;
}

void World::build_hubs() {
  std::vector<hub::Settings> all = scenario_.hubs;
  all.insert(all.end(), scenario_.recovery_hubs.begin(), scenario_.recovery_hubs.end());
  there_ = stands_by() ? all.size() : scenario_.hubs.size();
  all.insert(all.end(), scenario_.later_hubs.begin(), scenario_.later_hubs.end());
  build_zones(all);
  for (std::size_t h = 0; h < all.size(); ++h) {
    const hub::Settings& settings = all[h];
    owned_hubs_.push_back(std::make_unique<hub::Hub>(static_cast<int>(h), settings,
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
                            devices_.get(), [this](device::Device d) { recovery_->fetch(d); },
                            [this](sim::Time now) { return watch(now); }};
  carrier_ = options_.carrier == CarrierKind::fleet ? device::make_fleet(stage_, cargo)
                                                    : device::make_actor_per_device(stage_, cargo);
  for (hub::Hub* hub : hubs_) hub->attach(*carrier_, *devices_, *dps_);
  dps_->attach(*carrier_, *devices_);
  devices_->attach(*carrier_);
  estate_ = std::make_unique<control::Estate>(hubs_, *dps_, *devices_, board_, scenario_.editions);
  const std::size_t home = scenario_.hubs.size(), recovery = scenario_.recovery_hubs.size();
  for (std::size_t h = 0; h < hubs_.size(); ++h) {
    const std::string& name = hubs_[h]->settings().name;
    if (h >= home && h < home + recovery) estate_->reserve(static_cast<int>(h));
    if (fails_over() && hubs_[h]->settings().region == scenario_.region)
      estate_->add_address(static_cast<int>(h), address_of(name, scenario_.recovery_region));
  }
}

void World::build_measures() {
  outlook_ = std::make_unique<measures::Outlook>(hubs_.size(), there_, devices_->kinds().size());
  std::vector<measures::Balance::HubInfo> infos;
  std::vector<std::string> hub_names;
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
  build_fault_measures();
  board_.subscribe(*scaling_);
  board_.subscribe(*uptime_);
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
  std::vector<std::string> regions;
  for (const faults::Fault& fault : scenario_.faults) recovery.names.push_back(fault.name);
  for (const faults::Incident& incident : incidents_) {
    const faults::Fault& what = incident.what;
    recovery.faults.push_back({incident.fault, what.at, std::min(end_, what.end())});
    storms.push_back({what.name, what.at, std::min(end_, what.end())});
    regions.push_back(takes_region(what, scenario_) ? what.name : "");
  }
  for (const std::string& action : actions(scenario_)) {
    recovery.faults.push_back({recovery.names.size(), end_, end_, true, sim::never,
                               cuts_off(scenario_, recovery.faults.size() - incidents_.size())});
    recovery.names.push_back(action);
  }
  for (const device::Kind& kind : devices_->kinds()) {
    recovery.groups.push_back(kind.group->name);
    recovery.fixed.push_back(kind.group->edge);
  }
  recovery.devices = devices_->size();
  recovery.group_of = [this](device::Device d) { return std::size_t{devices_->clients()[d].group}; };
  recovery.within = within_times(scenario_);
  recovery.outlook = outlook_.get();
  recovery.now = &stage_.moment().now;
  recovery_ = std::make_unique<measures::Recovery>(std::move(recovery));
  regions_ = std::make_unique<measures::Regions>(regions, hubs_.size(), there_, scenario_.failover.rpo);
  storm_ = std::make_unique<measures::Storm>(std::move(storms), devices_->size(), end_);
}

void World::build_trace(const std::vector<std::string>& hub_names) {
  const faults::Ground ground = ground_of(scenario_);
  std::vector<std::string> fault_names;
  for (const faults::Incident& incident : incidents_) {
    const bool one_of_many = scenario_.faults[incident.fault].each;
    fault_names.push_back(incident.what.name +
                          (one_of_many ? " (" + faults::target_name(incident.what, ground) + ")" : ""));
  }
  for (const device::Kind& kind : devices_->kinds())
    if (kind.group->name == options_.trace->first)
      trace_ = std::make_unique<measures::Trace>(kind.first + options_.trace->second, hub_names, fault_names,
                                                 actions(scenario_));
  if (trace_) board_.subscribe(*trace_);
}

void World::build_actors() {
  const int first_action = static_cast<int>(incidents_.size() + scenario_.actions.size());
  const bool returns = std::any_of(
      scenario_.actions.begin(), scenario_.actions.end(),
      [](const actions::Action& action) { return std::holds_alternative<actions::FailBack>(action.kind); });
  const bool moves = returns || actions::added_hubs(scenario_.actions,
                                                    static_cast<std::uint32_t>(scenario_.hubs.size())) > 0;
  central_ = std::make_unique<control::Central>(
      control::Central::World{&stage_, estate_.get(), dps_.get(), &scenario_.provisioning, &streams_, &board_,
                              scenario_.start_utc_s, first_action, first_action + 1,
                              !scenario_.actions.empty(), moves},
      central, scenario_.scaling, scenario_.scaling_limits);
  if (!scenario_.actions.empty()) build_operator();
  conditions_ = std::make_unique<Conditions>(
      Conditions::World{&scenario_, &incidents_, estate_.get(), dps_.get(), devices_.get(), &board_});
  estate_->before_opening([this](sim::Time now, int hub) { conditions_->place_at_home(now, hub); });
  if (fails_over()) build_coordinator();
  faults::spawn_injector(
      stage_, central, incidents_,
      {[this](sim::Time now, int incident) { begin_fault(now, incident); },
       [this](sim::Time now, int incident) { end_fault(now, incident); },
       [this](sim::Time now, const std::vector<int>& active) { conditions_->set_active(now, active); }});
}

void World::build_operator() {
  std::vector<actions::Crew> crews;
  for (const device::Kind& kind : devices_->kinds())
    crews.push_back(
        {kind.group->name, kind.first, kind.group->devices, kind.group->edge, kind.group->approval});
  const control::Settings& scaling = scenario_.scaling;
  operator_ = std::make_unique<actions::Operator>(
      actions::Operator::World{&stage_, estate_.get(), central_->mover(), dps_.get(), &streams_, &board_,
                               std::move(crews), scaling.create, scaling.rebalance.batch,
                               scaling.command_timeout, static_cast<int>(incidents_.size()),
                               [this](sim::Time now, int number, const actions::FailOver& kind) {
                                 kind.hub ? coordinator_->fail_over_hub(now, *kind.hub, number)
                                          : coordinator_->fail_over(now);
                               },
                               [this](sim::Time now, int number, const actions::FailBack& kind) {
                                 kind.hub ? coordinator_->fail_over_hub(now, *kind.hub, number)
                                          : coordinator_->fail_back(now, number);
                               }},
      central, scenario_.actions);
}

void World::build_coordinator() {
  failover::Coordinator::World world;
  world.stage = &stage_;
  world.estate = estate_.get();
  world.dps = dps_.get();
  world.mover = central_->mover();
  world.streams = &streams_;
  world.board = &board_;
  world.home = scenario_.region;
  world.recovery = scenario_.recovery_region;
  world.create = scenario_.scaling.create;
  for (std::size_t h = 0; h < scenario_.hubs.size(); ++h)
    if (scenario_.hubs[h].region == scenario_.region) world.home_hubs.push_back(static_cast<int>(h));
  for (std::size_t h = 0; h < scenario_.recovery_hubs.size(); ++h)
    world.recovery_hubs.push_back(static_cast<int>(scenario_.hubs.size() + h));
  Conditions& conditions = *conditions_;
  world.hands = {[&conditions](sim::Time now, const std::string& to) { conditions.move_dps(now, to); },
                 [&conditions](sim::Time now, int hub, const std::string& to, hub::Mode old, int cause) {
                   conditions.move_hub(now, hub, to, old, cause);
                 },
                 [&conditions](sim::Time now, int hub, bool away, int cause) {
                   conditions.set_away(now, hub, away, cause);
                 },
                 [&conditions](const std::string& region) { return conditions.lost(region); },
                 [this](device::Device d) {
                   const auto& properties = devices_->kind(d).group->properties;
                   return properties ? properties->every : sim::Duration{0};
                 }};
  coordinator_ = std::make_unique<failover::Coordinator>(world, central, scenario_.failover);
  board_.subscribe(*coordinator_);
}

// The coordinator looks at what was going on before the fault acts.
void World::begin_fault(sim::Time now, int incident) {
  board_.tell<&signals::Listener::fault_began>(now, incident);
  const faults::Fault& what = incidents_[static_cast<std::size_t>(incident)].what;
  if (coordinator_ && what.target == faults::Target::region)
    coordinator_->region_lost(now, incident, what.region);
}

void World::end_fault(sim::Time now, int incident) {
  board_.tell<&signals::Listener::fault_ended>(now, incident);
  if (coordinator_) coordinator_->region_back(now, incident);
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

measures::Report World::run() {
  measures::Report report;
  estate_->begin();
  if (scenario_.failover.standby == failover::Standby::warm)
    for (std::size_t h = scenario_.hubs.size(); h < there_; ++h)
      estate_->set_draining(sim::Time{}, static_cast<int>(h), true);
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
    checks::judge({*devices_, hubs_, *dps_, *balance_, *messages_}, end_);
    collect(report);
  });
  return report;
}

measures::Report simulate(const Scenario& scenario, std::uint32_t replication, const RunOptions& options) {
  World world(scenario, replication, options);
  return world.run();
}

}  // namespace application
