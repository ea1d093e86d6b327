// What operators make DPS do with single devices.
#include <algorithm>

#include "models/provisioning/service.hpp"

namespace provisioning {

// By the weighted hash, like a device whose own hub is gone.
HubId Service::other_hub(Device device) const {
  const Registrant who = registrants_->registrant(device);
  std::vector<Candidate> others = candidates_[who.enrollment];
  std::erase_if(others, [&](const Candidate& c) { return c.hub == record(device); });
  const int chosen = evenly_weighted(others, who.key);
  return chosen < 0 ? HubId::none : others[static_cast<std::size_t>(chosen)].hub;
}

// Where a registration leads: to the hub it is pinned to, where that may be allocated, else by the policy.
HubId Service::given(Device device, const Registrant& who) {
  const AssignmentOverride* to_hub = access_.override_of(device);
  return to_hub && allocatable(to_hub->hub) ? to_hub->hub : choose(device, who, true);
}

bool Service::pinned_elsewhere(Device device, HubId hub) const {
  const AssignmentOverride* to_hub = access_.override_of(device);
  return to_hub && to_hub->hub != hub && allocatable(to_hub->hub);
}

// Its attempts meet an enabled identity from now on.
void Service::readmit(Time now, Device device) {
  registrants_->before_assignment(device, now);
  access_.set_disabled(device, false);
  registrants_->after_assignment(device, now);
}

void Service::restore(Time now, Device device) {
  const HubId hub = record(device);
  registrants_->before_assignment(device, now);
  record_[device] = Record(hub);
  board_.tell<&signals::Listener::assigned>(device, now, hub, hub);
  registrants_->after_assignment(device, now);
}

}  // namespace provisioning
