// What one replication found out: named values, a time series, a trace; plain data that passes between
// processes.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/quantiles.hpp"

namespace measures {

// One metric of one replication.
struct Value {
  std::string unit;             // "s", "devices", "messages", "operations", "1", "1/s"
  std::optional<double> value;  // absent: unknown because of censoring, or nobody affected
  std::optional<double>
      at_least;  // with an absent value: its lower bound; with a value: marks it a lower bound
  std::optional<std::uint64_t> censored;  // devices never back, for recovery quantiles
  bool operator==(const Value&) const = default;
};

// Recovery times of one fault in one replication, microseconds, for pooled quantiles.
struct Pool {
  sim::Quantiles recovery;
  std::uint64_t censored = 0;
  bool operator==(const Pool&) const = default;
};

struct Series {
  std::vector<std::string> columns;  // the first is time_s
  std::vector<std::vector<double>> rows;
  bool operator==(const Series&) const = default;
};

struct TraceLine {
  double time_s = 0;
  std::string text;
  bool operator==(const TraceLine&) const = default;
};

// What the control plane decided or an operator did, as text.
struct Event {
  double time_s = 0;
  std::string hub;            // empty: none in particular
  std::string kind, outcome;  // up, down, out, in, move, action; begun, done, refused
  std::string from, to, reason;
  bool operator==(const Event&) const = default;
};

// A recovery episode: a device, and the fault that owns what it lost. Times in seconds since the start of the
// run, NaN where there is none.
struct Episode {
  std::uint32_t group = 0, device = 0, fault = 0;  // indices of names; the device within its group, from 0
  std::uint32_t attempts = 0, registrations = 0;   // to connect to a hub, to be registered; until it was back
  std::uint32_t hub_before = 0, hub_after = 0;     // indices of names, or no_hub
  std::uint32_t gave_up = 0;
  double begin_s = 0;    // of the incident
  double lost_s = 0;     // its own loss
  double noticed_s = 0;  // that it knew of it
  double attempt_s = 0;  // start of the attempt that succeeded
  double back_s = 0;
  double for_good_s = 0;  // back, and not lost again within a minute
};

struct EpisodeTable {
  static constexpr std::uint32_t no_hub = UINT32_MAX;
  std::vector<std::string> groups, faults, hubs;  // names
  std::vector<Episode> rows;                      // in the order in which they ended
};

struct Report {
  std::map<std::string, Value> values;  // by metric name
  std::map<std::string, Pool> pools;    // by fault name
  Series series;
  std::vector<TraceLine> trace;
  std::vector<Event> timeline;
  EpisodeTable episodes;              // empty, unless asked for
  std::uint64_t device_events = 0;    // client wakes (meta)
  std::uint64_t parked_attempts = 0;  // fast-forwarded (meta)
  double simulation_s = 0;            // wall-clock time it took (meta)
};

}  // namespace measures
