// All devices of the application: their rooms, and who wakes whom. A client does not know who carries it:
// wake(now) does what is due and says when to wake it next.
#pragma once
#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/device/dps_phase.hpp"
#include "models/device/firmware.hpp"
#include "models/device/hub_phase.hpp"
#include "models/device/parking.hpp"
#include "models/device/phase.hpp"
#include "models/hub/hub.hpp"
#include "models/provisioning/service.hpp"
#include "models/purpose.hpp"
#include "models/signals.hpp"
#include "sim/calendar.hpp"
#include "sim/prefetch.hpp"

namespace device {

class Devices final : public hub::Peer, public provisioning::Registrants {
 public:
  struct Dependencies {
    hub::Hubs hubs;
    provisioning::Service* dps = nullptr;
    const sim::Streams* streams = nullptr;
    const signals::Board* board = nullptr;
    network::Constants distance;
  };
  // Entities of the calendar: device d is first_entity + d.
  Devices(const Dependencies& needs, RunGroups groups, sim::Entity first_entity, bool parking);
  void attach(hub::Wakes& wakes) { wakes_ = &wakes; }

  // Before time zero: places established fleets and sets everybody's first wake-up.
  void begin();
  // The end of the run: attempts that parked devices made by then are counted.
  void finish(Time end);

  Time wake(Device device, Time now);
  // Fetches what is kept of a device that is likely to be woken soon.
  void fetch(Device device, sim::Ahead ahead) const {
    if (ahead == sim::Ahead::early) return waits_.fetch_index(device);
    sim::prefetch(&roster_[device]);
    reach_.dps().fetch(device);
    waits_.fetch(device);
  }
  std::uint64_t rank(Device device, Time t) const { return roster_.rank(device, t); }

  void accepted(Device device, Time deadline, Time now) override;
  void dropped(Device device, Time deadline, Time now) override;
  void reset(Device device, Time deadline, Time now) override;
  void swallowed(Device device, Time deadline, Time now) override;
  void removed(Device device, HubId hub, Time now) override;
  void disabled(Device device, HubId hub, CauseId cause, Time now) override;
  void before_hub_change(HubId hub, Time now) override;
  void after_hub_change(HubId hub, Time now) override;
  // DPS is about to serve otherwise, and does so.
  void before_dps_change(Time now);
  void after_dps_change(Time now);
  // The routes of a group of devices to these hubs, or to DPS (none), are others.
  void set_routes(Time now, GroupId kind, const std::vector<std::pair<HubId, Route>>& routes);
  // The name of the hub leads to another address from now on; devices are given the old one for a while,
  // where they meet `old`.
  void move_address(Time now, HubId hub, const hub::NameService& names, hub::Mode old, CauseId fault);
  // The power of a group is cut by `fault`, or is back (none).
  void set_power(Time now, GroupId group, CauseId fault);
  // The connections of a hub that spans its region's zones which come in through this one of those that were
  // `there` (0, 1, 2) are closed.
  void close_zone(Time now, HubId hub, std::uint32_t zone, const std::vector<std::uint32_t>& there,
                  CauseId fault);
  void message_refused(HubId hub, GroupId group, Time now) override;
  GroupId twin_answered(Device device, Time asked, Time now, bool served) override;
  void quota_changed(HubId hub, bool used_up, Time now) override;
  provisioning::Registrant registrant(Device device) const override;
  void operation_held(Device device, Time now, bool held) override;
  void before_assignment(Device device, Time now) override;
  void after_assignment(Device device, Time now) override;

  const Roster& roster() const { return roster_; }
  const Outbox& outbox() const { return outbox_; }
  std::uint64_t events() const { return events_; }
  std::uint64_t parked_attempts() const { return parking_.attempts(); }

 private:
  // One step of the state machine at c.next; it leaves the next contact in c.next.
  void contact(Device d, Client& c, Time now);
  Time wake_time(Device d, Client& c);
  void set_wake(Device d, Client& c) { wakes_->set(first_entity_ + d, wake_time(d, c)); }
  // What attempts of the device meet is about to change, and is different now.
  void leave_parking(Device d, Time now);
  void see_change(Device d, Time now);
  void catch_up(Device d, Client& c, Time until) {
    parking_.catch_up(d, c, until, [&] { contact(d, c, roster_.now()); });
  }
  // When something ends what it does, whatever that is: its leaving, or its watchdog.
  Time interruption(Device d, const Client& c) const {
    return std::min(roster_.departure(d, c), programs_.watchdog(d));
  }
  Parts parts() { return {roster_, reach_, programs_, outbox_, protocol_, twins_, waits_, board_}; }

  const signals::Board& board_;
  Roster roster_;
  Reach reach_;
  Programs programs_;
  Outbox outbox_;
  Protocol protocol_;
  Twins twins_;
  Waits waits_;
  HubPhase hub_phase_;
  DpsPhase dps_phase_;
  Firmware firmware_;
  Parking parking_;
  sim::Entity first_entity_;
  hub::Wakes* wakes_ = nullptr;
  bool parks_;
  std::uint64_t events_ = 0;
};

}  // namespace device
