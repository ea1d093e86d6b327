// What the user says of data export: destinations, and exports that feed them.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/control/settings.hpp"

namespace exports {

using sim::Duration;
using sim::Time;

enum class Kind : std::uint8_t { event_hubs, blob_storage, service_bus_queue, service_bus_topic };
constexpr bool is_service_bus(Kind kind) {
  return kind == Kind::service_bus_queue || kind == Kind::service_bus_topic;
}
enum class Tier : std::uint8_t { basic, standard, premium, dedicated };
// How a storage account keeps its copies.
enum class Redundancy : std::uint8_t { lrs, zrs, grs, ra_grs, gzrs, ra_gzrs };
constexpr bool spans_zones(Redundancy r) {
  return r == Redundancy::zrs || r == Redundancy::gzrs || r == Redundancy::ra_gzrs;
}
constexpr bool has_secondary(Redundancy r) { return r != Redundancy::lrs && r != Redundancy::zrs; }
constexpr bool reads_secondary(Redundancy r) { return r == Redundancy::ra_grs || r == Redundancy::ra_gzrs; }
// Which partition of an event hub a message goes to.
enum class Partitioning : std::uint8_t {
  keyed,        // that of its device
  round_robin,  // any that is there
};

// What the customer does when the region of a destination is lost.
struct Failover {
  Duration after{0};   // from the loss to the order
  std::string region;  // where to; the paired region unless given
};

// Units that a destination has, and to how many it may grow by itself.
struct Units {
  std::uint32_t count = 1;
  std::uint32_t most = 1;  // count: it does not grow
};

struct Destination {
  std::string name;
  Kind kind = Kind::event_hubs;
  std::string region;      // the application's, unless given
  std::uint32_t zone = 1;  // availability zone, of what does not span them
  Tier tier = Tier::standard;
  Units units;                   // throughput, processing, capacity or messaging units
  std::uint32_t partitions = 1;  // of an event hub; of a container, one file each
  Partitioning partitioning = Partitioning::keyed;
  Duration retention{0};  // of an event hub
  Redundancy redundancy = Redundancy::lrs;
  double requests = 0;          // a storage account takes, a second
  double ingress = 0;           // and bytes
  std::uint32_t filters = 0;    // of a topic, evaluated for each message
  std::uint64_t size = 0;       // bytes that a queue or topic holds
  std::optional<double> reads;  // messages a second that a consumer reads; unless given, it keeps up
  std::optional<Failover> failover;

  bool spans_zones() const {
    if (kind == Kind::blob_storage) return exports::spans_zones(redundancy);
    return kind == Kind::event_hubs || tier == Tier::premium;
  }
  bool has_units() const {
    return kind == Kind::event_hubs || (is_service_bus(kind) && tier == Tier::premium);
  }
};

// What devices and their hubs give an export.
struct Data {
  bool telemetry = true, properties = false, connectivity = false, lifecycle = false;
  std::uint32_t kinds() const { return std::uint32_t{telemetry} + properties + connectivity + lifecycle; }
  bool operator==(const Data&) const = default;
};

// When the window of a destination that does not take data began.
enum class WindowClock : std::uint8_t {
  oldest,        // when its oldest undelivered message arrived
  last_success,  // at the first attempt that failed since it last took something
};

struct Retry {
  Duration window{0};
  WindowClock clock = WindowClock::oldest;
  Duration first{0}, cap{0}, timeout{0};  // timeout: of an attempt that nobody answers
  double factor = 2, jitter = 0;          // jitter: share of the wait, up or down
};

struct Latency {
  Duration median{0}, p99{0};
};

// A time that is uniform over a range.
struct Range {
  Duration least{0}, most{0};
};

struct Export {
  std::string name;
  std::vector<std::string> to;
  Data data;
  double filter = 1;             // share of the messages that pass
  std::uint64_t enrichment = 0;  // bytes added to each message
  std::uint64_t envelope = 0;    // bytes of the message format around the data
  std::optional<Time> created;   // when it is saved, if that is within the run
  Range start_delay;             // from then to the first data
  std::optional<Duration>
      batch;  // a communication stands for what is sent in this time; of the kind unless given
  Retry retry;
  bool keeps = false;  // what arrives while a destination is failed, for the length of the window
  Duration probe{0};   // of a failed destination
  std::optional<std::uint64_t> backpressure;  // messages of backlog at which hubs take no more
  Latency latency;
};

// Published figures of a tier of Event Hubs, a unit: events and bytes a second.
struct EventHubsTier {
  Tier tier = Tier::standard;
  double events_in = 0, bytes_in = 0, events_out = 0, bytes_out = 0;
  std::uint32_t units_most = 0, partitions_most = 0;
  std::uint64_t message_most = 0;  // bytes
  Duration retention_most{0};
  std::vector<std::uint32_t> sizes;  // numbers of units there are; any, where empty
};
struct EventHubsFigures {
  std::map<Tier, EventHubsTier> tiers;
  Duration window{0};        // over which a limit is judged
  Duration busy_wait{0};     // after a server-busy answer
  Duration resize{0};        // until other units hold
  Duration inflate_step{0};  // between two steps of auto-inflate
};

struct ServiceBusFigures {
  double credits = 0;                                        // standard: a second and namespace
  double bytes_per_unit = 0;                                 // premium: in plus out, a second
  std::uint64_t message_most = 0, message_most_premium = 0;  // bytes
  Duration busy_wait{0};
  Duration resize{0};
  std::vector<std::uint32_t> sizes;
  double up = 0, down = 0;  // shares of the capacity in use
  Duration look_back{0}, cooldown{0}, period{0};
};

struct BlobFigures {
  Duration file{0};  // one a partition in this time
  std::vector<Duration> busy_waits;
  control::Triangular failover;  // how long the account takes
  Duration sync{0};              // age of the copy in the other region
};

struct Limits {
  std::uint32_t exports = 0, destinations = 0, destinations_per_export = 0;
};

struct Figures {
  EventHubsFigures event_hubs;
  ServiceBusFigures service_bus;
  BlobFigures blob;
  Limits limits;
  std::uint64_t connectivity_event = 0, lifecycle_event = 0;  // bytes, whole
  Duration snapshot{0};  // connectivity events are told once in this time
};

}  // namespace exports
