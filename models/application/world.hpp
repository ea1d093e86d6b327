// One application, built from a scenario: the stage with everything on it, the measures that listen, and the
// report.
#pragma once
#include <memory>
#include <vector>

#include "models/actions/operator.hpp"
#include "models/application/conditions.hpp"
#include "models/application/simulate.hpp"
#include "models/causes.hpp"
#include "models/control/central.hpp"
#include "models/device/carrier/carrier.hpp"
#include "models/device/load.hpp"
#include "models/exports/report.hpp"
#include "models/failover/coordinator.hpp"
#include "models/faults/injector.hpp"
#include "models/measures/balance.hpp"
#include "models/measures/cost.hpp"
#include "models/measures/deliveries.hpp"
#include "models/measures/half_open.hpp"
#include "models/measures/messages.hpp"
#include "models/measures/recovery.hpp"
#include "models/measures/regions.hpp"
#include "models/measures/scaling.hpp"
#include "models/measures/storm.hpp"
#include "models/measures/trace.hpp"
#include "models/measures/uptime.hpp"
#include "sim/stage.hpp"

namespace application {

class World {
 public:
  World(const Scenario& scenario, std::uint32_t replication, const RunOptions& options);
  measures::Report run();

 private:
  static constexpr const char* central =
      "IoT Central";  // host of those who decide; no user's name has capitals
  // Entities: those of each hub, one for DPS, one for the load, then the devices.
  sim::Entity first_of(std::size_t hub) const { return ids::narrow<sim::Entity>(hub::Hub::entities * hub); }
  sim::Entity dps_entity() const { return first_of(hubs_.size()); }
  sim::Entity load_entity() const { return dps_entity() + 1; }
  sim::Entity services() const { return load_entity() + 1; }

  void build_zones(const std::vector<hub::Settings>& hubs);
  void build_hubs();
  bool fails_over() const;
  void build_devices();
  std::vector<const device::Group*> groups() const;
  std::vector<hub::Feed> feeds() const;
  device::Kinds kinds() const;
  void build_measures();
  void build_fault_measures();
  void build_causes();
  void build_trace(const ids::PerId<HubId, std::string>& hub_names);
  void build_actors();
  void build_coordinator();
  void build_exports();  // this and the following: world_exports.cpp
  std::vector<double> partition_shares(std::uint32_t partitions) const;
  void build_delivery_measure();
  void begin_fault(sim::Time now, CauseId incident);
  void change_faults(sim::Time now, const std::vector<CauseId>& active);
  void build_operator();
  sim::Time serve(sim::Entity e, sim::Time now);
  sim::Time watch(sim::Time now);
  void fetch(device::Device device, sim::Ahead ahead) const;
  void sample(sim::Time t);
  void add_connects();
  void end_warmup();
  void collect(measures::Report& report);  // this and the following: collect.cpp
  void collect_devices(measures::Report& report);
  void collect_services(measures::Report& report);
  void collect_ingress(measures::Report& report);
  void collect_cost(measures::Report& report);
  void collect_series(measures::Report& report);

  const Scenario& scenario_;
  RunOptions options_;
  sim::Time end_;
  sim::Streams streams_;
  sim::Stage stage_;
  signals::Board board_;
  std::vector<std::unique_ptr<hub::Hub>> owned_hubs_;
  hub::Hubs hubs_;         // of the application, of its recovery region, places for more
  std::size_t there_ = 0;  // so many of them from the start
  std::unique_ptr<provisioning::Service> dps_;
  std::unique_ptr<control::Estate> estate_;
  std::unique_ptr<control::Central> central_;
  std::unique_ptr<actions::Operator> operator_;
  faults::Incidents incidents_;
  std::unique_ptr<signals::Causes> causes_;
  std::unique_ptr<exports::DeviceEvents> device_events_;
  std::unique_ptr<exports::Exports> exports_;  // none, where nothing is exported
  std::unique_ptr<exports::Totals> export_totals_;
  std::unique_ptr<Conditions> conditions_;
  std::unique_ptr<failover::Coordinator> coordinator_;
  std::unique_ptr<device::Devices> devices_;
  std::unique_ptr<device::Load> load_;
  std::unique_ptr<device::Carrier> carrier_;
  std::unique_ptr<measures::Outlook> outlook_;
  std::unique_ptr<measures::Recovery> recovery_;
  std::unique_ptr<measures::Balance> balance_;
  std::unique_ptr<measures::Messages> messages_;
  std::unique_ptr<measures::Scaling> scaling_;
  std::unique_ptr<measures::Regions> regions_;
  std::unique_ptr<measures::Storm> storm_;
  std::unique_ptr<measures::Uptime> uptime_;
  std::unique_ptr<measures::HalfOpen> half_open_;
  std::unique_ptr<measures::Deliveries> deliveries_;
  std::unique_ptr<measures::Trace> trace_;
  measures::Series series_;
  sim::Time next_sample_{};
  sim::Duration sample_every_{};
  bool counting_ = false;
  ids::PerId<HubId, hub::Counters> hubs_at_warmup_;
  ids::PerId<HubId, hub::Ingress::Account> ingress_at_warmup_;
  provisioning::Counters dps_at_warmup_;
};

}  // namespace application
