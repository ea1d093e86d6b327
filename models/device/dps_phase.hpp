// The DPS phase of a client: register, poll, be assigned a hub, or fail and ask again.
#pragma once
#include "models/device/phase.hpp"
#include "models/purpose.hpp"

namespace device {

class HubPhase;

class DpsPhase : Phase {
 public:
  DpsPhase(const Parts& parts, HubPhase& hub_phase) : Phase(parts), hub_phase_(hub_phase) {}

  void begin(Device d, Client& c, Time at) { begin(d, c, at, roster_.draw(d, c, purpose::attempt)); }
  void begin(Device d, Client& c, Time at, const sim::Draw& drawn);
  // A failed phase is followed by another after the client's own back-off.
  void again(Device d, Client& c, Time at);
  // Its hub is not to be asked any more for now: DPS is, unless that has just given it this hub, and the
  // client waits after that as after a phase that failed.
  void leave_hub(Device d, Client& c, Time at);

  void enrol(Device d, Client& c, Time now);
  void poll(Device d, Client& c, Time now);
  // DPS did not answer in time.
  void ignored(Device d, Client& c, Time now);
  void failed(Device d, Client& c, Time at, signals::Error error, CauseId fault = CauseId::none);
  // DPS holds its operation for the registry, or does not any more.
  void held(Device d, const Client& c, Time now, bool held);

 private:
  void retry_hub(Device d, Client& c, Time at);
  void request(Device d, Client& c, Time t, int trips, const sim::Draw& drawn);
  void plan_poll(Device d, Client& c, Time t);
  bool is_away(Device d, Client& c, Time now);
  void told_to_come_back(Device d, Client& c, Time heard, signals::Error error, CauseId fault);
  void assigned(Device d, Client& c, Time heard, HubId hub);
  Time phase_limit(const Client& c) const;
  bool hung_up(const Client& c, Time now) const;
  static Duration hint(const Behaviour& behaviour, Duration given);

  HubPhase& hub_phase_;
};

}  // namespace device
