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
    if (!estate_.exists(h)) continue;
    estate_[h].advance_ingress(now);
    const hub::Ingress& ingress = estate_[h].ingress();
    const hub::Ingress::Account account = ingress.account();
    const double offered = account.arrived - hub.account.arrived;
    const double held = account.delayed + account.refused - hub.account.delayed - hub.account.refused;
    hub.now = {now,
               offered / period_s,
               offered > 0 ? std::min(held / offered, 1.0) : 0,
               (account.metered - hub.account.metered) / period_s,
               ingress.used(),
               ingress.quota(),
               hub.connected,
               dps_.provisioned(h)};
    hub.account = account;
  }
}

}  // namespace control
