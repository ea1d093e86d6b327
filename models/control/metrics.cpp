#include "models/control/metrics.hpp"

#include <algorithm>

namespace control {

void Sensor::online(Device, Time, Time, int hub) { ++hubs_[static_cast<std::size_t>(hub)].connected; }

void Sensor::offline(Device, Time, int hub, int, bool) { --hubs_[static_cast<std::size_t>(hub)].connected; }

void Sensor::left(Device, Time, int hub) {
  if (hub != signals::no_hub) --hubs_[static_cast<std::size_t>(hub)].connected;
}

void Sensor::publish(Time now) {
  const double period_s = sim::seconds(every_);
  for (std::size_t h = 0; h < hubs_.size(); ++h) {
    Hub& hub = hubs_[h];
    const int index = static_cast<int>(h);
    hub.before = hub.now;
    hub.now = {};
    if (!estate_.exists(index)) continue;
    estate_[index].advance_ingress(now);
    const hub::Ingress& ingress = estate_[index].ingress();
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
               dps_.provisioned(index)};
    hub.account = account;
  }
}

}  // namespace control
