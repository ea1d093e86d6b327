// How a kind of device firmware behaves: a row of the client catalog (models/device/clients.yaml), or the
// user's own.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "sim/time.hpp"

namespace device {

using sim::Duration;

// The wait before retry k (k = 1 after the first failure), w in whole microseconds; U uniform.
enum class RetryKind : std::uint8_t {
  none,         // no retry: the client is lost
  fixed,        // min
  linear,       // b = min(max, min k), then the jitter
  exponential,  // b = min(max, min 2^(k-1)), then the jitter
  sdk_c,      // floor(b (1 + 0.05 U)) in whole seconds of a tick that began with the process; U by its second
  sdk_delta,  // min(min + (2^(k-1+offset) - 1) U{80..119} ms, max): .NET offset 0, Java offset 1
  sdk_node,   // min(min + (2^(k-1) - 1) U(0, 25 ms), max)
  sdk_embedded_c,  // d = min(max, min 2^(k-1)), plus U(0, spread) only if max - d > spread
};
enum class Jitter : std::uint8_t {
  none,
  full,
  equal,
  decorrelated
};  // U(0,b); b/2+U(0,b/2); min(max, U(min, 3 previous))

// As far as the record of a client counts.
inline constexpr std::uint32_t most_failures = UINT16_MAX;
inline constexpr std::uint32_t most_cycles = UINT8_MAX;

struct Retry {
  RetryKind kind = RetryKind::exponential;
  Jitter jitter = Jitter::none;
  bool from_attempt = false;    // the wait counts from the start of the failed attempt, not from its failure
  bool per_message = false;     // each message starts a retry sequence of its own (Node.js) ...
  std::uint32_t listeners = 0;  // ... and so does each of so many listeners when the connection is lost
  bool connects_to_send = false;  // each message makes one attempt at once, beside the retries (Python)
  std::uint32_t offset = 0;       // sdk_delta: exponent of the first wait
  Duration first{0};              // wait before the first attempt after a loss
  Duration min{0};
  Duration max{0};
  Duration spread{0};   // sdk_embedded_c: greatest random addition
  Duration spacing{0};  // least time between the starts of two attempts
  Duration limit{0};    // operation limit, from when the loss is noticed or a hub assigned: an attempt that
                        // fails after it is the last, and the client gives up for good; zero: none

  // Whether its sends make it connect: then Sequences say when.
  bool by_sends() const { return per_message || connects_to_send; }
};

// next_message: no retry; the next message makes one attempt. Where several sequences run, those of listeners
// go on.
enum class Reaction : std::uint8_t { retry, dps, stop, next_message };
inline constexpr std::uint32_t most_listeners = 3;  // C2D messages, direct methods, desired properties

// What the client does with each class of error of its hub connection.
struct Reactions {
  Reaction closed = Reaction::retry;        // a live connection is closed or found dead
  Reaction refused = Reaction::retry;       // TCP reset on connect
  Reaction timeout = Reaction::retry;       // no CONNACK in time
  Reaction unavailable = Reaction::retry;   // CONNACK 3
  Reaction unauthorized = Reaction::retry;  // CONNACK 5
  Reaction dropped = Reaction::retry;       // closed without CONNACK
};

// Which packets put a ping off. none: pings go out at a fixed period from when the connection was opened.
// sent: a period after the packet last sent. received: when nothing was received for a period, as
// acknowledgements of messages are. both: it looks a period after its last ping or else after the packet last
// sent, and pings if nothing was sent for a period or nothing received.
enum class Idle : std::uint8_t { none, sent, received, both };

// How a dead connection is noticed when packets vanish: the first of the ping rule, the publish rule, the
// renewal, and the end that TCP itself makes of it.
struct Detection {
  Duration ping_every{0};  // period of the pings
  Duration ping_wait{0};   // and waits this long for the answer
  Idle idle = Idle::none;
  Duration check_every{0};  // Idle::received: looks so often, from when the connection was opened on; zero:
                            // all the time
  Duration publish_timeout{
      0};  // from the first publish that is not acknowledged; zero: publishes do not tell
};

// The longest time without a packet between two pings of a client that sends nothing else, or once.
constexpr Duration longest_between_pings(const Detection& detection) {
  return detection.ping_every.count() == 0 ? Duration::max() : detection.ping_every + detection.check_every;
}

// When the client asks DPS after losing its hub.
struct ReturnRule {
  enum class Kind : std::uint8_t { at_once, after_failures, after_time, never };
  Kind kind = Kind::never;
  std::uint32_t failures = 0;  // after_failures: consecutive failed hub attempts
  Duration from{0};            // after_time: U(from, to) after the loss is noticed
  Duration to{0};
};

// cached_hub: one attempt at once, then DPS; retry_hub: after the wait the hub again, by the policy for hubs,
// until return_to_dps says DPS.
enum class OnDpsFailure : std::uint8_t { cached_hub, keep_asking, stop, retry_hub };

// What a process does first when it starts again.
enum class Start : std::uint8_t { dps, cached_hub };

// The provisioning client: how Retry-After is treated and what a 429 leads to (facts,
// export-and-devices 5.3).
struct DpsClient {
  Duration poll_default{0};  // wait when the hint is not used
  Duration hint_min{0};      // the hint is used within [hint_min, hint_max] ...
  Duration hint_max{0};
  bool clamp = false;      // ... outside: raised or lowered to the bound (true), or poll_default (false)
  Duration first_poll{0};  // fixed wait before the first poll whatever the hint; zero: none
  bool wait_at_429_register = true;  // wait and ask again, else the DPS phase has failed
  bool wait_at_429_poll = true;
  Duration tcp_timeout{0};      // of the TCP connect, from its start; zero: connect_timeout
  Duration connect_timeout{0};  // until the connection is open; zero: answer_timeout is of both
  Duration answer_timeout{0};   // for one request ...
  Duration poll_timeout{0};     // ... and for a poll; zero: the same
  Duration phase_limit{0};      // for register to assigned; zero: none
  // Whether opening a connection has a limit of its own, and the request one from when it is sent.
  bool by_stage() const { return connect_timeout.count() > 0; }
  // For an answer; for opening a connection, from its start; and for its part that the TCP connect may take.
  Duration answer_limit(bool polls) const {
    return polls && poll_timeout.count() > 0 ? poll_timeout : answer_timeout;
  }
  Duration opening_limit() const { return by_stage() ? connect_timeout : answer_timeout; }
  Duration tcp_limit() const {
    return tcp_timeout.count() > 0 ? std::min(tcp_timeout, opening_limit()) : opening_limit();
  }
  // Waits after a phase that failed, or whose hub did not take the client: wait k after so many in a row.
  // Absent: after a phase that failed those of Behaviour::retry; the other leads to DPS at once.
  std::optional<Retry> retry{};
};

// The kernel's own bound of tcp_syn_linear_timeouts (net/ipv4/sysctl_net_ipv4.c).
inline constexpr std::uint8_t most_linear_timeouts = 127;

inline constexpr std::uint32_t most_twin_requests = 1'000;  // of a connect

// What the firmware does with its device twin each time that it has connected, whatever it connected for: it
// reads it, one read after the other, and then updates reported properties.
struct OnConnect {
  std::uint32_t twin_reads = 0;
  std::uint32_t twin_writes = 0;
  std::uint64_t bytes = 1024;                 // of what is read, and of an update
  Duration again = std::chrono::seconds{30};  // after a read that was refused; zero: it goes on without

