// What a device of a group sends to its hub, as the hub counts it.
#pragma once
#include "models/device/settings.hpp"
#include "models/hub/ingress.hpp"

namespace application {

// meter: bytes of a block of the daily quota.
hub::Feed feed_of(const device::Group& group, std::uint64_t meter);

}  // namespace application
