#include "models/control/metrics.hpp"

#include <algorithm>

namespace control {

void Sensor::online(Device, Time, Time, HubId hub) { ++hubs_[hub].connected; }

void Sensor::offline(Device, Time, HubId hub, CauseId, bool) { --hubs_[hub].connected; }

void Sensor::left(Device, Time, HubId hub) {
  if (hub != HubId::none) --hubs_[hub].connected;
}

void Sensor::publish(Time now) {
  const double period_s = sim::seconds(every_);
  for (const HubId h : hubs_.ids()) {
    Hub& hub = hubs_[h];
    hub.before = hub.now;
    hub.now = {};
    if (!inventory_.exists(h)) continue;
    inventory_[h].advance_ingress(now);
    const hub::Ingress& ingress = inventory_[h].ingress();
    const hub::MessageCounters counters = ingress.counters();
    const double offered = counters.arrived - hub.counters.arrived;
    const double held = counters.delayed + counters.refused - hub.counters.delayed - hub.counters.refused;
    hub.now = {now,
               offered / period_s,
               offered > 0 ? std::min(held / offered, 1.0) : 0,
               (counters.metered - hub.counters.metered) / period_s,
               ingress.quota().used(),
               ingress.quota().blocks(),
               hub.connected,
               dps_.provisioned(h)};
    hub.counters = counters;
  }
}

}  // namespace control
