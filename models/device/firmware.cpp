#include "models/device/firmware.hpp"

#include "models/device/dps_phase.hpp"
#include "models/device/hub_phase.hpp"
#include "models/purpose.hpp"

namespace device {

using signals::Activity;
using signals::Listener;

void Firmware::join(Device d, Client& c, Time now) {
  c.lost_at = now;
  tell<&Listener::joined>(d, now);
  if (const CauseId dark = programs_.dark(c.group); dark != CauseId::none) return lose_power(d, c, now, dark);
  programs_.wind(d, c, now);
  dps_phase_.begin(d, c, now);
}

// A CONNECT of it in a hub's queue finds nobody when it is accepted.
void Firmware::leave(Device d, Client& c, Time now) {
  const HubId hub = c.state == State::connected ? c.hub : HubId::none;
  outbox_.stop(d, c, now, now);
  hub_phase_.abandon(d, c);
  outbox_.forget(d);
  programs_.unwind(d);
  c.state = State::gone;
  roster_.set_hub(d, c, HubId::none);
  c.next = sim::never;
  tell<&Listener::left>(d, now, hub);
  reach_.dps().remove(now, d);
}

void Firmware::set_power(Device d, Client& c, Time now, CauseId fault) {
  fault == CauseId::none ? boot(d, c, now) : lose_power(d, c, now, fault);
}

void Firmware::lose_power(Device d, Client& c, Time now, CauseId fault) {
  if (c.state == State::off) {  // for another fault, or it was booting
    c.next = sim::never;
    tell<&Listener::stopped>(d, now, fault, sim::never, HubId::none);
  } else {
    if (c.state == State::connected) hub_phase_.drop(d, c, now, fault);
    stop(d, c, now, fault);
  }
  tell<&Listener::activity>(d, now, Activity::no_power, HubId::none);
}

// What it had in memory and under way is gone. While it is off `since` is when it stopped.
void Firmware::stop(Device d, Client& c, Time now, CauseId fault) {
  const bool plans = c.since > now && (c.state == State::dialing || c.state == State::enrolling);
  const Time plan = plans ? c.since : sim::never;
  const HubId asked = plans && c.state == State::dialing ? c.hub : HubId::none;
  hub_phase_.abandon(d, c);
  programs_.unwind(d);
  c.trying_cached = c.throttled = false;
  c.state = State::off;
  c.since = now;
  c.next = sim::never;
  outbox_.stopped(d, c, now);
  tell<&Listener::stopped>(d, now, fault, plan, asked);
}

void Firmware::boot(Device d, Client& c, Time now) {
  c.next = programs_.booted(d, c, now);
  tell<&Listener::activity>(d, now, Activity::booting, HubId::none);
}

void Firmware::restart(Device d, Client& c, Time now) {
  stop(d, c, now, CauseId::none);
  boot(d, c, now);
}

void Firmware::start(Device d, Client& c, Time now) {
  programs_.started(d, now);
  waits_.restart(d);
  protocol_.restart(d);
  c.failures = 0;
  c.phases = 0;
  c.previous_wait = Duration{0};
  outbox_.restart(d, c, now);
  tell<&Listener::started>(d, now);
  programs_.wind(d, c, now);
  if (roster_.behaviour(c).starts_at == Start::dps || c.hub == HubId::none)
    return dps_phase_.begin(d, c, now);
  hub_phase_.try_hub(d, c, now, roster_.draw(d, c, purpose::attempt));
}

}  // namespace device
