// What contradicts itself in a client that a scenario describes.
#pragma once
#include "models/device/behaviour.hpp"
#include "sim/settings/reader.hpp"

namespace device {

// Parameters that come from the base and that the retry kind does not use are dropped; `retry` is the node,
// or null.
void drop_unused(const sim::settings::Node* retry, Retry& values);

// A client pings at least once a keep-alive (MQTT 3.1.1, 3.1.2.10): where only the keep-alive is given, the
// pings of the base follow it. `detection` is the node, or null.
void follow_keep_alive(const sim::settings::Node* detection, Behaviour& values);

// Reports contradictions of a client read from `map`, at which the reader stands; false if there is any.
bool check_client(sim::settings::Reader& reader, const sim::settings::Node& map, const Behaviour& behaviour);

}  // namespace device
