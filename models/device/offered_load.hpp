// What a device of a group sends to its hub, as the hub counts it.
#pragma once
#include "models/device/settings.hpp"
#include "models/hub/ingress.hpp"

namespace device {

// meter: that of the hub's daily quota; paid: that of the paid editions, in which a plan of IoT Central
// counts messages and the throttle of direct methods counts calls.
hub::OfferedLoad offered_load_of(const Group& group, const hub::Meter& meter, const hub::Meter& paid);

}  // namespace device