  bool any() const { return twin_reads > 0 || twin_writes > 0; }
};

// What it speaks with its hub, and what carries that. Over AMQP a token is renewed on the open connection; a
// message that the hub refuses, and a quota that is used up, do not end it; and either side closes a
// connection on which it received no frame for the idle time-out that it announced.
enum class Transport : std::uint8_t { mqtt, mqtt_ws, amqp, amqp_ws };

// When a client makes its SAS token: at each connect; at a connect that finds the one it has too old; or by a
// timer of its process, which goes on whether it is connected or not.
enum class TokenClock : std::uint8_t { connect, token, timer };

// Who ends the connection whose token is too old: the client, which renews it; or the hub, which is a loss to
// the client, of which it hears only while packets get through.
enum class RenewalBy : std::uint8_t { client, hub };

// What most events of a healthy fleet look at, renewals, is in the first cache line.
struct alignas(64) Behaviour {
  std::string name;  // sdk-c, ..., or "custom"
  Transport protocol = Transport::mqtt;
  TokenClock token_clock = TokenClock::connect;
  RenewalBy renewal_by = RenewalBy::client;
  bool renewal_through_dps = false;
  std::uint8_t tcp_syn_linear_timeouts =
      4;                        // of its kernel, see network::next_syn; 0: doubles from the first
  Duration connect_timeout{0};  // CONNACK limit, from the start of the attempt
  OnConnect on_connect;
  Retry retry;
  Reactions reactions;
  Detection detection;
  Duration keep_alive{0};     // MQTT keep-alive, for which see hub_patience; AMQP: idle time-out of the hub
  Duration tcp_timeout{0};    // of the TCP connect, from the start of the attempt; zero: connect_timeout
  Duration tls_timeout{0};    // of the TLS handshake, from the end of the TCP connect; zero: connect_timeout
  Duration renewal{0};        // SAS: reconnects when its token is so old; zero: never
  Duration token_reuse{0};    // TokenClock::token: a connect uses the token again until it is so old
  Duration token_timeout{0};  // AMQP: a renewal that is not answered for so long ends the connection; zero:
                              // it does not
  Duration resend{0};         // AMQP: wait before a message that the hub refused is sent again
  ReturnRule return_to_dps;
  OnDpsFailure on_dps_failure = OnDpsFailure::cached_hub;
  DpsClient dps;
  std::uint32_t cycle_limit = 0;  // so many DPS-and-connect cycles without success, then lost; zero: no limit
  Duration notice{0};             // the application looks at its connection only so often: U(0, notice) late
  Duration watchdog{0};           // it restarts after so long without a connection; zero: never
  Start starts_at = Start::dps;
};

inline bool speaks_amqp(const Behaviour& client) {
  return client.protocol == Transport::amqp || client.protocol == Transport::amqp_ws;
}
inline bool over_web_sockets(const Behaviour& client) {
  return client.protocol == Transport::mqtt_ws || client.protocol == Transport::amqp_ws;
}

// How long a hub waits for a packet of a client before it closes the connection. AMQP: as it announces, 240 s
// (measured, azure-iot-sdk-c, issue 1386). MQTT: 1.5 times the keep-alive, at most 1,767 s, so that a
// keep-alive above 1,177 s is of no use (documented: Azure IoT, "Communicate with your IoT hub using the MQTT
// protocol", keep-alive time-out; seen in azure-iot-sdk-c, issue 2358).
inline constexpr Duration longest_silence = std::chrono::seconds{1767},
                          longest_useful_keep_alive = std::chrono::seconds{1177};
inline Duration hub_patience(const Behaviour& client) {
  if (speaks_amqp(client)) return client.keep_alive;
  return std::min(client.keep_alive + client.keep_alive / 2, longest_silence);
}

}  // namespace device
