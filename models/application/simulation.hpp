// One application, built from a scenario: the stage with everything on it, and the measures that listen.
#pragma once
#include <memory>
#include <vector>

#include "models/actions/operator.hpp"
#include "models/application/conditions.hpp"
#include "models/application/simulate.hpp"
#include "models/application/statistics.hpp"
#include "models/causes.hpp"
#include "models/control/central.hpp"
#include "models/device/carrier/carrier.hpp"
#include "models/device/load.hpp"
#include "models/exports/exports.hpp"
#include "models/failover/coordinator.hpp"
#include "models/faults/injector.hpp"
#include "sim/stage.hpp"

namespace application {

class Simulation {
 public:
  Simulation(const Scenario& scenario, std::uint32_t replication, const RunOptions& options);
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
  std::vector<hub::OfferedLoad> offered(hub::Edition edition) const;
  device::RunGroups run_groups() const;
  void build_causes();
  void build_actors();
  void build_coordinator();
  void build_exports();  // this and the following: world_exports.cpp
  std::vector<double> partition_shares(std::uint32_t partitions) const;
  std::vector<measures::Subject::Delivery> deliveries() const;
  measures::Subject subject();
  std::optional<device::Device> traced() const;
  void begin_fault(sim::Time now, CauseId incident);
  void change_faults(sim::Time now, const std::vector<CauseId>& active);
  void build_operator();
  sim::Time serve(sim::Entity e, sim::Time now);
  sim::Time watch(sim::Time now);
  sim::Time end() const { return sim::Time{scenario_.duration}; }
  std::size_t hubs_there() const;  // so many of the hubs from the start

  const Scenario& scenario_;
  RunOptions options_;
  sim::Streams streams_;
  sim::Stage stage_;
  signals::Board board_;
  std::vector<std::unique_ptr<hub::Hub>> owned_hubs_;
  hub::Hubs hubs_;  // of the application, of its recovery region, places for more
  std::unique_ptr<provisioning::Service> dps_;
  std::unique_ptr<control::Inventory> inventory_;
  std::unique_ptr<control::Central> central_;
  std::unique_ptr<actions::Operator> operator_;
  faults::Incidents incidents_;
  std::unique_ptr<signals::Causes> causes_;
  std::unique_ptr<exports::Exports> exports_;  // none, where nothing is exported
  std::unique_ptr<Conditions> conditions_;
  std::unique_ptr<failover::Coordinator> coordinator_;
  std::unique_ptr<device::Devices> devices_;
  std::unique_ptr<device::Load> load_;
  std::unique_ptr<device::Carrier> carrier_;
  std::unique_ptr<Statistics> statistics_;
};

}  // namespace application
