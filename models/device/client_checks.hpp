// What contradicts itself in a client that a scenario describes.
#pragma once
#include <string_view>

#include "models/device/behaviour.hpp"
#include "sim/settings/reader.hpp"

namespace device {

// What ends the name of the row of an SDK that speaks AMQP, after the name of its row that speaks MQTT.
inline constexpr std::string_view amqp_suffix = "-amqp";

// Parameters that come from the base and that the retry kind does not use are dropped; `retry` is the node,
// or null.
void drop_unused(const sim::settings::Node* retry, Retry& values);

// How long a client of the catalog waits for the answer to a ping under another keep-alive than its own, by
// the code of its SDK; it never comes into a run. All zero: as long as ever, or until its next ping if that
// is as long as it waits.
struct PingWaitRule {
  double of_keep_alive = 0;    // so many times the keep-alive ...
  Duration most{0};            // ... or this if that is more; zero: no bound
  bool whole_seconds = false;  // ... of which the whole seconds must have been exceeded
  Duration silence{0};         // AMQP: it closes when nothing came for so long, of which the ping is a part
};

// More than zero, of a rule by the keep-alive.
Duration wait_for_ping(const PingWaitRule& rule, Duration keep_alive);

// Each SDK pings once a keep-alive, or once a part of it: where only the keep-alive is given, the pings of
// the base follow it, and the wait for their answer by its rule. `detection` is the node, or null.
void follow_keep_alive(const sim::settings::Node* detection, const Behaviour& base, const PingWaitRule& rule,
                       Behaviour& values);

// How often it looks whether a ping is due follows the period of the pings, and is dropped where the packets
// received do not count. `detection` is the node, or null.
void follow_pings(const sim::settings::Node* detection, const Detection& base, Detection& values);

// How long a token is used again is dropped with the clock of the base that used it.
void follow_token_clock(const sim::settings::Node& map, Behaviour& values);

// A message that is refused over AMQP is sent again after a second where nothing is said of it, and never at
// once, so that no client sends without any time passing.
void follow_protocol(Behaviour& values);

// Reports contradictions of a client read from `map`, at which the reader stands; false if there is any.
bool check_client(sim::settings::Reader& reader, const sim::settings::Node& map, const Behaviour& behaviour);

}  // namespace device
