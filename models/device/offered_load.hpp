// What a device of a group sends to its hub, as the hub counts it.
#pragma once
#include "models/device/settings.hpp"
#include "models/hub/ingress.hpp"

namespace device {

// meter: bytes of a block of the daily quota.
hub::OfferedLoad offered_load_of(const Group& group, std::uint64_t meter);

}  // namespace device
