// Which devices have the name of which hub: a bit a device for each hub that was given to any, so that who
// looks at all devices of a hub need not look at all there are.
#pragma once
#include <bit>
#include <cstdint>
#include <vector>

#include "models/signals.hpp"

namespace device {

using ids::HubId;
using signals::Device;

class ByHub {
 public:
  ByHub(std::size_t hubs, std::size_t devices) : words_((devices + 63) / 64), bits_(hubs) {}

  // The device has the name of `to` instead of that of `from`; either may be none.
  void move(Device d, HubId from, HubId to) {
    if (from != HubId::none) bits_[from][d / 64] &= ~bit(d);
    if (to == HubId::none) return;
    std::vector<std::uint64_t>& bits = bits_[to];
    if (bits.empty()) bits.resize(words_);
    bits[d / 64] |= bit(d);
  }
  // Calls visit(device) for those of the hub, in ascending order. Devices may be moved meanwhile; of those
  // moved here, the ones that are close may be missed.
  template <class Visit>
  void each(HubId hub, const Visit& visit) const {
    const std::vector<std::uint64_t>& bits = bits_[hub];
    for (std::size_t w = 0; w < bits.size(); ++w)
      for (std::uint64_t left = bits[w]; left != 0; left &= left - 1)
        visit(static_cast<Device>(w * 64 + static_cast<std::size_t>(std::countr_zero(left))));
  }

 private:
  static std::uint64_t bit(Device d) { return std::uint64_t{1} << (d % 64); }
  std::size_t words_;
  ids::PerId<HubId, std::vector<std::uint64_t>> bits_;  // empty until it is given
};

}  // namespace device
