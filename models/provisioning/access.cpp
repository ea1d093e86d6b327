#include "models/provisioning/access.hpp"

namespace provisioning {

void AccessStates::set(Device d, std::uint8_t bit, bool value) {
  if (flags_.empty()) flags_.resize(devices_);
  flags_[d] = static_cast<std::uint8_t>(value ? flags_[d] | bit : flags_[d] & ~bit);
}

bool AccessStates::admits(Device d, const Approval& approval, bool known, sim::Time now) {
  if (blocked(d)) return false;
  if (approval.kind == Approval::Kind::automatic || known || has(d, approved_bit)) return true;
  const bool timed = approval.kind == Approval::Kind::after;
  if (!has(d, asked_bit)) {
    set(d, asked_bit, true);
    if (timed && first_asked_.empty()) first_asked_.resize(devices_);
    if (timed) first_asked_[d] = now;
  }
  if (!timed || now < first_asked_[d] + approval.delay) return false;
  approve(d);
  return true;
}

bool AccessStates::waits(Device d, const Approval& approval, sim::Time now) const {
  if (!has(d, asked_bit) || has(d, approved_bit)) return false;
  return approval.kind != Approval::Kind::after || now < first_asked_[d] + approval.delay;
}

}  // namespace provisioning
