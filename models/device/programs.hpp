// The programs of devices: when each last started, what its watchdog waits for, and which groups have no
// power.
#pragma once
#include <cstdint>
#include <unordered_map>
#include <utility>

#include "models/device/roster.hpp"

namespace device {

class Programs {
 public:
  explicit Programs(Roster& roster) : roster_(roster) {}

  // When it started. Of an established fleet nobody knows: within the last thirty days.
  Time created(Device d) const;
  // Whether the device stays away for ever once it loses its hub. It was connected; a power cycle heals it
  // until it is again.
  bool doomed(Device d, const Client& c) const;
  // When it is up, of a device that has power from `now` on; its boots are numbered.
  Time booted(Device d, const Client& c, Time now);
  void started(Device d, Time now) { processes_[d].start = now, processes_[d].cold = true; }
  void connected(Device d) {
    if (!watchdogs_.empty()) watchdogs_.erase(d);
    if (!processes_.empty()) processes_[d].cold = false;
  }

  // When the watchdog restarts the device; never if it has none, or is connected.
  Time watchdog(Device d) const {
    const auto found = watchdogs_.empty() ? watchdogs_.end() : watchdogs_.find(d);
    return found == watchdogs_.end() ? sim::never : found->second;
  }
  void wind(Device d, const Client& c, Time at) {
    const Duration after = roster_.behaviour(c).watchdog;
    if (after.count() > 0) watchdogs_.insert_or_assign(d, roster_.tick_after(at + after));
  }
  void unwind(Device d) { watchdogs_.erase(d); }

  // The power of a group is cut by `fault`, or is back (none); false if that was so.
  bool set_power(GroupId group, CauseId fault);
  CauseId dark(GroupId group) const { return dark_.empty() ? CauseId::none : dark_.known(group); }

 private:
  // When the program of a device last started, if it ever did in the run.
  struct Process {
    Time start = Time::min();
    std::uint32_t boots = 0;
    bool cold = false;  // it has not been connected since
  };
  Roster& roster_;
  sim::HugeVector<Process> processes_;          // of each device; empty until one boots
  std::unordered_map<Device, Time> watchdogs_;  // never iterated
  ids::PerId<GroupId, CauseId> dark_;           // why; empty until a cut
};

}  // namespace device
