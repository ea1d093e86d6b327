// What the user says of data export: destinations, and exports that feed them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/exports/own.hpp"
#include "sim/time.hpp"

namespace exports {

using sim::Duration;
using sim::Time;

class DestinationKind;  // destination_kind.hpp

enum class Tier : std::uint8_t { basic, standard, premium, dedicated };

// Who reads from a destination: of an event hub a consumer group.
struct Consumer {
  std::optional<double> reads;  // messages a second; as fast as the destination lets it unless given
  bool completes = false;       // tells the destination of each message that it has done with it
  bool operator==(const Consumer&) const = default;
};

// What the customer does when the region of a destination is lost.
struct Failover {
  Duration after{0};                // from the loss to the order
  std::string region;               // where to; the paired region unless given
  std::optional<Duration> takes{};  // from the order on; as long as those of its kind, unless given
};

// Units that a destination has, and to how many it may grow by itself.
struct Units {
  std::uint32_t count = 1;
  std::uint32_t most = 1;  // count: it does not grow
};

struct Destination {
  std::string name;
  const DestinationKind* kind = nullptr;  // of the registry
  std::string region;                     // the application's, unless given
  std::string space;                      // namespace that it shares with others; empty: one of its own
  std::optional<std::size_t> first;       // of them, by its number; none: itself
  std::uint32_t zone = 1;                 // availability zone, of what does not span them
  Tier tier = Tier::standard;
  Units units;
  std::uint32_t partitions = 1;     // of those that have them; else one
  Duration retention{0};            // what a consumer has not read by then is gone; zero: never
  std::vector<Consumer> consumers;  // those described; unless one is, it keeps up and is not counted
  std::optional<Failover> failover;
  Own own;  // what its kind alone has

  bool spans_zones() const;
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
  std::optional<WindowClock> clock;       // by what it is sent, unless given: files or a stream
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

// Published, or assumed, of exports of every kind.
struct Limits {
  std::uint32_t exports = 0, destinations = 0, destinations_per_export = 0;
};

struct Figures {
  Limits limits;
  std::uint64_t connectivity_event = 0, lifecycle_event = 0;  // bytes, whole
  Duration snapshot{0};  // connectivity events are told once in this time
  WindowClock clock_of_streams = WindowClock::oldest, clock_of_files = WindowClock::last_success;
};

}  // namespace exports
