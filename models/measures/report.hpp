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

struct Report {
  std::map<std::string, Value> values;  // by metric name
  std::map<std::string, Pool> pools;    // by fault name
  Series series;
  std::vector<TraceLine> trace;
  std::vector<Event> timeline;
  std::uint64_t device_events = 0;    // client wakes (meta)
  std::uint64_t parked_attempts = 0;  // fast-forwarded (meta)
  double simulation_s = 0;            // wall-clock time it took (meta)
};

}  // namespace measures
