// Where the application goes when its cloud region is lost, the hubs that it has there, and orders to fail
// over and back; contradictions are reported.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/failover/settings.hpp"
#include "models/hub/settings.hpp"
#include "models/ids.hpp"
#include "models/network/settings.hpp"
#include "sim/settings/origin.hpp"
#include "sim/time.hpp"

namespace failover {

// A time for which the region of the application is lost; not known where it is drawn.
struct Loss {
  bool known = true;
  sim::Time from, to;
};

// The application that fails over.
struct Context {
  const std::string& region;
  const std::string& recovery_region;  // empty: none
  const network::Region* elsewhere;    // that region; null: none
  const std::vector<hub::Settings>& hubs;
  const std::vector<hub::Settings>& later_hubs;
  std::vector<Loss> losses;
  bool recovers = true;        // an application of its era does, unless it is told otherwise
  std::uint64_t linkable = 0;  // hubs that a provisioning service can link
  bool documented = true;      // the limits of the platform hold
};

// Completes the settings; the hubs of the recovery region, one for each hub of the application's.
std::vector<hub::Settings> resolve(Settings& settings, const Context& context,
                                   const sim::settings::Origin& origin);

// What an operator orders.
struct Order {
  std::size_t action = 0;  // index into the actions
  bool back = false;
  std::optional<ids::HubId> hub;  // none: the region
  sim::Time at;
};

// `orders`: by time. `warnings`: limits that do not hold.
void check_orders(const Settings& settings, const std::vector<Order>& orders, const Context& context,
                  std::vector<std::string>& warnings, const sim::settings::Origin& origin);

}  // namespace failover
