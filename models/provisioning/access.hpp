// What operators have decided of devices: who is blocked, who is approved, who is to be on a certain hub.
#pragma once
#include <cstdint>
#include <map>
#include <vector>

#include "models/provisioning/settings.hpp"
#include "models/signals.hpp"

namespace provisioning {

using ids::HubId;
using signals::Device;

// A hub that a device is given whatever its allocation policy says.
struct AssignmentOverride {
  HubId hub;
  bool once = false;  // until it has been assigned this hub
};

class AccessStates {
 public:
  explicit AccessStates(std::size_t devices) : devices_(devices) {}

  // Blocked: DPS refuses it. Disabled: its hub has been told so.
  bool blocked(Device d) const { return has(d, blocked_bit); }
  bool disabled(Device d) const { return has(d, disabled_bit); }
  void set_blocked(Device d, bool blocked) { set(d, blocked_bit, blocked); }
  void set_disabled(Device d, bool disabled) {
    if (disabled != this->disabled(d)) set(d, disabled_bit, disabled);
  }

  // Whether DPS may serve a device that asks now. `known`: it has been provisioned before.
  bool admits(Device d, const Approval& approval, bool known, sim::Time now);
  // It has asked and nobody has approved it.
  bool waits(Device d, const Approval& approval, sim::Time now) const;
  void approve(Device d) { set(d, approved_bit, true); }

  const AssignmentOverride* override_of(Device d) const {
    const auto found = overrides_.find(d);
    return found == overrides_.end() ? nullptr : &found->second;
  }
  void override_of(Device d, const AssignmentOverride& to) { overrides_[d] = to; }
  void clear_override(Device d) { overrides_.erase(d); }

 private:
  static constexpr std::uint8_t blocked_bit = 1, disabled_bit = 2, asked_bit = 4, approved_bit = 8;
  bool has(Device d, std::uint8_t bit) const { return !flags_.empty() && (flags_[d] & bit) != 0; }
  void set(Device d, std::uint8_t bit, bool value);
  std::size_t devices_;
  std::vector<std::uint8_t> flags_;     // of each device; empty while there is nothing to say
  std::vector<sim::Time> first_asked_;  // of each device; empty while nobody waits for a time
  std::map<Device, AssignmentOverride> overrides_;
};

}  // namespace provisioning
