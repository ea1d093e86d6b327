// When a device takes part at all: it joins, its program stops and starts anew as its power is cut and comes
// back or its watchdog bites, and it leaves.
#pragma once
#include "models/device/phase.hpp"

namespace device {

class DpsPhase;
class HubPhase;

class Firmware : Phase {
 public:
  Firmware(const Parts& parts, HubPhase& hub_phase, DpsPhase& dps_phase)
      : Phase(parts), hub_phase_(hub_phase), dps_phase_(dps_phase) {}

  void join(Device d, Client& c, Time now);
  void leave(Device d, Client& c, Time now);
  // The power of its group is cut by `fault`, or is back (none).
  void set_power(Device d, Client& c, Time now, CauseId fault);
  // Its watchdog bites: the program has been without a connection for too long.
  void restart(Device d, Client& c, Time now);
  // Its program is up.
  void start(Device d, Client& c, Time now);

 private:
  void lose_power(Device d, Client& c, Time now, CauseId fault);
  void stop(Device d, Client& c, Time now, CauseId fault);
  void boot(Device d, Client& c, Time now);

  HubPhase& hub_phase_;
  DpsPhase& dps_phase_;
};

}  // namespace device
